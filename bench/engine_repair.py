"""One decline after another, each applied: how fast, how often without new lateness, how many lots are touched.

python bench/engine_repair.py [--load 0.7 0.9 0.95] [--declines 1000] [--options 50]

A factory's process keeps a `Repairer`; every decline changes its plan, and at the end `check` verifies the plan against
every rule and every order's finish is compared with what the answers said. Each lot is first declined with
`quick=True`, and asked again with patience where that finds nothing in time. Times are CPU time of the thread.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from engine_instances import instance

from kiwanda.engine import Lot, Option, Plan, Problem, check, solve, warm
from kiwanda.engine.arrays import Floats
from kiwanda.engine.reassigning import Repairer


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--load", type=float, nargs="*", default=[0.7, 0.9, 0.95])
    options.add_argument("--declines", type=int, default=1000)
    options.add_argument("--options", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    warm()
    for load in chosen.load:
        problem = instance(load=load)
        plan = solve(problem)
        began = time.perf_counter()
        desk = Repairer(problem, plan, from_day=2)
        opened = time.perf_counter() - began
        near = [lot for lot in plan.planned(problem) if 3 <= lot.start_day <= 40]
        rng = np.random.default_rng(chosen.seed)
        picked = [near[i] for i in rng.choice(len(near), chosen.declines + chosen.options, replace=False).tolist()]
        answers, spent, quick, first = decline(desk, picked[: chosen.declines])
        asked = ask(desk, picked[chosen.declines :])
        in_time = np.array([answer is not None and answer.cost == 0 for answer in answers])
        touched = np.array([answer.touched for answer in answers if answer is not None])
        print(
            f"load {load}: {len(near)} lots could decline; laid out in {opened:.2f} s; {len(answers)} declines (CPU): "
            f"quick answers {said_of(first)}, {quick.mean():.3f} of them in time; "
            f"final answers {said_of(spent)}; "
            f"those in time: p99 {np.quantile(spent[in_time], 0.99):.2f} ms; "
            f"without new lateness {in_time.mean():.3f}, "
            f"with {sum(answer is not None and answer.cost > 0 for answer in answers)}, "
            f"no way {sum(answer is None for answer in answers)}; lots touched mean {touched.mean():.2f}, "
            f"most {touched.max()}; three options in {asked:.1f} ms; {replayed(problem, plan, desk, answers)}",
            flush=True,
        )


def said_of(spent: Floats) -> str:
    """How long answers took."""
    middle, most, last = np.quantile(spent, (0.5, 0.9, 0.99))
    return f"median {middle:.2f} ms, p90 {most:.2f}, p99 {last:.2f}"


def decline(desk: Repairer, lots: list[Lot]) -> tuple[list[Option | None], Floats, Floats, Floats]:
    """Decline lots that are still planned as they were; what was done and the milliseconds each took in all, which were
    mended in time by the quick answer, and the milliseconds that took."""
    answers, spent, quick, first = [], [], [], []
    for lot in lots:
        if desk.desk.find(lot) is None:
            continue  # an earlier answer has moved it
        began = time.thread_time()
        answer = desk.decline(lot, quick=True)
        first.append((time.thread_time() - began) * 1e3)
        quick.append(answer is not None)
        if answer is None:
            answer = desk.decline(lot)
        spent.append((time.thread_time() - began) * 1e3)
        answers.append(answer)
    return answers[3:], np.array(spent[3:]), np.array(quick[3:]), np.array(first[3:])


def ask(desk: Repairer, lots: list[Lot]) -> float:
    """Median milliseconds for up to three options, nothing applied."""
    spent = []
    for lot in lots:
        if desk.desk.find(lot) is not None:
            began = time.thread_time()
            desk.options(lot)
            spent.append((time.thread_time() - began) * 1e3)
    return float(np.median(spent))


def replayed(problem: Problem, plan: Plan, desk: Repairer, answers: list[Option | None]) -> str:
    """Verify the plan after all declines; raises AssertionError if it is not what was said."""
    mended = desk.plan()
    assert check(problem, mended) == []
    finish = {line.id: line.finish_day for line in plan.orders}
    later = set()
    for line in mended.orders:
        before = finish[line.id]
        assert line.finish_day is not None or before is None
        allowed = max(before or 0, problem.order_by_id[line.id].due_day)
        if line.finish_day is not None and line.finish_day > allowed:
            later.add(line.id)
    said = {name for answer in answers if answer is not None for name, _ in answer.later}
    assert later <= said, later - said
    return f"replayed: sound, {len(later)} orders later, all of them announced"


if __name__ == "__main__":
    main()
