"""Behind one cell of the board: who is loaded, for which orders, and where hours are still free."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from kiwanda.factory.network.models import Hub, Workshop
from kiwanda.factory.planning.outcomes import Fate, Outcome
from kiwanda.surfaces.tower.queries.plan import Week

#: Workshops and orders listed; the lots below are all there.
LISTED = 12


@dataclass(frozen=True, slots=True)
class HubHours:
    """Hours at one hub; ``free`` are those nobody asked for of all workshops there that have the technique."""

    code: str
    name: str
    load: float
    free: float
    workshops: int

    @property
    def most(self) -> float:
        """Hours that are or could be spent on it."""
        return self.load + self.free


@dataclass(frozen=True, slots=True)
class Busy:
    """A workshop's hours of this cell, of all its work in these weeks, and the hours it has."""

    id: UUID
    name: str
    hub: str
    hours: float
    all_hours: float
    has_hours: float

    @property
    def share(self) -> float:
        return self.all_hours / self.has_hours if self.has_hours else float(self.all_hours > 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """An order's hours in this cell. ``id`` is None for one that exists only in a what-if."""

    id: UUID | None
    code: str
    hours: float
    workshops: int
    due_on: date
    finish_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One technique or hub, one week or all."""

    load: float
    capacity: float
    free: float
    able: int
    hubs: list[HubHours]
    people: list[Busy]
    people_count: int
    orders: list[Asked]
    order_count: int

    @property
    def share(self) -> float:
        return self.load / self.capacity if self.capacity else float(self.load > 0)


def cell(outcome: Outcome, *, technique: str = "", hub: str = "", week: Week | None = None) -> Cell | None:
    """The cell, in hours; None where the plan knows no such technique, hub or week. Two queries, for names."""
    load = outcome.load
    if (technique and technique not in load.technique_place) or (week and week.label not in load.weeks):
        return None
    hubs = list(outcome.problem.hubs)
    if hub and hub not in hubs:
        return None
    column = load.technique_place[technique] if technique else slice(None)
    span = load.weeks.index(week.label) if week else slice(None)
    asked = _sum(load.load[:, column], span, bool(technique))
    capacity = _sum(load.shared[:, column], span, bool(technique)) if technique else _weeks(load.hours, span)
    all_work, hours, spare = _weeks(load.load.sum(axis=1), span), _weeks(load.hours, span), _weeks(load.free, span)
    able = load.has[:, column] > 0 if technique else load.has.any(axis=1)
    here = np.ones(len(asked), bool) if not hub else load.hub_of == hubs.index(hub)
    asked, capacity, spare = (np.where(here, table, 0.0) / 60 for table in (asked, capacity, spare))
    able = able & here
    names = dict(Hub.objects.values_list("code", "name"))
    rows = []
    for index, code in enumerate(hubs):
        at = load.hub_of == index
        if asked[at].any() or capacity[at].any():
            rows.append(
                HubHours(
                    code, names.get(code, code), float(asked[at].sum()), float(spare[at & able].sum()),
                    int((at & able).sum()),
                )
            )
    rows.sort(key=lambda row: (-row.load, -row.free, row.name))
    order = np.argsort(-asked, kind="stable")
    loaded = [int(place) for place in order if asked[place] > 0]
    people = _people(outcome, loaded[:LISTED], asked, all_work / 60, hours / 60)
    orders = _orders(outcome, technique, hub, week)
    return Cell(
        float(asked.sum()), float(capacity.sum()), float(spare[able].sum()), int(able.sum()), rows, people,
        len(loaded), orders[:LISTED], len(orders),
    )


def _sum(table: Any, span: Any, is_one: bool) -> Any:
    """Minutes by workshop of a W x K x weeks or, for one technique, W x weeks table."""
    return _weeks(table if is_one else table.sum(axis=1), span)


def _weeks(table: Any, span: Any) -> Any:
    return table[:, span] if isinstance(span, int) else table.sum(axis=1)


def _people(outcome: Outcome, places: list[int], asked: Any, all_work: Any, hours: Any) -> list[Busy]:
    ids = [outcome.problem.workshops[place].id for place in places]
    known = {str(pk): (name, hub) for pk, name, hub in Workshop.objects.filter(pk__in=ids).values_list(
        "pk", "trade_name", "hub__name"
    )}  # fmt: skip
    return [
        Busy(UUID(name), *known.get(name, (name, "")), float(asked[place]), float(all_work[place]), float(hours[place]))
        for name, place in zip(ids, places, strict=True)
    ]


def _orders(outcome: Outcome, technique: str, hub: str, week: Week | None) -> list[Asked]:
    first = (week.begins_on - outcome.problem.start_on).days if week else -(10**6)
    last = first + 6 if week else 10**6
    hub_of = {row.id: row.hub for row in outcome.problem.workshops}
    minutes: dict[str, float] = defaultdict(float)
    hands: dict[str, set[str]] = defaultdict(set)
    for lot in (*outcome.problem.fixed, *outcome.lots):
        if (technique and outcome.techniques[lot.order, lot.operation] != technique) or (
            hub and hub_of[lot.workshop] != hub
        ):
            continue
        spent = sum(part for day, part in lot.minutes if first <= day <= last)
        if spent > 0:
            minutes[lot.order] += spent
            hands[lot.order].add(lot.workshop)
    rows = [_asked(key, spent, hands[key], outcome) for key, spent in minutes.items()]
    return sorted(rows, key=lambda row: (-row.hours, row.code))


def _asked(key: str, minutes: float, hands: set[str], outcome: Outcome) -> Asked:
    due = outcome.on(outcome.problem.order_by_id[key].due_day)
    fate = outcome.fates.get(key) or Fate(key, due, None, 0, 0)
    late = fate.finish_on is None or fate.finish_on > fate.due_on
    return Asked(real_id(key), fate.code, minutes / 60, len(hands), fate.due_on, fate.finish_on, late)


def real_id(key: str) -> UUID | None:
    """The id of a production order; None for an order that exists only in a what-if."""
    try:
        return UUID(key)
    except ValueError:
        return None

