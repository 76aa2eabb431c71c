"""From an order line to a published plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import clock
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.demand.models import OrderLine, Promise
from kiwanda.factory.network.commands import pause_workshop
from kiwanda.factory.network.tests.factories import make_workshop
from kiwanda.factory.planning.commands import publish_plan, release_demand
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder
from kiwanda.factory.planning.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_line,
    make_plan,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_plan_gives_every_piece_of_every_operation_to_capable_workshops():
    make_two_step_style("RING")
    make_bench(3)
    order = make_production_order("RING", 60)
    run = make_plan()
    assert (run.state, run.message) == ("proposed", "")
    assert run.progress_percent == 100
    for operation in order.tech_pack.operations.all():
        lots = Allocation.objects.filter(plan_run=run, operation=operation)
        assert sum(lot.quantity for lot in lots) == 60
        assert all(lot.start_on >= run.start_on and lot.state == "proposed" for lot in lots)
    assert run.order_results[0]["production_order_id"] == str(order.id)
    assert run.order_results[0]["finish_on"] == max(
        lot.finish_on for lot in Allocation.objects.filter(plan_run=run)
    ).isoformat()
    assert run.summary["counts"]["pieces"] == 120
    assert run.summary["comparison"] == {"number": None}
    assert audit() == []


def test_load_never_exceeds_capacity_and_adds_up():
    make_two_step_style("RING")
    make_bench(3)
    make_workshop(techniques=["bead"])
    make_production_order("RING", 200)
    summary = make_plan().summary
    for rows in (summary["techniques"], summary["hubs"]):
        assert len({len(row["load"]) for row in rows} | {len(summary["weeks"])}) == 1
    total = sum(sum(row["load"]) for row in summary["hubs"])
    assert total == pytest.approx(sum(sum(row["load"]) for row in summary["techniques"]), abs=5)
    # 200 pieces of 20 standard minutes at speed 1 and yield .97.
    assert total == pytest.approx(200 * 20 / 0.97, rel=0.01)
    for row in summary["hubs"]:
        assert all(load <= capacity + 1 for load, capacity in zip(row["load"], row["capacity"], strict=True))
    hours = sum(sum(row["capacity"]) for row in summary["hubs"])
    assert sum(sum(row["capacity"]) for row in summary["techniques"]) == pytest.approx(hours, rel=0.01)


def test_publishing_supersedes_the_plan_before_and_forecasts_and_promises():
    make_two_step_style("RING")
    make_bench(3)
    order = make_production_order("RING", 60)
    first = make_published_plan()
    order.refresh_from_db()
    assert order.forecast_on is not None
    run_reactions(names={"planning.make_promises"})
    promise = Promise.objects.get()
    assert (promise.basis, promise.promised_on) == ("planned", max(promise.line.due_on, order.forecast_on))
    second = make_published_plan()
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "published")
    assert set(first.allocations.values_list("state", flat=True)) == {"superseded"}
    assert set(second.allocations.values_list("state", flat=True)) == {"tentative"}
    comparison = second.summary["comparison"]
    assert comparison["number"] == first.number
    assert comparison["kept"] == second.summary["counts"]["lots"]
    assert (comparison["new"], comparison["changed"], comparison["dropped"]) == (0, 0, 0)
    assert second.objective["changed_lots"] == 0
    run_reactions(names={"planning.make_promises"})
    assert Promise.objects.count() == 1
    assert audit() == []


def test_a_delay_is_told_and_the_promise_stands():
    make_two_step_style("RING")
    workshops = make_bench(2)
    due = clock.today() + timedelta(days=8)
    line = make_line("RING", 100, due)
    release_demand(actor=coordinator())
    make_published_plan()
    run_reactions(names={"planning.make_promises"})
    promised = Promise.objects.get().promised_on
    pause_workshop(actor=coordinator(), workshop_id=workshops[0].id, reason="ill")
    with clock.at(clock.now() + timedelta(days=6)):
        make_published_plan()
        run_reactions(names={"planning.make_promises"})
        slip = Event.objects.get(type="planning.PromiseSlipped")
        assert slip.subject_id == line.id
        assert slip.data["promised_on"] == promised.isoformat()
        assert slip.data["days_late"] > 0
        assert Promise.objects.get().promised_on == promised
        make_published_plan()
        run_reactions(names={"planning.make_promises"})
        assert Event.objects.filter(type="planning.PromiseSlipped").count() == 1, "an unchanged delay is told once"


def test_what_does_not_fit_is_undone_and_has_no_forecast():
    make_two_step_style("RING")
    make_bench(1)
    order = make_production_order("RING", 600)
    run = make_published_plan(days=7)
    order.refresh_from_db()
    assert order.forecast_on is None
    assert run.summary["counts"]["undone_pieces"] > 0
    run_reactions(names={"planning.make_promises"})
    assert not Promise.objects.exists()
    assert OrderLine.objects.get().state == "in_production"
    assert audit() == []


def test_no_orders_no_workshops_still_gives_a_plan():
    run = make_plan()
    assert (run.state, run.summary["counts"]["lots"]) == ("proposed", 0)
    publish_plan(actor=coordinator(), plan_run_id=run.id)
    assert PlanRun.objects.get().state == "published"
    assert not ProductionOrder.objects.exists()
