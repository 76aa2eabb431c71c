"""repair: whatever happens, the mended plan is sound; a decline costs nothing where others have room."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, Lot, Order, Plan, Problem, Workshop, check, repair, solve, warm
from kiwanda.engine.tests.problems import problem, problems, step

SETTINGS = settings(deadline=None, max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


@SETTINGS
@given(problems(), st.integers(0, 10**6))
def test_after_declines_the_plan_is_sound(case: Problem, seed: int) -> None:
    plan = solve(case)
    planned = plan.planned(case)
    declined = random.Random(seed).sample(planned, min(len(planned), 1 + seed % 3))
    mended = repair(case, plan, declined=declined)
    assert check(case, mended.plan) == []
    if mended.method == "insert":
        assert mended.added_tardiness <= 0
        for lot in declined:
            assert lot not in mended.placed
    if not declined:
        assert mended.method == "none"


@SETTINGS
@given(problems(), st.integers(0, 10**6))
def test_after_illness_the_plan_is_sound(case: Problem, seed: int) -> None:
    plan = solve(case)
    if not case.workshops:
        return
    ill = random.Random(seed).choice(case.workshops)
    days = tuple(range(seed % case.days, case.days))
    shops = tuple(replace(shop, off_days=days) if shop is ill else shop for shop in case.workshops)
    now = replace(case, workshops=shops)
    mended = repair(now, plan)
    assert check(now, mended.plan) == []


@SETTINGS
@given(problems(), st.integers(0, 10**6))
def test_after_a_short_delivery_the_plan_is_sound(case: Problem, seed: int) -> None:
    plan = solve(case)
    fixed = [lot for lot in case.fixed if lot.quantity > 1]
    if not fixed:
        return
    short = random.Random(seed).choice(fixed)
    index = case.fixed.index(short)
    less = replace(short, quantity=1 + seed % (short.quantity - 1) if short.quantity > 2 else 1)
    now = replace(case, fixed=(*case.fixed[:index], less, *case.fixed[index + 1 :]))
    mended = repair(now, plan)
    assert check(now, mended.plan) == []


def roomy() -> tuple[Problem, Plan]:
    shops = tuple(Workshop(f"w{i}", "NBO", "six", (Capability("weave"), Capability("sew"))) for i in range(6))
    orders = tuple(Order(f"o{i}", 60, 0, 14, (step("a", "weave", 20.0), step("b", "sew", 20.0, "a"))) for i in range(4))
    case = problem(workshops=shops, orders=orders)
    return case, solve(case)


def test_a_decline_is_fitted_in_elsewhere() -> None:
    case, plan = roomy()
    lot = plan.lots[0]
    mended = repair(case, plan, declined=[lot])
    assert mended.method == "insert"
    assert mended.removed == (lot,)
    assert {placed.workshop for placed in mended.placed} & {lot.workshop} == set()
    assert sum(placed.quantity for placed in mended.placed) == lot.quantity
    assert len(mended.placed) + len(mended.moved) <= 5
    assert mended.added_tardiness == 0
    assert mended.plan.objective.changed_lots >= 1


def test_nothing_happened_nothing_changes() -> None:
    case, plan = roomy()
    mended = repair(case, plan)
    assert mended.method == "none"
    assert sorted(map(str, mended.plan.lots)) == sorted(map(str, plan.lots))
    assert mended.plan.orders == plan.orders
    assert mended.plan.objective == plan.objective


def test_new_lots_do_not_start_in_the_past() -> None:
    case, plan = roomy()
    late = [lot for lot in plan.lots if lot.start_day >= 3]
    mended = repair(case, plan, declined=late[:1], from_day=3)
    assert all(lot.start_day >= 3 for lot in mended.placed)


def test_an_ill_workshop_works_later_if_nobody_else_can() -> None:
    shops = (
        Workshop("only", "NBO", "six", (Capability("weave"),)),
        Workshop("other", "NBO", "six", (Capability("sew"),)),
    )
    case = problem(workshops=shops, orders=(Order("o", 60, 0, 9, (step("a", "weave", 20.0),)),))
    plan = solve(case)
    ill = replace(case, workshops=(replace(shops[0], off_days=(0, 1, 2, 3, 4)), shops[1]))
    mended = repair(ill, plan)
    assert mended.method == "insert"
    assert mended.cost == 0
    assert check(ill, mended.plan) == []
    assert mended.plan.objective.undone == 0


def test_an_accepted_lot_becomes_a_fact_and_stays_one_lot() -> None:
    case, plan = roomy()
    lot = plan.lots[0]
    now = replace(case, fixed=(lot,))
    mended = repair(now, plan)
    assert mended.method == "none"
    assert check(now, mended.plan) == []
    assert len(mended.plan.lots) == len(plan.lots)


def test_a_cancelled_order_leaves_the_plan() -> None:
    case, plan = roomy()
    now = replace(case, orders=case.orders[1:])
    mended = repair(now, plan)
    assert check(now, mended.plan) == []
    assert not [lot for lot in mended.plan.lots if lot.order == "o0"]
    assert all(isinstance(lot, Lot) for lot in mended.removed)
