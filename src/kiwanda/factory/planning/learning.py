"""Learned capacity: how fast, how well, how willingly and how punctually each workshop works, from what was seen.

Evidence is what stood in the books this morning, so figures do not change in the course of a day and are worked out
once a day in each process. Every figure is a distribution (:mod:`kiwanda.engine.habits`): the registered figure and the
network's own, half each, are the prior, weighing as much as the network's spread says; what was seen moves it, old
evidence less than new. Learned speed decides how many minutes are planned for a piece and never what a piece pays.

Dispatch is downstream: it registers itself with :func:`register_history`, learning asks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

import numpy as np

from kiwanda.core.clock import local_midnight
from kiwanda.engine.confidence import ASKING_DAYS, Correction, Outlook, Reliability
from kiwanda.engine.habits import (
    SPEED_SPREAD,
    USUAL_DELAYS,
    Delays,
    Share,
    Speed,
    fading,
    first_lot,
    learn_delays,
    learn_share,
    learn_speed,
    share_prior,
    speed_prior,
)
from kiwanda.factory.network.models import Capability, Workshop
from kiwanda.factory.planning.allowance import UNCOVERED
from kiwanda.factory.planning.evidence import HISTORY_WEEKS, Answer, Delivery, History, OpenDays, open_days, paces

#: Who joined longer ago than this is known to the coordinators, even where little was made here.
NEWCOMER_WEEKS = 12
#: Faults gather in some lots: so many pieces tell as much about a yield as one that fails by itself.
PIECES_PER_FAULT = 5.0
#: Learned speed stays between these multiples of the registered one.
SLOWEST, FASTEST = 0.6, 1.5
#: What a network is taken to be like before it is seen.
USUAL_ACCEPTANCE, USUAL_ON_TIME, USUAL_YIELD, USUAL_SPOILT = 0.9, 0.9, 0.97, 0.15
#: A registered figure weighs at least as much as so many observations.
LEAST_PRIOR = 10.0


_history: History | None = None


def register_history(history: History) -> None:
    """Tell learning who knows the past (dispatch does, when the apps are ready)."""
    global _history
    _history = history


def past() -> History | None:
    """Whoever was registered last."""
    return _history


@dataclass
class Counts:
    """Faded evidence of one workshop."""

    taken: float = 0.0
    asked: float = 0.0
    in_time: float = 0.0
    as_planned: float = 0.0
    delivered: float = 0.0
    spoilt: float = 0.0


@dataclass
class SkillCounts:
    """Faded evidence of one workshop in one technique; ``judged`` pieces are not faded."""

    good: float = 0.0
    made: float = 0.0
    judged: int = 0
    ratios: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What was seen until the morning of ``on``, and the population it makes."""

    on: date
    workshops: Mapping[UUID, Counts]
    skills: Mapping[tuple[UUID, str], SkillCounts]
    acceptance_prior: Share
    on_time_prior: Share
    as_planned_prior: Share
    spoilt_prior: Share
    yield_priors: Mapping[str, Share]
    speed_priors: Mapping[str, Speed]
    delays: Delays
    asking_days: float

    def acceptance(self, workshop_id: UUID, registered: float) -> Share:
        """How often the workshop takes what it is offered."""
        counts = self.workshops.get(workshop_id, _NOTHING)
        return learn_share(_prior(self.acceptance_prior, registered), counts.taken, counts.asked)

    def on_time(self, workshop_id: UUID, registered: float) -> Share:
        """How often it delivers by the due day."""
        counts = self.workshops.get(workshop_id, _NOTHING)
        return learn_share(_prior(self.on_time_prior, registered), counts.in_time, counts.delivered)

    def as_planned(self, workshop_id: UUID, registered: float) -> Share:
        """How often its work is there on the day the plan counts on, whoever is the reason that it is not.

        Promises draw from this: that parts came late is no fault of the workshop, and the buyer waits all the same.
        """
        counts = self.workshops.get(workshop_id, _NOTHING)
        return learn_share(_prior(self.as_planned_prior, registered), counts.as_planned, counts.delivered)

    def spoilt(self, workshop_id: UUID) -> Share:
        """In how many of its lots some pieces are rejected."""
        counts = self.workshops.get(workshop_id, _NOTHING)
        return learn_share(self.spoilt_prior, counts.spoilt, counts.delivered)

    def good_share(self, workshop_id: UUID, technique: str, registered: float) -> Share:
        """Its share of good pieces in a technique."""
        counts = self.skills.get((workshop_id, technique), _NO_PIECES)
        prior = _prior(self.yield_priors.get(technique, _YIELD), registered)
        return learn_share(prior, counts.good / PIECES_PER_FAULT, counts.made / PIECES_PER_FAULT)

    def pace(self, workshop_id: UUID, technique: str) -> Speed:
        """Its pace in a technique against the registered speed."""
        counts = self.skills.get((workshop_id, technique), _NO_PIECES)
        return learn_speed(self.speed_priors.get(technique, _SPEED), counts.ratios, counts.weights)

    def speed(self, workshop_id: UUID, technique: str, registered: float) -> float:
        """The speed to plan with."""
        return registered * min(max(self.pace(workshop_id, technique).median, SLOWEST), FASTEST)

    def largest_lot(self, workshop_id: UUID, technique: str, joined_on: date) -> int | None:
        """Small first lots: the most pieces a newcomer is given at once; None for all others."""
        newcomer = joined_on > self.on - timedelta(weeks=NEWCOMER_WEEKS)
        return first_lot(self.skills.get((workshop_id, technique), _NO_PIECES).judged, newcomer)

    def reliability(self, workshop_id: UUID, acceptance: float, on_time: float) -> Reliability:
        """What promises draw from: learned shares of the workshop, delays and faults.

        Most rejects are covered by the order's allowance; only those of a few orders have to be made anew.
        """
        return Reliability(acceptance, on_time, self.delays, UNCOVERED * self.spoilt(workshop_id).mean)


