"""check: every rule is seen to be broken when it is. One change to a sound plan for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiwanda.engine import Bound, Lot, LotTable, Objective, Order, Plan, PlannedOrder, Problem, check, solve
from kiwanda.engine.tests.problems import problem, step

FIXED = (Lot("o1", "a", "w1", 20, -2, -1), Lot("o2", "a", "w2", 10, 0, 0, ((0, 300.0),)))
CASE = problem(fixed=FIXED)


def sound() -> Plan:
    plan = solve(CASE)
    assert check(CASE, plan) == []
    return plan


def change(plan: Plan, find: Callable[[Lot], bool], **values: object) -> Plan:
    """The plan with the first planned lot that ``find`` accepts changed."""
    lots = list(plan.lots)
    place = next(i for i, lot in enumerate(lots) if lot not in FIXED and find(lot))
    lots[place] = replace(lots[place], **values)  # type: ignore[arg-type]
    return replace(plan, lots=LotTable(lots))


def rules(plan: Plan, case: Problem = CASE) -> set[str]:
    return {violation.rule for violation in check(case, plan)}


def move(lot: Lot, days: int) -> dict[str, object]:
    return {
        "start_day": lot.start_day + days,
        "finish_day": lot.finish_day + days,
        "minutes": tuple((day + days, minutes) for day, minutes in lot.minutes),
    }


def pick(plan: Plan, find: Callable[[Lot], bool]) -> Lot:
    return next(lot for lot in plan.lots if lot not in FIXED and find(lot))


def test_fixed_work_must_stay() -> None:
    plan = sound()
    assert "fixed" in rules(replace(plan, lots=LotTable([lot for lot in plan.lots if lot != FIXED[1]])))


@pytest.mark.parametrize("values", [{"operation": "zz"}, {"order": "zz"}, {"workshop": "zz"}])
def test_lots_must_name_known_things(values: dict[str, str]) -> None:
    assert "reference" in rules(change(sound(), lambda lot: True, **values))


def test_orders_must_be_complete_and_known() -> None:
    plan = sound()
    assert rules(replace(plan, orders=plan.orders[:1])) >= {"reference"}
    assert "reference" in rules(replace(plan, orders=(*plan.orders, PlannedOrder("zz", 1, 0, 0))))


def test_technique() -> None:
    assert "technique" in rules(change(sound(), lambda lot: lot.operation == "b", workshop="w1"))


def test_days_outside_the_lot_or_horizon() -> None:
    plan = sound()
    lot = pick(plan, lambda lot: lot.operation == "b")
    assert "days" in rules(change(plan, lambda other: other is lot, minutes=((lot.finish_day + 1, lot.minutes[0][1]),)))
    assert "days" in rules(change(plan, lambda other: other is lot, **move(lot, 30)))


def test_minutes_must_be_the_pieces_minutes() -> None:
    plan = sound()
    lot = plan.lots[-1]
    day, minutes = lot.minutes[0]
    shorter = ((day, minutes - 1.0), *lot.minutes[1:])
    assert rules(change(plan, lambda other: other is lot, minutes=shorter)) == {"minutes"}


def test_minutes_a_day() -> None:
    plan = sound()
    lot = pick(plan, lambda lot: lot.operation == "a" and lot.workshop == "w1" and lot.start_day < 2)
    off = {"start_day": 2, "finish_day": 2, "minutes": ((2, sum(minutes for _, minutes in lot.minutes)),)}
    assert "day" in rules(change(plan, lambda other: other is lot, **off))


def test_fixed_minutes_count_in_the_day() -> None:
    plan = sound()
    more = replace(CASE, fixed=(FIXED[0], replace(FIXED[1], minutes=((0, 480.0),))))
    lots = [more.fixed[1] if lot == FIXED[1] else lot for lot in plan.lots]
    assert pick(plan, lambda lot: lot.workshop == "w2" and lot.start_day == 0)
    assert "day" in rules(replace(plan, lots=LotTable(lots)), more)


def test_minutes_a_week() -> None:
    plan = sound()
    assert rules(plan, replace(CASE, week_minutes_cap=600.0)) == {"week"}


def test_lot_sizes() -> None:
    plan = sound()
    small = replace(CASE.orders[0], operations=tuple(replace(s, max_lot=6) for s in CASE.orders[0].operations))
    assert rules(plan, replace(CASE, orders=(small, CASE.orders[1]))) == {"lot"}
    large = replace(CASE.orders[0], operations=tuple(replace(s, min_lot=30) for s in CASE.orders[0].operations))
    assert rules(plan, replace(CASE, orders=(large, CASE.orders[1]))) == {"lot"}


def test_one_small_remainder_is_allowed() -> None:
    order = Order("o", 12, 0, 9, (step("a", "weave", 10.0, low=5, high=5),))
    case = problem(orders=(order,))
    plan = solve(case)
    assert sorted(lot.quantity for lot in plan.lots) == [2, 5, 5]
    assert check(case, plan) == []


def test_quantities() -> None:
    plan = sound()
    lot = plan.lots[-1]
    assert "quantity" in rules(change(plan, lambda other: other is lot, quantity=lot.quantity + 1))
    assert "quantity" in rules(replace(plan, lots=LotTable(plan.lots[:-1])))


def test_release_and_material() -> None:
    plan = sound()
    later = (CASE.orders[0], replace(CASE.orders[1], material_day=9))
    assert rules(plan, replace(CASE, orders=later)) == {"release"}
    released = (CASE.orders[0], replace(CASE.orders[1], release_day=9))
    assert rules(plan, replace(CASE, orders=released)) == {"release"}


def test_pieces_must_be_there() -> None:
    plan = sound()
    far = replace(CASE, transfer_days=((9, 9), (9, 9)))
    assert rules(plan, far) == {"precedence"}
    last = max((lot for lot in plan.lots if lot.order == "o1" and lot.operation == "a"), key=lambda lot: lot.finish_day)
    assert "precedence" in rules(change(plan, lambda lot: lot is last, **move(last, 10)))


def test_a_piece_is_used_once() -> None:
    """Ten pieces in time and ten too late do not feed two early lots, though each alone could be fed."""
    order = Order("o", 20, 0, 15, (step("a", "weave", 10.0), step("b", "sew", 10.0, "a")))
    case = problem(orders=(order,))

    def lots(second_start: int) -> LotTable:
        return LotTable(
            [
                Lot("o", "a", "w2", 10, 0, 0, ((0, 1000 / 12),)),
                Lot("o", "a", "w2", 10, 8, 8, ((8, 1000 / 12),)),
                Lot("o", "b", "w4", 10, 1, 1, ((1, 100.0),)),
                Lot("o", "b", "w2", 10, second_start, second_start, ((second_start, 100.0),)),
            ]
        )

    good = Plan(lots(9), (PlannedOrder("o", 9, 0, 0),), Objective())
    assert check(case, good) == []
    bad = Plan(lots(3), (PlannedOrder("o", 8, 0, 0),), Objective())
    assert [violation.message for violation in check(case, bad)] == [
        "10 pieces start before a piece of the step before them can be there."
    ]


def test_a_matching_that_needs_exchanges_is_found() -> None:
    """The near pieces must go to the lot that cannot wait for the far ones, whichever lot is looked at first."""
    order = Order("o", 20, 0, 15, (step("a", "weave", 10.0), step("b", "sew", 10.0, "a")))
    case = problem(orders=(order,))
    lots = [
        Lot("o", "a", "w1", 10, 0, 0, ((0, 1000 / 9),)),  # NBO: at KSM from day 2
        Lot("o", "a", "w2", 10, 0, 0, ((0, 1000 / 12),)),  # KSM: at NBO from day 2
        Lot("o", "b", "w3", 10, 2, 2, ((2, 100 / 0.76),)),  # NBO on day 2: could use either
        Lot("o", "b", "w4", 10, 1, 1, ((1, 100.0),)),  # KSM on day 1: only w2's
    ]
    for first in (lots, [lots[1], lots[0], lots[3], lots[2]]):
        assert check(case, Plan(LotTable(first), (PlannedOrder("o", 2, 0, 0),), Objective())) == []


def test_pieces_an_accepted_lot_has_drawn_are_gone() -> None:
    order = Order("o", 20, 0, 15, (step("a", "weave", 10.0), step("b", "sew", 10.0, "a")))
    fixed = (Lot("o", "a", "w2", 10, -2, -1), Lot("o", "b", "w4", 10, 0, 2, ((0, 100.0),)))
    case = problem(orders=(order,), fixed=fixed)
    late = Lot("o", "a", "w2", 10, 5, 5, ((5, 1000 / 12),))
    early = Lot("o", "b", "w2", 10, 1, 1, ((1, 100.0),))
    bad = Plan(LotTable([*fixed, late, early]), (PlannedOrder("o", 5, 0, 0),), Objective())
    assert rules(bad, case) == {"precedence"}
    after = replace(early, start_day=7, finish_day=7, minutes=((7, 100.0),))
    assert check(case, Plan(LotTable([*fixed, late, after]), (PlannedOrder("o", 7, 0, 0),), Objective())) == []


@pytest.mark.parametrize(
    "line", [{"finish_day": 20}, {"tardiness_days": 3}, {"undone_quantity": 4}, {"undone_quantity": 999}]
)
def test_the_lines_of_orders(line: dict[str, int]) -> None:
    plan = sound()
    assert rules(replace(plan, orders=(replace(plan.orders[0], **line), *plan.orders[1:]))) >= {"order"}


@pytest.mark.parametrize("name", ["weighted_tardiness", "late_orders", "undone"])
def test_the_objective(name: str) -> None:
    plan = sound()
    assert rules(replace(plan, objective=replace(plan.objective, **{name: 7}))) == {"objective"}


def test_a_bound_above_the_plan_is_no_bound() -> None:
    assert rules(replace(sound(), bound=Bound(5.0, "wishful"))) == {"objective"}
