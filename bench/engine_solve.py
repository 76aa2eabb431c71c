"""solve on seeded instances: seconds, tardiness, bound, fairness. One line for each instance.

    python bench/engine_solve.py                     # the standard table
    python bench/engine_solve.py flat-0.95 peak --seconds 10 --workers 2 --gap

`--gap` adds the capacity-equivalent gap: by how many per cent hours must be cut until the lower bound equals the plan's
piece-weighted tardiness. CPU seconds stand beside wall seconds because the machine may be shared.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
from engine_instances import instance

from kiwanda.engine import Plan, Problem, check, solve, warm

INSTANCES: dict[str, dict[str, object]] = {
    "flat-0.85": {"load": 0.85},
    "flat-0.90": {"load": 0.90},
    "flat-0.95": {"load": 0.95},
    "peak": {"load": 0.95, "peak": 0.4},
    "over-1.10": {"load": 1.10},
    "graphs": {"load": 0.9, "graph": True, "steps": (2, 3, 4, 5)},
    "few-big": {"load": 0.9, "orders": 150},
    "many-small": {"load": 0.9, "orders": 3000, "quantity": (60.0, 0.5)},
    "scarce": {"load": 0.8, "scarce": 0.6},
    "frepple-5000": {"load": 0.85, "orders": 5000, "steps": (3,), "progress": False, "quantity": (60.0, 0.5)},
    "low": {"load": 0.12, "orders": 500},
    "small": {"load": 0.9, "workshops": 80, "orders": 40, "hubs": 3},
}


def fairness(problem: Problem, plan: Plan, load: float) -> str:
    """Gini per available hour, and the least shares of what each could earn working all its hours, against the load."""
    from kiwanda.engine.arrays import compile_problem
    from kiwanda.engine.assemble import gini
    from kiwanda.engine.passes import available_minutes

    a = compile_problem(problem)
    hours = available_minutes(a)
    shop_at = {name: place for place, name in enumerate(a.workshop_ids)}
    pay = {(order.id, step.id): step.piece_rate for order in problem.orders for step in order.operations}
    earned = np.zeros(len(hours))
    for lot in plan.planned(problem):
        earned[shop_at[lot.workshop]] += lot.quantity * pay[lot.order, lot.operation]
    shop = np.repeat(np.arange(len(hours)), np.diff(a.cap_ptr))
    rate = np.bincount(shop, a.cap_rate, len(hours)) / np.maximum(1, np.bincount(shop, minlength=len(hours)))
    own = hours * rate
    able = own > 0
    share = earned[able] / own[able] / (earned.sum() / own.sum())
    return (
        f"gini/hour {gini(earned[able] / hours[able]):.3f} gini {gini(earned[able]):.3f} "
        f"own share min {share.min():.2f} p1 {np.quantile(share, 0.01):.2f} at least 80 %: {np.mean(share >= 0.8):.4f} "
        f"idle {int((earned[able] == 0).sum())}"
    )


def piece_tardiness(problem: Problem, plan: Plan) -> float:
    """Weighted tardiness with every piece late on its own; undone pieces count to the horizon."""
    last = {order.id: {step.id for step in order.operations} for order in problem.orders}
    for order in problem.orders:
        for step in order.operations:
            last[order.id] -= set(step.after)
    orders = problem.order_by_id
    total = 0.0
    for lot in plan.lots:
        order = orders[lot.order]
        if lot.operation in last[lot.order] and lot.finish_day > order.due_day:
            ends = len(last[lot.order])
            total += order.weight * lot.quantity / order.quantity / ends * (lot.finish_day - order.due_day)
    for line in plan.orders:
        order = orders[line.id]
        total += order.weight * line.undone_quantity / order.quantity * max(0, problem.days - order.due_day)
    return total


def capacity_gap(problem: Problem, tardiness: float, workers: int) -> float:
    """Per cent of hours to cut until the bound reaches ``tardiness`` (to a tenth of a per cent, at most 30).

    The bound is climbed until little more is gained: one that stops early would make any plan look worse.
    """
    from kiwanda.engine.arrays import compile_problem
    from kiwanda.engine.bound import Dual, climb
    from kiwanda.engine.passes import prepare

    low, high = 0.0, 30.0
    start = None
    while high - low > 0.1:
        cut = (low + high) / 2
        fewer = replace(
            problem,
            week_minutes_cap=problem.week_minutes_cap * (1 - cut / 100),
            workshops=tuple(replace(w, capacity_factor=w.capacity_factor * (1 - cut / 100)) for w in problem.workshops),
        )
        dual = Dual(prepare(compile_problem(fewer)), workers)
        found = climb(dual, start, (0.1, 0.03, 0.01), (40, 40, 60))
        start = found.price
        if found.value < tardiness:
            found = climb(dual, start, (0.03, 0.01, 0.003, 0.001), (60, 80, 150, 150))
        if found.value >= tardiness:
            high = cut
        else:
            low = cut
    return (low + high) / 2


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("names", nargs="*")
    options.add_argument("--seconds", type=float)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--check", action="store_true")
    options.add_argument("--gap", action="store_true")
    chosen = options.parse_args()
    print(f"warmed in {warm():.1f} s", flush=True)
    for name in chosen.names or INSTANCES:
        arguments = INSTANCES[name]
        problem = instance(**arguments)  # type: ignore[arg-type]
        wall, used = time.perf_counter(), time.process_time()
        plan = solve(problem, seconds=chosen.seconds, workers=chosen.workers)
        wall, used = time.perf_counter() - wall, time.process_time() - used
        goal = plan.objective
        weight = sum(order.weight for order in problem.orders)
        late = 1 - goal.late_orders / max(1, len(problem.orders))
        print(
            f"{name:13s} wall {wall:5.2f} s cpu {used:5.2f} s  lots {len(plan.planned(problem)):6d}  "
            f"tardiness {goal.weighted_tardiness:g} = {goal.weighted_tardiness / weight:.4f}/weight  "
            f"on time {late:.4f}  undone {goal.undone}  bound {plan.bound.weighted_tardiness:.1f}  "
            + fairness(problem, plan, float(arguments["load"])),  # type: ignore[arg-type]
            flush=True,
        )
        for line in plan.log:
            print(f"    {line}")
        if chosen.gap:
            pieces = piece_tardiness(problem, plan)
            print(
                f"    piece-weighted {pieces:.1f}, capacity gap {capacity_gap(problem, pieces, chosen.workers):.1f} %"
            )
        if chosen.check:
            began = time.perf_counter()
            print(f"    {len(check(problem, plan))} violations, checked in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
