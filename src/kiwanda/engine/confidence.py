"""How sure is a day? Futures of an order's own lots, drawn from what is known of their workshops.

A plan says when each lot begins and ends if all goes well. It may be declined and go to another workshop, which costs
the days of asking again beyond the notice it was given; it may come late; some of its pieces may be rejected and have
to be made anew. What waits for a late lot waits too, but only for the pieces it really draws, and days of waiting that
the plan holds already take up a delay. Hundreds of such futures give the curve of finishing days.

That curve is a model. :class:`Correction` makes it honest: from how earlier promises turned out it learns, for each
confidence, how many days have to be added (conformal prediction: Vovk et al. 2005; Romano, Patterson, Candès 2019).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .errors import ProblemError
from .habits import USUAL_DELAYS, Delays
from .model import Lot, Order, Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAMPLES = 400
"""Drawn futures behind a curve; a share of .85 is then known within .02."""
NOTICE_DAYS = 7
"""Offers go out so many days before work begins: a refusal within that time costs nothing."""
ASKING_DAYS = 1.5
"""Days lost by one refusal, until the work is with the next workshop."""
LEVELS = (0.5, 0.85, 0.95)
"""Confidences of the curve that stands in a promise."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How one workshop's lots fare.

    ``acceptance`` and ``on_time`` are shares; ``delays`` are the days of those lots that are not on time; ``spoilt`` is
    the share of lots of which some pieces are rejected.
    """

    acceptance: float = 1.0
    on_time: float = 1.0
    delays: Delays = USUAL_DELAYS
    spoilt: float = 0.0


@dataclass(frozen=True)
class Outlook:
    """What the futures are drawn from: the workshops by id (others as ``usual``), and what the factory adds.

    ``remake_days`` is what rejected pieces cost until they are made again; ``asking_days`` what a refusal costs.
    """

    workshops: Mapping[str, Reliability] = field(default_factory=dict)
    usual: Reliability = field(default_factory=Reliability)
    remake_days: float = 4.0
    asking_days: float = ASKING_DAYS
    correction: Correction | None = None

    @classmethod
    def of(cls, problem: Problem) -> Outlook:
        """From the shares in the problem alone, late lots being late as is usual."""
        return cls({shop.id: Reliability(shop.acceptance, shop.on_time) for shop in problem.workshops})


@dataclass(frozen=True)
class Curve:
    """Finishing days of the drawn futures, sorted: ``days[i]`` with probability 1 / len(days) each."""

    days: Ints
    correction: Correction | None = None

    def day(self, confidence: float) -> int:
        """The first day the order is finished by with ``confidence``; never falls when the confidence rises."""
        if not 0.0 < confidence < 1.0:
            raise ProblemError("confidence", f"must lie between 0 and 1, not {confidence}")
        if self.correction is None:
            return self.plain(confidence)
        return max(self.plain(level) + shift for level, shift in self.correction.up_to(confidence))

    def confidence(self, day: int) -> float:
        """The share of futures finished by ``day`` (without the correction)."""
        return float(np.searchsorted(self.days, day, side="right")) / len(self.days)

    def points(self, levels: Iterable[float] = LEVELS) -> tuple[tuple[float, int], ...]:
        """``(confidence, day)`` for each level."""
        return tuple((level, self.day(level)) for level in levels)

    def plain(self, confidence: float) -> int:
        """The same without the correction."""
        place = int(np.ceil(confidence * len(self.days) - 1e-9)) - 1
        return int(self.days[max(0, place)])


@dataclass(frozen=True)
class Correction:
    """Days to add at each of some confidences, learned from promises and what became of them.

    ``shifts`` are ``(confidence, days)`` by rising confidence; ``seen`` is how many outcomes stand behind them.
    """

    shifts: tuple[tuple[float, int], ...] = ()
    seen: int = 0

    def shift(self, confidence: float) -> int:
        """Days to add at ``confidence``: those of the next known confidence at or above it."""
        if not self.shifts:
            return 0
        return next((days for level, days in self.shifts if level >= confidence - 1e-9), self.shifts[-1][1])

    @property
    def reach(self) -> float:
        """The surest confidence these outcomes bear out; 1 where nothing has been corrected."""
        if not self.shifts:
            return 1.0
        return max((level for level, days in self.shifts if days < MOST_SHIFT), default=0.0)

    def up_to(self, confidence: float) -> list[tuple[float, int]]:
        """What a corrected day must reach at least: the known confidences below, and ``confidence`` itself."""
        below = [(level, days) for level, days in self.shifts if level < confidence - 1e-9]
        return [*below, (confidence, self.shift(confidence))]

    def to_dict(self) -> dict[str, object]:
        return {"shifts": [list(pair) for pair in self.shifts], "seen": self.seen}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Correction:
        """The reverse of :meth:`to_dict`."""
        shifts = data.get("shifts", [])
        seen = data.get("seen", 0)
        assert isinstance(shifts, list)
        assert isinstance(seen, int)
        return cls(tuple((float(level), int(days)) for level, days in shifts), seen)


CORRECTED = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
"""Confidences that are corrected; the low ones keep the curve in shape."""
LEAST_OUTCOMES = 30
"""Fewer outcomes than that correct nothing."""
MOST_SHIFT = 28
"""More days than that are never added: what would need more cannot be promised so surely (``Correction.reach``)."""


def learn_correction(
    curves: Sequence[Curve],
    finished: Sequence[int],
    weights: npt.ArrayLike | None = None,
    *,
    levels: Sequence[float] = CORRECTED,
) -> Correction:
    """How many days each confidence needs so that earlier promises would have held as often as they said.

    ``finished[i]`` is the day order i was really finished; the curves are those drawn when it was promised (their own
    correction is not looked at). For each level the smallest shift that ``level`` of the outcomes and the next one
    would have kept, the next one counting as not kept: split conformal prediction, weighted as by Barber et al. (2023)
    where older outcomes tell less.
    """
    count = len(curves)
    if count < LEAST_OUTCOMES:
        return Correction((), count)
    weight = np.ones(count) if weights is None else np.asarray(weights, np.float64)
    shifts = []
    for level in sorted(levels):
        late = np.array([day - curve.plain(level) for curve, day in zip(curves, finished, strict=True)])
        order = np.argsort(late, kind="stable")
        kept = np.cumsum(weight[order]) / (weight.sum() + weight.max())
        place = int(np.searchsorted(kept, level - 1e-12))
        needed = int(late[order][place]) if place < count else MOST_SHIFT
        shifts.append((level, min(needed, MOST_SHIFT)))
    return Correction(tuple(shifts), count)


class Places(NamedTuple):
    """Where workshops stand (row of their hub in ``transfer_days``) and how long pieces travel between hubs."""

    hub_of: Mapping[str, int]
    transfer_days: Sequence[Sequence[int]]

    @classmethod
    def of(cls, problem: Problem) -> Places:
        at = {name: row for row, name in enumerate(problem.hubs)}
        return cls({shop.id: at[shop.hub] for shop in problem.workshops}, problem.transfer_days)


def finish_curve(
    places: Places,
    order: Order,
    lots: Sequence[Lot],
    outlook: Outlook,
    *,
    today: int = 0,
    seed: int = 0,
    samples: int = SAMPLES,
) -> Curve:
    """Draw the finishing day of ``order`` when ``lots`` are how it is planned.

    Parameters
    ----------
    lots : sequence of Lot
        Of this order; pieces already made (``finish_day`` below 0) delay nothing.
    today : int
        The day on which this is asked: refusals cost nothing while there is notice enough.
    """
    lots = [lot for lot in lots if lot.order == order.id]
    if not lots:
        raise ProblemError("lots", f"hold none of order {order.id!r}")
    place = {step.id: index for index, step in enumerate(order.sorted_operations())}
    lots.sort(key=lambda lot: (place[lot.operation], lot.start_day, lot.finish_day, lot.workshop))
    feeds = _feeds(places, order, lots)
    delay = _delays(lots, outlook, today, samples, np.random.default_rng(seed))
    end = np.zeros((len(lots), samples))
    for row, lot in enumerate(lots):
        begin = np.full(samples, float(lot.start_day))
        for source, days in feeds[row]:
            np.maximum(begin, end[source] + days, out=begin)
        end[row] = begin + (lot.finish_day - lot.start_day) + delay[row]
    followed = {name for step in order.operations for name in step.after}
    last = [row for row, lot in enumerate(lots) if lot.operation not in followed]
    days = np.ceil(np.max(end[last], axis=0) - 1e-9).astype(np.int64)
    days.sort()
    return Curve(days, outlook.correction)


def _delays(lots: Sequence[Lot], outlook: Outlook, today: int, samples: int, rng: np.random.Generator) -> Floats:
    """Days each lot is later than planned in each future, lots x samples."""
    shops = [outlook.workshops.get(lot.workshop, outlook.usual) for lot in lots]
    uniform = rng.random((4, len(lots), samples))
    accepting = np.clip([shop.acceptance for shop in shops], 0.05, 1.0)
    with np.errstate(divide="ignore"):
        refusing = np.log1p(-accepting)[:, None]  # log of the chance of one refusal; -inf where nobody refuses
    refusals = np.floor(np.log(np.maximum(uniform[0], 1e-12)) / refusing)
    notice = np.clip([min(lot.start_day - today, NOTICE_DAYS) for lot in lots], 0, NOTICE_DAYS)
    delay: Floats = np.maximum(0.0, refusals * outlook.asking_days - notice[:, None])
    punctual = np.array([shop.on_time for shop in shops])[:, None]
    groups: dict[int, list[int]] = {}
    for row, shop in enumerate(shops):
        groups.setdefault(id(shop.delays), []).append(row)
    late = np.zeros((len(lots), samples))
    for rows in groups.values():
        late[rows] = shops[rows[0]].delays.draw(uniform[2][rows])
    delay += np.where(uniform[1] >= punctual, np.maximum(late, 0.0), 0.0)
    spoilt = np.array([shop.spoilt for shop in shops])[:, None]
    delay += np.where(uniform[3] < spoilt, outlook.remake_days, 0.0)
    made = np.array([lot.finish_day < 0 for lot in lots])
    delay[made] = 0.0
    return delay


def _feeds(places: Places, order: Order, lots: Sequence[Lot]) -> list[list[tuple[int, int]]]:
    """For each lot the lots it draws pieces from, and days from the end of those to its own beginning.

    Oldest pieces first, as the hubs hand them out; pieces nobody has planned are taken as there.
    """
    hub = places.hub_of
    by_step: dict[str, list[int]] = {}
    for row, lot in enumerate(lots):
        by_step.setdefault(lot.operation, []).append(row)
    result: list[list[tuple[int, int]]] = [[] for _ in lots]
    for step in order.operations:
        for name in step.after:
            sources = sorted(by_step.get(name, ()), key=lambda row: lots[row].finish_day)
            left = [lots[row].quantity for row in sources]
            at = 0
            for row in by_step.get(step.id, ()):
                want = lots[row].quantity
                while want > 0 and at < len(sources):
                    taken = min(want, left[at])
                    left[at] -= taken
                    want -= taken
                    source = sources[at]
                    way = places.transfer_days[hub[lots[source].workshop]][hub[lots[row].workshop]]
                    # never stricter than the plan itself, which may have matched the pieces otherwise
                    gap = min(1 + way, lots[row].start_day - lots[source].finish_day)
                    result[row].append((source, gap))
                    if left[at] == 0:
                        at += 1
    return result
