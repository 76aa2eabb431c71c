"""The lower bound: below every plan, sensible where the truth is known, monotone in capacity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, Lot, Order, Problem, Workshop, check, solve, warm
from kiwanda.engine.tests.problems import problem, problems, step

SETTINGS = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


def dual(case: Problem):  # type: ignore[no-untyped-def]
    from kiwanda.engine.arrays import compile_problem
    from kiwanda.engine.bound import Dual
    from kiwanda.engine.passes import prepare

    return Dual(prepare(compile_problem(case)))


def late(pieces: int = 240, due: int = 0, days: int = 21) -> Problem:
    """One workshop, one order that takes a five-day week."""
    alone = Workshop("w", "NBO", "six", (Capability("weave"),))
    order = Order("o", pieces, 0, due, (step("a", "weave", 10.0, high=24),), weight=2.0)
    return problem(
        workshops=(alone,), orders=(order,), days=days, calendars={"six": (480.0,) * days}, week_minutes_cap=1e6
    )


def test_one_order_in_one_workshop() -> None:
    """Five days of work finish on day 4, eight weighted days late; the fluid relaxation can prove half of that."""
    plan = solve(late())
    assert plan.objective.weighted_tardiness == 8.0
    assert 3.5 <= plan.bound.weighted_tardiness <= 8.0


def test_nobody_can_do_it() -> None:
    case = problem(workshops=())
    assert solve(case).bound.weighted_tardiness == pytest.approx(2 * 9 + 6, rel=1e-6)


def test_nothing_late_is_its_own_bound() -> None:
    plan = solve(problem())
    assert plan.bound.weighted_tardiness == 0.0
    assert plan.bound.method == "nothing is late"


@SETTINGS
@given(problems(), st.integers(0, 2**32 - 1))
def test_any_prices_give_a_bound_below_the_plan(case: Problem, seed: int) -> None:
    found = solve(case)
    tool = dual(case)
    rng = np.random.default_rng(seed)
    for scale in (0.0, 0.1, 1.0, 10.0):
        price = rng.random((len(case.techniques), case.days)) * scale * tool.unit
        assert tool.exact(price) <= found.objective.weighted_tardiness + 1e-6


@SETTINGS
@given(problems(), st.integers(0, 2**32 - 1))
def test_more_hours_never_raise_what_prices_prove(case: Problem, seed: int) -> None:
    more = replace(case, workshops=tuple(replace(w, capacity_factor=w.capacity_factor * 1.5) for w in case.workshops))
    less, extra = dual(case), dual(more)
    price = np.random.default_rng(seed).random((len(case.techniques), case.days)) * less.unit
    if (less.closed == extra.closed).all():
        assert extra.exact(price) <= less.exact(price) + 1e-6


@settings(SETTINGS, max_examples=25)
@given(problems(), st.sampled_from([1.2, 2.0, 10.0]))
def test_more_hours_never_have_a_bound_above_a_plan_with_fewer(case: Problem, share: float) -> None:
    """What can be made in fewer hours can be made in more: the bound reported for these lies below that plan."""
    more = replace(case, workshops=tuple(replace(w, capacity_factor=w.capacity_factor * share) for w in case.workshops))
    assert solve(more).bound.weighted_tardiness <= solve(case).objective.weighted_tardiness + 1e-6


@SETTINGS
@given(problems(), st.integers(0, 2**32 - 1))
def test_the_softened_dual_has_the_slope_it_says(case: Problem, seed: int) -> None:
    tool = dual(case)
    rng = np.random.default_rng(seed)
    shape = (len(case.techniques), case.days)
    price, move = rng.random(shape) * tool.unit, (rng.random(shape) - 0.5) * tool.unit * 1e-4
    slope = (tool.smooth(price, 0.5)[1] * move).sum()
    change = (tool.smooth(price + move, 0.5)[0] - tool.smooth(price - move, 0.5)[0]) / 2
    assert change == pytest.approx(slope, rel=1e-3, abs=1e-6)


def test_softening_comes_close_to_the_exact_value() -> None:
    tool = dual(late())
    price = np.linspace(2.0, 0.5, 3 * 21).reshape(3, 21) * tool.unit
    assert tool.smooth(price, 1e-4)[0] == pytest.approx(tool.exact(price), rel=1e-2, abs=0.02)


def test_work_in_progress_is_not_asked_to_wait_for_what_is_made() -> None:
    """Half the pieces are woven: half the sewing may start at once, and the bound must not charge a day for it."""
    order = Order("o", 20, 0, 0, (step("a", "weave", 10.0), step("b", "sew", 10.0, "a")))
    case = problem(orders=(order,), fixed=(Lot("o", "a", "w2", 10, -1, -1),))
    plan = solve(case)
    assert check(case, plan) == []
    assert plan.bound.weighted_tardiness <= plan.objective.weighted_tardiness == 1.0


def test_guidance_may_be_more_careful_but_what_it_proves_is_the_truth() -> None:
    from kiwanda.engine.bound import Dual

    plain = dual(late())
    careful = Dual(plain.setup, lag=3, earlier=5, share=0.8)
    price = np.full((3, 21), plain.unit)
    assert careful.smooth(price, 0.01)[0] > plain.smooth(price, 0.01)[0]
    assert careful.exact(price) == plain.exact(price)


def test_search_with_a_time_limit_keeps_to_it_and_is_never_worse() -> None:
    case = late(pieces=600)
    plain, searched = solve(case), solve(case, seconds=0.3, workers=2)
    assert searched.objective.weighted_tardiness <= plain.objective.weighted_tardiness
    assert searched.seconds < 1.0
    assert check(case, searched) == []