_NOTHING = Counts()
_NO_PIECES = SkillCounts()
_YIELD = share_prior([], [], usual=USUAL_YIELD)
_SPEED = Speed(0.0, SPEED_SPREAD)


@lru_cache(maxsize=100_000)
def _prior(population: Share, registered: float) -> Share:
    """The registered figure and the population's, half each; at least as strong as ten observations."""
    strength = max(LEAST_PRIOR, population.alpha + population.beta)
    mean = min(max((population.mean + registered) / 2.0, 0.01), 0.99)
    return Share(mean * strength, (1.0 - mean) * strength)


_latest: tuple[tuple[object, ...], Seen] | None = None


def seen(on: date) -> Seen:
    """What was seen until the morning of ``on``; worked out once for a day and history (2,300 workshops: see bench)."""
    global _latest
    until = local_midnight(on)
    mark = _history.mark(until) if _history is not None else (0, 0)
    key = (on, mark)
    if mark == (0, 0):
        return gather(on, (), (), {}, {})
    if _latest is None or _latest[0] != key:
        since = local_midnight(on - timedelta(weeks=HISTORY_WEEKS))
        assert _history is not None
        answers, deliveries = _history.answers(since, until), list(_history.deliveries(since, until))
        busy = {row.workshop_id for row in deliveries}
        _latest = (key, gather(on, answers, deliveries, _registered(), open_days(on, busy)))
    return _latest[1]


