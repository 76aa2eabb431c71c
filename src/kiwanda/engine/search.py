"""Guided dispatch and search: where plain rules leave orders late, ask the prices, then shift what squeaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from .arrays import Floats
from .bound import Dual, Prices, climb
from .passes import Pass, Rule, Setup, run_pass

PATIENCE = 500
"""Passes of search without a gain before it is given up."""
LEAST_PRICE = 0.03
"""Relative price below which techniques count as equally cheap."""


@dataclass(frozen=True)
class Candidate:
    """A pass and what it was run with, so that the search can go on from it."""

    outcome: Pass
    op_due: Floats | None = None
    price: Floats | None = None

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
        outcome = run_pass(setup, attempt.rule, tie, attempt.op_due, attempt.price)
        return Candidate(outcome, attempt.op_due, attempt.price)

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


def guided_attempts(setup: Setup, prices: Prices, local_first: bool = False) -> list[Attempt]:
    """Passes whose internal due days come from the prices, alone and mixed with plain ones."""
    a = setup.arrays
    plain = a.due[a.op_order] - 3.0 * (setup.steps - 1.0)
    urgent = plain - np.log(np.maximum(a.weight, 1e-6))[a.op_order]
    level = prices.price.mean()
    price = np.maximum(prices.price / level, LEAST_PRICE) if level > 0 else np.ones_like(prices.price)
    keys = {
        "prices": prices.op_day,
        "prices and weights": 0.3 * prices.op_day + 0.7 * urgent,
        "prices and due days": 0.5 * prices.op_day + 0.5 * plain,
    }
    return [
        Attempt(
            Rule(
                f"{name} {kappa:g}/{grow:g}",
                kappa=kappa,
                beta=0.0,
                clip=False,
                price_power=2.0,
                lot_grow=grow,
                local_first=local_first,
            ),
            key,
            price,
        )
        for name, key in keys.items()
        for kappa, grow in ((4.0, 0.2), (2.0, 0.1))
    ]


def guide(setup: Setup, workers: int, until: float | None = None) -> Prices:
    """Prices for a somewhat poorer factory, as lots and transfers ask: 95 % of the hours, two days a step."""
    return climb(Dual(setup, workers, share=0.95, lag=2), softness=(0.3, 0.1, 0.03), steps=(25, 35, 25), until=until)


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
        for _ in range(workers if rounds is None else 1):
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
