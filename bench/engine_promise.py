"""Promises: how fast, how far off the quick answer is, how often the day is kept when the order is really planned.

    python bench/engine_promise.py [--load 0.85 0.9 0.95] [--orders 100] [--kept 40] [--peak 0.0] [--graph]

"Kept" plans everything anew with the order due on its promised day and counts orders done by then; the margin is how
many days before that they were done. Times are CPU milliseconds of one thread.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from engine_instances import instance

from kiwanda.engine import Order, Plan, Problem, Promise, solve, warm


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--load", type=float, nargs="*", default=[0.85, 0.9, 0.95])
    options.add_argument("--orders", type=int, default=100)
    options.add_argument("--kept", type=int, default=40)
    options.add_argument("--peak", type=float, default=0.0)
    options.add_argument("--graph", action="store_true")
    options.add_argument("--methods", nargs="*", default=["promise", "exact", "replanned"])
    chosen = options.parse_args()
    warm()
    from kiwanda.engine.promising import Promiser

    shape = {"peak": chosen.peak, "graph": chosen.graph, "steps": (2, 3, 4, 5) if chosen.graph else (2, 3, 4)}
    for load in chosen.load:
        problem = instance(load=load, **shape)
        plan = solve(problem)
        began = time.perf_counter()
        desk = Promiser(problem, plan)
        laid = time.perf_counter() - began
        began = time.perf_counter()
        _ = desk.references
        opened = time.perf_counter() - began
        fresh = instance(load=load, seed=77, progress=False, **shape).orders
        asked = [
            replace(order, id=f"new{place}", quantity=min(order.quantity, 600), release_day=3, due_day=3)
            for place, order in enumerate(fresh[: chosen.orders])
        ]
        desk.exact(replace(asked[0], id="first"), from_day=3)
        print(f"load {load}: laid out in {laid:.2f} s, dispatched once without the order in {opened:.2f} s", flush=True)
        spent, _ = timed(desk.quick, asked)
        print(f"    quick: CPU ms {shown(spent)}", flush=True)
        for name in chosen.methods:
            if name == "replanned":
                asked = asked[: chosen.kept]
            ask = getattr(desk, name)
            spent, answers = timed(lambda order, ask=ask: ask(order, from_day=3), asked)
            days = [answer.day for answer in answers if answer.day is not None]
            off = [
                answer.quick_day - answer.day
                for answer in answers
                if answer.day is not None and answer.quick_day is not None
            ]
            print(
                f"    {name}: CPU ms {shown(spent)}; promised {len(days)}/{len(asked)} "
                f"({dict(Counter(answer.method for answer in answers))}), day median {np.median(days):.0f}; "
                f"quick less this, days: {np.quantile(off, [0.1, 0.5, 0.9])}",
                flush=True,
            )
            keep(problem, plan, list(zip(asked, answers, strict=True))[: chosen.kept])


def timed(ask: Callable[[Order], Promise], orders: list[Order]) -> tuple[list[float], list[Promise]]:
    spent, answers = [], []
    for order in orders:
        began = time.thread_time()
        answers.append(ask(order))
        spent.append((time.thread_time() - began) * 1e3)
    return spent, answers


def shown(spent: list[float]) -> str:
    return f"median {np.median(spent):.3g} p99 {np.quantile(spent, 0.99):.3g}"


def keep(problem: Problem, plan: Plan, answers: list[tuple[Order, Promise]]) -> None:
    """Plan each order anew, due on its promised day; print how many are done by then and how long before."""
    kept, margins, harm = 0, [], []
    tried = [(order, answer.day) for order, answer in answers if answer.day is not None]
    for order, day in tried:
        again = solve(replace(problem, orders=(*problem.orders, replace(order, due_day=day, weight=2.0))))
        line = next(line for line in again.orders if line.id == order.id)
        kept += line.tardiness_days == 0 and line.undone_quantity == 0
        if line.finish_day is not None:
            margins.append(day - line.finish_day)
        harm.append(again.objective.weighted_tardiness - plan.objective.weighted_tardiness)
    if tried:
        print(
            f"        planned anew: kept {kept}/{len(tried)}, margin days {np.quantile(margins, [0.1, 0.5, 0.9])}, "
            f"weighted tardiness of all {np.mean(harm):+.1f} (median {np.median(harm):+.1f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