def gather(
    on: date,
    answers: Iterable[Answer],
    deliveries: Iterable[Delivery],
    registered: Mapping[tuple[UUID, str], float],
    open_days: Mapping[UUID, OpenDays],
) -> Seen:
    """Sum up the evidence. ``registered`` is good standard minutes per minute, by workshop and technique."""
    workshops: dict[UUID, Counts] = defaultdict(Counts)
    skills: dict[tuple[UUID, str], SkillCounts] = defaultdict(SkillCounts)
    weight_of = _Fading(on)
    waits, wait_weights = [ASKING_DAYS] * 10, [1.0] * 10
    for answer in answers:
        weight = weight_of[answer.answered_on]
        counts = workshops[answer.workshop_id]
        counts.asked += weight
        counts.taken += weight * answer.taken
        if not answer.taken:
            waits.append(answer.days + 0.5)  # and half a day until somebody else is asked
            wait_weights.append(weight)
    late_days, late_weights = [], []
    by_workshop: dict[UUID, list[Delivery]] = defaultdict(list)
    for row in deliveries:
        weight = weight_of[row.heard_on]
        counts = workshops[row.workshop_id]
        late = row.given_up or row.heard_on > row.due_on
        counts.delivered += weight
        counts.in_time += weight * (not late)
        missed = row.given_up or row.heard_on > row.planned_on
        counts.as_planned += weight * (not missed)
        counts.spoilt += weight * (row.rejected > 0)
        if missed:
            late_days.append(max(1, (row.heard_on - row.planned_on).days))
            late_weights.append(weight)
        skill = skills[row.workshop_id, row.technique]
        skill.good += weight * row.accepted
        skill.made += weight * (row.accepted + row.rejected)
        skill.judged += row.accepted + row.rejected
        by_workshop[row.workshop_id].append(row)
    for workshop, rows in by_workshop.items():
        if workshop in open_days:
            for technique, heard_on, ratio, told in paces(rows, registered, open_days[workshop]):
                skill = skills[workshop, technique]
                skill.ratios.append(ratio)
                skill.weights.append(told * weight_of[heard_on])
    everyone = list(workshops.values())
    techniques = {technique for _, technique in skills}
    return Seen(
        on=on,
        workshops=dict(workshops),
        skills=dict(skills),
        acceptance_prior=_share_prior([(row.taken, row.asked) for row in everyone], USUAL_ACCEPTANCE),
        on_time_prior=_share_prior([(row.in_time, row.delivered) for row in everyone], USUAL_ON_TIME),
        as_planned_prior=_share_prior([(row.as_planned, row.delivered) for row in everyone], USUAL_ON_TIME),
        spoilt_prior=_share_prior([(row.spoilt, row.delivered) for row in everyone], USUAL_SPOILT),
        yield_priors={
            name: _share_prior(
                [
                    (row.good / PIECES_PER_FAULT, row.made / PIECES_PER_FAULT)
                    for (_, technique), row in skills.items()
                    if technique == name
                ],
                USUAL_YIELD,
            )
            for name in techniques
        },
        speed_priors={name: _speed_prior(name, skills) for name in techniques},
        delays=learn_delays(USUAL_DELAYS, late_days, late_weights),
        asking_days=float(np.average(waits, weights=wait_weights)),
    )


def _registered() -> dict[tuple[UUID, str], float]:
    rows = Capability.objects.order_by().values_list("workshop_id", "technique_id", "speed", "yield_share")
    return {(workshop, technique): float(speed) * float(share) for workshop, technique, speed, share in rows}


class _Fading(dict[date, float]):
    """The weight of what was seen on a day."""

    def __init__(self, on: date) -> None:
        super().__init__()
        self.on = on

    def __missing__(self, day: date) -> float:
        self[day] = float(fading((self.on - day).days))
        return self[day]


def _share_prior(pairs: list[tuple[float, float]], usual: float) -> Share:
    return share_prior([hits for hits, _ in pairs], [tries for _, tries in pairs], usual=usual)


def _speed_prior(technique: str, skills: Mapping[tuple[UUID, str], SkillCounts]) -> Speed:
    ratios: list[float] = []
    weights: list[float] = []
    owners: list[int] = []
    for number, ((_, name), counts) in enumerate(skills.items()):
        if name == technique:
            ratios += counts.ratios
            weights += counts.weights
            owners += [number] * len(counts.ratios)
    return speed_prior(np.clip(ratios, -math.log(2.0), math.log(2.0)), weights, owners)


def newcomers_limits(on: date) -> dict[tuple[UUID, str], int]:
    """The most pieces newcomers are given at once, by workshop and technique; nobody else stands here."""
    known = seen(on)
    rows = Capability.objects.order_by().filter(
        state="active", workshop__state="active", workshop__joined_on__gt=on - timedelta(weeks=NEWCOMER_WEEKS)
    )
    limits = {}
    for workshop, technique, joined_on in rows.values_list("workshop_id", "technique_id", "workshop__joined_on"):
        most = known.largest_lot(workshop, technique, joined_on)
        if most is not None:
            limits[workshop, technique] = most
    return limits


def outlook(on: date, correction: Correction | None = None) -> Outlook:
    """What promises draw futures from, by the workshops' ids as the engine's problem names them."""
    known = seen(on)
    rows = Workshop.objects.order_by().exclude(state="closed").values_list("id", "acceptance", "on_time")
    workshops = {
        str(key): known.reliability(
            key, known.acceptance(key, float(acceptance)).mean, known.as_planned(key, float(on_time)).mean
        )
        for key, acceptance, on_time in rows
    }
    usual = Reliability(
        known.acceptance_prior.mean, known.as_planned_prior.mean, known.delays, UNCOVERED * known.spoilt_prior.mean
    )
    return Outlook(workshops, usual, asking_days=known.asking_days, correction=correction)
