"""Laying orders and lots out for the standing plan: pure functions over the engine's problem."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import numpy.typing as npt

from kiwanda.engine import Lot, Operation, Order, Problem
from kiwanda.factory.planning.problem import Question
from kiwanda.factory.planning.routings import Step

if TYPE_CHECKING:
    from kiwanda.engine.promising import Promiser

Floats = npt.NDArray[np.float64]


def engine_order(key: UUID, steps: Iterable[Step], quantity: int, due_day: int, weight: float) -> Order:
    """So many pieces of a routing as the engine's order, to be begun from day 0 on."""
    return Order(
        id=str(key),
        quantity=quantity,
        release_day=0,
        due_day=due_day,
        weight=weight,
        operations=tuple(
            Operation(
                id=str(step.id),
                technique=step.technique,
                minutes=step.minutes,
                piece_rate=step.piece_rate_minor,
                after=tuple(str(source) for source in step.after),
                min_lot=step.min_lot,
                max_lot=step.max_lot,
            )
            for step in steps
        ),
    )


def forked(promiser: Promiser) -> Promiser:
    """The same promiser with hours and counted orders of its own: what is taken there is not taken here."""
    own = copy.copy(promiser)
    own.room = promiser.room.copy()
    own.week_room = promiser.week_room.copy()
    own._counted = list(promiser._counted)
    return own


def lay_out(
    problem: Problem, question: Question, rows: Iterable[tuple[UUID, UUID, UUID, int, date]]
) -> list[Lot]:
    """Lots of the plan in force with their minutes, day by day, in hours work in progress leaves free.

    Only as many pieces as are still to be given out; what begins last comes off, as when the wave goes out.
    """
    room, week_room = hours_left(problem)
    place = {row.id: index for index, row in enumerate(problem.workshops)}
    left = {(order.id, step.id): order.quantity for order in problem.orders for step in order.operations}
    minutes_of = {(order.id, step.id): step for order in problem.orders for step in order.operations}
    for lot in problem.fixed:
        left[lot.order, lot.operation] -= lot.quantity
    rates: dict[tuple[str, str], float] = {
        (row.id, skill.technique): skill.speed * skill.yield_share
        for row in problem.workshops
        for skill in row.capabilities
    }
    lots: list[Lot] = []
    for order, operation, workshop, planned, start_on in rows:
        key = (str(order), str(operation))
        quantity = min(planned, left.get(key, 0))
        step = minutes_of.get(key)
        shop = place.get(str(workshop))
        if quantity <= 0 or step is None or shop is None:
            continue
        rate = rates.get((str(workshop), step.technique))
        if rate is None:
            continue
        start = max(0, (start_on - problem.start_on).days)
        spent = _spend(room[shop], week_room[shop], quantity * step.minutes / rate, start)
        if not spent:
            continue
        left[key] -= quantity
        lots.append(Lot(*key, str(workshop), quantity, spent[0][0], spent[-1][0], tuple(spent)))
    return lots


def hours_left(problem: Problem) -> tuple[Floats, Floats]:
    """Minutes each workshop has left a day (W x D) and a week of the horizon after the problem's fixed lots."""
    weeks = -(-problem.days // 7)
    names = {code: index for index, code in enumerate(problem.calendars)}
    table = np.array(list(problem.calendars.values()), np.float64).reshape(len(names), problem.days)
    which = np.array([names[row.calendar] for row in problem.workshops], np.int64)
    factor = np.array([row.capacity_factor for row in problem.workshops])
    room: Floats = table[which] * factor[:, None] if len(which) else np.zeros((0, problem.days))
    week_room: Floats = np.full((len(which), weeks), float(problem.week_minutes_cap))
    place: dict[str, int] = {}
    for index, row in enumerate(problem.workshops):
        place[row.id] = index
        for day in row.off_days:
            if day < problem.days:
                room[index, day] = 0.0
    for lot in problem.fixed:
        for day, minutes in lot.minutes:
            room[place[lot.workshop], day] -= minutes
            week_room[place[lot.workshop], day // 7] -= minutes
    return np.maximum(0.0, room), np.maximum(0.0, week_room)


def _spend(room: Floats, week_room: Floats, minutes: float, start: int) -> list[tuple[int, float]]:
    """Lay ``minutes`` into one workshop's free days from ``start`` on, and take them; what does not fit is left off."""
    spent: list[tuple[int, float]] = []
    for day in range(start, len(room)):
        if minutes <= 1e-6:
            break
        taken = min(minutes, float(room[day]), float(week_room[day // 7]))
        if taken > 1e-6:
            room[day] -= taken
            week_room[day // 7] -= taken
            minutes -= taken
            spent.append((day, taken))
    return spent


def by_operation(lots: Iterable[Lot]) -> dict[str, list[Lot]]:
    """Lots by operation, in order of finish."""
    found: dict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        found[lot.operation].append(lot)
    for group in found.values():
        group.sort(key=lambda lot: (lot.finish_day, lot.start_day, lot.workshop))
    return found
