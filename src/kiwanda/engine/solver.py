"""solve: plain rules first, prices where those leave orders late, then search as long as there is time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from . import validate
from .arrays import Floats, compile_problem
from .assemble import assemble
from .bound import METHOD, Dual, Prices, climb
from .evening import even_out, haste, said_of, weighed, with_standing
from .hurry import Clock
from .model import Problem
from .passes import RULES, Setup, prepare
from .plan import Bound, Plan
from .robust import cover, guarded, said_of_cover
from .search import Attempt, Candidate, guide, guided_attempts, run_all, settled, squeak
from .steady import STEPS, from_day_on, held, published_lots, stay

Progress = Callable[[float, str], None]

SEARCH_LOTS = 600_000
"""Lots dispatched in search where no time limit is given: some 0.3 seconds."""
SEARCH_ROUNDS = 150
"""Most passes of that search."""
FIRST_SHIFTS = 5
"""Passes of search before the prices are asked: often enough where only a few orders are late."""
FEW_LATE = 0.03
"""Share of orders late up to which those are tried."""
MANY_LATE = 0.1
"""Share of orders late from which on the first plain rule is enough of them, and the prices are asked at once."""
SMALL_LOTS = 20_000
"""Lots of a pass up to which prices are asked in several ways and the search is twice as long."""
MANY_LOTS = 50_000
"""Lots of a pass from which on that is so."""
SHIFT_SHARE = 0.2
"""Most of a time limit left that those passes may take."""
GUIDE_SHARE = 0.6
"""Most of a time limit left that the prices may take before they are tried, where it is not short."""
BOUND_SHARE = 0.2
"""Part of what is then left of it spent on the lower bound, if search comes to less than that."""


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
    local_first: bool = False,
    fairness: float = 1.0,
    tolerance: float = 0.0,
    no_shows: int = 0,
    from_day: int = 0,
    freeze_days: int = 7,
) -> Plan:
    """See :func:`kiwanda.engine.solve`."""
    began = time.perf_counter()
    validate.number("fairness", fairness, high=1.0)
    validate.number("tolerance", tolerance)
    for name, value in (("no_shows", no_shows), ("from_day", from_day), ("freeze_days", freeze_days)):
        validate.whole(name, value)
    tell = progress or _quiet
    tell(0.0, "Reading the problem")
    plain = weighed(prepare(from_day_on(compile_problem(problem), from_day)), fairness)
    setup = guarded(plain, no_shows)
    frozen = from_day + freeze_days
    lots = None if published is None else published_lots(plain.arrays, problem, published, from_day)
    if lots is not None:
        setup = held(setup, lots, frozen)
    rng = np.random.default_rng(seed)
    tie = rng.random(len(setup.arrays.workshop_ids)) * 1e-9 + haste(setup, fairness)
    clock = Clock(began, seconds, fairness > 0, workers)
    log: list[str] = []

    tell(0.05, "Dispatching by plain rules")
    rules = [Attempt(replace(rule, local_first=local_first)) for rule in RULES]
    candidates = run_all(setup, rules[:1], tie, 1)
    clock.learn(candidates[0])
    until = clock.search_until(candidates[0])
    if _worth_more_rules(candidates[0]) and (until is None or time.perf_counter() < until):
        candidates += run_all(setup, rules[1:], tie, workers, until)
    best = min(candidates, key=lambda candidate: candidate.value)
    log.append(f"Best of {len(candidates)} plain rules, {best.outcome.rule.name}: {_said(best)}.")

    bound = Bound(0.0, "nothing is late")
    floor = 0.0
    if best.value[0] > 0:
        # What no prices at all prove: overdue already, beyond the horizon, or not to be made by anyone.
        bound = Bound(round(_floor(plain), 6), "earliest possible finish of each order")
        floor = bound.weighted_tardiness if setup.arrays is plain.arrays else max(0.0, _floor(setup))
    kept = None
    if lots is not None and len(lots):
        kept = stay(
            setup, lots, frozen, tie, rng=rng, allowed=(floor + tolerance, best.value[1]), steps=STEPS[:1], until=until,
            workers=workers, local_first=local_first,
        )  # fmt: skip
    if kept is None and best.value[0] > settled(floor) and (until is None or time.perf_counter() < until):
        best, bound = _improve(setup, plain, best, bound, floor, tie, rng, clock, workers, tell, log)
    least = best.value[0]
    if kept is None and lots is not None and len(lots):
        tell(0.85, "Staying with the plan in force")
        kept = stay(
            setup, lots, frozen, tie, rng=rng, allowed=(least + tolerance, best.value[1]), known=best, until=until,
            workers=workers, local_first=local_first,
        )  # fmt: skip
    if kept is not None:
        setup, best, day = kept
        log.append(f"Lots of the plan in force that begin before day {day} are kept where they can: {_said(best)}.")
    even = None
    if fairness > 0:
        tell(0.9, "Evening out incomes")
        even = even_out(
            setup, best, tie, rng=rng, tolerance=max(0.0, least + tolerance - best.value[0]),
            until=clock.write_by(best), once=clock.hand_over(best),
        )  # fmt: skip
        fairness_price = max(0.0, even.candidate.value[0] - best.value[0])
        best = even.candidate
        log.append(f"After {even.rounds} rounds of evening out incomes: {_said(best)}, {said_of(even)}.")
    else:
        fairness_price = 0.0
    tell(0.95, "Writing the plan")
    plan = assemble(problem, plain, best.outcome, bound, time.perf_counter() - began, seed, tuple(log), published)
    plan = with_standing(plan, plain, fairness_price, even)
    if no_shows:
        assert plan.lots.columns is not None
        covered = cover(plain, plan.lots.columns, no_shows)
        plan = replace(plan, log=(*plan.log, said_of_cover(covered, no_shows)))
    tell(1.0, "Done")
    return plan


def _improve(
    setup: Setup,
    plain: Setup,
    best: Candidate,
    bound: Bound,
    floor: float,
    tie: Floats,
    rng: np.random.Generator,
    clock: Clock,
    workers: int,
    tell: Progress,
    log: list[str],
) -> tuple[Candidate, Bound]:
    """Prices, search, and the bound that says how much there may still be to gain."""
    tell(0.15, "Shifting the late ones")
    now = time.perf_counter()
    until = clock.search_until(best)
    if _late(best) <= FEW_LATE * len(setup.arrays.order_ids):
        pause = None if until is None else now + SHIFT_SHARE * (until - now)
        best, used = squeak(setup, best, tie, rng=rng, rounds=FIRST_SHIFTS, until=pause, workers=workers, floor=floor)
        log.append(f"After {used} first shifts: {_said(best)}.")
    asked = time.perf_counter()
    if best.value[0] <= settled(floor) or (until is not None and asked >= until):
        return best, bound
    tell(0.2, "Asking the prices")
    pause = clock.guide_until(asked, GUIDE_SHARE)
    small = len(best.outcome.op) <= SMALL_LOTS
    prices = guide(setup, workers, pause, many=small)
    bound = _proved(setup, plain, prices, bound)
    asked = time.perf_counter() - asked
    local_first = best.outcome.rule.local_first
    attempts = [attempt for found in prices for attempt in guided_attempts(setup, found, local_first)]
    guided = run_all(setup, attempts[:workers], tie, workers)
    guided += run_all(setup, attempts[workers:], tie, workers, clock.guided_until())
    best = min([best, *guided], key=lambda candidate: candidate.value)
    log.append(f"With prices, {best.outcome.rule.name}: {_said(best)}.")
    rounds: int | None = None
    stop = None
    until = clock.search_until(best)
    if until is None:
        rounds = (2 if small else 1) * min(SEARCH_ROUNDS, SEARCH_LOTS // max(1, len(best.outcome.op)))
    else:
        # The bound is climbed as the guide's prices were, and a little further.
        left = max(0.0, until - time.perf_counter())
        stop = until - min(left, max(BOUND_SHARE * left, 1.5 * asked))
    best, used = squeak(
        setup, best, tie, rng=rng, rounds=rounds, until=stop, workers=workers, floor=floor,
        tell=lambda share: tell(0.4 + 0.4 * share, "Searching"),
    )  # fmt: skip
    log.append(f"After {used} passes of search: {_said(best)}.")
    if best.value[0] > settled(floor) and _lateness(plain, best) > settled(bound.weighted_tardiness):
        tell(0.8, "Proving a lower bound")
        proved = _lower_bound(plain, workers, until)
        if proved > bound.weighted_tardiness:
            bound = Bound(round(proved, 6), METHOD)
    return best, bound


def _proved(setup: Setup, plain: Setup, prices: list[Prices], bound: Bound) -> Bound:
    """What the prices of the guide prove of the true problem: a bound that costs nothing more."""
    if setup.arrays is plain.arrays:
        value = max(found.value for found in prices)
    else:
        value = max(Dual(plain).exact(found.proof) for found in prices)
    return Bound(round(value, 6), METHOD) if value > bound.weighted_tardiness else bound


def _floor(setup: Setup) -> float:
    """What no prices at all prove."""
    return Dual(setup).exact(np.zeros((len(setup.arrays.techniques), setup.arrays.days)))


def _lateness(setup: Setup, candidate: Candidate) -> float:
    """Weighted tardiness against the due days of ``setup``, which may be other than those the pass was planned for."""
    a = setup.arrays
    return float((a.weight * np.maximum(0, candidate.outcome.order_finish - a.due)).sum())


def _worth_more_rules(first: Candidate) -> bool:
    """Whether other plain rules may do: not where nothing is late, nor where much is and a pass takes long."""
    outcome = first.outcome
    many = _late(first) > MANY_LATE * len(outcome.order_due) and len(outcome.op) > MANY_LOTS
    return first.value != (0.0, 0.0) and not many


def _said(candidate: Candidate) -> str:
    outcome = candidate.outcome
    return f"weighted tardiness {outcome.weighted_tardiness:g}, {_late(candidate)} late"


def _late(candidate: Candidate) -> int:
    return int((candidate.outcome.order_finish > candidate.outcome.order_due).sum())


def _lower_bound(setup: Setup, workers: int, until: float | None) -> float:
    """The bound of the true problem; from level prices, which leads further than from those of the guide."""
    softness: tuple[float, ...] = (0.3, 0.05, 0.01, 0.003)
    steps: tuple[int, ...] = (10, 35, 40, 40)
    if until is not None:
        softness, steps = (*softness, 0.001), (10, 40, 60, 100, 150)
    return climb(Dual(setup, workers), softness=softness, steps=steps, until=until).value
