"""Evening out incomes without making anything later: the plan is dispatched again and again, the fairest is kept.

Each pass asks workshops in the order of what they have of their quota (:mod:`kiwanda.engine.quotas`), and leans those
who know several techniques towards the ones whose makers stand well, so that scarce work is left to those who can do
nothing else. The lean of a technique grows while its makers stand below the mean and shrinks where that made orders
late; a few shifts of internal due days (:func:`kiwanda.engine.search.squeak`) may win such lateness back.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from .arrays import Arrays, Floats
from .fairness import Standing, measure, measure_pass, shares
from .handing import hand_over
from .passes import Pass, Setup, run_pass
from .plan import Plan
from .quotas import Quotas, max_min
from .search import Candidate, settled, squeak

EVEN_LOTS = 900_000
"""Lots dispatched to even out incomes where no time limit is given: some 0.5 seconds."""
EVEN_ROUNDS = 16
"""Most rounds of it."""
GAIN = 15.0
"""How fast techniques are leaned on: log price by log standing."""
ENOUGH = 0.97
"""A least standing this near its bound is good enough."""
PATIENCE = 3
"""Rounds without a gain worth having before it is given up."""
GAIN_WORTH = 0.005
"""Such a gain: by how much least share and one in a hundred rise together."""
SHIFTS = 3
"""Passes of search to win lateness back in one round."""


HASTE = 1.0
"""Standing that separates the quickest from the slowest workshop where income does not count at all."""


@dataclass(frozen=True)
class Even:
    """The fairest plan found: what it was run with, how incomes lie, what they are due."""

    candidate: Candidate
    standing: Standing
    quotas: Quotas
    made: Floats
    rounds: int


def weighed(setup: Setup, fairness: float) -> Setup:
    """The setup in which income counts with weight ``fairness`` in whom to ask first."""
    if fairness >= 1.0:
        return setup
    return replace(setup, entitled=setup.entitled / max(fairness, 1e-12))


def haste(setup: Setup, fairness: float) -> Floats:
    """What is added to each workshop's standing when deciding whom to ask: less for the quick; shape W."""
    a = setup.arrays
    count = len(a.workshop_ids)
    if fairness >= 1.0 or not len(a.cap_rate):
        return np.zeros(count)
    shop = np.repeat(np.arange(count), np.diff(a.cap_ptr))
    speed = np.zeros(count)
    np.maximum.at(speed, shop, a.cap_rate)
    rank = np.argsort(np.argsort(-speed, kind="stable"), kind="stable") / max(1, count - 1)
    result: Floats = (1.0 - fairness) * HASTE * rank
    return result


def said_of(even: Even) -> str:
    """How even incomes are, in words."""
    return f"least share {even.standing.least:.3f} where {even.quotas.bound:.3f} is the most"


def with_standing(plan: Plan, setup: Setup, price: float, even: Even | None = None) -> Plan:
    """The plan with what its objective says of fairness; ``price`` in weighted days, ``even`` what is known already."""
    columns = plan.lots.columns
    assert columns is not None
    a = setup.arrays
    standing = measure(setup, columns.op, columns.workshop, columns.quantity, columns.finish)
    made = np.bincount(columns.op, columns.quantity, len(a.op_order)).astype(np.float64)
    known = even is not None and bool((even.made == made).all())
    quotas = even.quotas if even is not None and known else quotas_of(setup, made)
    objective = replace(
        plan.objective,
        least_share=round(standing.least, 6),
        least_share_bound=round(quotas.bound, 6),
        below_share=standing.below,
        weekly_spread=round(standing.weekly_spread, 6),
        fairness_price=round(price, 6),
    )
    return replace(plan, objective=objective)


def made_pieces(setup: Setup, outcome: Pass) -> Floats:
    """Pieces of each operation that planned lots finish; shape O."""
    done = outcome.finish >= 0
    return np.bincount(outcome.op[done], outcome.quantity[done], len(setup.arrays.op_order)).astype(np.float64)


def quotas_of(setup: Setup, made: Floats) -> Quotas:
    """Max-min incomes for these pieces."""
    a = setup.arrays
    return max_min(setup, shares(a, setup.available), a.income + setup.fixed_pay, made)


