"""The network as planning reads it: workshops, their skills and hours, how far the hubs are. Few queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from kiwanda.core import clock
from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.network.models import Capability, DayOff, Hub, TransferTime, Workshop
from kiwanda.factory.planning import learning
from kiwanda.factory.planning.working_days import minutes_by_calendar

#: Rejects are counted over so many weeks where an order's allowance is worked out.
HABIT_WEEKS = 8
#: Between hubs for which nobody has stated a time.
UNKNOWN_TRANSFER_DAYS = 3


class WorkshopRow(NamedTuple):
    """One workshop. ``target_minor`` is the weekly income aimed at; ``works`` False for paused ones and closed hubs.

    ``on_time`` and ``acceptance`` are learned: what was registered, moved by what was seen (:mod:`.learning`).
    """

    id: UUID
    code: str
    hub: str
    calendar: str
    capacity_factor: float
    target_minor: int
    on_time: float
    acceptance: float
    works: bool


class Skill(NamedTuple):
    """A technique a workshop has; ``rate`` good standard minutes per minute worked.

    Speed and yield are learned. ``max_lot`` is the most pieces a newcomer is given at once, None for everybody else.
    """

    technique: str
    speed: float
    yield_share: float
    max_lot: int | None = None

    @property
    def rate(self) -> float:
        return self.speed * self.yield_share


@dataclass(frozen=True)
class Capacity:
    """W workshops over D days from ``start_on``. Everything is read at one moment."""

    start_on: date
    days: int
    workshops: list[WorkshopRow]
    skills: dict[UUID, list[Skill]]
    off_days: dict[UUID, list[int]]
    calendars: dict[str, list[int]]
    hubs: list[str]
    transfer_days: list[list[int]]
    techniques: list[str]

    @cached_property
    def place(self) -> dict[UUID, int]:
        """Row of each workshop in :attr:`minutes`."""
        return {row.id: index for index, row in enumerate(self.workshops)}

    @cached_property
    def hub_place(self) -> dict[str, int]:
        return {code: index for index, code in enumerate(self.hubs)}

    @cached_property
    def minutes(self) -> npt.NDArray[np.float64]:
        """Minutes each workshop can work a day, W × D; zero on days off, for paused workshops throughout."""
        names = {code: index for index, code in enumerate(self.calendars)}
        table = np.array(list(self.calendars.values()), np.float64).reshape(len(names), self.days)
        if not self.workshops:
            return np.zeros((0, self.days))
        which = np.array([names[row.calendar] for row in self.workshops], np.int64)
        factor = np.array([row.capacity_factor if row.works else 0.0 for row in self.workshops])
        result: npt.NDArray[np.float64] = table[which] * factor[:, None]
        for index, row in enumerate(self.workshops):
            for day in self.off_days.get(row.id, ()):
                result[index, day] = 0.0
        return result

    def day(self, on: date) -> int:
        """Days from ``start_on``; negative before it."""
        return (on - self.start_on).days


def load_capacity(start_on: date, days: int) -> Capacity:
    """Read the network for ``days`` days from ``start_on``."""
    hubs = list(Hub.objects.order_by("code").values_list("code", "state"))
    open_hubs = {code for code, state in hubs if state == "open"}
    known = learning.seen(clock.today())
    joined: dict[UUID, date] = {}
    workshops = []
    for key, code, hub, calendar, factor, weekly, on_time, acceptance, state, joined_on in (
        Workshop.objects.order_by("code")
        .exclude(state="closed")
        .values_list("id", "code", "hub__code", "calendar_id", "capacity_factor", "target_weekly_income_minor",
                     "on_time", "acceptance", "state", "joined_on")
    ):
        joined[key] = joined_on
        workshops.append(
            WorkshopRow(
                key, code, hub, calendar, float(factor), weekly,
                known.on_time(key, float(on_time)).mean, known.acceptance(key, float(acceptance)).mean,
                state == "active" and hub in open_hubs,
            )
        )
    skills: dict[UUID, list[Skill]] = defaultdict(list)
    for key, technique, speed, share in Capability.objects.filter(state="active").values_list(
        "workshop_id", "technique_id", "speed", "yield_share"
    ):
        if key in joined:
            skills[key].append(
                Skill(
                    technique,
                    known.speed(key, technique, float(speed)),
                    known.good_share(key, technique, float(share)).mean,
                    known.largest_lot(key, technique, joined[key]),
                )
            )
    off_days: dict[UUID, list[int]] = defaultdict(list)
    last = start_on + timedelta(days=days - 1)
    for key, on in DayOff.objects.filter(on__range=(start_on, last)).values_list("workshop_id", "on"):
        off_days[key].append((on - start_on).days)
    place = {code: index for index, (code, _) in enumerate(hubs)}
    transfer = [[0 if a == b else UNKNOWN_TRANSFER_DAYS for b in place] for a in place]
    for source, target, span in TransferTime.objects.values_list("from_hub__code", "to_hub__code", "days"):
        transfer[place[source]][place[target]] = span
    return Capacity(
        start_on, days, workshops, dict(skills), dict(off_days), minutes_by_calendar(start_on, days),
        [code for code, _ in hubs], transfer, list(Technique.objects.order_by("code").values_list("code", flat=True)),
    )
