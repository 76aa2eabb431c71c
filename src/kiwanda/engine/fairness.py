"""Who gets how much of the income: what is measured, against what, and what it costs.

*Share.* What a workshop's income over the horizon is measured against is the smaller of two sums: its target
(``target_weekly_income`` times the weeks) and its potential, what its own hours and skills could bring (available
minutes x speed x yield x the usual pay of its techniques, the mean over them). So nobody is due more than he could
earn, somebody with few hours not as much as somebody with many, and the quick are not made to wait for the slow. A
workshop without a target is measured against its potential alone.

*Standing.* Income to date and from the plan (fixed work included), divided by the share. ``income_to_date`` is the
memory from run to run: give what each earned in a window of the past (say twelve weeks), the same for all. Whoever had
less then is asked first now; a newcomer starts at nothing and so at the front.

*Max-min bound.* No plan that makes the same pieces can lift the least standing above it
(:mod:`kiwanda.engine.quotas`).

*Price of fairness* (Bertsimas, Farias and Trichakis 2011): how much of the first aim is lost by minding the second.
Here the first aim is weighted tardiness; :func:`price_curve` draws the trade-off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import Arrays, Floats, Ints
from .model import Problem

if TYPE_CHECKING:
    from .passes import Pass, Setup

FAIR = 0.8
"""A workshop below this part of the mean standing counts as below its share."""


def usual_pay(a: Arrays) -> Floats:
    """Pay of a standard minute of each technique, over the work that is left; the mean of all where there is none."""
    work = np.bincount(a.op_tech, a.op_left * a.op_minutes, len(a.techniques))
    pay = np.bincount(a.op_tech, a.op_left * a.op_pay, len(a.techniques))
    mean = float(pay.sum() / work.sum()) if work.sum() > 0 and pay.sum() > 0 else 1.0
    return np.where(work > 0, pay / np.maximum(work, 1e-12), mean)


def potential(a: Arrays, available: Floats) -> Floats:
    """What ``available`` minutes (W) could bring each workshop in minor units, evenly over its techniques; shape W."""
    skills = np.diff(a.cap_ptr)
    shop = np.repeat(np.arange(len(skills)), skills)
    worth = np.bincount(shop, a.cap_rate * usual_pay(a)[a.cap_tech], len(skills))
    result: Floats = available * worth / np.maximum(skills, 1)
    return result


def shares(a: Arrays, available: Floats) -> Floats:
    """The share of each workshop (see above) in minor units; 0 for those without hours or technique; shape W."""
    most = potential(a, available)
    target = np.where(a.target > 0, a.target * a.days / 7.0, np.inf)
    # Where nothing is paid for, hours stand in for income.
    return np.where(most > 0, np.minimum(most, target), np.where(available * np.diff(a.cap_ptr) > 0, available, 0.0))


@dataclass(frozen=True)
class Standing:
    """How incomes lie.

    ``standing`` (W) is income by share, NaN for workshops without one; ``least`` the least, ``low`` the one in a
    hundred, ``mean`` all income over all shares; ``below`` counts those under 80 % of the mean; ``idle`` those without
    any pay in the horizon; ``weekly_spread`` is the mean over paid workshops of the coefficient of variation of their
    weekly pay per available hour (pay counts in the week a lot is finished), and ``level_spread`` the same for the
    factory as a whole: what no way of sharing could take away.
    """

    standing: Floats
    least: float
    low: float
    mean: float
    below: int
    idle: int
    weekly_spread: float
    level_spread: float


def measure(setup: Setup, op: Ints, workshop: Ints, quantity: Ints, finish: Ints) -> Standing:
    """Measure planned lots, given as columns of equal length; lots with ``finish`` < 0 do not count."""
    a = setup.arrays
    count, weeks = len(a.workshop_ids), (a.days + 6) // 7
    share = shares(a, setup.available)
    done = finish >= 0
    pay = (quantity * a.op_pay[op] * done).astype(np.float64)
    earned = np.bincount(workshop, pay, count) + setup.fixed_pay
    able = share > 0
    if not able.any():
        return Standing(np.full(count, np.nan), 0.0, 0.0, 0.0, 0, 0, 0.0, 0.0)
    total = earned + a.income
    standing = np.where(able, total / np.maximum(share, 1e-9), np.nan)
    mean = float(total[able].sum() / share[able].sum())
    rows = standing[able]
    by_week = np.bincount(workshop * weeks + np.maximum(finish, 0) // 7, pay, count * weeks).reshape(count, weeks)
    running = (a.fixed_finish >= 0) & (a.fixed_finish < a.days)
    facts = a.fixed_quantity[running] * a.op_pay[a.fixed_op[running]]
    np.add.at(by_week, (a.fixed_workshop[running], a.fixed_finish[running] // 7), facts)
    hours = np.minimum(np.add.reduceat(a.capacity, np.arange(0, a.days, 7), axis=1), a.week_cap)
    return Standing(
        standing=standing,
        least=float(rows.min()),
        low=float(np.quantile(rows, 0.01)),
        mean=mean,
        below=int((rows < FAIR * mean).sum()),
        idle=int((earned[able] <= 0).sum()),
        weekly_spread=_spread(by_week[able], hours[able]),
        level_spread=_spread(by_week[able].sum(axis=0, keepdims=True), hours[able].sum(axis=0, keepdims=True)),
    )


def measure_pass(setup: Setup, outcome: Pass) -> Standing:
    """The same for the raw outcome of a pass."""
    return measure(setup, outcome.op, outcome.workshop, outcome.quantity, outcome.finish)


def _spread(pay: Any, hours: Any) -> float:
    """Mean over rows of the coefficient of variation of pay per hour over the weeks with hours; unpaid rows are out."""
    open_ = hours > 0
    weeks = open_.sum(axis=1)
    rate = np.where(open_, pay / np.where(open_, hours, 1.0), 0.0)
    mean = rate.sum(axis=1) / np.maximum(weeks, 1)
    square = np.where(open_, (rate - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(weeks, 1)
    paid = mean > 0
    return float((np.sqrt(square[paid]) / mean[paid]).mean()) if paid.any() else 0.0


@dataclass(frozen=True, slots=True)
class PricePoint:
    """One plan on the curve: ``fairness`` and ``tolerance`` as given to solve, and what came of it.

    ``price`` is what it costs in weighted days against the point with the least weighted tardiness.
    """

    fairness: float
    tolerance: float
    weighted_tardiness: float
    income_gini: float
    least_share: float
    least_share_bound: float
    below_share: int
    weekly_spread: float
    transfers: int
    price: float


def price_curve(
    problem: Problem,
    *,
    weights: Sequence[float] = (0.0, 0.5, 0.8, 1.0),
    tolerances: Sequence[float] = (0.0,),
    seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    local_first: bool = False,
) -> tuple[PricePoint, ...]:
    """Plan with one weight of fairness after another, and with more and more lateness allowed for it.

    Parameters
    ----------
    weights : sequence of float in [0, 1]
        0 asks the quickest workshops first whatever they earned, 1 the worst-off first (``solve``'s default).
    tolerances : sequence of float
        Weighted days that fairness may add, tried with full weight; the weights are tried with the first.

    Returns
    -------
    tuple of PricePoint
        First the weights, in the order given, then the other tolerances.
    """
    from .api import solve

    tried = [(weight, tolerances[0]) for weight in weights] + [(1.0, tolerance) for tolerance in tolerances[1:]]
    plans = [
        solve(
            problem, seconds=seconds, seed=seed, workers=workers, local_first=local_first, fairness=weight,
            tolerance=tolerance,
        )
        for weight, tolerance in tried
    ]  # fmt: skip
    best = min(plan.objective.weighted_tardiness for plan in plans)
    return tuple(
        PricePoint(
            fairness=weight,
            tolerance=tolerance,
            weighted_tardiness=goal.weighted_tardiness,
            income_gini=goal.income_gini,
            least_share=goal.least_share,
            least_share_bound=goal.least_share_bound,
            below_share=goal.below_share,
            weekly_spread=goal.weekly_spread,
            transfers=goal.transfers,
            price=round(goal.weighted_tardiness - best, 6),
        )
        for (weight, tolerance), goal in zip(tried, (plan.objective for plan in plans), strict=True)
    )
