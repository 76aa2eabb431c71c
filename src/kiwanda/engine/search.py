"""Guided dispatch and search: where plain rules leave orders late, ask the prices, then shift what squeaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .arrays import Floats
from .bound import Dual, Prices, climb
from .passes import Pass, Rule, Setup, run_pass

PATIENCE = 500
"""Passes of search without a gain before it is given up."""
EARLIER = 2
"""Days before its due day an order is to be done in guidance: its last pieces straggle."""
OTHERS = ((0, 0), (1, -1), (3, 0))
"""Other such days, with days a step more."""
PAIR = 2
"""Passes of search without a time limit run side by side, whatever the number of threads, so that plans agree."""
LEAST_PRICE = 0.03
"""Relative price below which techniques count as equally cheap."""


@dataclass(frozen=True)
class Candidate:
    """A pass, what it was run with, so that the search can go on from it, and the seconds it took."""

    outcome: Pass
    op_due: Floats | None = None
    price: Floats | None = None
    seconds: float = 0.0

    @property
    def value(self) -> tuple[float, float]:
        return self.outcome.value


@dataclass(frozen=True)
class Attempt:
    """One pass to be run."""

    rule: Rule
    op_due: Floats | None = None
    price: Floats | None = None


def settled(floor: float) -> float:
    """Weighted tardiness at which there is nothing left to gain, rounding allowed for."""
    return floor + 1e-6 * max(1.0, floor)


def run_all(
    setup: Setup, attempts: Sequence[Attempt], tie: Floats, workers: int, until: float | None = None
) -> list[Candidate]:
    """Run passes on up to ``workers`` threads; results in the order asked.

    With a ``time.perf_counter`` reading ``until``, what has not begun by then is left out.
    """

    def run(attempt: Attempt) -> Candidate:
        began = time.perf_counter()
        outcome = run_pass(setup, attempt.rule, tie, attempt.op_due, attempt.price)
        return Candidate(outcome, attempt.op_due, attempt.price, time.perf_counter() - began)

    if workers > 1 and len(attempts) > 1:
        results: list[Candidate] = []
        size = len(attempts) if until is None else workers
        with ThreadPoolExecutor(min(workers, len(attempts))) as pool:
            for begin in range(0, len(attempts), size):
                if until is not None and time.perf_counter() >= until:
                    break
                results += pool.map(run, attempts[begin : begin + size])
        return results
    return [run(attempt) for attempt in attempts if until is None or time.perf_counter() < until]


GUIDED = (
    Rule("prices", 12.0, lot_grow=0.1, finish_pull=0.15),
    Rule("prices, fine lots", 12.0, lot_low=0.25, lot_grow=0.05, finish_pull=0.15),
)
"""How passes guided by prices rank and cut: what an hour fetches counts as much as the day it is due."""


def guided_attempts(setup: Setup, prices: Prices, local_first: bool = False) -> list[Attempt]:
    """Passes whose internal due days come from the prices."""
    level = prices.price.mean()
    price = np.maximum(prices.price / level, LEAST_PRICE) if level > 0 else np.ones_like(prices.price)
    common: dict[str, Any] = {
        "beta": 0.0, "clip": False, "local_bonus": 0.0, "price_power": 1.0, "look": 24, "day_end": True,
        "local_first": local_first,
    }  # fmt: skip
    return [Attempt(replace(rule, **common), prices.op_day, price) for rule in GUIDED]


def guide(setup: Setup, workers: int, until: float | None = None, *, many: bool = False) -> list[Prices]:
    """Prices for a factory that must be early and has two days a step, as lots, transfers and stragglers ask.

    Climbed for two days early first, then eased to one: fewer pieces are late than with either alone, and hardly more
    orders. With ``many`` also for more and less careful factories: worth it where passes are cheap and chance decides.
    """
    dual = Dual(setup, workers, lag=dual_lag(setup), earlier=EARLIER)
    careful = climb(dual, softness=(0.1, 0.02), steps=(40, 80), until=until)
    found = [careful]
    if until is None or time.perf_counter() < until:
        dual = Dual(setup, workers, lag=dual_lag(setup), earlier=EARLIER - 1)
        found.insert(0, climb(dual, careful.price, softness=(0.03,), steps=(30,), until=until))
    for earlier, extra in OTHERS if many else ():
        if until is not None and time.perf_counter() >= until:
            break
        dual = Dual(setup, workers, lag=dual_lag(setup) + extra, earlier=earlier)
        found.append(climb(dual, softness=(0.1, 0.02), steps=(40, 80), until=until))
    return found if many else found[:1]


def dual_lag(setup: Setup) -> int:
    """Days from one operation to the next in guidance: one more than the nearest transfer needs."""
    transfer = setup.arrays.transfer
    return 2 + (int(transfer.min()) if transfer.size else 0)


def squeak(
    setup: Setup,
    best: Candidate,
    tie: Floats,
    *,
    rng: np.random.Generator,
    rounds: int | None,
    until: float | None,
    workers: int,
    floor: float = 0.0,
    tell: Callable[[float], None] | None = None,
) -> tuple[Candidate, int]:
    """Shift the internal due days of late orders forward and of early ones back, dispatch again, keep what is better.

    Squeaky wheel optimisation (Joslin and Clements 1999) with random shares, so that it does not go round in circles.
    Stops after ``rounds`` passes, at the ``time.perf_counter`` reading ``until``, when weighted tardiness has come down
    to ``floor``, or after ``PATIENCE`` passes without a gain.
    """
    a = setup.arrays
    rule = best.outcome.rule
    due = best.op_due if best.op_due is not None else a.due[a.op_order] - rule.lead * (setup.steps - 1.0)
    current = best = Candidate(best.outcome, due, best.price)
    used = 0
    gained = 0
    began = time.perf_counter()
    while (rounds is None or used < rounds) and (until is None or time.perf_counter() < until):
        if best.value[0] <= settled(floor) or used - gained >= PATIENCE:
            break
        if tell is not None:
            now = time.perf_counter()
            tell(used / rounds if rounds else min(1.0, (now - began) / max(1e-9, (until or now) - began)))
        attempts = []
        for _ in range(workers if rounds is None else min(PAIR, rounds - used)):
            assert current.op_due is not None
            shift = _shifts(setup, current.outcome, rng)[a.op_order]
            attempts.append(Attempt(current.outcome.rule, current.op_due + shift, current.price))
        for candidate in run_all(setup, attempts, tie, workers):
            used += 1
            allowed = current.value[0] * (1.0 + 0.003 * rng.random())
            if candidate.value <= current.value or candidate.value[0] <= allowed:
                current = candidate
            if candidate.value < best.value:
                best = candidate
                gained = used
    return best, used


def _shifts(setup: Setup, outcome: Pass, rng: np.random.Generator) -> Floats:
    """Days to move each order's internal due days by."""
    a = setup.arrays
    count = len(a.order_ids)
    late = np.maximum(0, outcome.order_finish - a.due)
    early = np.maximum(0, a.due - outcome.order_finish)
    shift = np.zeros(count)
    hurry = (late > 0) & (rng.random(count) < rng.uniform(0.1, 0.8))
    shift[hurry] -= rng.uniform(0.2, 1.5) * rng.random(int(hurry.sum())) * np.minimum(late[hurry], 5)
    wait = (early > 2) & (rng.random(count) < rng.uniform(0.0, 0.5))
    shift[wait] += rng.uniform(0.0, 2.0) * rng.random(int(wait.sum()))
    return shift
