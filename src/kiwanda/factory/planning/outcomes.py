"""A plan together with the problem it answers: what it means for orders, workshops, techniques and the road.

Plan runs and what-ifs are read into the same :class:`Outcome`, so that any two can be laid side by side.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from kiwanda.core import files
from kiwanda.engine import Lot, Plan, Problem
from kiwanda.factory.planning.load import Load, daily_minutes, iso_week, measure
from kiwanda.factory.planning.models import Allocation, PlanRun, Scenario

#: Outcomes kept in a process: a plan never changes once it is stored.
KEPT = 6


class Fate(NamedTuple):
    """What becomes of an order; ``finish_on`` None: pieces stay undone within the horizon."""

    code: str
    due_on: date
    finish_on: date | None
    tardiness_days: int
    undone_quantity: int


class Flow(NamedTuple):
    """Pieces that travel from one hub to another for a technique's work in an ISO week."""

    from_hub: str
    to_hub: str
    technique: str
    week: str
    quantity: int


@dataclass(frozen=True)
class Outcome:
    """A problem and a plan for it; ``lots`` are the planned ones, the fixed ones stand in the problem.

    ``exact`` is False where the days of the lots are known but not how many minutes fell on each (older plans).
    """

    problem: Problem
    lots: tuple[Lot, ...]
    objective: Mapping[str, Any]
    bound: Mapping[str, Any]
    fates: Mapping[str, Fate]
    exact: bool = True

    @cached_property
    def load(self) -> Load:
        """Load against capacity."""
        return measure(self.problem, (*self.problem.fixed, *self.lots))

    @cached_property
    def rates(self) -> dict[tuple[str, str], int]:
        """Pay for a piece in minor units, by (order, operation)."""
        return {(order.id, step.id): step.piece_rate for order in self.problem.orders for step in order.operations}

    @cached_property
    def techniques(self) -> dict[tuple[str, str], str]:
        """The technique of each (order, operation)."""
        return {(order.id, step.id): step.technique for order in self.problem.orders for step in order.operations}

    @cached_property
    def incomes(self) -> dict[str, int]:
        """What the work of the plan pays each workshop that can work, in minor units: accepted work still running
        and planned lots, not what lies made already. Workshops without any have 0."""
        result = {row.id: 0 for row in self.problem.workshops if row.capabilities}
        for lot in (*self.problem.fixed, *self.lots):
            if lot.finish_day >= 0:
                result[lot.workshop] = result.get(lot.workshop, 0) + lot.quantity * self.rates[lot.order, lot.operation]
        return result

    @cached_property
    def flows(self) -> list[Flow]:
        """Pieces between hubs, the greatest first. See :func:`flows_of`."""
        return flows_of(self.problem, self.lots, self.load)

    def on(self, day: int) -> date:
        """The date of a day of the problem."""
        return self.problem.start_on + timedelta(days=day)


def flows_of(problem: Problem, lots: tuple[Lot, ...], load: Load) -> list[Flow]:
    """Match each lot's pieces with those of the step before it: the same hub first, then whichever is ready first.

    The engine proves that a matching exists and counts its own; this one moves as few pieces as looking at one step at
    a time can. Only planned lots cause journeys; fixed ones have drawn theirs already and are served first.
    """
    hub_of = {row.id: row.hub for row in problem.workshops}
    made: dict[tuple[str, str], list[tuple[int, str, int]]] = defaultdict(list)
    used: dict[tuple[str, str], list[tuple[int, str, int, bool]]] = defaultdict(list)
    for is_new, group in ((False, problem.fixed), (True, lots)):
        for lot in group:
            key, hub = (lot.order, lot.operation), hub_of[lot.workshop]
            made[key].append((lot.finish_day, hub, lot.quantity))
            used[key].append((lot.start_day, hub, lot.quantity, is_new))
    total: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for order in problem.orders:
        for step in order.operations:
            takers = sorted(used.get((order.id, step.id), ()), key=lambda row: (row[3], row[0], row[1]))
            for source in step.after if takers else ():
                stock = sorted(made.get((order.id, source), ()))
                left = [quantity for _, _, quantity in stock]
                away: list[tuple[int, str, int]] = []
                for day, hub, quantity, is_new in takers:
                    for place, (_, where, _) in enumerate(stock):
                        if where == hub:
                            taken = min(quantity, left[place])
                            left[place] -= taken
                            quantity -= taken
                    if quantity and is_new:
                        away.append((day, hub, quantity))
                for day, hub, quantity in away:
                    week = load.weeks[0] if day < 0 else _week_of_day(problem, day)
                    for place, (_, where, _) in enumerate(stock):
                        taken = min(quantity, left[place]) if where != hub else 0
                        if taken:
                            left[place] -= taken
                            quantity -= taken
                            total[where, hub, step.technique, week] += taken
    rows = [Flow(*key, quantity) for key, quantity in total.items()]
    return sorted(rows, key=lambda row: (-row.quantity, row[:4]))


