"""One region's dispatch as a pure function of its problem: what executors run."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field

import numpy as np

from ..arrays import Arrays, Floats, Ints
from ..assemble import assemble
from ..bound import Dual, climb
from ..model import Problem
from ..passes import RULES, Setup, prepare
from ..plan import Bound, Objective
from ..pricing import shops_exact
from ..search import Attempt, Candidate, dual_lag, guided_attempts, run_all, settled, squeak
from .cutting import Cut, lay_out
from .problem_arrays import ProblemArrays
from .settling import tally
from .storing import RegionPlan

PASS, GUIDED, SEARCHED = "pass", "guided", "searched"
"""How much to do: one dispatch; one, prices and a few shifts; all plain rules, prices and a longer search."""

_CLIMB = {GUIDED: (12, 12), SEARCHED: (40, 60)}
SHIFTS = 2
"""Passes of search where no more is asked for."""
SEARCH_LOTS, SEARCH_ROUNDS = 600_000, 150
"""Lots dispatched in a longer search, and most passes of it."""
EARLIER = 2
"""Days before they are due that prices want lines done: what lots and stragglers cost in a dispatch."""


@dataclass(frozen=True)
class RegionTask:
    """What :func:`plan_region` needs to know, and nothing else.

    Parameters
    ----------
    region : int
        Its number; steers ties and search together with ``seed``.
    cut : Cut or str
        The region's problem, or the path of a ``ProblemArrays`` file holding it (all workshops its own).
    effort : str
        :data:`PASS`, :data:`GUIDED` or :data:`SEARCHED`.
    price : ndarray, K x D, optional
        The coordinator's prices for the region, from which its own climb starts.
    proofs : tuple of ndarray, K x D
        Prices at which to value the region's hours (for bounds).
    rule : str
        The guided rule that did best when the region was planned before: only that one is tried.
    seconds : float, optional
        For the region's search; the result then depends on the machine's speed.
    store_at : str, optional
        File the plan's columns are written to, by whoever plans the region; else they are handed back.
    """

    region: int
    cut: Cut | str
    seed: int = 0
    effort: str = GUIDED
    from_day: int = 0
    price: Floats | None = None
    proofs: tuple[Floats, ...] = ()
    rule: str = ""
    seconds: float | None = None
    store_at: str | None = None


@dataclass(frozen=True)
class RegionOutcome:
    """The region's plan and what the coordinator has to know of it.

    ``plan`` is None where the columns went to ``store_at`` (their hash is ``sha256``). ``demand`` and ``spare`` (K x D)
    are the good standard minutes planned and left over, the hours of workshops with several techniques shared between
    them; ``earned`` and ``available`` (local W) are minor units in the horizon and minutes, fixed work included;
    ``hours_value`` what the hours could fetch at each of the task's ``proofs``; ``rule`` is the one planned by.
    ``seconds``, ``cpu_seconds`` and ``peak_megabytes`` (of the process so far) are the worker's.
    """

    region: int
    plan: RegionPlan | None
    sha256: str
    objective: Objective
    lots: int
    order_finish: Ints
    order_undone: Ints
    demand: Floats
    spare: Floats
    earned: Floats
    available: Floats
    hours_value: tuple[float, ...]
    rule: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    process: int
    log: tuple[str, ...] = field(default=())

    @property
    def value(self) -> tuple[float, int]:
        """Smaller is better: weighted tardiness, then pieces undone."""
        return (self.objective.weighted_tardiness, self.objective.undone)


def plan_region(task: RegionTask) -> RegionOutcome:
    """Plan one region. Equal tasks (without ``seconds``) give equal plans, wherever they run."""
    began, used = time.perf_counter(), time.thread_time()
    part = task.cut if isinstance(task.cut, Cut) else _whole(ProblemArrays.from_file(task.cut))
    arrays = lay_out(part.problem, task.from_day)
    setup = prepare(arrays)
    rng = np.random.default_rng([task.seed, task.region])
    tie = rng.random(len(arrays.workshop_ids)) * 1e-9
    until = None if task.seconds is None else began + task.seconds
    best = _dispatch(setup, task, tie, rng, until)
    # Only the fixed lots of a problem's records go into a plan, and regions keep those in their own columns.
    records = Problem(part.problem.start_on, arrays.days, (), (), (), {}, (), ())
    plan = assemble(records, setup, best.outcome, Bound(), 0.0, task.seed, ())
    columns = plan.lots.columns
    assert columns is not None
    order_undone = np.array([line.undone_quantity for line in plan.orders], np.int64)
    region_plan = RegionPlan(
        workshops=part.workshops, own=part.own, workshop_ids=part.problem.workshop_ids, orders=part.orders,
        order_ids=part.problem.order_ids, order_ptr=arrays.order_ptr, op_ids=part.problem.op_ids,
        release=arrays.release, due=arrays.due, order_finish=best.outcome.order_finish, order_undone=order_undone,
        op=columns.op, workshop=columns.workshop, quantity=columns.quantity, start=columns.start,
        finish=columns.finish, work_count=np.diff(columns.work_ptr), day=columns.day, minutes=columns.minutes,
    )  # fmt: skip
    demand, spare = pools(arrays, region_plan)
    earned = setup.fixed_pay.copy()
    np.add.at(earned, columns.workshop, columns.quantity * arrays.op_pay[columns.op])
    able = part.own & (np.diff(arrays.cap_ptr) > 0)
    sha256 = region_plan.to_file(task.store_at) if task.store_at is not None else ""
    return RegionOutcome(
        region=task.region,
        plan=None if task.store_at is not None else region_plan,
        sha256=sha256,
        objective=plan.objective,
        lots=len(columns.op),
        order_finish=region_plan.order_finish,
        order_undone=order_undone,
        demand=demand,
        spare=spare,
        earned=earned,
        available=np.where(able, setup.available, 0.0),
        hours_value=tuple(hours_value(arrays, price) for price in task.proofs),
        rule=best.outcome.rule.name,
        seconds=time.perf_counter() - began,
        cpu_seconds=time.thread_time() - used,
        peak_megabytes=_peak_megabytes(),
        process=os.getpid(),
        log=setup.notes,
    )


def hours_value(arrays: Arrays, price: Floats) -> float:
    """The most all hours could fetch at these prices (K x D), each workshop-day sold where it fetches most."""
    a = arrays
    return float(shops_exact(price, a.days, a.cap_ptr, a.cap_tech, a.cap_rate, a.free, a.week_free))


def pools(arrays: Arrays, plan: RegionPlan) -> tuple[Floats, Floats]:
    """Good standard minutes planned and left over by technique and day (K x D)."""
    a = arrays
    demand, spare = np.zeros((len(a.techniques), a.days)), np.zeros((len(a.techniques), a.days))
    tally(
        a.days, a.free, a.week_free, a.cap_ptr, a.cap_tech, a.cap_rate, a.op_tech, plan.op, plan.workshop,
        plan.work_count, plan.day, plan.minutes, demand, spare,
    )  # fmt: skip
    return demand, spare


def _whole(problem: ProblemArrays) -> Cut:
    shops, orders = len(problem.workshop_ids), len(problem.order_ids)
    return Cut(problem, np.arange(shops), np.arange(orders), np.ones(shops, bool))


def _dispatch(setup: Setup, task: RegionTask, tie: Floats, rng: np.random.Generator, until: float | None) -> Candidate:
    """Plain rules; where they leave orders late, the prices; then shifts of what squeaks."""
    best = run_all(setup, [Attempt(RULES[0])], tie, 1)[0]
    if task.effort == PASS or best.value == (0.0, 0.0) or not len(setup.arrays.order_ids):
        return best
    if task.effort == SEARCHED:
        best = min([best, *run_all(setup, [Attempt(rule) for rule in RULES[1:]], tie, 1, until)], key=_value)
    floor = Dual(setup).exact(np.zeros((len(setup.arrays.techniques), setup.arrays.days)))
    if best.value[0] <= settled(floor) or _over(until):
        return best
    dual = Dual(setup, 1, lag=dual_lag(setup), earlier=EARLIER)
    prices = climb(dual, start=task.price, softness=(0.1, 0.03), steps=_CLIMB[task.effort], until=until)
    attempts = guided_attempts(setup, prices)
    attempts = [attempt for attempt in attempts if attempt.rule.name == task.rule] or attempts
    best = min([best, *run_all(setup, attempts, tie, 1, until)], key=_value)
    shifts = SHIFTS
    if task.effort == SEARCHED:
        shifts = max(SHIFTS, min(SEARCH_ROUNDS, SEARCH_LOTS // max(1, len(best.outcome.op))))
    best, _ = squeak(setup, best, tie, rng=rng, rounds=shifts, until=until, workers=1, floor=floor)
    return best


def _value(candidate: Candidate) -> tuple[float, float]:
    return candidate.value


def _over(until: float | None) -> bool:
    return until is not None and time.perf_counter() >= until


def _peak_megabytes() -> float:
    """Most memory this process has held so far; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 0.0
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
