"""What was seen of the workshops: answers, deliveries, and the spells of work that tell their pace.

Dispatch knows the past; :mod:`kiwanda.factory.planning.learning` learns from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

import numpy as np

from kiwanda.engine.habits import pace_of
from kiwanda.factory.network.models import DayOff, Workshop
from kiwanda.factory.planning.working_days import minutes_by_calendar

#: Two half-lives: what is older would count less than a quarter.
HISTORY_WEEKS = 16


class Answer(NamedTuple):
    """One offer that was taken or not; withdrawn ones say nothing. ``days`` from sending to the answer."""

    workshop_id: UUID
    taken: bool
    answered_on: date
    days: float


class Delivery(NamedTuple):
    """One work order that is done: good and rejected pieces, when it could begin, was due, was last heard of.

    ``due_on`` is the day that counts for the workshop, ``agreed_on`` the one it was before parts or material came late.
    ``first``: it waited neither for parts nor for material. ``given_up``: staff closed it before it was done.
    """

    workshop_id: UUID
    technique: str
    minutes_per_piece: float
    accepted: int
    rejected: int
    begun_on: date
    due_on: date
    heard_on: date
    first: bool
    given_up: bool
    agreed_on: date | None = None

    @property
    def planned_on(self) -> date:
        """When the plan counted on it: the day agreed, whoever was the reason that it moved."""
        return self.agreed_on or self.due_on


class History(Protocol):
    """What dispatch tells learning, always of a span of time that is over."""

    def mark(self, until: datetime) -> tuple[int, int]:
        """How many answers and deliveries there were before ``until``: equal marks mean equal history."""

    def answers(self, since: datetime, until: datetime) -> Iterable[Answer]:
        """Offers answered or expired in that time."""

    def deliveries(self, since: datetime, until: datetime) -> Iterable[Delivery]:
        """Work orders done in that time."""

    def finished(self, production_order_ids: Collection[UUID], until: datetime) -> Mapping[UUID, date]:
        """The day the last piece of each was judged, for those that were done before ``until``."""


def paces(
    rows: list[Delivery], registered: Mapping[tuple[UUID, str], float], days: OpenDays
) -> Iterable[tuple[str, date, float, float]]:
    """``(technique, heard on, log ratio, weight)`` of each spell of work of one workshop.

    Lots that overlap in time are one spell, of the technique that took most of it. Spells with work that waited for
    parts, or that staff gave up, say nothing about pace.
    """
    spell: list[Delivery] = []
    end = date.min
    for row in [*sorted(rows, key=lambda row: (row.begun_on, row.heard_on)), None]:
        if spell and (row is None or row.begun_on > end):
            if all(item.first and not item.given_up for item in spell):
                took: dict[str, float] = defaultdict(float)
                for item in spell:
                    rate = registered.get((item.workshop_id, item.technique), 1.0)
                    took[item.technique] += (item.accepted + item.rejected) * item.minutes_per_piece / rate
                count, minutes = days.between(spell[0].begun_on, end)
                found = pace_of(sum(took.values()), minutes / count, count) if count else None
                if found is not None:
                    yield max(took, key=lambda name: (took[name], name)), end, *found
            spell = []
        if row is not None:
            end = row.heard_on if not spell else max(end, row.heard_on)
            spell.append(row)


class OpenDays(NamedTuple):
    """A workshop's working days of the past: running sums of days and minutes from ``first`` on."""

    first: date
    days: list[int]
    minutes: list[float]
    off: frozenset[date]
    factor: float

    def between(self, begin: date, end: date) -> tuple[int, float]:
        """Working days and minutes from ``begin`` to ``end`` inclusive."""
        low = max(0, (begin - self.first).days)
        high = min(len(self.days) - 1, (end - self.first).days + 1)
        if high <= low:
            return 0, 0.0
        count, minutes = self.days[high] - self.days[low], self.minutes[high] - self.minutes[low]
        for on in self.off:
            at = (on - self.first).days
            if low <= at < high and self.days[at + 1] > self.days[at]:
                count -= 1
                minutes -= self.minutes[at + 1] - self.minutes[at]
        return count, minutes * self.factor


def open_days(on: date, workshop_ids: set[UUID]) -> dict[UUID, OpenDays]:
    span = HISTORY_WEEKS * 7 + 60
    first = on - timedelta(days=span)
    sums = {}
    for code, minutes in minutes_by_calendar(first, span + 1).items():
        table = np.array(minutes, np.float64)
        sums[code] = (
            [0, *np.cumsum(table > 0).tolist()],
            [0.0, *np.cumsum(table).tolist()],
        )
    off: dict[UUID, set[date]] = defaultdict(set)
    for workshop, day in DayOff.objects.filter(on__range=(first, on)).values_list("workshop_id", "on"):
        off[workshop].add(day)
    rows = Workshop.objects.order_by().values_list("id", "calendar_id", "capacity_factor")
    return {
        workshop: OpenDays(first, *sums[calendar], frozenset(off.get(workshop, ())), float(factor))
        for workshop, calendar, factor in rows
        if workshop in workshop_ids
    }
