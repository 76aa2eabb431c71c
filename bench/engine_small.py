"""solve against CP-SAT and SCIP on small instances: how far our plan lies over the best incumbent of the same run.

    python bench/engine_small.py [--workshops 40 80] [--seconds 60] [--workers 2] [--seeds 3]

For CP-SAT the model is the planning problem itself with three *restrictions* and no relaxation, so that every
incumbent is a plan by the same rules, written out and verified with ``check``: a lot begins and ends on one day; no lot
is smaller than the operation's smallest, the last remainder included; minutes are counted in hundredths, rounded
against the model. Whole pieces, lot sizes, hours of each day and week, hubs and transfer days, release days and
precedence are as in the engine. Our plan is given as a hint, a lot of several days as one for each day, which the
solver has to mend.

For SCIP the same model is *relaxed*: pieces are divisible and lots may have any size. Its incumbents are nearer the
best than a real plan can come, which makes them the stricter yardstick, and its bound holds for every plan. Orders have
no work in progress in these instances.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import defaultdict
from typing import Any

from engine_instances import instance
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from kiwanda.engine import Lot, LotTable, Objective, Plan, PlannedOrder, Problem, check, solve, warm


def capacities(problem: Problem) -> list[list[float]]:
    """Minutes by workshop and day."""
    rows = []
    for shop in problem.workshops:
        off = set(shop.off_days)
        day = problem.calendars[shop.calendar]
        rows.append([0.0 if t in off else day[t] * shop.capacity_factor for t in range(problem.days)])
    return rows


class Parts:
    """The same model for a mixed-integer solver, with divisible pieces and lots of any size."""

    def __init__(self) -> None:
        self.solver = pywraplp.Solver.CreateSolver("SCIP")

    def new_int_var_from_domain(self, domain: cp_model.Domain, name: str) -> Any:
        return self.solver.NumVar(0, domain.max(), name)

    def new_int_var(self, low: int, high: int, name: str) -> Any:
        return self.solver.NumVar(low, high, name)

    def new_bool_var(self, name: str) -> Any:
        return self.solver.BoolVar(name)

    def add(self, constraint: Any) -> None:
        if constraint is not True:
            self.solver.Add(constraint)

    def add_implication(self, first: Any, then: Any) -> None:
        self.solver.Add(first <= then)

    def minimize(self, cost: Any) -> None:
        self.solver.Minimize(cost)


def divisible(problem: Problem, seconds: float) -> tuple[float | None, float]:
    """Incumbent and bound with divisible pieces: nearer than any real plan can come, so a strict yardstick."""
    model = Parts()
    Model(problem, model)
    model.solver.SetTimeLimit(int(1000 * seconds))
    status = model.solver.Solve()
    found = status in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE)
    objective = model.solver.Objective()
    return (objective.Value() / 100 if found else None), objective.BestBound() / 100


class Model:
    """Variables and constraints of one problem; see the module's text."""

    def __init__(self, problem: Problem, model: Any = None) -> None:
        self.problem = problem
        self.model = cp_model.CpModel() if model is None else model
        self.made: dict[tuple[str, str, int, int], cp_model.IntVar] = {}  # order, operation, workshop, day
        self.done: dict[tuple[str, int], cp_model.IntVar] = {}
        free = capacities(problem)
        hub_at = {hub: place for place, hub in enumerate(problem.hubs)}
        hubs, days = len(problem.hubs), problem.days
        daily: dict[tuple[int, int], list] = defaultdict(list)
        cost = []
        for order in problem.orders:
            steps = order.sorted_operations()
            by_hub: dict[tuple[str, int, int], list] = defaultdict(list)
            last = [step for step in steps if all(step.id not in other.after for other in steps)]
            for step in steps:
                for w, shop in enumerate(problem.workshops):
                    for can in shop.capabilities:
                        if can.technique != step.technique:
                            continue
                        each = math.ceil(100 * step.minutes / (can.speed * can.yield_share) - 1e-6)
                        for t in range(max(0, order.release_day, order.material_day or 0), days):
                            most = min(step.max_lot, order.quantity, int(100 * free[w][t] // each))
                            least = min(step.min_lot, order.quantity)
                            if most < least:
                                continue
                            domain = cp_model.Domain.from_intervals([[0, 0], [least, most]])
                            pieces = self.model.new_int_var_from_domain(domain, "")
                            self.made[order.id, step.id, w, t] = pieces
                            by_hub[step.id, hub_at[shop.hub], t].append(pieces)
                            daily[w, t].append((each, pieces))
            for step in steps:
                made = [by_hub[step.id, h, t] for h in range(hubs) for t in range(days)]
                self.model.add(sum(pieces for row in made for pieces in row) <= order.quantity)
                for before in step.after:
                    self._flow(order.quantity, before, step.id, by_hub)
            for t in range(max(0, order.due_day), days):
                done = self.model.new_bool_var("")
                self.done[order.id, t] = done
                for step in last:
                    so_far = [p for h in range(hubs) for u in range(t + 1) for p in by_hub[step.id, h, u]]
                    self.model.add(sum(so_far) >= order.quantity * done)
                if (order.id, t - 1) in self.done:
                    self.model.add_implication(self.done[order.id, t - 1], done)
                cost.append(round(100 * order.weight) * (1 - done))
            overdue = max(0, min(0, days) - order.due_day)
            cost.append(round(100 * order.weight) * overdue)
        for (w, t), rows in daily.items():
            self.model.add(sum(each * pieces for each, pieces in rows) <= int(100 * free[w][t]))
        for w in range(len(problem.workshops)):
            for start in range(0, days, 7):
                week = [row for t in range(start, min(start + 7, days)) for row in daily.get((w, t), ())]
                if week:
                    self.model.add(sum(each * pieces for each, pieces in week) <= int(100 * problem.week_minutes_cap))
        self.model.minimize(sum(cost))

    def _flow(self, quantity: int, before: str, after: str, by_hub: dict) -> None:
        """Pieces leave the hub they were made at when they will, and are taken up once they have arrived."""
        transfer, days = self.problem.transfer_days, self.problem.days
        hubs = range(len(self.problem.hubs))
        new = lambda: self.model.new_int_var(0, quantity, "")  # noqa: E731
        sent = {(g, h, t): new() for g in hubs for h in hubs for t in range(days)}
        for g in hubs:
            lying = 0
            for t in range(days):
                stock = new()
                self.model.add(stock == lying + sum(by_hub[before, g, t]) - sum(sent[g, h, t] for h in hubs))
                lying = stock
        for h in hubs:
            come = 0
            for t in range(days):
                arrived = [sent[g, h, t - 1 - transfer[g][h]] for g in hubs if t - 1 - transfer[g][h] >= 0]
                stock = new()  # what is left after the day's work was taken up
                self.model.add(stock == come + sum(arrived) - sum(by_hub[after, h, t]))
                come = stock

    def hint(self, plan: Plan) -> None:
        """Start from a plan: a lot of several days becomes one for each day."""
        shop_at = {shop.id: place for place, shop in enumerate(self.problem.workshops)}
        pieces: dict[tuple[str, str, int, int], int] = defaultdict(int)
        for lot in plan.planned(self.problem):
            whole, gone, given = sum(m for _, m in lot.minutes), 0.0, 0
            for day, minutes in lot.minutes:
                gone += minutes
                upto = round(lot.quantity * gone / whole)
                pieces[lot.order, lot.operation, shop_at[lot.workshop], day] += upto - given
                given = upto
        for key, variable in self.made.items():
            self.model.add_hint(variable, pieces.get(key, 0))
        lines = {line.id: line for line in plan.orders}
        for (name, t), done in self.done.items():
            finish = lines[name].finish_day
            self.model.add_hint(done, int(finish is not None and finish <= t))

    def plan(self, solver: cp_model.CpSolver) -> Plan:
        """The incumbent as a plan; pieces of unfinished orders are left out."""
        problem = self.problem
        count = {key: solver.value(variable) for key, variable in self.made.items()}
        total: dict[tuple[str, str], int] = defaultdict(int)
        for (name, step, _, _), pieces in count.items():
            total[name, step] += pieces
        lots, lines = [], []
        for order in problem.orders:
            whole = all(total[order.id, step.id] == order.quantity for step in order.operations)
            finish = 0
            for (name, step, w, t), pieces in count.items():
                if name == order.id and pieces and whole:
                    shop = problem.workshops[w]
                    operation = next(o for o in order.operations if o.id == step)
                    can = next(c for c in shop.capabilities if c.technique == operation.technique)
                    minutes = pieces * operation.minutes / (can.speed * can.yield_share)
                    lots.append(Lot(name, step, shop.id, pieces, t, t, ((t, minutes),)))
                    finish = max(finish, t)
            late = max(0, (finish if whole else problem.days) - order.due_day)
            lines.append(PlannedOrder(order.id, finish if whole else None, late, 0 if whole else order.quantity))
        weight = {order.id: order.weight for order in problem.orders}
        objective = Objective(
            weighted_tardiness=sum(weight[line.id] * line.tardiness_days for line in lines),
            late_orders=sum(line.tardiness_days > 0 for line in lines),
            undone=sum(line.undone_quantity for line in lines),
        )
        return Plan(LotTable(tuple(lots)), tuple(sorted(lines, key=lambda line: line.id)), objective)


def compare(workshops: int, seed: int, seconds: float, workers: int, days: int, load: float) -> None:
    """One instance: our plan, theirs, and the difference."""
    problem = instance(
        workshops=workshops, orders=workshops // 2, hubs=3, days=days, last_due=days - 14, load=load, seed=seed,
        steps=(1, 2, 3), progress=False,
    )  # fmt: skip
    began = time.perf_counter()
    ours = solve(problem, workers=workers)
    took = time.perf_counter() - began
    model = Model(problem)
    model.hint(ours)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = max(workers, 2)
    solver.parameters.repair_hint = True
    solver.parameters.random_seed = seed
    status = solver.solve(model.model)
    mine = ours.objective.weighted_tardiness
    head = f"{workshops:4d} workshops, load {load:g}, seed {seed}: ours {mine:g} in {took:.1f} s"
    loose, bound = divisible(problem, seconds)
    shown = "none" if loose is None else f"{loose:.0f}"
    strict = f"with divisible pieces SCIP {shown}, nothing below {bound:.0f} exists"
    found: list[float] = [] if loose is None else [loose]
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        theirs = model.plan(solver)
        wrong = check(problem, theirs)
        found.append(theirs.objective.weighted_tardiness)
        head += f"; CP-SAT {found[-1]:g} ({solver.status_name(status)}, {len(wrong)} violations)"
    else:
        head += "; CP-SAT found nothing"
    best = min([mine, *found])
    over = 0.0 if mine <= best + 1e-6 else math.inf if best <= 0 else 100 * (mine / best - 1)
    print(f"{head}; {strict}; ours is {over:.0f} % over the best of all", flush=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--workshops", type=int, nargs="*", default=[40, 80])
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--days", type=int, default=42)
    options.add_argument("--load", type=float, nargs="*", default=[0.9])
    chosen = options.parse_args()
    warm()
    for workshops in chosen.workshops:
        for load in chosen.load:
            for seed in range(chosen.seeds):
                compare(workshops, seed, chosen.seconds, chosen.workers, chosen.days, load)


if __name__ == "__main__":
    main()
