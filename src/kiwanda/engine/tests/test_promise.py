"""promise: the day is one the order can really be done by, and the sure day holds as often as it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, LotTable, Order, Problem, ProblemError, Workshop, check, promise, solve, warm
from kiwanda.engine.plan import Objective, Plan, PlannedOrder
from kiwanda.engine.promising import Promiser, sure_days
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
    answer = promise(case, plan, order)
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
    """Against an independent drawing of the same misfortunes, in plain Python."""
    case = empty(acceptance=0.8, on_time=0.85)
    lots = promise(case, solve(case), wanted()).lots
    rng = np.random.default_rng(99)
    added = sure_days(case, wanted(), lots, 0.85, seed=1)
    held = 0
    for _ in range(3000):
        total = 0.0
        for name in "ab":
            worst = 0.0
            for _lot in [lot for lot in lots if lot.operation == name]:
                delay = 0.0
                while rng.random() > 0.8:
                    delay += 1.0
                if rng.random() > 0.85:
                    delay += 1.0
                    while rng.random() > 0.5:
                        delay += 1.0
                worst = max(worst, delay)
            total += worst
        held += total <= added
    assert 0.8 <= held / 3000 <= 0.97


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
