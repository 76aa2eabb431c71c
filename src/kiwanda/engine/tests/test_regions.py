"""Planning by regions: sound plans, valid bounds, little lost against one solve."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, Order, Problem, ProblemError, Workshop, check, solve, warm
from kiwanda.engine.arrays import compile_problem
from kiwanda.engine.regions import (
    ProblemArrays,
    RegionalPlan,
    check_region,
    check_whole,
    from_problem,
    partition,
    solve_regions,
    to_problem,
)
from kiwanda.engine.regions.cutting import lay_out
from kiwanda.engine.tests.problems import problem, problems, step
from kiwanda.engine.tests.regional import country, placed

RELAXED = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


def sound(arrays: ProblemArrays, plan: RegionalPlan) -> None:
    assert check_whole(arrays, plan) == []
    for place in range(plan.regions):
        assert check_region(arrays, plan, place) == []
    attained = plan.objective.weighted_tardiness + 1e-6
    assert plan.bound.weighted_tardiness <= attained
    assert plan.manifest.bound_one_region.weighted_tardiness <= attained


@RELAXED
@given(problems(), st.integers(1, 3))
def test_any_valid_problem_gets_a_sound_plan(case: Problem, regions: int) -> None:
    plan = solve_regions(case, regions=regions, seed=3)
    assert check(case, plan.to_plan(case)) == []
    sound(from_problem(case), plan)


@settings(RELAXED, max_examples=40)
@given(problems(), st.integers(0, 5))
def test_the_bound_lies_below_what_a_single_solve_attains(case: Problem, seed: int) -> None:
    plan = solve_regions(case, regions=2, seed=seed)
    single = solve(case, seed=seed)
    assert plan.bound.weighted_tardiness <= single.objective.weighted_tardiness + 1e-6


@pytest.mark.parametrize("load", [0.8, 1.2])
def test_a_country_with_lines_that_have_a_place(load: float) -> None:
    arrays = placed(country(1, load=load))
    plan = solve_regions(arrays, seed=2)
    assert plan.regions == 3
    sound(arrays, plan)


def test_the_bound_says_something_where_too_much_is_asked() -> None:
    case = country(2, load=1.6, begun=False)
    plan = solve_regions(case, seed=1)
    assert plan.bound.weighted_tardiness > 0.2 * plan.objective.weighted_tardiness
    assert plan.bound.weighted_tardiness <= solve(case, seed=1).objective.weighted_tardiness
    # Keeping each line in one region cannot be better than not having to.
    assert plan.manifest.bound_one_region.weighted_tardiness >= plan.bound.weighted_tardiness - 1e-6


def test_one_region_is_about_as_good_as_solve() -> None:
    """Luck decides between single runs, and on small problems solve tries more prices: the sum must stay near."""
    cases = [country(seed, load=1.0) for seed in range(4)]
    single = sum(solve(case, seed=1).objective.weighted_tardiness for case in cases)
    by_region = sum(
        solve_regions(case, regions=1, effort="searched", seed=1).objective.weighted_tardiness for case in cases
    )
    assert by_region <= 1.6 * single + 10


def test_prices_send_lines_where_there_is_room() -> None:
    arrays = placed(country(5, load=0.75), crowd=0.7)
    by_price = solve_regions(arrays, seed=1).objective
    at_home = solve_regions(arrays, seed=1, assignment="home").objective
    assert by_price.weighted_tardiness < 0.5 * at_home.weighted_tardiness


def test_offering_late_lines_again_never_makes_it_worse() -> None:
    for seed in range(3):
        arrays = placed(country(seed, load=0.7), seed=seed)
        once = solve_regions(arrays, seed=seed, assignment="home").objective
        again = solve_regions(arrays, seed=seed, assignment="home", rebids=2)
        assert again.objective.weighted_tardiness < once.weighted_tardiness
        sound(arrays, again)
        by_price = solve_regions(arrays, seed=seed, rebids=0).objective.weighted_tardiness
        assert solve_regions(arrays, seed=seed, rebids=2).objective.weighted_tardiness <= by_price


def test_more_effort_is_not_worse() -> None:
    arrays = placed(country(3, load=1.0))
    values = [
        solve_regions(arrays, seed=1, effort=effort, rebids=0).objective.weighted_tardiness
        for effort in ("pass", "guided", "searched")
    ]
    assert values == sorted(values, reverse=True)


def test_nothing_new_before_the_day_the_horizon_has_rolled_to() -> None:
    case = country(4)
    plan = solve_regions(case, from_day=5, seed=1)
    lots = plan.to_plan(case).planned(case)
    assert lots and min(lot.start_day for lot in lots) >= 5
    assert check(case, plan.to_plan(case)) == []


def test_a_time_limit_ends_it() -> None:
    arrays = placed(country(3, load=1.1))
    sound(arrays, solve_regions(arrays, seconds=0.3, effort="searched"))


def test_records_to_columns_and_back() -> None:
    case = country(6)
    arrays = from_problem(case)
    again = to_problem(arrays)
    assert from_problem(again).digest() == arrays.digest()
    laid_out, compiled = lay_out(from_problem(again)), compile_problem(again)
    for field in dataclasses.fields(compiled):
        assert np.array_equal(getattr(laid_out, field.name), getattr(compiled, field.name)), field.name
    other = dataclasses.replace(case, workshops=case.workshops[::-1], orders=case.orders[::-1], fixed=case.fixed[::-1])
    assert from_problem(other).digest() == arrays.digest()
    assert from_problem(dataclasses.replace(case, week_minutes_cap=2000.0)).digest() != arrays.digest()


def test_columns_that_do_not_fit_are_named() -> None:
    arrays = from_problem(country())
    with pytest.raises(ProblemError, match="factor must have shape"):
        dataclasses.replace(arrays, factor=arrays.factor[1:])
    with pytest.raises(ProblemError, match="hub must lie from 0 to 5"):
        dataclasses.replace(arrays, hub=arrays.hub + 1)


def test_wrong_options_are_named() -> None:
    for options in ({"regions": 0}, {"regions": "many"}, {"effort": "much"}, {"assignment": "by hand"}):
        with pytest.raises(ProblemError, match=next(iter(options))):
            solve_regions(problem(), **options)  # type: ignore[arg-type]


def test_regions_are_hubs_within_a_day() -> None:
    arrays = from_problem(country(clusters=4))
    found = partition(arrays)
    assert found.count == 4
    assert found.region_of_hub.tolist() in ([i // 2 for i in range(8)], sorted(i // 2 for i in range(8)))
    assert set(found.apart[~np.eye(4, dtype=bool)].tolist()) == {3}
    assert sorted(np.bincount(partition(arrays, 2).region_of_hub).tolist()) == [4, 4]
    assert partition(arrays, 99).count == 8


def test_an_isolated_hub_is_a_region_of_its_own() -> None:
    far = ((0, 1, 30), (1, 0, 30), (30, 30, 0))
    case = problem(hubs=("NBO", "KSM", "LOD"), transfer_days=far)
    plan = solve_regions(case)
    assert [row.hubs for row in plan.manifest.regions] == [("KSM", "NBO"), ("LOD",)]
    assert plan.manifest.regions[1].orders == 0  # nobody works there
    assert plan.objective.weighted_tardiness == 0
    sound(from_problem(case), plan)


def test_an_order_nobody_can_make_and_one_only_the_far_region_can() -> None:
    far = Workshop("w9", "LOD", "six", (Capability("cast"), Capability("sew")))
    case = problem(
        hubs=("NBO", "KSM", "LOD"),
        transfer_days=((0, 1, 9), (1, 0, 9), (9, 9, 0)),
        techniques=("blow", "cast", "sew", "weave"),
        workshops=(*problem().workshops, far),
        orders=(
            *problem().orders,
            Order("o3", 10, 0, 9, (step("a", "cast", 5.0), step("b", "sew", 5.0, "a"))),
            Order("o4", 10, 0, 9, (step("a", "blow", 5.0),)),
        ),
    )
    plan = solve_regions(case)
    assert plan.order("o3")[0].tardiness_days == 0
    assert {lot.workshop for lot in plan.order("o3")[1]} == {"w9"}
    assert plan.order("o4")[0].undone_quantity == 10
    assert any("No workshop has technique 'blow'" in line for line in plan.manifest.log)
    assert plan.bound.weighted_tardiness == plan.objective.weighted_tardiness == 21 - 9
    sound(from_problem(case), plan)


def test_no_orders_no_workshops_no_hubs() -> None:
    for case in (
        problem(orders=()),
        problem(workshops=()),
        problem(orders=(), workshops=(), hubs=(), transfer_days=(), techniques=(), calendars={}),
        problem(workshops=(), hubs=(), transfer_days=()),
    ):
        plan = solve_regions(case)
        assert check(case, plan.to_plan(case)) == []
        sound(from_problem(case), plan)


def test_begun_work_stays_and_takes_hours_wherever_it_is() -> None:
    """Pieces of one line lie in two regions, and a workshop of one works for a line of the other."""
    case = country(8, load=0.9)
    plan = solve_regions(case, seed=1)
    arrays = from_problem(case)
    crossing = [place for place in range(plan.regions) if not plan.region(place).own.all()]
    assert crossing
    sound(arrays, plan)