def even_out(
    setup: Setup,
    best: Candidate,
    tie: Floats,
    *,
    rng: np.random.Generator,
    tolerance: float = 0.0,
    until: float | None = None,
    once: float = 0.0,
    floor: float = 0.0,
) -> Even:
    """Look for a plan as good as ``best`` with a higher least standing.

    Parameters
    ----------
    tolerance : float
        Weighted days of tardiness that may be added; no more may be left undone.
    until : float, optional
        Reading of ``time.perf_counter`` at which to stop; by default a fixed amount of work is done.
    once : float
        Seconds that handing lots over is thought to take: where ``until`` is nearer, ``best`` stays as it is.
    """
    a = setup.arrays
    made = made_pieces(setup, best.outcome)
    quotas = quotas_of(setup, made)
    due = quotas.quota
    standing = measure_pass(setup, best.outcome)
    fairest = Even(best, standing, quotas, made, 0)
    if len(a.op_order) == 0 or not (due > 0).any() or _even(standing, quotas):
        return fairest
    began = time.perf_counter()
    if until is not None and began + once >= until:
        return fairest
    handed = replace(best, outcome=hand_over(setup, best.outcome, due))
    fairest = Even(handed, measure_pass(setup, handed.outcome), quotas, made, 0)
    if _even(fairest.standing, quotas):
        return fairest
    allowed = settled(best.value[0]) + tolerance
    undone = best.value[1] * (1.0 + 1e-9) + 1e-9
    asked = replace(setup, entitled=np.where(due > 0, due, 1e-9))
    rule = best.outcome.rule
    power = rule.price_power if rule.price_power > 0 else 1.0
    rule = replace(rule, price_power=power)
    base = best.price if best.price is not None and best.outcome.rule.price_power > 0 else None
    level = due / np.maximum(shares(a, setup.available), 1e-9)
    weight = _weights(a)
    op_due = best.op_due
    gain = GAIN
    kept = np.zeros(len(a.techniques))
    lean = _leaned(a, weight, kept, standing, level, gain)
    most = max(2, min(EVEN_ROUNDS, EVEN_LOTS // max(1, len(best.outcome.op))))
    used = passes = gained = 0
    longest = time.perf_counter() - began
    while used - gained < PATIENCE and (passes < most if until is None else time.perf_counter() + longest < until):
        began = time.perf_counter()
        used += 1
        passes += 1
        price = np.repeat(np.exp(lean / power)[:, None], a.days, axis=1)
        if base is not None:
            price = price * base
        candidate = Candidate(run_pass(asked, rule, tie, op_due, price), op_due, price)
        if candidate.value[0] > allowed and candidate.value[1] <= undone:
            candidate, shifts = squeak(
                asked,
                candidate,
                tie,
                rng=rng,
                rounds=SHIFTS,
                until=None if until is None else until - longest,
                workers=1,
                floor=max(allowed, floor),
            )
            passes += shifts
        if candidate.value[0] <= allowed and candidate.value[1] <= undone:
            candidate = replace(candidate, outcome=hand_over(setup, candidate.outcome, due))
            standing = measure_pass(setup, candidate.outcome)
            if _worth(standing) > _worth(fairest.standing):
                if _worth(standing) > _worth(fairest.standing) + GAIN_WORTH * quotas.bound:
                    gained = used
                fairest = Even(candidate, standing, quotas, made, used)
            if _even(standing, quotas):
                break
            kept, op_due = lean, candidate.op_due
        else:
            gain *= 0.5
            standing = fairest.standing
            if gain < 0.5:
                break
        longest = max(longest, time.perf_counter() - began)
        lean = _leaned(a, weight, kept, standing, level, gain)
    return replace(fairest, rounds=used)


def _worth(standing: Standing) -> float:
    """Larger is fairer: the least and the one in a hundred, so that one workshop does not decide alone."""
    return standing.least + standing.low


def _even(standing: Standing, quotas: Quotas) -> bool:
    return standing.least >= ENOUGH * quotas.bound


def _weights(a: Arrays) -> Floats:
    """How much each capability says about its technique: all if the workshop knows no other; shape of ``cap_tech``."""
    skills = np.diff(a.cap_ptr)
    result: Floats = np.repeat(1.0 / np.maximum(skills, 1) ** 2, skills)
    return result


def _leaned(a: Arrays, weight: Floats, lean: Floats, standing: Standing, level: Floats, gain: float) -> Floats:
    """The lean with techniques whose makers stand below their quota made less inviting to those who know others."""
    shop = np.repeat(np.arange(len(a.workshop_ids)), np.diff(a.cap_ptr))
    ratio = np.where(level > 0, standing.standing / np.maximum(level, 1e-9), np.nan)[shop]
    counts = ~np.isnan(ratio)
    said = np.bincount(a.cap_tech[counts], weight[counts], len(a.techniques))
    sums = np.bincount(a.cap_tech[counts], (weight * np.nan_to_num(ratio))[counts], len(a.techniques))
    mean = np.where(said > 0, sums / np.maximum(said, 1e-12), 1.0)
    result = lean + gain * np.log(np.clip(mean, 0.5, 2.0))
    level_result: Floats = result - result.mean()
    return level_result
