"""solve: try several dispatch rules, keep the best plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .arrays import compile_problem
from .assemble import assemble
from .model import Problem
from .passes import RULES, Pass, Rule, Setup, prepare, run_pass
from .plan import Bound, Plan

Progress = Callable[[float, str], None]


def _quiet(share: float, message: str) -> None:
    """The progress nobody watches."""


def solve_problem(
    problem: Problem,
    *,
    seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
    published: Plan | None = None,
) -> Plan:
    """See :func:`kiwanda.engine.solve`."""
    began = time.perf_counter()
    tell = progress or _quiet
    tell(0.0, "Reading the problem")
    setup = prepare(compile_problem(problem))
    tie = np.random.default_rng(seed).random(len(setup.arrays.workshop_ids)) * 1e-9
    tell(0.1, "Dispatching")
    passes = run_rules(setup, RULES, tie, workers)
    best = min(passes, key=lambda outcome: outcome.value)
    tell(0.9, "Writing the plan")
    log = (f"Best of {len(passes)} dispatch rules: {best.rule.name}.",)
    plan = assemble(problem, setup, best, Bound(), time.perf_counter() - began, seed, log, published)
    tell(1.0, "Done")
    return plan


def run_rules(setup: Setup, rules: Sequence[Rule], tie: np.ndarray, workers: int) -> list[Pass]:
    """One pass for each rule, on up to ``workers`` threads; stops early when nothing is late or undone."""
    if workers > 1 and len(rules) > 1:
        with ThreadPoolExecutor(min(workers, len(rules))) as pool:
            return list(pool.map(lambda rule: run_pass(setup, rule, tie), rules))
    results: list[Pass] = []
    for rule in rules:
        results.append(run_pass(setup, rule, tie))
        if results[-1].value == (0.0, 0.0):
            break
    return results
