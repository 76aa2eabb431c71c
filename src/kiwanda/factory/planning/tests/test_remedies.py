"""What would save a late order costs what the sum says, and no more is said than planning anew shows."""

from __future__ import annotations

import datetime

import pytest

from kiwanda.engine import Capability, Operation, Order, Problem, Workshop, solve
from kiwanda.factory.planning.remedies import Cost, Rates, Remedy, remedies

DAYS = 42
SIX = tuple(0.0 if day % 7 == 6 else 400.0 for day in range(DAYS))


def tight(orders: int = 6, quantity: int = 300) -> Problem:
    """Two hubs; two workshops can bead, four can cast: beading is short, the first order is late."""
    able = [("cast",), ("cast", "bead"), ("cast",)]
    return Problem(
        start_on=datetime.date(2026, 11, 24),
        days=DAYS,
        techniques=("cast", "bead"),
        hubs=("NBI", "KSM"),
        transfer_days=((0, 2), (2, 0)),
        calendars={"six": SIX},
        workshops=tuple(
            Workshop(
                f"w{row}", "NBI" if row < 3 else "KSM", "six",
                tuple(Capability(name) for name in able[row % 3]), target_weekly_income=600_000,
            )
            for row in range(6)
        ),
        orders=tuple(
            Order(
                f"o{row}", quantity, 0, 8 + row,
                (
                    Operation("cast", "cast", 4.0, 1_000, (), 5, 100),
                    Operation("bead", "bead", 8.0, 2_400, ("cast",), 5, 100),
                ),
                weight=20.0,
            )
            for row in range(orders)
        ),
    )  # fmt: skip


def found(problem: Problem, order: str = "o5") -> dict[str, Remedy]:
    plan = solve(problem)
    return {way.code: way for way in remedies(problem, plan, problem.order_by_id[order], "bead")}


def test_ways_are_sooner_than_the_plan_and_their_lines_are_the_difference_of_two_plans():
    problem = tight()
    ways = found(problem)
    plan = solve(problem)
    finish = next(line.finish_day for line in plan.orders if line.id == "o5")
    planned = (problem.start_on + datetime.timedelta(days=finish)).isoformat()
    assert ways["later_day"] == Remedy("later_day", {"finish": planned}, ())
    assert {"overtime", "training"} <= set(ways)
    for way in ways.values():
        assert way.code == "later_day" or way.facts["finish"] < planned
        assert all(cost.amount_minor != 0 for cost in way.costs)


def test_overtime_pays_half_of_the_piece_rate_for_its_minutes():
    way = found(tight())["overtime"]
    (premium,) = [cost for cost in way.costs if cost.code == "cost_overtime"]
    assert premium.times == way.facts["minutes"] > 0
    assert premium.each_minor == pytest.approx(0.5 * 2_400 / 8.0)
    assert premium.amount_minor == round(way.facts["minutes"] * 150)


def test_learning_is_paid_by_the_day_and_takes_effect_afterwards():
    way = found(tight())["training"]
    (wage,) = [cost for cost in way.costs if cost.code == "cost_training"]
    assert wage == Cost("cost_training", 5 * way.facts["count"], 600_000 / 6)
    assert set(way.facts["names"]) <= {"w0", "w2", "w3", "w5"}


def test_an_order_saved_from_lateness_saves_its_share_of_its_value(settings):
    settings.KIWANDA_REMEDY_RATES = {"lateness_share": 0.01}
    problem = tight()
    way = found(problem)["overtime"]
    (own,) = [cost for cost in way.costs if cost.code == "cost_own_late"]
    assert own.each_minor == Rates(lateness_share=0.01).lateness_minor == 100
    assert own.amount_minor < 0
