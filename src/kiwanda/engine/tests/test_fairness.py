"""Fairness: incomes by share, the max-min bound, memory from run to run, and what all that may cost."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, Order, Plan, Problem, ProblemError, Workshop, check, solve, warm
from kiwanda.engine.arrays import compile_problem
from kiwanda.engine.evening import made_pieces, quotas_of
from kiwanda.engine.fairness import measure, measure_pass, price_curve, shares
from kiwanda.engine.handing import hand_over
from kiwanda.engine.passes import RULES, Setup, prepare, run_pass
from kiwanda.engine.quotas import max_min
from kiwanda.engine.tests.problems import problem, problems, step

RELAXED = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


def factory(workshops: int = 40, orders: int = 24, load: float = 0.8, seed: int = 1) -> Problem:
    """A mixed factory of one hub: workshops of one or two techniques, unlike in hours and skill."""
    rng = np.random.default_rng(seed)
    days = 42
    names = ("cast", "sew", "weave")
    people = []
    hours = 0.0
    for i in range(workshops):
        knows = rng.choice(names, int(rng.integers(1, 3)), replace=False)
        factor, speed = float(rng.uniform(0.5, 1.1)), float(rng.uniform(0.7, 1.3))
        hours += factor * speed * 480 * 25
        people.append(
            Workshop(
                f"w{i:03d}", "NBO", "six", tuple(Capability(str(name), speed, 0.95) for name in sorted(knows)), factor,
                target_weekly_income=600_000,
            )
        )  # fmt: skip
    amount = load * hours / orders / 24.0
    lines = tuple(
        Order(
            f"o{i:03d}", int(amount * rng.uniform(0.5, 1.5)), 0, int(rng.integers(14, 36)),
            tuple(
                step(f"s{n}", str(name), 12.0, *([f"s{n - 1}"] if n else []), low=3, high=120)
                for n, name in enumerate(rng.choice(names, 2, replace=False))
            ),
        )
        for i in range(orders)
    )  # fmt: skip
    return problem(
        days=days, hubs=("NBO",), transfer_days=((0,),), workshops=tuple(people), orders=lines,
        calendars={"six": tuple(0.0 if day % 7 == 6 else 480.0 for day in range(days))}, week_minutes_cap=2880.0,
    )  # fmt: skip


def earned(case: Problem, plan: Plan) -> dict[str, int]:
    rate = {(order.id, operation.id): operation.piece_rate for order in case.orders for operation in order.operations}
    income = {workshop.id: 0 for workshop in case.workshops}
    for lot in plan.planned(case):
        income[lot.workshop] += lot.quantity * rate[lot.order, lot.operation]
    return income


def setup_of(case: Problem) -> Setup:
    return prepare(compile_problem(case))


def test_nobody_is_due_more_than_target_or_than_he_could_earn() -> None:
    shops = (
        Workshop("a", "NBO", "six", (Capability("weave"),), target_weekly_income=100_000),
        Workshop("b", "NBO", "six", (Capability("weave"),), capacity_factor=0.5),
        Workshop("c", "NBO", "six", (Capability("weave", 2.0, 0.5),), target_weekly_income=10**9),
        Workshop("d", "NBO", "six", ()),
    )
    case = problem(workshops=shops)
    setup = setup_of(case)
    due = shares(setup.arrays, setup.available)
    pay = 250.0  # minor units a standard minute, by `step`
    assert due[0] == 300_000
    assert due[1] == pytest.approx(18 * 240 * pay, rel=0.01)
    assert due[2] == pytest.approx(3 * 2400 * pay, rel=0.01)
    assert due[3] == 0


@RELAXED
@given(problems(), st.integers(0, 3))
def test_no_plan_beats_its_max_min_bound(case: Problem, seed: int) -> None:
    """Neither the plan the bound was worked out for nor another that makes the same pieces."""
    setup = setup_of(case)
    share = shares(setup.arrays, setup.available)
    outcomes = [
        run_pass(setup, rule, np.random.default_rng(seed).random(len(share)) * 1e-9) for rule in (RULES[0], RULES[3])
    ]
    for one in outcomes:
        made = made_pieces(setup, one)
        bound = quotas_of(setup, made).bound
        for other in outcomes:
            if (made_pieces(setup, other) == made).all():
                found = measure(setup, other.op, other.workshop, other.quantity, other.finish)
                assert found.least <= bound + 1e-6 * max(1.0, bound)


def test_the_bound_of_classes_is_close_to_that_of_single_workshops() -> None:
    setup = setup_of(factory())
    made = setup.arrays.op_left.astype(float)
    share = shares(setup.arrays, setup.available)
    past = np.linspace(0, 400_000, len(share))
    exact = max_min(setup, share, past, made, bucket=1e-9).bound
    classes = max_min(setup, share, past, made).bound
    assert exact - 1e-6 <= classes <= exact * 1.03


def test_quotas_leave_scarce_work_to_those_who_can_do_nothing_else() -> None:
    """One cast-only workshop and one that casts and sews; little to cast, plenty to sew."""
    shops = (
        Workshop("both", "NBO", "six", (Capability("cast"), Capability("sew"))),
        Workshop("cast", "NBO", "six", (Capability("cast"),)),
        Workshop("sew", "NBO", "six", (Capability("sew"),)),
    )
    orders = (
        Order("c", 100, 0, 20, (step("a", "cast", 10.0),)),
        Order("s", 900, 0, 20, (step("a", "sew", 10.0),)),
    )
    case = problem(workshops=shops, orders=orders)
    setup = setup_of(case)
    found = quotas_of(setup, setup.arrays.op_left.astype(float))
    # 1,000 minutes of casting all go to "cast", who can have no more; the others share the sewing.
    share = shares(setup.arrays, setup.available)
    both, cast, sew = found.quota.tolist()
    assert cast == pytest.approx(100 * 2500, rel=0.01)
    assert found.bound == pytest.approx(100 * 2500 / share[1], rel=0.01)
    assert both == pytest.approx(sew, rel=0.02)
    assert both == pytest.approx(450 * 2500, rel=0.02)
    plan = solve(case)
    income = earned(case, plan)
    assert income["cast"] >= 0.9 * cast
    assert plan.objective.least_share >= 0.9 * plan.objective.least_share_bound


def test_lots_are_handed_to_the_worst_off_and_nothing_is_later() -> None:
    setup = setup_of(factory(seed=3))
    count = len(setup.arrays.workshop_ids)
    careless = run_pass(dataclasses.replace(setup, entitled=np.full(count, 1e30)), RULES[0], np.arange(count) / count)
    due = quotas_of(setup, made_pieces(setup, careless)).quota
    handed = hand_over(setup, careless, due)
    assert measure_pass(setup, handed).low > measure_pass(setup, careless).low
    assert (made_pieces(setup, handed) == made_pieces(setup, careless)).all()
    late = np.maximum(careless.order_due, careless.order_finish)
    assert (handed.order_finish <= late).all()
    worked = np.bincount(handed.workshop[handed.work_lot] * setup.arrays.days + handed.work_day, handed.work_minutes)
    assert (worked <= setup.arrays.free.ravel()[: len(worked)] + 1e-6).all()


def test_past_income_counts_towards_quotas() -> None:
    shops = tuple(
        Workshop(name, "NBO", "six", (Capability("weave"),), income_to_date=before)
        for name, before in (("full", 2_000_000), ("new", 0), ("some", 200_000))
    )
    case = problem(workshops=shops, orders=(Order("o", 400, 0, 20, (step("a", "weave", 10.0),)),))
    setup = setup_of(case)
    full, new, some = quotas_of(setup, setup.arrays.op_left.astype(float)).quota.tolist()
    assert full >= 2_000_000 * 0.95
    assert new == pytest.approx(600_000, rel=0.05)  # (1,000,000 + 200,000) / 2
    assert some == pytest.approx(600_000, rel=0.05)


def test_a_full_factory_is_evened_out_without_lateness() -> None:
    case = factory()
    plan = solve(case, seed=2)
    assert check(case, plan) == []
    goal = plan.objective
    assert goal.fairness_price == 0.0
    assert goal.weighted_tardiness == solve(case, seed=2, fairness=0.0).objective.weighted_tardiness == 0.0
    assert goal.least_share >= 0.85 * goal.least_share_bound
    assert goal.least_share <= goal.least_share_bound + 1e-6
    assert goal.below_share == 0
    assert goal.weekly_spread > 0


def test_the_price_curve_shows_what_fairness_buys() -> None:
    case = factory(load=0.5)
    careless, fair, lenient = price_curve(case, weights=(0.0, 1.0), tolerances=(0.0, 20.0))
    assert (careless.fairness, fair.fairness, lenient.tolerance) == (0.0, 1.0, 20.0)
    assert careless.least_share < 0.75 * fair.least_share
    assert careless.below_share > fair.below_share
    assert min(careless.price, fair.price, lenient.price) == 0.0
    assert lenient.price <= 20.0


@pytest.mark.parametrize("wrong", [{"fairness": 1.5}, {"tolerance": -1.0}, {"no_shows": -1}, {"freeze_days": -2}])
def test_options_out_of_range_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(ProblemError, match=next(iter(wrong))):
        solve(problem(), **wrong)  # type: ignore[arg-type]


def test_identical_workshops_earn_the_same_in_expectation() -> None:
    """Six twins among others, forty seeds: no twin's mean is further from the twins' than chance explains."""
    base = factory(workshops=18, orders=10, load=0.5)
    twins = tuple(
        Workshop(f"t{i}", "NBO", "six", (Capability("weave"), Capability("sew")), target_weekly_income=600_000)
        for i in range(6)
    )
    case = dataclasses.replace(base, workshops=(*base.workshops, *twins))
    seeds = 40
    income = np.array(
        [[earned(case, plan)[twin.id] for twin in twins] for plan in (solve(case, seed=seed) for seed in range(seeds))]
    )
    apart = income - income.mean(axis=1, keepdims=True)
    error = apart.std() / np.sqrt(seeds)
    assert income.std() > 0
    assert np.abs(apart.mean(axis=0)).max() <= 3.5 * error


def test_over_a_rolling_sequence_of_plans_incomes_even_out() -> None:
    """With little work and large lots one plan cannot be fair; a row of plans that remember is."""

    def standing(remember: bool) -> float:
        before = {f"w{i}": 0 for i in range(12)}
        for week in range(8):
            shops = tuple(
                Workshop(name, "NBO", "six", (Capability("weave"),), income_to_date=income if remember else 0)
                for name, income in sorted(before.items())
            )
            orders = tuple(Order(f"o{i}", 48, 0, 6, (step("a", "weave", 10.0, low=48, high=48),)) for i in range(5))
            case = problem(days=7, calendars={"six": (480.0,) * 7}, workshops=shops, orders=orders)
            for name, income in earned(case, solve(case, seed=week)).items():
                before[name] += income
        incomes = np.array(list(before.values()), float)
        return float(incomes.min() / incomes.mean())

    assert standing(remember=True) >= 0.85  # 40 lots of a day over 12 workshops: three or four each
    assert standing(remember=False) < 0.85


def test_weekly_spread_of_steady_and_unsteady_pay() -> None:
    case = problem(days=14, calendars={"six": (480.0,) * 14})
    setup = setup_of(case)
    op = np.zeros(2, np.int64)
    shop = np.zeros(2, np.int64)
    ten = np.full(2, 10, np.int64)
    steady = measure(setup, op, shop, ten, np.array([3, 10]))
    bursts = measure(setup, op, shop, ten, np.array([3, 5]))
    assert steady.weekly_spread == pytest.approx(0.0, abs=0.2)  # w1 has a day off in its first week
    assert bursts.weekly_spread == pytest.approx(1.0)
    assert bursts.level_spread == pytest.approx(1.0)
