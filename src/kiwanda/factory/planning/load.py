"""Load against capacity: per technique and ISO week, per hub and ISO week, in minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from kiwanda.engine import Lot
from kiwanda.factory.planning.capacity import Capacity
from kiwanda.factory.planning.problem import WEEK_MINUTES_CAP, Question

Floats = npt.NDArray[np.float64]


def iso_week(on: date) -> str:
    """``2026-W48``."""
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02d}"


def load_and_capacity(question: Question, lots: Iterable[Lot]) -> dict[str, Any]:
    """``weeks``, ``techniques`` and ``hubs`` with their ``load`` and ``capacity`` in whole minutes, one number a week.

    A workshop with several techniques can spend an hour only once. Its hours are shared out over its techniques in
    proportion to what the week asks of each, so that the capacities of all techniques add up to the hours there are.
    """
    capacity = question.capacity
    labels = [iso_week(capacity.start_on + timedelta(days=day)) for day in range(capacity.days)]
    weeks = list(dict.fromkeys(labels))
    week_of = np.array([weeks.index(label) for label in labels], np.int64)
    technique_of = {name: index for index, name in enumerate(capacity.techniques)}
    load = np.zeros((len(capacity.workshops), len(capacity.techniques), len(weeks)))
    for lot in lots:
        place = capacity.place[UUID(lot.workshop)]
        technique = technique_of[question.steps[UUID(lot.operation)].technique]
        for day, minutes in lot.minutes:
            load[place, technique, week_of[day]] += minutes
    hours = weekly_minutes(capacity, week_of, len(weeks))
    by_technique = load.sum(axis=0)
    shared = share_out(capacity, hours, by_technique)
    hub_of = np.array([capacity.hub_place[row.hub] for row in capacity.workshops], np.int64)
    hub_load, hub_hours = np.zeros((len(capacity.hubs), len(weeks))), np.zeros((len(capacity.hubs), len(weeks)))
    np.add.at(hub_load, hub_of, load.sum(axis=1))
    np.add.at(hub_hours, hub_of, hours)
    return {
        "weeks": weeks,
        "techniques": _rows(capacity.techniques, by_technique, shared),
        "hubs": _rows(capacity.hubs, hub_load, hub_hours),
    }


def weekly_minutes(capacity: Capacity, week_of: npt.NDArray[np.int64], count: int) -> Floats:
    """Minutes each workshop can work in each ISO week, W × weeks, within the weekly cap."""
    hours = np.zeros((len(capacity.workshops), count))
    for day in range(capacity.days):
        hours[:, week_of[day]] += capacity.minutes[:, day]
    return np.minimum(hours, WEEK_MINUTES_CAP)


def share_out(capacity: Capacity, hours: Floats, by_technique: Floats) -> Floats:
    """Techniques × weeks: hours of workshops shared over their techniques in proportion to ``by_technique``."""
    names = {name: index for index, name in enumerate(capacity.techniques)}
    has = np.zeros((len(capacity.workshops), len(names)))
    for index, row in enumerate(capacity.workshops):
        for skill in capacity.skills.get(row.id, ()):
            has[index, names[skill.technique]] = 1.0
    result = np.zeros_like(by_technique)
    for week in range(by_technique.shape[1]):
        # One minute more for each, so that techniques nobody asks for share what is left evenly.
        wanted = has * (by_technique[:, week] + 1.0)
        total = wanted.sum(axis=1, keepdims=True)
        share = np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0)
        result[:, week] = (share * hours[:, week, None]).sum(axis=0)
    return result


def _rows(names: list[str], load: Floats, capacity: Floats) -> list[dict[str, Any]]:
    return [
        {
            "code": name,
            "load": [round(value) for value in load[index].tolist()],
            "capacity": [round(value) for value in capacity[index].tolist()],
        }
        for index, name in enumerate(names)
        if load[index].any() or capacity[index].any()
    ]
