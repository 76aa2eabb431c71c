"""What is known of a workshop: distributions, updated from what was seen, pure functions without a clock.

Four kinds of figures are learned, each with a prior from the population, so that a newcomer counts as one of many and
one bad week moves nobody far:

===========  =======================================================  ==========================================
speed        log-normal; normal prior and noise on the log scale      :class:`Speed`, :func:`learn_speed`
shares       Beta (yield, acceptance, punctuality)                    :class:`Share`, :func:`learn_share`
delays       a histogram of days with a Dirichlet prior               :class:`Delays`, :func:`learn_delays`
first lots   the largest lot, while few pieces were judged            :func:`first_lot`
===========  =======================================================  ==========================================

Evidence fades: what is ``age`` days old counts 2^(-age / half-life). Weighting each observation by its own age makes
every result independent of the order in which observations come. Priors come from the population by the method of
moments (empirical Bayes): :func:`share_prior`, :func:`speed_prior`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HALF_LIFE_DAYS = 56.0
"""After eight weeks an observation counts half."""

FIRST_LOT = 20
"""Pieces in the first lot of a workshop nobody has seen work."""
GROWTH = 2.0
"""Later lots may hold this many times the pieces that were judged so far."""
KNOWN_PIECES = 160
"""From so many judged pieces on, a workshop's lots are nobody's business but the operation's."""

SPEED_NOISE = 0.35
"""Standard deviation of the log of one lot's pace around a workshop's own (UCI 597, garment teams: .3 to .4 a day)."""
SPEED_SPREAD = 0.15
"""Standard deviation of log speed between workshops, until there are enough of them to tell."""
LEAST_WORKSHOPS = 8
"""Fewer workshops than that do not make a population."""


def fading(age_days: npt.ArrayLike, half_life: float = HALF_LIFE_DAYS) -> Floats:
    """How much observations so many days old still count, in (0, 1]; those from the future count in full."""
    age = np.maximum(np.asarray(age_days, np.float64), 0.0)
    result: Floats = np.exp2(-age / half_life)
    return result


@dataclass(frozen=True, slots=True)
class Share:
    """A share in (0, 1) as a Beta distribution; ``seen`` is the (faded) number of observations behind it."""

    alpha: float
    beta: float
    seen: float = 0.0

    @property
    def mean(self) -> float:
        return self.alpha / (self.alpha + self.beta)

    @property
    def deviation(self) -> float:
        """Standard deviation."""
        total = self.alpha + self.beta
        return math.sqrt(self.alpha * self.beta / (total * total * (total + 1.0)))

    def interval(self, level: float = 0.8) -> tuple[float, float]:
        """Central interval that holds the share with ``level``.

        From the normal approximation on the logit scale (delta method): within .01 of the exact one where both
        parameters are above 1, without a special function.
        """
        centre = math.log(self.alpha / self.beta)
        spread = math.sqrt(1.0 / self.alpha + 1.0 / self.beta)
        reach = NormalDist().inv_cdf(0.5 + level / 2.0) * spread
        return (_logistic(centre - reach), _logistic(centre + reach))


@dataclass(frozen=True, slots=True)
class Speed:
    """A speed factor as a log-normal distribution; ``seen`` is the (faded) number of lots behind it."""

    log_mean: float
    log_deviation: float
    seen: float = 0.0

    @property
    def median(self) -> float:
        return math.exp(self.log_mean)

    def interval(self, level: float = 0.8) -> tuple[float, float]:
        """Central interval that holds the speed with ``level``."""
        reach = NormalDist().inv_cdf(0.5 + level / 2.0) * self.log_deviation
        return (math.exp(self.log_mean - reach), math.exp(self.log_mean + reach))


