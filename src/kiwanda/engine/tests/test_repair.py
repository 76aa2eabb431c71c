"""repair: whatever happens, the mended plan is sound; a decline costs nothing where others have room."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, Lot, Order, Plan, Problem, ProblemError, Workshop, check, repair, solve, warm
from kiwanda.engine.desk import Desk
from kiwanda.engine.reassigning import Repairer
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


# Declines one after another on one desk


def finishes(plan: Plan) -> dict[str, int]:
    return {line.id: 10**6 if line.finish_day is None else line.finish_day for line in plan.orders}


def check_said(case: Problem, before: Plan, after: Plan, said: dict[str, int]) -> None:
    """The plan is sound and no order is later than before, than due, and than was said."""
    assert check(case, after) == []
    was, now = finishes(before), finishes(after)
    for order in case.orders:
        assert now[order.id] <= max(was[order.id], order.due_day) + said.get(order.id, 0)


@SETTINGS
@given(problems(), st.integers(0, 10**6), st.integers(1, 5))
def test_declines_on_a_desk_keep_what_they_say(case: Problem, seed: int, limit: int) -> None:
    plan = solve(case)
    desk = Repairer(case, plan, most_touched=limit)
    said: dict[str, int] = {}
    drawn = random.Random(seed)
    for lot in drawn.sample(plan.planned(case), min(len(plan.planned(case)), 4)):
        if desk.desk.find(lot) is None:
            continue
        before = desk.plan()
        answer = desk.decline(lot)
        after = desk.plan()
        if answer is None:
            assert sorted(map(str, after.lots)) == sorted(map(str, before.lots))
            continue
        assert answer.touched <= limit
        assert sum(taker.quantity for taker in answer.takers) >= lot.quantity
        assert lot.workshop not in {taker.workshop for taker in answer.takers}
        assert answer.cost == sum(case.order_by_id[name].weight * days for name, days in answer.later)
        check_said(case, before, after, dict(answer.later))
        for name, days in answer.later:
            said[name] = said.get(name, 0) + days
    check_said(case, plan, desk.plan(), said)


@SETTINGS
@given(problems(), st.integers(0, 10**6))
def test_options_change_nothing_until_one_is_applied(case: Problem, seed: int) -> None:
    plan = solve(case)
    planned = plan.planned(case)
    if not planned:
        return
    desk = Repairer(case, plan)
    lot = random.Random(seed).choice(planned)
    before = desk.plan()
    options = desk.options(lot)
    assert sorted(map(str, desk.plan().lots)) == sorted(map(str, before.lots))
    assert [option.cost for option in options] == sorted(option.cost for option in options)
    takers = [taker.workshop for option in options for taker in option.takers]
    assert lot.workshop not in takers
    for one, other in pairwise(options):
        assert {taker.workshop for taker in one.takers}.isdisjoint(taker.workshop for taker in other.takers)
    if options:
        chosen = options[seed % len(options)]
        desk.apply(chosen)
        check_said(case, before, desk.plan(), dict(chosen.later))


def test_options_are_costed() -> None:
    case, plan = roomy()
    lot = next(lot for lot in plan.lots if lot.operation == "b")
    desk = Repairer(case, plan)
    first, *others = desk.options(lot)
    assert first.cost == 0
    assert first.later == ()
    assert first.travel_days == 0
    assert len(others) == 2
    (taker,) = first.takers
    assert taker.pay_minor == lot.quantity * 5000
    assert taker.able == 6
    assert 1 <= taker.income_rank <= 6
    assert taker.hub == "NBO"
    desk.apply(first)
    for stale in (first, *others):
        with pytest.raises(ProblemError, match="no longer fits"):
            desk.apply(stale)


def test_what_cannot_be_in_time_is_late_and_says_so() -> None:
    shops = (
        Workshop("w0", "NBO", "six", (Capability("weave"),)),
        Workshop("w1", "NBO", "six", (Capability("weave"),), off_days=tuple(range(5))),
    )
    case = problem(workshops=shops, orders=(Order("o", 20, 0, 2, (step("a", "weave", 20.0),), weight=3.0),))
    plan = solve(case)
    (lot,) = plan.lots
    assert lot.workshop == "w0"
    answer = Repairer(case, plan).decline(lot)
    assert answer is not None
    assert answer.later == (("o", 3),)
    assert answer.cost == 9.0
    mended = repair(case, plan, declined=[lot])
    assert (mended.method, mended.cost, mended.later) == ("late", 9.0, (("o", 3),))


def test_lots_that_stand_firm_do_not_move() -> None:
    case, plan = roomy()
    firm = [lot for lot in plan.lots if lot.start_day < 3]
    lot = next(lot for lot in plan.lots if lot.start_day >= 3)
    desk = Repairer(case, plan, from_day=1, firm_until=3)
    assert desk.decline(lot) is not None
    assert set(firm) <= set(desk.plan().lots)


@SETTINGS
@given(problems(), st.integers(0, 10**6))
def test_a_quick_answer_costs_nothing_or_changes_nothing(case: Problem, seed: int) -> None:
    plan = solve(case)
    planned = plan.planned(case)
    if not planned:
        return
    desk = Repairer(case, plan)
    lot = random.Random(seed).choice(planned)
    answer = desk.decline(lot, quick=True)
    after = desk.plan()
    if answer is None:
        assert sorted(map(str, after.lots)) == sorted(map(str, plan.lots))
    else:
        assert answer.cost == 0
        check_said(case, plan, after, {})


@SETTINGS
@given(problems())
def test_pieces_of_a_sound_plan_are_always_found(case: Problem) -> None:
    """However pieces must be shared out between hubs for it, nobody is taken to be left wanting."""
    desk = Desk.of(case, solve(case))
    for edge in range(len(desk.a.edge_pred)):
        assert desk.starving(edge) == []


def test_whoever_is_near_leaves_far_pieces_to_others() -> None:
    """A serves both hubs at once, B only its own in time: whichever is asked first, both demands are met."""
    shops = (
        Workshop("a", "NBO", "six", (Capability("weave"),)),
        Workshop("b", "KSM", "six", (Capability("weave"),)),
        Workshop("c", "NBO", "six", (Capability("sew"),)),
        Workshop("d", "KSM", "six", (Capability("sew"),)),
    )
    order = Order("o", 20, 0, 12, (step("s", "weave", 10.0), step("t", "sew", 10.0, "s")))
    case = problem(workshops=shops, orders=(order,), hubs=("NBO", "KSM"), transfer_days=((0, 1), (1, 0)))

    def lot(operation: str, workshop: str, day: int) -> Lot:
        return Lot("o", operation, workshop, 10, day, day, ((day, 100.0),))

    # d can have a's pieces (day 0) or b's (day 1), c only a's: b's reach it on day 3
    lots = [lot("s", "a", 0), lot("s", "b", 1), lot("t", "c", 2), lot("t", "d", 2)]
    desk = Desk(case, lots)
    assert desk.starving(0) == []
    moved, days = desk.travel(0)
    assert (moved, days) == (0, 0)
    late = Desk(case, [lot("s", "a", 0), lot("s", "b", 2), lot("t", "c", 2), lot("t", "d", 2)])
    assert len(late.starving(0)) == 1
