"""solve: any valid problem gives a sound plan; the same one however the problem is written."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.engine import Capability, Lot, LotTable, Order, Problem, Workshop, check, solve, warm
from kiwanda.engine.tests.problems import problem, problems, step

RELAXED = settings(deadline=None, max_examples=150, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    warm()


@RELAXED
@given(problems())
def test_any_valid_problem_gets_a_sound_plan(case: Problem) -> None:
    plan = solve(case, seed=3)
    assert check(case, plan) == []
    assert len(plan.orders) == len(case.orders)


@settings(RELAXED, max_examples=40)
@given(problems(), st.integers(0, 10**6))
def test_the_order_of_the_input_makes_no_difference(case: Problem, seed: int) -> None:
    mix = random.Random(seed)

    def shuffled(rows: tuple) -> tuple:
        return tuple(mix.sample(rows, len(rows)))

    turn = shuffled(tuple(range(len(case.hubs))))
    other = dataclasses.replace(
        case,
        techniques=shuffled(case.techniques),
        hubs=tuple(case.hubs[i] for i in turn),
        transfer_days=tuple(tuple(case.transfer_days[i][j] for j in turn) for i in turn),
        calendars=dict(reversed(case.calendars.items())),
        workshops=tuple(
            dataclasses.replace(workshop, capabilities=shuffled(workshop.capabilities))
            for workshop in shuffled(case.workshops)
        ),
        orders=tuple(
            dataclasses.replace(order, operations=shuffled(order.operations)) for order in shuffled(case.orders)
        ),
    )
    first, second = solve(case, seed=seed), solve(other, seed=seed)
    assert first.orders == second.orders
    assert first.objective == second.objective
    assert first.planned(case) == second.planned(other)


def test_the_same_seed_gives_the_same_plan_on_any_number_of_workers() -> None:
    first = solve(problem(), seed=5).to_dict() | {"seconds": 0}
    assert solve(problem(), seed=5).to_dict() | {"seconds": 0} == first
    assert solve(problem(), seed=5, workers=2).lots == solve(problem(), seed=5).lots


def test_a_crowded_factory_is_searched_the_same_on_any_number_of_workers() -> None:
    orders = tuple(
        Order(
            f"o{i}", 90 + 7 * i, 0, 4 + i % 4, (step("a", "weave", 12.0), step("b", "sew", 10.0, "a")), float(1 + i % 3)
        )
        for i in range(8)
    )
    case = problem(orders=orders)
    first, second = solve(case, seed=2), solve(case, seed=2, workers=2)
    assert first.objective.weighted_tardiness > 0
    assert "passes of search" in " ".join(first.log)
    assert first.lots == second.lots
    assert first.bound == second.bound
    assert check(case, first) == []


def test_short_lots_can_end_with_the_day() -> None:
    from dataclasses import replace

    from kiwanda.engine.arrays import compile_problem
    from kiwanda.engine.passes import RULES, prepare, run_pass

    setup = prepare(compile_problem(problem()))
    hurried = replace(RULES[0], lot_low=0.3, lot_grow=0.0)
    tie = setup.available * 0.0
    plain, cut = run_pass(setup, hurried, tie), run_pass(setup, replace(hurried, day_end=True), tie)
    assert (cut.finish > cut.start).sum() < (plain.finish > plain.start).sum()


def test_everything_easy_is_on_time_and_complete() -> None:
    plan = solve(problem())
    assert [(order.undone_quantity, order.tardiness_days) for order in plan.orders] == [(0, 0), (0, 0)]
    assert plan.objective.weighted_tardiness == 0
    assert plan.objective.late_orders == 0


def test_no_orders_and_no_workshops() -> None:
    assert len(solve(problem(orders=())).lots) == 0
    empty = solve(problem(workshops=()))
    assert [order.undone_quantity for order in empty.orders] == [120, 60]
    assert empty.objective.weighted_tardiness == 2 * (21 - 12) + (21 - 15)
    nothing = problem(orders=(), workshops=(), hubs=(), transfer_days=(), techniques=(), calendars={})
    assert check(nothing, solve(nothing)) == []


def test_no_hours_at_all_is_said() -> None:
    idle = problem(calendars={"six": (0.0,) * 21})
    plan = solve(idle)
    assert plan.objective.undone == 180
    assert "No workshop with free hours has technique 'weave': 2 orders that need it stay undone." in plan.log


def test_a_technique_nobody_has_is_said_and_nothing_is_begun_in_vain() -> None:
    case = problem(
        orders=(*problem().orders, Order("o3", 10, 0, 9, (step("a", "sew", 5.0), step("b", "cast", 5.0, "a"))))
    )
    plan = solve(case)
    assert "No workshop has technique 'cast': 1 order that needs it stays undone." in plan.log
    assert plan.orders[2].undone_quantity == 10
    assert not [lot for lot in plan.lots if lot.order == "o3"]
    assert plan.orders[0].undone_quantity == 0


def test_one_workshop_does_it_all() -> None:
    alone = Workshop("only", "NBO", "six", (Capability("weave"), Capability("sew")))
    case = problem(workshops=(alone,))
    plan = solve(case)
    assert check(case, plan) == []
    assert {lot.workshop for lot in plan.lots} == {"only"}
    assert plan.objective.undone == 0


def test_assembly_waits_for_both_components() -> None:
    order = Order("o", 40, 0, 10, (step("x", "weave", 8), step("y", "sew", 8), step("z", "sew", 8, "x", "y")))
    case = problem(orders=(order,))
    plan = solve(case)
    assert check(case, plan) == []
    assert plan.objective.undone == 0
    first = {name: min(lot.finish_day for lot in plan.lots if lot.operation == name) for name in "xy"}
    assert min(lot.start_day for lot in plan.lots if lot.operation == "z") > max(first.values())


def test_pieces_already_made_lie_at_their_hub() -> None:
    made = tuple(Lot("o1", "a", name, 60, -3, -1) for name in ("w1", "w2"))
    plan = solve(problem(fixed=made))
    assert check(problem(fixed=made), plan) == []
    planned = [lot for lot in plan.planned(problem(fixed=made)) if lot.order == "o1"]
    assert {lot.operation for lot in planned} == {"b"}
    assert min(lot.start_day for lot in planned) == 0
    assert tuple(plan.lots[:2]) == made


def test_accepted_work_keeps_its_hours() -> None:
    busy = (Lot("o1", "a", "w1", 50, 0, 1, ((0, 480.0), (1, 480.0))), Lot("o2", "a", "w2", 20, 0, 0, ((0, 400.0),)))
    case = problem(fixed=busy)
    plan = solve(case)
    assert check(case, plan) == []
    assert not [lot for lot in plan.planned(case) if lot.workshop == "w1" and lot.start_day < 3]


def test_the_poorest_is_served_first() -> None:
    twins = tuple(
        Workshop(name, "NBO", "six", (Capability("weave"),), income_to_date=income, target_weekly_income=700_000)
        for name, income in (("rich", 400_000), ("poor", 0), ("middle", 200_000))
    )
    order = Order("o", 25, 0, 20, (step("a", "weave", 10.0),))
    plan = solve(problem(workshops=twins, orders=(order,)))
    assert plan.lots[0].workshop == "poor"


def test_identical_workshops_earn_the_same_in_expectation() -> None:
    twins = tuple(Workshop(f"w{i}", "NBO", "six", (Capability("weave"),)) for i in range(4))
    order = Order("o", 20, 0, 20, (step("a", "weave", 10.0, low=20),))
    winners = [solve(problem(workshops=twins, orders=(order,)), seed=seed).lots[0].workshop for seed in range(200)]
    for twin in twins:
        assert 25 <= winners.count(twin.id) <= 80


def test_a_century_and_absurd_numbers() -> None:
    days = 3650
    case = problem(
        days=days,
        calendars={"six": (480.0,) * days},
        orders=(
            Order("huge", 10**9, 0, 12, (step("a", "weave", 1e-6, high=10**9), step("b", "sew", 1e9, "a"))),
            Order("late", 30, 5000, 12, (step("a", "weave", 10.0),)),
            Order("plain", 30, 0, 12, (step("a", "weave", 10.0),)),
        ),
    )
    plan = solve(case)
    assert check(case, plan) == []
    assert [order.undone_quantity for order in plan.orders] == [10**9, 30, 0]


def test_changed_lots_are_counted_against_the_published_plan() -> None:
    before = solve(problem(), seed=1)
    assert solve(problem(), seed=1, published=before).objective.changed_lots == 0
    fewer = dataclasses.replace(before, lots=LotTable(before.lots[1:]))
    assert solve(problem(), seed=1, published=fewer).objective.changed_lots == 1


def test_local_work_first_moves_fewer_pieces() -> None:
    shops = tuple(
        Workshop(f"w{i}", "NBO" if i % 2 else "KSM", "six", (Capability("weave"), Capability("sew"))) for i in range(8)
    )
    orders = tuple(Order(f"o{i}", 60, 0, 18, (step("a", "weave", 12.0), step("b", "sew", 12.0, "a"))) for i in range(6))
    case = problem(workshops=shops, orders=orders, transfer_days=((0, 0), (0, 0)))
    plain, local = solve(case), solve(case, local_first=True)
    assert check(case, local) == []
    assert local.objective.weighted_tardiness == 0
    assert local.objective.transfers < plain.objective.transfers


def test_progress_goes_from_nothing_to_done() -> None:
    seen: list[float] = []
    solve(problem(), progress=lambda share, text: seen.append(share))
    assert seen[0] == 0.0
    assert seen[-1] == 1.0
    assert seen == sorted(seen)


def test_importing_the_engine_imports_neither_numba_nor_numpy() -> None:
    code = "import sys, kiwanda.engine; sys.exit(bool({'numba', 'numpy', 'django'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": "src"}).returncode == 0


def test_without_a_place_to_cache_the_loops_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from kiwanda.engine import compiling

    real = compiling.njit

    def refuse(**options: object):  # type: ignore[no-untyped-def]
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(**options)

    monkeypatch.setattr(compiling, "njit", refuse)
    double = compiling.compiled(lambda number: number * 2)
    assert double(21) == 42