@dataclass(frozen=True)
class Delays:
    """Days after the day asked for, as a histogram: ``counts[i]`` observations of ``first_day + i`` days.

    Negative days are early. ``seen`` is the (faded) number of observations without the prior.
    """

    first_day: int
    counts: tuple[float, ...]
    seen: float = 0.0

    @property
    def days(self) -> Ints:
        return self.first_day + np.arange(len(self.counts))

    @property
    def chances(self) -> Floats:
        """The probability of each of :attr:`days`."""
        counts = np.asarray(self.counts)
        result: Floats = counts / counts.sum()
        return result

    @property
    def mean(self) -> float:
        return float((self.days * self.chances).sum())

    def share_within(self, day: int) -> float:
        """The probability of at most ``day`` days."""
        return float(self.chances[self.days <= day].sum())

    def quantile(self, share: float) -> int:
        """The fewest days that hold with ``share``."""
        place = int(np.searchsorted(np.cumsum(self.chances), share - 1e-12))
        return int(self.days[min(place, len(self.counts) - 1)])

    def draw(self, uniform: npt.ArrayLike) -> Ints:
        """Days for numbers drawn evenly from [0, 1), by inversion."""
        place = np.searchsorted(np.cumsum(self.chances), np.asarray(uniform), side="right")
        result: Ints = self.first_day + np.minimum(place, len(self.counts) - 1).astype(np.int64)
        return result


def share_prior(
    hits: npt.ArrayLike, tries: npt.ArrayLike, *, usual: float, least: float = 4.0, most: float = 60.0
) -> Share:
    """The population of shares behind ``hits`` of ``tries`` in many workshops (beta-binomial, method of moments).

    ``usual`` is the mean assumed before anything is seen, and all there is while fewer than ``LEAST_WORKSHOPS`` were;
    then it counts as much as ``least`` tries. The prior weighs as much as ``least`` to ``most`` observations: even a
    population that looks uniform leaves room to differ.
    """
    good, total = np.asarray(hits, np.float64), np.asarray(tries, np.float64)
    keep = total > 0
    good, total = good[keep], total[keep]
    if len(total) < LEAST_WORKSHOPS:
        return Share(usual * least, (1.0 - usual) * least)
    mean = (good.sum() + least * usual) / (total.sum() + least)
    mean = float(min(max(mean, 0.01), 0.99))
    strength = least
    if total.sum() > len(total):
        within = mean * (1.0 - mean)
        spread = float((total * (good / total - mean) ** 2).sum())
        excess = spread - (len(total) - 1) * within
        room = float(total.sum() - (total**2).sum() / total.sum()) * within
        overlap = excess / room if room > 0 else 0.0  # correlation of two tries of one workshop
        strength = most if overlap <= 1.0 / (most + 1.0) else max(least, 1.0 / overlap - 1.0)
    return Share(mean * strength, (1.0 - mean) * strength)


def learn_share(prior: Share, hits: float, tries: float) -> Share:
    """The share after ``hits`` of ``tries`` (weights may be fractions)."""
    hits = min(max(hits, 0.0), max(tries, 0.0))
    return Share(prior.alpha + hits, prior.beta + max(tries, 0.0) - hits, max(tries, 0.0))


def speed_prior(
    ratios: npt.ArrayLike, weights: npt.ArrayLike, owners: npt.ArrayLike, *, noise: float = SPEED_NOISE
) -> Speed:
    """The population of speeds behind logs of observed ratios of many workshops (``owners`` says whose each is).

    Mean: of the workshops' own means, drawn towards 0 (the registered speed) as if it had been seen four times more.
    Spread: the variance between workshops beyond what noise explains, between a half and twice ``SPEED_SPREAD``. Fewer
    than ``LEAST_WORKSHOPS`` leave the registered speeds as they are.
    """
    logs, weight = np.asarray(ratios, np.float64), np.asarray(weights, np.float64)
    who = np.asarray(owners)
    owned, place = np.unique(who, return_inverse=True)
    if len(owned) < LEAST_WORKSHOPS:
        return Speed(0.0, SPEED_SPREAD)
    total = np.bincount(place, weight)
    means = np.bincount(place, weight * logs) / np.maximum(total, 1e-9)
    count = len(total)
    mean = float(means.sum() / (count + 4.0))
    between = float(((means - means.mean()) ** 2).sum() / (count - 1))
    explained = float((noise**2 / np.maximum(total, 1e-9)).mean())
    spread = math.sqrt(max(between - explained, 0.0))
    return Speed(mean, min(max(spread, SPEED_SPREAD / 2.0), SPEED_SPREAD * 2.0))


