"""A what-if from the first thought to its answer, through the commands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kiwanda.core import actors, clock, files
from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import CoreError, Forbidden, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.network.models import Hub
from kiwanda.factory.planning import scenario_changes
from kiwanda.factory.planning.commands import (
    add_scenario_change,
    cancel_scenario,
    create_scenario,
    discard_plan,
    discard_scenario,
    remove_scenario_change,
    request_plan,
    request_scenario,
    run_plan,
    run_scenario,
)
from kiwanda.factory.planning.commands import run_scenario as running
from kiwanda.factory.planning.differences import Difference
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder, Scenario
from kiwanda.factory.planning.outcomes import outcome_of_run, outcome_of_scenario
from kiwanda.factory.planning.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)
from kiwanda.factory.planning.tidying import ANSWER_DAYS, tidy

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory() -> ProductionOrder:
    """Six workshops, an order of 300 pieces and a plan in force."""
    make_two_step_style()
    make_bench(6)
    order = make_production_order("RING", 300)
    make_published_plan()
    return order


def merchandiser() -> Actor:
    return actors.staff(new_id(), Role.MERCHANDISER)


def soon(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def everything(order: ProductionOrder, hub: str) -> list[dict[str, Any]]:
    """One change of each kind."""
    week = {"from_on": soon(3), "to_on": soon(9)}
    return [
        {"kind": "new_order", "sku": "RING", "quantity": 200, "due_on": soon(20)},
        {"kind": "absence", "where": "hub", "code": hub, "percent": 10, **week},
        {"kind": "training", "technique": "cast", "hub": hub, "count": 2},
        {"kind": "longer_days", "percent": 10, "hub": "", **week},
        {"kind": "weekly_cap", "hours": 40},
        {"kind": "due_date", "production_order": order.code, "due_on": soon(30)},
        {"kind": "hub_closed", "hub": hub, "from_on": soon(40)},
        {"kind": "demand", "percent": 120},
    ]


def answered(**change: Any) -> Scenario:
    scenario = create_scenario(actor=coordinator(), name="What if", changes=[change])
    request_scenario(actor=coordinator(), scenario_id=scenario.id)
    return run_scenario(actor=actors.system(), scenario_id=scenario.id)


def test_an_answer_compares_two_fresh_plans_and_leaves_the_live_one_alone(factory: ProductionOrder):
    live = list(Allocation.objects.order_by("pk").values())
    scenario = answered(kind="new_order", sku="RING", quantity=900, due_on=soon(21))
    assert scenario.state == "ready", scenario.message
    assert list(Allocation.objects.order_by("pk").values()) == live
    assert PlanRun.objects.count() == 1
    base, result = (outcome_of_scenario(scenario, side) for side in ("base", "result"))
    assert base is not None and result is not None
    assert set(result.fates) - set(base.fates) == {scenario_changes.order_name(scenario.changes[0])}
    difference = Difference(base, result)
    assert difference.headline() == scenario.headline
    assert scenario.headline["added"] == 1
    assert sum(result.incomes.values()) > sum(base.incomes.values())
    assert audit("planning") == []


def test_everything_that_can_be_asked_is_planned(factory: ProductionOrder):
    hub = Hub.objects.get().code
    scenario = create_scenario(actor=merchandiser(), name="All at once", changes=everything(factory, hub))
    assert [change["kind"] for change in scenario.changes] == list(scenario_changes.KINDS)
    request_scenario(actor=merchandiser(), scenario_id=scenario.id)
    done = run_scenario(actor=actors.system(), scenario_id=scenario.id)
    assert done.state == "ready", done.message


def test_a_change_that_changes_nothing_changes_nothing(factory: ProductionOrder):
    """Same question, same seed, fixed amount of work: the two plans are one."""
    scenario = answered(kind="due_date", production_order=factory.code, due_on=factory.due_on)
    base, result = (outcome_of_scenario(scenario, side) for side in ("base", "result"))
    assert base is not None and result is not None
    difference = Difference(base, result)
    assert difference.lots == (len(base.lots), 0, 0, 0)
    assert difference.order_counts["same"] == len(base.fates)
    assert difference.income["gain"] == difference.income["lose"] == 0


def test_the_plan_without_changes_serves_the_next_what_if_asked_at_that_moment(
    factory: ProductionOrder, monkeypatch: pytest.MonkeyPatch
):
    """The engine works once for the second question, and compares with the very same plan."""
    module = __import__(running.__module__, fromlist=["x"])
    solve, asked = module.solve, []

    def careful(problem: Any, **more: Any) -> Any:
        if more["seconds"] != 0.0:  # not the first looks
            asked.append(problem)
        return solve(problem, **more)

    monkeypatch.setattr(module, "solve", careful)
    first = answered(kind="demand", percent=150)
    second = answered(kind="demand", percent=200)
    assert len(asked) == 3
    assert second.base["plan_sha256"] == first.base["plan_sha256"]
    assert (first.base.get("reused"), second.base.get("reused")) == (None, first.number)
    make_production_order("RING", 40)
    assert answered(kind="demand", percent=200).base.get("reused") is None


def test_a_closed_hub_is_felt(factory: ProductionOrder):
    scenario = answered(kind="hub_closed", hub=Hub.objects.get().code, from_on=soon(0))
    assert scenario.headline["later"] == 1
    result = outcome_of_scenario(scenario, "result")
    assert result is not None and result.lots == ()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "magic"}, PlanningError.NO_SUCH_CHANGE),
        ({"kind": "new_order", "sku": "NONE", "quantity": 3, "due_on": "2026-12-01"}, CoreError.NOT_FOUND),
        ({"kind": "new_order", "sku": "RING", "quantity": 0, "due_on": "2026-12-01"}, CoreError.OUT_OF_RANGE),
        ({"kind": "new_order", "sku": "RING", "quantity": 3, "due_on": "soon"}, CoreError.MALFORMED),
        ({"kind": "absence", "where": "county", "code": 99, "percent": 10}, CoreError.OUT_OF_RANGE),
        ({"kind": "absence", "where": "hub", "code": "X", "percent": 10}, CoreError.NOT_FOUND),
        ({"kind": "training", "technique": "fly", "hub": "NBI", "count": 1}, CoreError.NOT_FOUND),
        ({"kind": "longer_days", "percent": 10, "from_on": "2026-12-02", "to_on": "2026-12-01"}, CoreError.MALFORMED),
        ({"kind": "weekly_cap", "hours": 100}, CoreError.OUT_OF_RANGE),
        ({"kind": "due_date", "production_order": "PO-NONE", "due_on": "2026-12-01"}, CoreError.NOT_FOUND),
        ({"kind": "hub_closed", "hub": "", "from_on": "2026-12-01"}, CoreError.NOT_FOUND),
        ({"kind": "demand", "percent": True}, CoreError.OUT_OF_RANGE),
    ],
)
def test_what_the_factory_does_not_know_is_refused(factory: ProductionOrder, change: dict[str, Any], error: Any):
    with pytest.raises(Rejected) as refused:
        create_scenario(actor=coordinator(), name="Odd", changes=[change])
    assert refused.value.error is error
    assert refused.value.message("sw") != refused.value.message("en")
    assert not Scenario.objects.exists()


def test_changing_an_answered_one_makes_it_a_draft_without_answer(factory: ProductionOrder):
    scenario = answered(kind="demand", percent=150)
    add_scenario_change(actor=coordinator(), scenario_id=scenario.id, kind="weekly_cap", details={"hours": 40})
    scenario = Scenario.objects.get()
    assert (scenario.state, scenario.base, scenario.result, scenario.headline) == ("draft", {}, {}, {})
    add_scenario_change(actor=coordinator(), scenario_id=scenario.id, kind="demand", details={"percent": 50})
    remove_scenario_change(actor=coordinator(), scenario_id=scenario.id, change_id=scenario.changes[0]["id"])
    scenario.refresh_from_db()
    assert [change["kind"] for change in scenario.changes] == ["weekly_cap", "demand"]
    with pytest.raises(NotFound):
        remove_scenario_change(actor=coordinator(), scenario_id=scenario.id, change_id="nothing")
    assert audit("planning") == []


def test_nothing_is_planned_for_no_change_and_not_twice_at_once(factory: ProductionOrder):
    scenario = create_scenario(actor=coordinator(), name="Empty")
    with pytest.raises(Rejected) as refused:
        request_scenario(actor=coordinator(), scenario_id=scenario.id)
    assert refused.value.error is PlanningError.NOTHING_CHANGED
    add_scenario_change(actor=coordinator(), scenario_id=scenario.id, kind="demand", details={"percent": 50})
    request_scenario(actor=coordinator(), scenario_id=scenario.id)
    for late in (
        lambda: request_scenario(actor=coordinator(), scenario_id=scenario.id),
        lambda: add_scenario_change(
            actor=coordinator(), scenario_id=scenario.id, kind="demand", details={"percent": 60}
        ),
    ):
        with pytest.raises(Rejected) as refused:
            late()
        assert refused.value.error is CoreError.WRONG_STATE


def test_it_can_be_cancelled_while_it_waits_and_asked_again(factory: ProductionOrder):
    scenario = create_scenario(actor=coordinator(), name="Stop", changes=[{"kind": "demand", "percent": 50}])
    with pytest.raises(Rejected):
        cancel_scenario(actor=coordinator(), scenario_id=scenario.id)
    request_scenario(actor=coordinator(), scenario_id=scenario.id)
    cancel_scenario(actor=coordinator(), scenario_id=scenario.id)
    with pytest.raises(Rejected):
        run_scenario(actor=actors.system(), scenario_id=scenario.id)
    request_scenario(actor=coordinator(), scenario_id=scenario.id)
    assert run_scenario(actor=actors.system(), scenario_id=scenario.id).state == "ready"
    discard_scenario(actor=coordinator(), scenario_id=scenario.id)
    assert Scenario.objects.get().state == "discarded"


def test_the_engine_stops_when_somebody_cancels_while_it_works(
    factory: ProductionOrder, monkeypatch: pytest.MonkeyPatch
):
    scenario = create_scenario(actor=coordinator(), name="Stop", changes=[{"kind": "demand", "percent": 50}])
    request_scenario(actor=coordinator(), scenario_id=scenario.id)
    module = __import__(running.__module__, fromlist=["x"])
    solve, begun = module.solve, []

    def cancelling(problem: Any, **more: Any) -> Any:
        begun.append(problem)
        cancel_scenario(actor=coordinator(), scenario_id=scenario.id)
        return solve(problem, **more)

    monkeypatch.setattr(module, "solve", cancelling)
    monkeypatch.setattr(module, "PROGRESS_EVERY", 0.0)
    done = run_scenario(actor=actors.system(), scenario_id=scenario.id)
    assert (done.state, len(begun)) == ("draft", 1)
    assert Event.objects.filter(type="planning.ScenarioCancelled").count() == 1


def test_a_plan_run_stops_too(factory: ProductionOrder, monkeypatch: pytest.MonkeyPatch):
    run = request_plan(actor=coordinator(), days=28)
    module = __import__(run_plan.__module__, fromlist=["x"])
    solve = module.solve

    def discarding(problem: Any, **more: Any) -> Any:
        discard_plan(actor=coordinator(), plan_run_id=run.id)
        return solve(problem, **more)

    monkeypatch.setattr(module, "solve", discarding)
    monkeypatch.setattr(module, "PROGRESS_EVERY", 0.0)
    assert run_plan(actor=actors.system(), plan_run_id=run.id).state == "discarded"
    assert audit("planning") == []


def test_changes_that_do_not_go_together_fail_with_a_sentence(
    factory: ProductionOrder, monkeypatch: pytest.MonkeyPatch
):
    order = {"kind": "new_order", "sku": "RING", "quantity": 3, "due_on": soon(9)}
    scenario = create_scenario(actor=coordinator(), name="Twice", changes=[order])
    Scenario.objects.update(changes=[*scenario.changes, *scenario.changes])
    request_scenario(actor=coordinator(), scenario_id=scenario.id)
    failed = run_scenario(actor=actors.system(), scenario_id=scenario.id)
    assert failed.state == "failed"
    assert "do not go together" in failed.message


def test_artisans_and_strangers_have_no_business_here(factory: ProductionOrder):
    for actor in (actors.artisan(new_id(), new_id()), actors.public(), actors.staff(new_id(), Role.AUDITOR)):
        with pytest.raises(Forbidden):
            create_scenario(actor=actor, name="Mine")


def test_a_run_keeps_its_problem_and_its_plan(factory: ProductionOrder):
    run = PlanRun.objects.get()
    outcome = outcome_of_run(run)
    assert outcome is not None and outcome.exact
    assert len(outcome.lots) == run.allocations.count()
    board = {row["code"]: sum(row["load"]) for row in run.summary["techniques"]}
    totals = outcome.load.load.sum(axis=(0, 2))
    for name, place in outcome.load.technique_place.items():
        assert abs(board.get(name, 0) - totals[place]) < 10
    assert {key: fate.finish_on for key, fate in outcome.fates.items()} == {
        str(factory.pk): date.fromisoformat(run.order_results[0]["finish_on"])
    }


def test_an_older_run_without_its_plan_is_read_from_its_lots(factory: ProductionOrder):
    exact = outcome_of_run(PlanRun.objects.get())
    PlanRun.objects.update(plan_sha256="")
    rough = outcome_of_run(PlanRun.objects.get())
    assert exact is not None and rough is not None
    assert not rough.exact
    assert sorted((lot.order, lot.operation, lot.workshop, lot.quantity) for lot in rough.lots) == sorted(
        (lot.order, lot.operation, lot.workshop, lot.quantity) for lot in exact.lots
    )
    assert abs(rough.load.load.sum() - exact.load.load.sum()) < 5
    assert rough.incomes == exact.incomes


def test_a_first_look_stands_while_the_careful_plans_are_worked_out(factory: ProductionOrder, monkeypatch):
    seen: list[Scenario] = []
    module = __import__(running.__module__, fromlist=["x"])
    solved = module._solved

    def watched(scenario: Scenario, *more: Any) -> Any:
        seen.append(Scenario.objects.get(pk=scenario.pk))
        return solved(scenario, *more)

    monkeypatch.setattr(module, "_solved", watched)
    done = answered(kind="new_order", sku="RING", quantity=900, due_on=soon(21))
    assert [row.state for row in seen] == ["running", "running"]
    assert seen[0].headline["first_look"] is True
    assert seen[0].headline["added"] == 1
    assert outcome_of_scenario(seen[0], "result") is not None
    assert "first_look" not in done.headline


def test_files_nobody_needs_are_taken_away_and_those_of_live_answers_stay(factory: ProductionOrder):
    done = answered(kind="new_order", sku="RING", quantity=90, due_on=soon(21))
    gone = answered(kind="new_order", sku="RING", quantity=91, due_on=soon(21))
    discard_scenario(actor=coordinator(), scenario_id=gone.pk)
    run = PlanRun.objects.get()
    assert tidy() == (0, 0), "a day's grace"
    with clock.at(clock.now() + timedelta(days=2)):
        count, freed = tidy()
        assert count >= 2
        assert freed > 0
        assert tidy() == (0, 0)
    assert outcome_of_run(run) is not None
    assert files.path_of(done.result["plan_sha256"]).exists()
    assert not files.path_of(gone.result["plan_sha256"]).exists()
    with clock.at(clock.now() + timedelta(days=ANSWER_DAYS + 1)):
        tidy()
    assert not files.path_of(done.result["plan_sha256"]).exists()
    assert files.path_of(run.problem_sha256).exists(), "the plan in force"
