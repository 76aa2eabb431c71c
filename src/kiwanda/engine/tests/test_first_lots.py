"""A workshop of which little is known gets small lots, in every function that gives out work."""

from __future__ import annotations

import pytest

from kiwanda.engine import (
    Capability,
    Lot,
    Order,
    Plan,
    Problem,
    ProblemError,
    Workshop,
    check,
    repair,
    solve,
    warm,
)  # fmt: skip
from kiwanda.engine.tests.problems import problem, step


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


def shop(name: str, max_lot: int = 10**9) -> Workshop:
    return Workshop(name, "NBO", "six", (Capability("weave", max_lot=max_lot),), target_weekly_income=700_000)


def case(*shops: Workshop, least: int = 5) -> Problem:
    return problem(workshops=shops, orders=(Order("o1", 90, 0, 14, (step("a", "weave", 30.0, low=least, high=60),)),))


def sizes(plan: Plan, name: str) -> list[int]:
    return [lot.quantity for lot in plan.lots if lot.workshop == name]


def test_the_newcomer_works_in_small_lots_and_the_others_do_not() -> None:
    known = case(shop("w1"), shop("w2"))
    fresh = case(shop("w1", 8), shop("w2"))
    assert max(sizes(solve(known), "w1")) > 8
    plan = solve(fresh)
    assert sizes(plan, "w1")
    assert max(sizes(plan, "w1")) <= 8
    assert max(sizes(plan, "w2")) > 8
    assert check(fresh, plan) == []


def test_the_smallest_lot_of_the_work_goes_before_the_largest_of_the_newcomer() -> None:
    fresh = case(shop("w1", 3), least=20)
    plan = solve(fresh)
    assert sum(sizes(plan, "w1")) == 90
    assert max(sizes(plan, "w1")) <= 20
    assert check(fresh, plan) == []


def test_check_sees_a_lot_that_is_too_large_for_its_workshop() -> None:
    plan = solve(case(shop("w1")))
    assert [found.rule for found in check(case(shop("w1", 3)), plan)].count("lot") == sum(
        size > 5 for size in sizes(plan, "w1")
    )


def test_a_repair_asks_the_newcomer_for_little_only() -> None:
    fresh = case(shop("w1", 5), shop("w2"))
    plan = solve(fresh)
    gone: Lot = max((lot for lot in plan.lots if lot.workshop == "w2"), key=lambda lot: lot.quantity)
    mended = repair(fresh, plan, declined=[gone]).plan
    assert max(sizes(mended, "w1")) <= 5
    assert check(fresh, mended) == []
    # a plan made when the workshop was better known is cut down when it is not
    before = case(shop("w1"), shop("w2"))
    after = repair(fresh, solve(before)).plan
    assert max(sizes(after, "w1"), default=0) <= 5
    assert check(fresh, after) == []


def test_the_field_is_optional_and_checked() -> None:
    data = case(shop("w1", 8), shop("w2")).to_dict()
    assert [row["capabilities"][0].get("max_lot") for row in data["workshops"]] == [8, None]
    assert Problem.from_dict(data) == case(shop("w1", 8), shop("w2"))
    data["workshops"][0]["capabilities"][0]["max_lot"] = 0
    with pytest.raises(ProblemError, match=r"workshops\[0\]\.capabilities\[0\]\.max_lot must be a whole number of at"):
        Problem.from_dict(data)
