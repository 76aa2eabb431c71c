"""Promises: how fast, how far off the quick answer is, how often the day is kept when the order is really planned.

    python bench/engine_promise.py [--load 0.85 0.95] [--orders 100] [--kept 10]

"Kept" plans everything anew with the order due on its promised day and counts orders done by then; the margin is how
many days before that they were done.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
from engine_instances import instance

from kiwanda.engine import solve, warm


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--load", type=float, nargs="*", default=[0.85, 0.95])
    options.add_argument("--orders", type=int, default=100)
    options.add_argument("--kept", type=int, default=10)
    chosen = options.parse_args()
    warm()
    from kiwanda.engine.promising import Promiser

    for load in chosen.load:
        problem = instance(load=load)
        plan = solve(problem)
        began = time.perf_counter()
        desk = Promiser(problem, plan)
        opened = time.perf_counter() - began
        fresh = instance(load=load, seed=77, progress=False).orders
        asked = [
            replace(order, id=f"new{place}", quantity=min(order.quantity, 600), release_day=3, due_day=3)
            for place, order in enumerate(fresh[: chosen.orders])
        ]
        quick, exact, off, answers = [], [], [], []
        for order in asked:
            began = time.thread_time()
            desk.quick(order)
            quick.append(time.thread_time() - began)
            began = time.thread_time()
            answer = desk.promise(order, from_day=3)
            exact.append(time.thread_time() - began)
            answers.append(answer)
            if answer.day is not None and answer.quick_day is not None:
                off.append(answer.quick_day - answer.day)
        days = [answer.day for answer in answers if answer.day is not None]
        print(
            f"load {load}: desk opened in {opened:.2f} s; CPU ms quick median {np.median(quick) * 1e3:.3f} "
            f"p99 {np.quantile(quick, 0.99) * 1e3:.3f}, exact median {np.median(exact) * 1e3:.1f} "
            f"p99 {np.quantile(exact, 0.99) * 1e3:.1f}; promised {len(days)}/{len(asked)}, "
            f"day median {np.median(days):.0f}; "
            f"quick less exact, days: {np.quantile(off, [0.1, 0.5, 0.9])}",
            flush=True,
        )
        tried = [(order, answer) for order, answer in zip(asked, answers, strict=True) if answer.day is not None]
        for name in ("free hours", "replanned"):
            kept, margins, harm, spent = 0, [], [], []
            for order, answer in tried[: chosen.kept]:
                began = time.thread_time()
                said = answer if name == "free hours" else desk.replanned(order, from_day=3)
                spent.append(time.thread_time() - began)
                assert said.day is not None
                wider = replace(problem, orders=(*problem.orders, replace(order, due_day=said.day, weight=2.0)))
                again = solve(wider)
                line = next(line for line in again.orders if line.id == order.id)
                kept += line.tardiness_days == 0 and line.undone_quantity == 0
                if line.finish_day is not None:
                    margins.append(said.day - line.finish_day)
                harm.append(again.objective.weighted_tardiness - plan.objective.weighted_tardiness)
            if chosen.kept:
                print(
                    f"    {name}, planned anew: kept {kept}/{len(spent)}, margin days "
                    f"{np.quantile(margins, [0.1, 0.5, 0.9])}, weighted tardiness of all {np.mean(harm):+.1f}, "
                    f"CPU s to promise {np.median(spent):.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
