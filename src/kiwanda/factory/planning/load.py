"""Load against capacity of a plan: per workshop, technique and ISO week, in minutes.

Read from the engine's problem and lots alone, so that a plan in force, a proposal and a what-if are counted alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kiwanda.engine import Lot, Problem
from kiwanda.factory.planning.problem import Question

Floats = npt.NDArray[np.float64]


def iso_week(on: date) -> str:
    """``2026-W48``."""
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02d}"


@dataclass(frozen=True)
class Load:
    """What W workshops are asked to do with K techniques in the horizon's ISO weeks, against what they can.

    Attributes
    ----------
    weeks : list of str
        ISO weeks the horizon touches, the first and last perhaps in part.
    load : array, W x K x weeks
        Minutes of work, fixed and planned.
    hours : array, W x weeks
        Minutes each workshop can work, within the weekly cap.
    has : array, W x K
        1.0 where the workshop has the technique.
    """

    problem: Problem
    weeks: list[str]
    load: Floats
    hours: Floats
    has: Floats

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each workshop."""
        return {row.id: index for index, row in enumerate(self.problem.workshops)}

    @cached_property
    def technique_place(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.problem.techniques)}

    @cached_property
    def hub_of(self) -> npt.NDArray[np.int64]:
        """Hub number of each workshop."""
        places = {code: index for index, code in enumerate(self.problem.hubs)}
        return np.array([places[row.hub] for row in self.problem.workshops], np.int64)

    @cached_property
    def shared(self) -> Floats:
        """W x K x weeks: each workshop's minutes shared out over its techniques.

        A workshop with several techniques can spend an hour only once. Its hours go to its techniques in proportion to
        what the week asks of each over all workshops, so that the capacities of all techniques add up to the hours
        there are.
        """
        asked = self.load.sum(axis=0)
        # One minute more for each, so that techniques nobody asks for share what is left evenly.
        wanted = self.has[:, :, None] * (asked[None, :, :] + 1.0)
        total = wanted.sum(axis=1, keepdims=True)
        share = np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0)
        result: Floats = share * self.hours[:, None, :]
        return result

    @cached_property
    def free(self) -> Floats:
        """W x weeks: minutes nobody has asked for yet, never below zero."""
        result: Floats = np.maximum(0.0, self.hours - self.load.sum(axis=1))
        return result

    def by_hub(self, table: Floats) -> Floats:
        """Sum the first axis (workshops) of ``table`` by hub."""
        result = np.zeros((len(self.problem.hubs), *table.shape[1:]))
        np.add.at(result, self.hub_of, table)
        return result


def measure(problem: Problem, lots: Iterable[Lot]) -> Load:
    """Count ``lots`` (all of them, the problem's fixed ones included) against the problem's hours."""
    labels = [iso_week(problem.start_on + timedelta(days=day)) for day in range(problem.days)]
    weeks = list(dict.fromkeys(labels))
    number = {label: index for index, label in enumerate(weeks)}
    week_of = np.array([number[label] for label in labels], np.int64)
    place = {row.id: index for index, row in enumerate(problem.workshops)}
    techniques = {name: index for index, name in enumerate(problem.techniques)}
    technique_of = {
        (order.id, step.id): techniques[step.technique] for order in problem.orders for step in order.operations
    }
    rows: list[int] = []
    columns: list[int] = []
    days: list[int] = []
    minutes: list[float] = []
    for lot in lots:
        row, column = place[lot.workshop], technique_of[lot.order, lot.operation]
        for day, spent in lot.minutes:
            rows.append(row)
            columns.append(column)
            days.append(day)
            minutes.append(spent)
    load = np.zeros((len(place), len(techniques), len(weeks)))
    if rows:
        np.add.at(load, (np.array(rows), np.array(columns), week_of[np.array(days)]), np.array(minutes))
    has = np.zeros((len(place), len(techniques)))
    for index, workshop in enumerate(problem.workshops):
        for skill in workshop.capabilities:
            has[index, techniques[skill.technique]] = 1.0
    return Load(problem, weeks, load, weekly_minutes(problem, week_of, len(weeks)), has)


def daily_minutes(problem: Problem) -> Floats:
    """Minutes each workshop can work each day, W x days: nothing on days off or without a technique."""
    names = {code: index for index, code in enumerate(problem.calendars)}
    table = np.array(list(problem.calendars.values()), np.float64).reshape(len(names), problem.days)
    if not problem.workshops:
        return np.zeros((0, problem.days))
    which = np.array([names[row.calendar] for row in problem.workshops], np.int64)
    factor = np.array([row.capacity_factor if row.capabilities else 0.0 for row in problem.workshops])
    result: Floats = table[which] * factor[:, None]
    for index, row in enumerate(problem.workshops):
        for day in row.off_days:
            if day < problem.days:
                result[index, day] = 0.0
    return result


def weekly_minutes(problem: Problem, week_of: npt.NDArray[np.int64], count: int) -> Floats:
    """Minutes each workshop can work in each ISO week, W x weeks, within the weekly cap."""
    hours = np.zeros((count, len(problem.workshops)))
    np.add.at(hours, week_of, daily_minutes(problem).T)
    result: Floats = np.minimum(hours.T, problem.week_minutes_cap)
    return result


def load_and_capacity(question: Question, lots: Iterable[Lot], problem: Problem | None = None) -> dict[str, Any]:
    """``weeks``, ``techniques`` and ``hubs`` with ``load`` and ``capacity`` in whole minutes, one number a week."""
    return board_of(measure(problem or Problem.from_dict(question.data), lots))


def board_of(load: Load) -> dict[str, Any]:
    """The same for a measured plan; rows without load or capacity are left out."""
    shared = load.shared.sum(axis=0)
    return {
        "weeks": load.weeks,
        "techniques": _rows(load.problem.techniques, load.load.sum(axis=0), shared),
        "hubs": _rows(load.problem.hubs, load.by_hub(load.load.sum(axis=1)), load.by_hub(load.hours)),
    }


def _rows(names: Iterable[str], load: Floats, capacity: Floats) -> list[dict[str, Any]]:
    return [
        {
            "code": name,
            "load": [round(value) for value in load[index].tolist()],
            "capacity": [round(value) for value in capacity[index].tolist()],
        }
        for index, name in enumerate(names)
        if load[index].any() or capacity[index].any()
    ]
