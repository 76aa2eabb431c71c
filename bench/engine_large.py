"""One dispatch pass over very many workshops in one process: seconds and memory.

python bench/engine_large.py [--workshops 100000]
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
from engine_instances import instance

from kiwanda.engine import warm


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--workshops", type=int, default=100_000)
    options.add_argument("--load", type=float, default=0.85)
    chosen = options.parse_args()
    warm()
    from kiwanda.engine.arrays import compile_problem
    from kiwanda.engine.passes import RULES, prepare, run_pass

    count = chosen.workshops
    problem = instance(workshops=count, orders=count * 10 // 23, hubs=max(1, count // 770), load=chosen.load)
    began = time.perf_counter()
    setup = prepare(compile_problem(problem))
    laid_out = time.perf_counter() - began
    began, used = time.perf_counter(), time.thread_time()
    outcome = run_pass(setup, RULES[0], np.zeros(count))
    wall, used = time.perf_counter() - began, time.thread_time() - used
    late = int((outcome.order_finish > outcome.order_due).sum())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count} workshops, {len(problem.orders)} orders: laid out in {laid_out:.1f} s, one pass {wall:.1f} s "
        f"(CPU {used:.1f} s), {len(outcome.op)} lots, {late} orders late, peak memory {memory:.0f} MB"
    )


if __name__ == "__main__":
    main()
