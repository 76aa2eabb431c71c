"""Stability against the published plan, and what protection against no-shows is worth.

    python bench/engine_stability.py                          # plans changed by new orders, declines, a workshop gone
    python bench/engine_stability.py --no-shows 5 --load 0.8  # weeks in which workshops do not come

Kept: share of the lots of the first 7 and 14 days that stand with the same operation, workshop, pieces and day. "Plain"
plans anew without the published plan. No-shows: in one week so many workshops of each technique do not come; it is
noticed on the second day; then the simplest mending there is, one pass of the dispatcher in which all others do what
they were told, and what the missing should have made is offered anew.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import replace

import numpy as np
from engine_instances import instance

from kiwanda.engine import Lot, LotTable, Plan, Problem, solve, warm
from kiwanda.engine.arrays import compile_problem
from kiwanda.engine.passes import RULES, prepare, run_pass
from kiwanda.engine.steady import from_day_on, held, published_lots

Key = tuple[str, str, str, int, int]


def key(lot: Lot) -> Key:
    return (lot.order, lot.operation, lot.workshop, lot.quantity, lot.start_day)


def kept(before: Plan, after: Plan, case: Problem, days: int) -> float:
    old = Counter(key(lot) for lot in before.planned(case) if lot.start_day < days)
    new = Counter(key(lot) for lot in after.planned(case) if lot.start_day < days)
    return (old & new).total() / max(1, old.total())


def changes(load: float, workers: int) -> None:
    """New orders, declined lots, a workshop gone."""
    full = instance(load=load)
    rng = np.random.default_rng(7)
    late_comers = {full.orders[i].id for i in rng.choice(len(full.orders), len(full.orders) // 100, replace=False)}
    fixed = tuple(lot for lot in full.fixed if lot.order not in late_comers)
    known = replace(full, orders=tuple(o for o in full.orders if o.id not in late_comers), fixed=fixed)
    before = solve(known, workers=workers)
    lots = before.planned(known)
    out = set(rng.choice(len(lots), len(lots) // 100, replace=False).tolist())
    # Who declined has those days off, or the same plan would come out again.
    taken: dict[str, set[int]] = {}
    for i in out:
        taken.setdefault(lots[i].workshop, set()).update(range(lots[i].start_day, lots[i].finish_day + 1))
    declining = replace(
        known,
        workshops=tuple(
            replace(shop, off_days=tuple(sorted({*shop.off_days, *taken.get(shop.id, ())}))) for shop in known.workshops
        ),
    )
    declined = replace(before, lots=LotTable([*known.fixed, *(lot for i, lot in enumerate(lots) if i not in out)]))
    busy = Counter(lot.workshop for lot in lots).most_common(1)[0][0]
    # Pieces it has made already may lie with it, so the problem still names it, without a day of work.
    away = replace(
        known,
        workshops=tuple(
            replace(shop, off_days=tuple(range(known.days))) if shop.id == busy else shop for shop in known.workshops
        ),
    )
    for name, case, published in (
        ("1 % new orders", replace(known, orders=full.orders), before),
        ("1 % of lots declined", declining, declined),
        ("busiest workshop gone", away, before),
    ):
        weight = sum(order.weight for order in case.orders)
        for label, in_force, tolerance in (
            ("plain", None, 0.0), ("kept", published, 0.0), ("kept, tolerance .02", published, 0.02 * weight),
        ):  # fmt: skip
            used = time.process_time()
            plan = solve(case, published=in_force, tolerance=tolerance, workers=workers)
            used = time.process_time() - used
            days = [kept(published, plan, case, n) for n in (7, 14, case.days)]
            print(
                f"| {load:g} | {name} | {label} | {days[0]:.1%} | {days[1]:.1%} | {days[2]:.1%} "
                f"| {before.objective.weighted_tardiness:g} | {plan.objective.weighted_tardiness:g} | {used:.1f} |",
                flush=True,
            )


def absent_in(case: Problem, week: int, count: int) -> set[str]:
    rng = np.random.default_rng(week)
    absent: set[str] = set()
    for technique in case.techniques:
        able = (shop for shop in case.workshops if any(can.technique == technique for can in shop.capabilities))
        pool = sorted(shop.id for shop in able)
        absent.update(rng.choice(pool, min(count, len(pool)), replace=False).tolist())
    return absent


def late_after(case: Problem, plan: Plan, week: int, absent: set[str]) -> tuple[float, int]:
    """Weighted tardiness and late orders after the absent do not come in a week."""
    today, notice = 7 * week, 7 * week + 2
    done = tuple(
        lot
        for lot in plan.planned(case)
        if lot.start_day < today or (lot.start_day < notice and lot.workshop not in absent)
    )
    shops = tuple(
        replace(shop, off_days=(*shop.off_days, *range(today, today + 7))) if shop.id in absent else shop
        for shop in case.workshops
    )
    left = replace(case, workshops=shops, fixed=(*case.fixed, *done))
    setup = prepare(from_day_on(compile_problem(left), notice))
    told = held(setup, published_lots(setup.arrays, left, plan, notice), left.days)
    outcome = run_pass(told, RULES[0], np.zeros(len(shops)))
    return outcome.weighted_tardiness, int((outcome.order_finish > outcome.order_due).sum())


def no_shows(load: float, count: int, weeks: list[int], workers: int) -> None:
    case = instance(load=load)
    for label, protected in (("plain", 0), (f"no_shows={count}", count)):
        used = time.process_time()
        plan = solve(case, no_shows=protected, workers=workers)
        used = time.process_time() - used
        found = [late_after(case, plan, week, absent_in(case, week, count)) for week in weeks]
        print(
            f"| {load:g} | {count} | {label} | {plan.objective.weighted_tardiness:g} "
            f"| {np.mean([late for late, _ in found]):.1f} | {np.mean([orders for _, orders in found]):.1f} "
            f"| {used:.1f} |",
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--load", type=float, nargs="+")
    options.add_argument("--no-shows", type=int)
    options.add_argument("--weeks", type=int, nargs="+", default=[1, 3, 5, 7])
    options.add_argument("--workers", type=int, default=1)
    chosen = options.parse_args()
    warm()
    if chosen.no_shows:
        print("| load | no-shows | plan | late as planned | late after (mean) | late orders after (mean) | CPU s |")
        print("|---|---|---|---|---|---|---|")
        for load in chosen.load or [0.7, 0.8, 0.9]:
            no_shows(load, chosen.no_shows, chosen.weeks, chosen.workers)
        return
    print("| load | what happened | | kept, 7 days | 14 days | all | late before | late after | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for load in chosen.load or [0.7, 0.9, 0.95]:
        changes(load, chosen.workers)


if __name__ == "__main__":
    main()
