"""promise: the day is one the order can really be done by, and the sure day holds as often as it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import (
    Capability,
    Lot,
    LotTable,
    Order,
    Problem,
    ProblemError,
    Workshop,
    check,
    promise,
    solve,
    warm,
)
from kiwanda.engine.confidence import Outlook, Places, Reliability, finish_curve
from kiwanda.engine.habits import USUAL_DELAYS
from kiwanda.engine.plan import Objective, Plan, PlannedOrder
from kiwanda.engine.promising import Promiser
from kiwanda.engine.tests.problems import orders_, problem, problems, step

SETTINGS = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


@SETTINGS
@given(problems(), st.data())
def test_the_promised_lots_fit_the_plan_as_it_stands(case: Problem, data: st.DataObject) -> None:
    plan = solve(case)
    order = data.draw(orders_("new"))
    answer = Promiser(case, plan).promise(order)
    assert answer.method == "free hours"
    if answer.day is None:
        assert answer.sure_day is None
        return
    assert answer.sure_day is not None
    assert answer.sure_day >= answer.day
    wider = replace(case, orders=(*case.orders, order))
    tardiness = max(0, answer.day - order.due_day)
    together = Plan(
        LotTable([*plan.lots, *answer.lots]),
        (*plan.orders, PlannedOrder("new", answer.day, tardiness, 0)),
        Objective(
            weighted_tardiness=plan.objective.weighted_tardiness + order.weight * tardiness,
            late_orders=plan.objective.late_orders + (tardiness > 0),
            undone=plan.objective.undone,
        ),
    )
    assert check(wider, together) == []


def shop(name: str, **values: float) -> Workshop:
    return Workshop(name, "NBO", "six", (Capability("weave"), Capability("sew")), **values)  # type: ignore[arg-type]


def empty(**values: float) -> Problem:
    return problem(workshops=tuple(shop(f"w{i}", **values) for i in range(3)), orders=())


def wanted(quantity: int = 60) -> Order:
    return Order("new", quantity, 0, 0, (step("a", "weave", 20.0), step("b", "sew", 20.0, "a")))


def test_an_idle_factory_promises_soon() -> None:
    case = empty()
    answer = promise(case, solve(case), wanted())
    assert answer.day is not None
    assert 1 <= answer.day <= 4
    assert answer.sure_day == answer.day
    assert answer.quick_day is not None
    assert abs(answer.quick_day - answer.day) <= 2


def test_what_does_not_fit_is_not_promised() -> None:
    case = empty()
    answer = promise(case, solve(case), wanted(10**6))
    assert answer.day is None
    assert answer.quick_day is None


def test_nothing_before_from_day_or_material() -> None:
    case = empty()
    plan = solve(case)
    assert min(lot.start_day for lot in promise(case, plan, wanted(), from_day=7).lots) == 7
    later = promise(case, plan, replace(wanted(), material_day=9))
    assert min(lot.start_day for lot in later.lots) == 9


def test_replanning_never_promises_later_and_leaves_the_others_in_time() -> None:
    full = tuple(Order(f"o{i}", 100, 0, 19, (step("a", "weave", 20.0), step("b", "sew", 20.0, "a"))) for i in range(4))
    case = problem(workshops=empty().workshops, orders=full)
    plan = solve(case)
    assert plan.objective.weighted_tardiness == 0
    plain, anew = promise(case, plan, wanted()), promise(case, plan, wanted(), replan=True)
    assert plain.day is not None
    assert anew.day is not None
    assert anew.day < plain.day
    again = solve(replace(case, orders=(*full, replace(wanted(), due_day=anew.day))))
    assert again.objective.weighted_tardiness == 0


def test_more_confidence_takes_more_days_and_reliable_workshops_fewer() -> None:
    case = empty(acceptance=0.7, on_time=0.8)
    plan = solve(case)
    days = [promise(case, plan, wanted(), confidence=share).sure_day for share in (0.5, 0.85, 0.99)]
    assert days == sorted(days)  # type: ignore[type-var]
    assert days[0] != days[-1]
    assert days[1] > (promise(empty(), solve(empty()), wanted()).sure_day or 0)  # type: ignore[operator]


def test_the_sure_day_holds_as_often_as_it_says() -> None:
    """Against an independent drawing of the same misfortunes, in plain Python.

    Two hubs-full of lots in a row: a lot waits for the oldest pieces it needs, and a refusal costs a day and a half.
    """
    case = empty()
    outlook = Outlook({f"w{i}": Reliability(0.8, 0.85, USUAL_DELAYS, spoilt=0.1) for i in range(3)}, remake_days=3.0)
    lots = (
        Lot("new", "a", "w0", 30, 0, 1), Lot("new", "a", "w1", 30, 0, 2),
        Lot("new", "b", "w2", 40, 3, 4), Lot("new", "b", "w0", 20, 3, 3),
    )  # fmt: skip
    curve = finish_curve(Places.of(case), wanted(), lots, outlook, seed=1, samples=4000)
    rng = np.random.default_rng(99)

    def late(notice: int) -> float:
        days = 0.0
        refusals = 0
        while rng.random() > 0.8:
            refusals += 1
        days += max(0.0, refusals * 1.5 - notice)
        if rng.random() > 0.85:
            days += 1.0
            while rng.random() > 0.5 and days < 30:
                days += 1.0
        return days + (3.0 if rng.random() < 0.1 else 0.0)

    ends = []
    for _ in range(20_000):
        first, second = 1 + late(0), 2 + late(0)
        # the 40 draw all 30 of the first and 10 of the second, the 20 the rest of the second
        one = max(3.0, first + 2, second + 1) + 1 + late(3)
        two = max(3.0, second + 1) + late(3)
        ends.append(np.ceil(max(one, two)))
    for level in (0.5, 0.7, 0.85, 0.95):
        assert abs(curve.day(level) - np.quantile(ends, level)) <= 1
        held = float(np.mean(np.array(ends) <= curve.day(level)))
        assert held >= level - 0.02


def test_bad_questions_get_a_sentence() -> None:
    case = problem()
    plan = solve(case)
    with pytest.raises(ProblemError, match=r"order\.id names 'o1', which the problem has already"):
        promise(case, plan, case.orders[0])
    with pytest.raises(ProblemError, match=r"order\.operations\[0\]\.technique names 'fly'"):
        promise(case, plan, Order("new", 5, 0, 0, (step("a", "fly", 5.0),)))
    with pytest.raises(ProblemError, match="confidence must lie between 0 and 1"):
        promise(case, plan, wanted(5), confidence=1.0)


def test_many_questions_about_one_plan() -> None:
    case = empty()
    desk = Promiser(case, solve(case))
    quick = [desk.quick(replace(wanted(pieces), id=f"n{pieces}")) for pieces in (10, 100, 200)]
    assert quick == sorted(quick)  # type: ignore[type-var]


@SETTINGS
@given(problems(), st.data())
def test_every_answer_is_in_order(case: Problem, data: st.DataObject) -> None:
    """Whatever the problem: sure days grow with the confidence, replanning is never later, notes stay."""
    desk = Promiser(case, solve(case))
    order = data.draw(orders_("new"))
    free, exact, anew = desk.promise(order), desk.exact(order), desk.replanned(order)
    if exact.method == "free hours":
        assert exact == free
    if exact.day is None:
        assert anew.day is None or anew.method == "replanned"
        return
    assert anew.day is not None
    assert anew.day <= exact.day
    for answer in (exact, anew):
        days = [day for _, day in answer.curve]
        assert days == sorted(days)
        assert answer.sure_day is not None
        assert answer.day is not None
        assert answer.sure_day >= answer.day
        first = max(0, order.release_day, order.material_day or 0)
        assert min(lot.start_day for lot in answer.lots) >= first
        made = {step.id: 0 for step in order.operations}
        for lot in answer.lots:
            made[lot.operation] += lot.quantity
        assert set(made.values()) == {order.quantity}


def test_others_give_way_within_their_time_and_the_day_is_kept() -> None:
    """Four orders with weeks to spare fill the workshops; the new one need not wait behind them."""
    steps = (step("a", "weave", 20.0), step("b", "sew", 20.0, "a"))
    full = tuple(Order(f"o{i}", 100, 0, 19, steps) for i in range(4))
    case = problem(workshops=empty().workshops, orders=full)
    plan = solve(case)
    desk = Promiser(case, plan)
    waiting, moved = desk.promise(wanted()), desk.exact(wanted())
    assert moved.method == "inserted"
    assert moved.day is not None
    assert waiting.day is not None
    assert moved.day < waiting.day
    again = solve(replace(case, orders=(*full, replace(wanted(), due_day=moved.day))))
    assert again.objective.weighted_tardiness == 0


def test_nobody_is_pushed_beyond_his_due_day() -> None:
    """The same with orders that have no day to spare: the new one takes what is left over."""
    steps = (step("a", "weave", 20.0), step("b", "sew", 20.0, "a"))
    case = problem(workshops=empty().workshops, orders=tuple(Order(f"o{i}", 100, 0, 19, steps) for i in range(4)))
    ends = {order.id: order.finish_day for order in solve(case).orders}
    tight = replace(case, orders=tuple(replace(order, due_day=ends[order.id] or 0) for order in case.orders))
    plan = solve(tight)
    assert plan.objective.weighted_tardiness == 0
    answer = Promiser(tight, plan).exact(wanted(80))
    assert answer.day is not None
    assert answer.method == "free hours"


def test_an_order_counted_in_takes_its_hours_from_the_next() -> None:
    case = empty()
    plan = solve(case)
    alone, after = Promiser(case, plan), Promiser(case, plan)
    first = after.exact(replace(wanted(120), id="first"))
    assert first.day is not None
    after.count_in(replace(wanted(120), id="first"), first.day)
    later, sooner = after.exact(wanted(120)).day, alone.exact(wanted(120)).day
    assert later is not None
    assert sooner is not None
    assert later > sooner
    with pytest.raises(ProblemError, match="'first', which the problem has already"):
        after.exact(replace(wanted(), id="first"))
