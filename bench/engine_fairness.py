"""Fairness of plans and its price: shares, the max-min bound, steadiness, the trade-off with lateness.

    python bench/engine_fairness.py                      # the table of loads
    python bench/engine_fairness.py 0.9 0.7 --seeds 3    # some loads, several instances each
    python bench/engine_fairness.py 0.95 --curve         # weight of fairness against lateness, as a Markdown table

"Careless" is the same plan with `fairness=0`: the quickest workshops are asked first. `weekly bound` is the max-min
bound of plans that make the same pieces in the same weeks, closer than the one solve reports.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from engine_instances import instance

from kiwanda.engine import Plan, Problem, solve, warm
from kiwanda.engine.arrays import compile_problem
from kiwanda.engine.columns import LotColumns
from kiwanda.engine.fairness import PricePoint, Standing, measure, price_curve, shares
from kiwanda.engine.passes import Setup, prepare
from kiwanda.engine.quotas import max_min


def problem(load: float, seed: int) -> Problem:
    return instance(load=load, orders=500 if load < 0.3 else 1000, seed=seed)


def standing_of(setup: Setup, plan: Plan) -> tuple[Standing, LotColumns]:
    columns = plan.lots.columns
    assert columns is not None
    return measure(setup, columns.op, columns.workshop, columns.quantity, columns.finish), columns


def weekly_bound(setup: Setup, columns: LotColumns) -> float:
    """Max-min over the work of each week, by the minutes worked in it."""
    a = setup.arrays
    weeks = (a.days + 6) // 7
    lot = np.repeat(np.arange(len(columns.op)), np.diff(columns.work_ptr))
    total = np.bincount(lot, columns.minutes, len(columns.op))
    part = columns.minutes / total[lot] * columns.quantity[lot]
    made = np.bincount(columns.op[lot] * weeks + columns.day // 7, part, len(a.op_order) * weeks)
    share = shares(a, setup.available)
    return max_min(setup, share, a.income + setup.fixed_pay, made.reshape(-1, weeks), weekly=True, bucket=0.5).bound


def row(load: float, seed: int, workers: int, weekly: bool) -> None:
    case = problem(load, seed)
    setup = prepare(compile_problem(case))
    careless = solve(case, fairness=0.0, workers=workers)
    used = time.process_time()
    plan = solve(case, workers=workers)
    used = time.process_time() - used
    found, columns = standing_of(setup, plan)
    before, _ = standing_of(setup, careless)
    goal = plan.objective
    people = int((~np.isnan(found.standing)).sum())
    print(
        f"| {load:g} (seed {seed}) | {used:.2f} "
        f"| {careless.objective.weighted_tardiness:g} / {goal.weighted_tardiness:g} "
        f"| {1 - before.below / people:.2%} / {1 - found.below / people:.2%} "
        f"| {before.least / careless.objective.least_share_bound:.3f} / {found.least / goal.least_share_bound:.3f} "
        f"| {found.least:.3f} of {goal.least_share_bound:.3f} "
        f"| {careless.objective.income_gini:.3f} / {goal.income_gini:.3f} | {before.idle} / {found.idle} "
        f"| {before.weekly_spread:.3f} / {found.weekly_spread:.3f} (factory {found.level_spread:.3f}) |",
        flush=True,
    )
    if weekly:
        began = time.process_time()
        bound = weekly_bound(setup, columns)
        print(
            f"  weekly bound {bound:.3f}, least {found.least / bound:.3f} of it ({time.process_time() - began:.1f} s)"
        )


def curve(load: float, workers: int) -> None:
    case = problem(load, 0)
    weight = sum(order.weight for order in case.orders)
    points = price_curve(
        case, weights=(0.0, 0.25, 0.5, 0.75, 1.0), tolerances=(0.0, 0.01 * weight, 0.03 * weight, 0.1 * weight),
        workers=workers,
    )  # fmt: skip
    print(f"\nLoad {load:g}: weights of fairness, then tolerances\n")
    print(
        "| weight | tolerance (per weight) | weighted tardiness | price | Gini | least of bound | below 80 % | moved |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for point in points:
        print(_line(point, weight), flush=True)


def _line(point: PricePoint, weight: float) -> str:
    return (
        f"| {point.fairness:g} | {point.tolerance / weight:g} | {point.weighted_tardiness:g} | {point.price:g} "
        f"| {point.income_gini:.3f} | {point.least_share / max(point.least_share_bound, 1e-9):.3f} "
        f"| {point.below_share} | {point.transfers:,} |"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("loads", nargs="*", type=float)
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--curve", action="store_true")
    options.add_argument("--weekly", action="store_true")
    chosen = options.parse_args()
    warm()
    loads = chosen.loads or [0.12, 0.7, 0.85, 0.9, 0.95]
    if chosen.curve:
        for load in loads:
            curve(load, chosen.workers)
        return
    print("careless / fair")
    print("| load | CPU s | tardiness | at least 80 % | least of bound | | Gini per hour | idle | weekly spread |")
    print("|---|---|---|---|---|---|---|---|---|")
    for load in loads:
        for seed in range(chosen.seeds):
            row(load, seed, chosen.workers, chosen.weekly)


if __name__ == "__main__":
    main()
