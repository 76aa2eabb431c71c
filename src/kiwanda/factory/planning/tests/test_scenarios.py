"""The pure changes of a what-if: each does what it says, and nothing else."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, Lot, Operation, Order, Problem, Workshop, check, solve
from kiwanda.factory.planning.load import daily_minutes
from kiwanda.factory.planning.scenarios import (
    LEARNED,
    Absence,
    Demand,
    DueDay,
    HubClosed,
    LongerDays,
    NewOrder,
    Training,
    WeeklyCap,
    apply_all,
    delayed,
    drawn,
    joined,
)

DAYS = 28
SIX = tuple(0.0 if day % 7 == 6 else 480.0 for day in range(DAYS))


def bench(workshops: int = 9, orders: int = 3, fixed: tuple[Lot, ...] = ()) -> Problem:
    """Two hubs, two techniques; every third workshop can do both."""
    able = [("cast",), ("bead",), ("cast", "bead")]
    return Problem(
        start_on=datetime.date(2026, 11, 24),
        days=DAYS,
        techniques=("cast", "bead"),
        hubs=("NBI", "KSM"),
        transfer_days=((0, 2), (2, 0)),
        calendars={"six": SIX},
        workshops=tuple(
            Workshop(
                f"w{index}", ("NBI", "KSM")[index % 2], "six",
                tuple(Capability(name, 1.0, 0.95) for name in able[index % 3]), 0.5 + index / 20,
                off_days=(3,) if index % 4 == 0 else (), income_to_date=index * 1000, target_weekly_income=10_000,
            )
            for index in range(workshops)
        ),
        orders=tuple(
            Order(
                f"o{index}", 40 + 10 * index, 0, 14 + index,
                (Operation("a", "cast", 20.0, 100), Operation("b", "bead", 12.0, 80, after=("a",))),
            )
            for index in range(orders)
        ),
        fixed=fixed,
    )


def test_a_scenario_of_nothing_is_the_same_problem():
    problem = bench()
    assert apply_all(problem, []) is problem


@given(st.integers(0, 60), st.floats(0, 1), st.floats(0, 1), st.text(max_size=5))
def test_more_only_ever_adds_to_who_is_drawn(size: int, one: float, other: float, salt: str):
    pool = [f"w{index}" for index in range(size)]
    fewer, more = (drawn(pool, share, salt) for share in sorted((one, other)))
    assert set(fewer) <= set(more) <= set(pool)
    if size and one > 0:
        assert len(drawn(pool, one, salt)) == min(size, max(1, int(size * one + 0.5)))
    assert drawn(list(reversed(pool)), one, salt) == drawn(pool, one, salt)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.floats(0.01, 1), st.integers(-3, DAYS), st.integers(1, 10))
def test_an_absence_takes_exactly_the_days_of_those_who_are_away(size: int, share: float, first: int, span: int):
    problem = bench(size)
    pool = tuple(row.id for row in problem.workshops if row.hub == "NBI")
    changed = Absence(pool, share, first, first + span - 1).apply(problem)
    before, after = daily_minutes(problem), daily_minutes(changed)
    expected = before.copy()
    gone = set(drawn(pool, share))
    for index, row in enumerate(problem.workshops):
        if row.id in gone:
            expected[index, max(0, first) : max(0, first + span)] = 0.0
    assert np.array_equal(after, expected)
    assert changed.orders == problem.orders
    assert changed.techniques == problem.techniques


@given(st.integers(0, DAYS - 1), st.integers(1, 14))
def test_accepted_work_of_those_away_moves_on_whole_or_falls_beyond_the_horizon(first: int, by_days: int):
    minutes = tuple((day, 60.0) for day in range(4, 12))
    lot = Lot("o0", "a", "w0", 10, 4, 12, minutes)
    late = delayed(lot, first, by_days, DAYS)
    moved = [day for day, _ in minutes if day >= first]
    if not moved:
        assert late == lot
    else:
        assert late.finish_day == lot.finish_day + by_days
        wanted = {day + by_days if day >= first else day for day, _ in minutes}
        assert {day for day, _ in late.minutes} == {day for day in wanted if day < DAYS}
        assert not {day for day, _ in late.minutes} & set(range(first, first + by_days))
    assert late.quantity == lot.quantity


def test_pieces_already_made_are_not_held_up_by_an_absence():
    waiting = Lot("o0", "a", "w0", 10, 0, 5, ())
    made = Lot("o0", "a", "w0", 10, -1, -1, ())
    assert [delayed(lot, 0, 7, DAYS) for lot in (waiting, made)] == [waiting, made]


def test_a_new_order_is_planned_beside_the_others():
    problem = bench()
    order = NewOrder("new", 3000, 20, problem.orders[0].operations)
    changed = order.apply(problem)
    assert changed.orders[:-1] == problem.orders
    assert changed.workshops == problem.workshops
    plan = solve(changed)
    assert check(changed, plan) == []
    assert {row.id for row in plan.orders} == {"o0", "o1", "o2", "new"}


def test_training_teaches_so_many_and_nobody_twice():
    problem = bench()
    pool = tuple(row.id for row in problem.workshops if row.hub == "NBI")
    training = Training("bead", pool, 2, speed=0.7, training_days=5)
    changed = training.apply(problem)
    learned = [row for row in changed.workshops if row.id.endswith(LEARNED)]
    assert [row.id for row in learned] == [name + LEARNED for name in training.learners(problem)]
    assert training.learners(problem) == ("w0", "w6")
    assert [row.capabilities[-1] for row in learned] == [Capability("bead", 0.7, 0.9)] * 2
    assert [set(row.off_days) >= set(range(5)) for row in learned] == [True, True]
    untouched = [row for row in problem.workshops if row.id not in ("w0", "w6")]
    assert [row for row in changed.workshops if row in untouched] == untouched
    assert training.learners(changed) != ("w0", "w6"), "who is learning it is not taught again"


@given(st.integers(0, 8), st.integers(1, 6))
def test_a_technique_is_used_from_the_day_it_is_learned_and_other_work_goes_on_until_the_training(first, days):
    problem = bench()
    changed = Training("bead", ("w0",), 1, first_day=first, training_days=days).apply(problem)
    plan = solve(changed)
    assert check(changed, plan) == []
    one, shown = joined(changed, plan)
    assert [row.id for row in one.workshops] == [row.id for row in problem.workshops]
    technique = {(order.id, step.id): step.technique for order in problem.orders for step in order.operations}
    for lot in shown.planned(one):
        if lot.workshop != "w0":
            continue
        assert not any(first <= day < first + days for day, _ in lot.minutes)
        if technique[lot.order, lot.operation] == "bead":
            assert min(day for day, _ in lot.minutes) >= first + days
    pieces = Counter()
    for lot in one.fixed:
        pieces[lot.order, lot.operation, lot.workshop] += lot.quantity
    before = Counter()
    for lot in problem.fixed:
        before[lot.order, lot.operation, lot.workshop] += lot.quantity
    assert pieces == before


def test_a_technique_nobody_has_can_be_taught():
    changed = Training("enamel", ("w0",), 1).apply(bench())
    assert changed.techniques == ("cast", "bead", "enamel")


@given(st.floats(-0.9, 1), st.integers(0, DAYS - 1), st.integers(0, 20), st.sampled_from(["", "NBI", "KSM"]))
def test_longer_days_scale_the_days_they_name(share: float, first: int, span: int, hub: str):
    problem = bench()
    changed = LongerDays(share, first, first + span, hub).apply(problem)
    before, after = daily_minutes(problem), daily_minutes(changed)
    factor = np.ones_like(before)
    concerned = [index for index, row in enumerate(problem.workshops) if hub in ("", row.hub)]
    factor[concerned, first : first + span + 1] = 1 + share
    assert np.allclose(after, before * factor)


def test_longer_days_twice_over_do_not_undo_each_other():
    problem = apply_all(bench(), [LongerDays(0.1, 0, 6), LongerDays(0.1, 0, 6)])
    assert np.allclose(daily_minutes(problem)[:, :6], daily_minutes(bench())[:, :6] * 1.21)


def test_a_closed_hub_gets_no_new_work_and_finishes_what_it_has():
    running = Lot("o0", "a", "w0", 10, 0, 2, ((0, 100.0), (1, 100.0)))
    problem = HubClosed("NBI").apply(bench(fixed=(running,)))
    assert problem.fixed == (running,)
    plan = solve(problem)
    assert check(problem, plan) == []
    hubs = {row.id: row.hub for row in problem.workshops}
    assert {hubs[lot.workshop] for lot in plan.planned(problem)} == {"KSM"}


@given(st.floats(0.1, 5))
def test_demand_scales_and_never_falls_below_what_is_begun(factor: float):
    begun = Lot("o2", "a", "w0", 55, -1, -1, ())
    problem = bench(fixed=(begun,))
    changed = Demand(factor).apply(problem)
    for old, new in zip(problem.orders, changed.orders, strict=True):
        least = 55 if old.id == "o2" else 1
        assert new == replace(old, quantity=max(least, int(old.quantity * factor + 0.5)))


def test_due_day_and_cap_change_one_thing():
    problem = bench()
    assert DueDay("o1", 3).apply(problem).order_by_id["o1"].due_day == 3
    assert DueDay("o1", 3).apply(problem).order_by_id["o0"] == problem.order_by_id["o0"]
    assert DueDay("gone", 3).apply(problem).orders == problem.orders
    assert WeeklyCap(3000.0).apply(problem) == replace(problem, week_minutes_cap=3000.0)


def test_changes_are_applied_in_their_order():
    new = NewOrder("new", 10, 20, bench().orders[0].operations)
    grown = apply_all(bench(), [new, Demand(2.0)])
    kept = apply_all(bench(), [Demand(2.0), new])
    assert (grown.order_by_id["new"].quantity, kept.order_by_id["new"].quantity) == (20, 10)
