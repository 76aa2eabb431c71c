"""Order lines become production orders; cancelled lines let their pieces go."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import CoreError, Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.catalog.tests.factories import make_style
from kiwanda.factory.demand.commands import cancel_order_line
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.planning import in_progress, pegging
from kiwanda.factory.planning.commands import cancel_production_order, publish_plan, release_demand
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.in_progress import ACCEPTED, WORKING, Commitment, NothingInProgress
from kiwanda.factory.planning.models import Allocation, Peg, ProductionOrder
from kiwanda.factory.planning.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_line,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


class Underway(NothingInProgress):
    """Work in progress as a test says it is."""

    def __init__(self, *items: Commitment, live: int = 0) -> None:
        self.items = items
        self.live = live

    def commitments(self, production_order_ids=None):
        return [row for row in self.items if production_order_ids is None or row[0] in set(production_order_ids)]

    def live_work_orders(self, production_order_id):
        return self.live


@pytest.fixture
def underway(monkeypatch):
    """Call with what is under way."""

    def set_to(*items: Commitment, live: int = 0) -> None:
        monkeypatch.setattr(in_progress, "_provider", Underway(*items, live=live))

    return set_to


def committed(order, code, quantity, kind=WORKING):
    operation = order.tech_pack.operations.get(code=code)
    return Commitment(order.id, operation.id, new_id(), kind, quantity, quantity, clock.today(), clock.today())


def cancel(line):
    cancel_order_line(actor=coordinator(), line_id=line.id, reason="The shop closed.")


def test_lines_of_one_variant_and_week_are_made_together():
    make_two_step_style("RING")
    make_two_step_style("BANGLE")
    monday = clock.today() + timedelta(days=21)
    first = make_line("RING", 30, monday)
    second = make_line("RING", 20, monday + timedelta(days=6))
    later = make_line("RING", 10, monday + timedelta(days=7))
    other = make_line("BANGLE", 5, monday)
    assert release_demand(actor=coordinator()) == 3
    together = ProductionOrder.objects.get(pegs__line=first)
    assert together == ProductionOrder.objects.get(pegs__line=second)
    assert (together.quantity, together.due_on, together.release_on) == (50, monday, clock.today())
    assert ProductionOrder.objects.get(pegs__line=later).quantity == 10
    assert ProductionOrder.objects.get(pegs__line=other).variant.sku == "BANGLE"
    assert set(OrderLine.objects.values_list("state", flat=True)) == {"in_production"}
    told = Event.objects.get(type="planning.DemandReleased", subject_id=together.id)
    assert sorted(told.data["lines"]) == sorted([[str(first.id), 30], [str(second.id), 20]])
    assert together.weight > ProductionOrder.objects.get(pegs__line=later).weight
    assert release_demand(actor=coordinator()) == 0
    assert audit() == []


def test_a_batch_has_a_largest_size_and_a_large_line_spans_several():
    make_two_step_style("RING")
    line = make_line("RING", 2 * pegging.LARGEST_BATCH + 50)
    assert release_demand(actor=coordinator()) == 3
    assert sorted(ProductionOrder.objects.values_list("quantity", flat=True)) == [50, 600, 600]
    assert sum(line.pegs.values_list("quantity", flat=True)) == line.quantity
    assert audit() == []


def test_styles_without_a_released_tech_pack_wait():
    make_style(sku="DRAFT", released=False)
    line = make_line("DRAFT", 10)
    assert release_demand(actor=coordinator()) == 0
    line.refresh_from_db()
    assert line.state == "open"


def test_a_cancelled_line_makes_the_order_smaller_or_ends_it():
    make_two_step_style("RING")
    first, second = make_line("RING", 30), make_line("RING", 20)
    release_demand(actor=coordinator())
    cancel(first)
    order = ProductionOrder.objects.get()
    assert (order.quantity, order.state) == (20, "open")
    cancel(second)
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert not Peg.objects.exists()
    assert audit() == []


def test_pieces_under_way_for_a_cancelled_line_go_to_the_next_one(underway):
    make_two_step_style("RING")
    first, second = make_line("RING", 30), make_line("RING", 20)
    release_demand(actor=coordinator())
    order = ProductionOrder.objects.get()
    underway(committed(order, "cast", 44), committed(order, "bead", 10, ACCEPTED))
    cancel(first)
    order.refresh_from_db()
    assert order.quantity == 44
    assert Event.objects.get(type="planning.ProductionOrderReduced").data["unpegged"] == 24
    new = make_line("RING", 40, clock.today() + timedelta(days=60))
    assert release_demand(actor=coordinator()) == 1
    assert dict(new.pegs.values_list("production_order__code", "quantity"))[order.code] == 24
    assert sum(new.pegs.values_list("quantity", flat=True)) == 40
    assert second.pegs.get().quantity == 20
    assert audit() == []


def test_an_order_that_is_wanted_no_more_goes_on_while_work_is_accepted(underway):
    make_two_step_style("RING")
    line = make_line("RING", 30)
    release_demand(actor=coordinator())
    order = ProductionOrder.objects.get()
    underway(committed(order, "cast", 30), live=1)
    cancel(line)
    order.refresh_from_db()
    assert (order.state, order.quantity, order.pegs.count()) == ("open", 30, 0)
    with pytest.raises(Rejected) as refused:
        cancel_production_order(actor=coordinator(), production_order_id=order.id, reason="no buyer")
    assert refused.value.error is PlanningError.WORK_ACCEPTED
    taker = make_line("RING", 30)
    assert release_demand(actor=coordinator()) == 0, "the pieces are there already"
    taker.refresh_from_db()
    assert taker.state == "in_production"
    assert audit() == []


def test_cancelling_a_production_order_opens_its_lines():
    make_two_step_style("RING")
    make_bench(2)
    order = make_production_order("RING", 30)
    make_published_plan()
    with pytest.raises(Invalid):
        cancel_production_order(actor=coordinator(), production_order_id=order.id, reason=" ")
    cancel_production_order(actor=coordinator(), production_order_id=order.id, reason="Design withdrawn.")
    assert OrderLine.objects.get().state == "open"
    assert set(Allocation.objects.values_list("state", flat=True)) == {"superseded"}
    assert audit() == []
    assert release_demand(actor=coordinator()) == 1
    assert audit() == []


def test_rights():
    make_two_step_style("RING")
    order = make_production_order("RING", 10)
    for role in (Role.MERCHANDISER, Role.INSPECTOR, Role.AUDITOR, Role.FINANCE_MAKER):
        with pytest.raises(Forbidden):
            release_demand(actor=actors.staff(new_id(), role))
    with pytest.raises(Forbidden):
        cancel_production_order(actor=actors.system(), production_order_id=order.id, reason="x")
    with pytest.raises(Forbidden):
        publish_plan(actor=actors.artisan(new_id(), new_id()), plan_run_id=new_id())
    with pytest.raises(NotFound):
        publish_plan(actor=coordinator(), plan_run_id=new_id())


def test_a_line_taken_meanwhile_stops_the_release(monkeypatch):
    make_two_step_style("RING")
    line = make_line("RING", 10)
    plain = pegging.released_tech_packs

    def steal():
        OrderLine.objects.filter(pk=line.pk).update(state="cancelled")
        return plain()

    module = importlib.import_module("kiwanda.factory.planning.commands.release_demand")
    monkeypatch.setattr(module, "released_tech_packs", steal)
    with pytest.raises(Rejected) as refused:
        release_demand(actor=coordinator())
    assert refused.value.error is CoreError.CHANGED_MEANWHILE
    assert not ProductionOrder.objects.exists()


def test_releasing_takes_the_same_queries_for_two_lines_and_for_forty():
    make_two_step_style("RING")

    def queries(count):
        for number in range(count):
            make_line("RING", 5, clock.today() + timedelta(days=7 * number + 7))
        with CaptureQueriesContext(connection) as seen:
            assert release_demand(actor=coordinator()) == count
        return len(seen)

    assert queries(2) == queries(40)