def _week_of_day(problem: Problem, day: int) -> str:
    return iso_week(problem.start_on + timedelta(days=min(day, problem.days - 1)))


def stored_problem(sha256: str) -> Problem:
    """The problem a plan run or scenario was asked; OSError where its file is no longer kept."""
    return Problem.from_dict(json.loads(gzip.decompress(files.read(sha256))))


def stored_plan(sha256: str) -> Plan:
    """The engine's answer; OSError where its file is no longer kept."""
    return Plan.from_dict(json.loads(gzip.decompress(files.read(sha256))))


def fates_of(order_results: list[dict[str, Any]]) -> dict[str, Fate]:
    """The rows a plan run or scenario stores, by production order."""
    return {
        row["production_order_id"]: Fate(
            row["code"],
            date.fromisoformat(row["due_on"]),
            date.fromisoformat(row["finish_on"]) if row["finish_on"] else None,
            row["tardiness_days"],
            row["undone_quantity"],
        )
        for row in order_results
    }


def outcome_of_run(run: PlanRun) -> Outcome | None:
    """The outcome of a plan run; None while it has none, or where the file of its problem is no longer kept."""
    if not run.problem_sha256 or run.state in ("queued", "running", "failed", "discarded"):
        return None
    return _run_outcome(run.pk, run.problem_sha256, run.plan_sha256)


@lru_cache(maxsize=KEPT)
def _run_outcome(run_id: UUID, problem_sha256: str, plan_sha256: str) -> Outcome | None:
    run = PlanRun.objects.only("objective", "bound", "order_results", "start_on").get(pk=run_id)
    try:
        problem = stored_problem(problem_sha256)
        lots = stored_plan(plan_sha256).planned(problem) if plan_sha256 else None
    except OSError:
        return None
    exact = lots is not None
    if lots is None:
        lots = _from_allocations(run, problem)
    return Outcome(problem, lots, run.objective, run.bound, fates_of(run.order_results), exact)


def _from_allocations(run: PlanRun, problem: Problem) -> tuple[Lot, ...]:
    """Lots of a run whose plan file was not kept: minutes spread over the working days of each lot."""
    rows = Allocation.objects.filter(plan_run=run).order_by("pk").values_list(
        "production_order_id", "operation_id", "workshop_id", "quantity", "start_on", "finish_on", "minutes"
    )
    place = {row.id: index for index, row in enumerate(problem.workshops)}
    hours = daily_minutes(problem)
    lots = []
    for order, operation, workshop, quantity, start_on, finish_on, minutes in rows:
        name = str(workshop)
        if name not in place:
            continue
        first, last = (start_on - problem.start_on).days, (finish_on - problem.start_on).days
        open_days = [day for day in range(first, last + 1) if day < problem.days and hours[place[name], day] > 0]
        open_days = open_days or [min(first, problem.days - 1)]
        spent = tuple((day, float(minutes) / len(open_days)) for day in open_days)
        lots.append(Lot(str(order), str(operation), name, quantity, first, last, spent))
    return tuple(lots)


def outcome_of_scenario(scenario: Scenario, side: str) -> Outcome | None:
    """``side`` is ``base`` (the factory as it is) or ``result`` (with the changes); None while there is none."""
    stored = scenario.base if side == "base" else scenario.result
    if not stored:
        return None
    return _scenario_outcome(scenario.pk, side, stored["problem_sha256"], stored["plan_sha256"])


@lru_cache(maxsize=KEPT)
def _scenario_outcome(scenario_id: UUID, side: str, problem_sha256: str, plan_sha256: str) -> Outcome | None:
    stored = Scenario.objects.values_list(side, flat=True).get(pk=scenario_id)
    try:
        problem = stored_problem(problem_sha256)
        lots = stored_plan(plan_sha256).planned(problem)
    except OSError:
        return None
    return Outcome(problem, lots, stored["objective"], stored["bound"], fates_of(stored["order_results"]))
