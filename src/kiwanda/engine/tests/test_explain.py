"""explain: the sentences are true, and there is always one."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from kiwanda.engine import Capability, Lot, Order, Plan, Problem, ProblemError, Workshop, explain, solve, warm
from kiwanda.engine.explaining import Explainer
from kiwanda.engine.sentences import SENTENCES, TO_YOU, Explanation
from kiwanda.engine.tests.problems import problem, problems, step

SETTINGS = settings(deadline=None, max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


def codes(explanation: Explanation) -> list[str]:
    return [item.code for item in explanation.reasons]


def test_both_languages_say_the_same_figures() -> None:
    for code, (english, swahili) in SENTENCES.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, swahili)]
        assert fields[0] == fields[1], code
        assert english != swahili


@SETTINGS
@given(problems())
def test_every_question_gets_an_answer(case: Problem) -> None:
    plan = solve(case)
    desk = Explainer(case, plan)
    for lot in list(plan.lots)[:5]:
        assert desk.why_workshop(lot).reasons
    for order in case.orders:
        late = desk.why_late(order.id, remedies=False)
        assert late.reasons
        assert late.text("sw")
        for workshop in case.workshops[:2]:
            assert desk.why_not(order.id, order.operations[0].id, workshop.id).reasons


def weavers(*incomes: int, hubs: str = "NNN") -> tuple[Workshop, ...]:
    names = {"N": "NBO", "K": "KSM"}
    return tuple(
        Workshop(f"w{i}", names[hub], "six", (Capability("weave"),), income_to_date=income)
        for i, (income, hub) in enumerate(zip(incomes, hubs, strict=False))
    )


def small(pieces: int = 20) -> Order:
    return Order("o", pieces, 0, 9, (step("a", "weave", 10.0, low=20, high=20),))


def test_the_poorest_was_asked_first_and_the_others_are_told() -> None:
    case = problem(workshops=weavers(300, 100, 200), orders=(small(),))
    plan = solve(case)
    assert plan.lots[0].workshop == "w1"
    why = explain(case, plan, lot=plan.lots[0])
    assert codes(why) == ["able", "others_richer"]
    assert why.reasons[1].facts["count"] == 2
    assert "2 of the others had earned more for their hours than w1" in why.text()
    not_me = explain(case, plan, order="o", operation="a", workshop="w0")
    assert not_me.reasons[0].code == "poorer_first"
    assert not_me.reasons[0].facts["count"] == 1


def test_full_off_far_and_unable() -> None:
    shops = (
        *weavers(0, 0),
        Workshop("ill", "NBO", "six", (Capability("weave"),), off_days=tuple(range(21))),
        Workshop("sewer", "NBO", "six", (Capability("sew"),)),
        Workshop("busy", "NBO", "six", (Capability("weave"),)),
    )
    taken = Lot("x", "a", "busy", 30, 0, 4, tuple((day, 480.0) for day in range(5)))
    other = Order("x", 30, 0, 20, (step("a", "weave", 10.0),))
    case = problem(workshops=shops, orders=(small(40), other), fixed=(taken,))
    plan = solve(case)

    def why(name: str) -> str:
        return explain(case, plan, order="o", operation="a", workshop=name).reasons[0].code

    assert why("ill") == "was_off"
    assert why("sewer") == "not_able"
    assert why("busy") == "was_full"
    assert why("w0") == "has_some"
    assert explain(case, plan, order="x", operation="a", workshop="w0").reasons[0].code == "nothing_to_give"
    assert codes(explain(case, plan, lot=taken)) == ["accepted_before"]


def test_too_far_for_the_pieces() -> None:
    shops = (
        Workshop("w0", "NBO", "six", (Capability("weave"),)),
        Workshop("near", "NBO", "six", (Capability("sew"),)),
        Workshop("far", "KSM", "six", (Capability("sew"),)),
    )
    order = Order("o", 20, 0, 9, (step("a", "weave", 10.0), step("b", "sew", 10.0, "a")))
    case = problem(workshops=shops, orders=(order,), transfer_days=((0, 9), (9, 0)))
    plan = solve(case)
    assert explain(case, plan, order="o", operation="b", workshop="far").reasons[0].code == "was_far"


def test_the_only_one() -> None:
    case = problem(workshops=weavers(0), orders=(small(),))
    plan = solve(case)
    assert codes(explain(case, plan, lot=plan.lots[0])) == ["only_one"]


def test_late_for_material_for_want_of_a_technique_and_not_at_all() -> None:
    case = problem(workshops=weavers(0, 0), orders=(replace(small(), material_day=14),))
    assert "waits_for_material" in codes(explain(case, solve(case), order="o"))
    nobody = problem(workshops=weavers(0, 0), orders=(Order("o", 5, 0, 9, (step("a", "sew", 5.0),)),))
    answer = explain(nobody, solve(nobody), order="o")
    assert codes(answer) == ["not_done", "nobody_can"]
    assert [item.code for item in answer.remedies] == ["training"]
    fine = problem(workshops=weavers(0, 0), orders=(small(),))
    assert codes(explain(fine, solve(fine), order="o")) == ["on_time"]


def test_a_full_technique_and_what_would_help() -> None:
    spare = tuple(Workshop(f"s{i}", "NBO", "six", (Capability("sew"),)) for i in range(5))
    orders = tuple(Order(f"o{i}", 200, 0, 4, (step("a", "weave", 20.0),), weight=1.0 + i) for i in range(3))
    case = problem(workshops=(*weavers(0, 0), *spare), orders=orders, week_minutes_cap=4000.0)
    plan = solve(case)
    late = next(line for line in plan.orders if line.tardiness_days > 0)
    answer = explain(case, plan, order=late.id)
    assert codes(answer)[0] in ("late_by", "not_done")
    assert "technique_full" in codes(answer)
    helps = {item.code: item for item in answer.remedies}
    assert "training" in helps
    assert helps["training"].facts["count"] == 5
    assert "overtime" in helps
    assert helps["overtime"].facts["minutes"] > 0


def test_bad_questions_get_a_sentence() -> None:
    case = problem()
    plan = solve(case)
    with pytest.raises(ProblemError, match="Ask about a lot, or an order"):
        explain(case, plan)
    with pytest.raises(ProblemError, match="order names 'zz', which is not in orders"):
        explain(case, plan, order="zz")
    with pytest.raises(ProblemError, match="operation names 'zz', which is no operation of order 'o1'"):
        explain(case, plan, order="o1", operation="zz", workshop="w1")
    with pytest.raises(ProblemError, match="workshop names 'zz', which is not in workshops"):
        explain(case, plan, order="o1", operation="a", workshop="zz")


# What is claimed is true in the plan's own minutes


def minutes_free(case: Problem, plan: Plan, name: str, first: int, last: int, capped: bool) -> float:
    """Free minutes counted from the plan's lots alone."""
    shop = case.workshop_by_id[name]
    used: dict[int, float] = {}
    for lot in plan.lots:
        if lot.workshop == name:
            for day, minutes in lot.minutes:
                used[day] = used.get(day, 0.0) + minutes
    total = 0.0
    for week in range(first // 7, last // 7 + 1):
        days = range(max(first, 7 * week), min(last, 7 * week + 6) + 1)
        there = sum(
            max(0.0, case.calendars[shop.calendar][day] * shop.capacity_factor - used.get(day, 0.0))
            for day in days
            if day not in shop.off_days
        )
        cap = case.week_minutes_cap - sum(used.get(day, 0.0) for day in range(7 * week, 7 * week + 7))
        total += min(there, max(0.0, cap)) if capped else there
    return total


@SETTINGS
@given(problems())
def test_why_not_is_true(case: Problem) -> None:
    plan = solve(case)
    desk = Explainer(case, plan)
    planned = plan.planned(case)
    for order in case.orders:
        for operation in order.operations:
            lots = [lot for lot in planned if (lot.order, lot.operation) == (order.id, operation.id)]
            for shop in case.workshops:
                (why,) = desk.why_not(order.id, operation.id, shop.id).reasons
                able = any(can.technique == operation.technique for can in shop.capabilities)
                assert (why.code == "not_able") == (not able)
                if not able or not lots:
                    continue
                first, last = min(lot.start_day for lot in lots), max(lot.finish_day for lot in lots)
                mine = sum(lot.quantity for lot in lots if lot.workshop == shop.id)
                assert (why.code == "has_some") == (mine > 0)
                if why.code == "has_some":
                    assert why.facts["pieces"] == mine
                elif why.code in ("was_full", "was_capped"):
                    free = minutes_free(case, plan, shop.id, first, last, why.code == "was_capped")
                    assert why.facts["free"] <= free + 1
                    assert free < why.facts["needed"]
                elif why.code == "was_off":
                    assert minutes_free(case, plan, shop.id, first, last, False) <= 0
                elif why.code == "poorer_first":
                    assert 0 < why.facts["count"] <= len({lot.workshop for lot in lots})
                    assert why.facts["near"] <= why.facts["count"]


def test_it_is_said_to_the_workshop_itself() -> None:
    case = problem(workshops=weavers(300, 100, 200), orders=(small(),))
    not_me = explain(case, solve(case), order="o", operation="a", workshop="w0")
    assert "earned less for their hours than you were served first" in not_me.text(you=True)
    assert "than w0 were served first" in not_me.text()
    assert "kuliko wewe" in not_me.text("sw", you=True)
    for code, texts in TO_YOU.items():
        for own, other in zip(texts, SENTENCES[code], strict=True):
            names = {name for _, name, _, _ in string.Formatter().parse(own) if name}
            assert names <= {name for _, name, _, _ in string.Formatter().parse(other) if name}
            assert "workshop" not in names


def test_the_weekly_limit_and_small_first_lots_are_named() -> None:
    shops = (
        Workshop("w0", "NBO", "six", (Capability("weave"),)),
        Workshop("capped", "NBO", "six", (Capability("weave"),)),
        Workshop("new", "NBO", "six", (Capability("weave", max_lot=5),)),
    )
    worked = Lot("x", "a", "capped", 30, 0, 6, tuple((day, 400.0) for day in range(6)))
    other = Order("x", 30, 0, 20, (step("a", "weave", 80.0),))
    case = problem(workshops=shops, orders=(small(), other), fixed=(worked,))
    plan = solve(case)
    assert plan.planned(case)[0].workshop == "w0"
    capped = explain(case, plan, order="o", operation="a", workshop="capped").reasons[0]
    assert (capped.code, capped.facts["free"]) == ("was_full", 80)
    looser = problem(workshops=shops, orders=(small(), other), fixed=(worked,), calendars={"six": (600.0,) * 21})
    capped = explain(looser, solve(looser), order="o", operation="a", workshop="capped").reasons[0]
    assert (capped.code, capped.facts["free"]) == ("was_capped", 0)