def learn_speed(prior: Speed, ratios: npt.ArrayLike, weights: npt.ArrayLike, *, noise: float = SPEED_NOISE) -> Speed:
    """The speed after lots whose log ratios of observed to expected pace were ``ratios``.

    Normal prior, normal noise of ``noise`` a lot; one lot counts at most as twice or half as fast as the prior, so that
    a wrong date in the books teaches little.
    """
    logs, weight = np.asarray(ratios, np.float64), np.asarray(weights, np.float64)
    logs = np.clip(logs, prior.log_mean - math.log(2.0), prior.log_mean + math.log(2.0))
    own = 1.0 / prior.log_deviation**2
    seen = float(weight.sum())
    precision = own + seen / noise**2
    mean = (own * prior.log_mean + float((weight * logs).sum()) / noise**2) / precision
    return Speed(mean, math.sqrt(1.0 / precision), seen)


def pace_of(minutes: float, usual_minutes: float, days: int) -> tuple[float, float] | None:
    """What ``minutes`` of work done in ``days`` working days of ``usual_minutes`` say: log ratio and its weight.

    The work ended somewhere within the last day, so the pace is known up to that day: its middle is taken, and the
    weight is what is left of an observation when that doubt is added to the noise. None where all was done on one
    day: that says only that the workshop is not slow.
    """
    if days < 2 or minutes <= 0.0 or usual_minutes <= 0.0:
        return None
    doubt = math.log(days / (days - 1.0)) ** 2 / 12.0
    return (math.log(minutes / (usual_minutes * (days - 0.5))), SPEED_NOISE**2 / (SPEED_NOISE**2 + doubt))


USUAL_DELAYS = Delays(0, (0.0, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.015625))
"""How late is what is late, before anything is seen: 1, 2, 3 … days, each half as often (mean two days)."""
LONGEST_DELAY = 30


def learn_delays(
    prior: Delays, observed_days: Sequence[int], weights: npt.ArrayLike | None = None, *, strength: float = 10.0
) -> Delays:
    """The histogram after ``observed_days``, the prior counting as ``strength`` observations.

    Days beyond :data:`LONGEST_DELAY` either way count as that.
    """
    seen = np.clip(np.asarray(observed_days, np.int64), -LONGEST_DELAY, LONGEST_DELAY)
    weight = np.ones(len(seen)) if weights is None else np.asarray(weights, np.float64)
    first = min(prior.first_day, int(seen.min(initial=prior.first_day)))
    last = max(int(prior.days[-1]), int(seen.max(initial=int(prior.days[-1]))))
    counts = np.zeros(last - first + 1)
    counts[prior.days - first] += prior.chances * strength
    np.add.at(counts, seen - first, weight)
    return Delays(first, tuple(counts.tolist()), float(weight.sum()))


def first_lot(judged_pieces: float, newcomer: bool = True) -> int | None:
    """The largest lot of a workshop of which ``judged_pieces`` were inspected so far; None where there is no limit.

    Small first lots: 20 pieces before anything was seen, then twice what was judged, until 160 pieces are known. The
    limit never comes below the smallest lot of the work itself (see ``Capability.max_lot``).
    """
    if not newcomer or judged_pieces >= KNOWN_PIECES:
        return None
    return max(FIRST_LOT, int(GROWTH * judged_pieces))


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
