"""Placing, promising and cancelling; shipping fulfils."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from kiwanda.core import actors
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.events import DomainEvent
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.catalog.tests.factories import make_variant
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.commands import (
    NewLine,
    cancel_order_line,
    cancel_sales_order,
    place_sales_order,
    promise_line,
    register_sales_channel,
)
from kiwanda.factory.demand.models import ImportRun, OrderLine, Promise, SalesOrder
from kiwanda.factory.demand.states import IMPORT_RUN, ORDER_LINE, SALES_ORDER
from kiwanda.factory.demand.tests.factories import audit, make_channel, make_order, merchandiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(noon):
    make_variant(sku="KW-1")
    return make_channel(lead_days=14)


def test_register_a_channel(desk):
    assert Event.objects.get(type="demand.SalesChannelRegistered").data["code"] == "desk"
    with pytest.raises(Rejected, match="exists already"):
        make_channel()
    for wrong in (
        {"code": "a b"},
        {"kind": "fax"},
        {"currency": "XXX"},
        {"lead_days": -1},
        {"name": " "},
        {"code": "x" * 31},
    ):
        body = {"code": "other", "name": "Other", "kind": "manual"} | wrong
        with pytest.raises(Invalid):
            register_sales_channel(actor=merchandiser(), **body)
    with pytest.raises(Forbidden):
        register_sales_channel(actor=actors.staff(new_id(), Role.INSPECTOR), code="x", name="X", kind="manual")


def test_place_an_order_by_hand(desk):
    order = make_order(
        "desk",
        NewLine("KW-1", 10, unit_price_minor=1250, due_on=date(2027, 1, 5)),
        NewLine("KW-1", 2),
        NewLine("SOMETHING", 1, description="a\u2009thing"),
        external_id="PO-1",
        country="gb",
        customer_ref="B-7",
    )
    assert (order.number, order.country, order.currency, order.state) == ("PO-1", "GB", "USD", "open")
    assert [(x.external_line, x.quantity, x.due_on, x.state) for x in order.lines.order_by("external_line")] == [
        ("KW-1/1", 10, date(2027, 1, 5), "open"),
        ("KW-1/2", 2, date(2026, 12, 7), "open"),
        ("SOMETHING/1", 0, date(2026, 12, 7), "unmapped"),
    ]
    with pytest.raises(Rejected, match="already has an order"):
        make_order("desk", ("KW-1", 1), external_id="PO-1")
    assert make_order("desk", ("KW-1", 1)).external_id.startswith("SO-")
    assert audit() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"lines": [NewLine("", 1)]},
        {"lines": [NewLine("KW-1", 0)]},
        {"lines": [NewLine("KW-1", 1_000_001)]},
        {"lines": [NewLine("KW-1", 1, unit_price_minor=-1)]},
        {"lines": [NewLine("KW-1", 1, external_line="a"), NewLine("KW-1", 1, external_line="a")]},
        {"currency": "XXX"},
        {"country": "Kenya"},
        {"external_id": "x" * 81},
        {"lines": [NewLine("KW-1", 1, external_line="x" * 41)]},
        {"number": "a\0b"},
    ],
)
def test_wrong_orders_are_refused(desk, wrong):
    body = {"channel_code": "desk", "lines": [NewLine("KW-1", 1)]} | wrong
    with pytest.raises(Invalid):
        place_sales_order(actor=merchandiser(), **body)
    assert not SalesOrder.objects.exists()


def test_the_latest_promise_counts_and_the_earlier_are_kept(desk):
    line = make_order("desk", ("KW-1", 10)).lines.get()
    first = promise_line(actor=merchandiser(), line_id=line.pk, promised_on=date(2026, 12, 20), confidence_percent=80)
    again = promise_line(actor=merchandiser(), line_id=line.pk, promised_on=date(2026, 12, 20), confidence_percent=80)
    assert again == first
    promise_line(actor=actors.system(), line_id=line.pk, promised_on=date(2026, 12, 28), basis="planned")
    assert queries.latest_promises([line.pk])[line.pk].promised_on == date(2026, 12, 28)
    assert Promise.objects.count() == Event.objects.filter(type="demand.LinePromised").count() == 2
    for wrong in ({"promised_on": date(2026, 11, 1)}, {"confidence_percent": 101}, {"basis": "hope"}):
        body = {"line_id": line.pk, "promised_on": date(2026, 12, 30)} | wrong
        with pytest.raises(Invalid):
            promise_line(actor=merchandiser(), **body)
    with pytest.raises(NotFound):
        promise_line(actor=merchandiser(), line_id=new_id(), promised_on=date(2026, 12, 30))


def test_the_last_line_cancelled_cancels_the_order(desk):
    order = make_order("desk", ("KW-1", 10), ("KW-1", 5))
    one, two = order.lines.all()
    cancel_order_line(actor=merchandiser(), line_id=one.pk, reason="changed her mind")
    order.refresh_from_db()
    assert order.state == "open"
    cancel_order_line(actor=merchandiser(), line_id=two.pk, reason="changed her mind")
    order.refresh_from_db()
    assert order.state == "cancelled"
    told = Event.objects.filter(type="demand.OrderLineCancelled").first().data
    assert (told["was"], told["quantity"], told["reason"]) == ("open", 10, "changed her mind")
    with pytest.raises(Rejected):
        cancel_order_line(actor=merchandiser(), line_id=one.pk, reason="again")
    with pytest.raises(Rejected):
        promise_line(actor=merchandiser(), line_id=one.pk, promised_on=date(2026, 12, 30))
    with pytest.raises(Invalid):
        cancel_order_line(actor=merchandiser(), line_id=two.pk, reason=" ")
    with pytest.raises(NotFound):
        cancel_order_line(actor=merchandiser(), line_id=new_id(), reason="x")
    assert audit() == []


def test_an_order_is_cancelled_whole_or_not_at_all(desk):
    order = make_order("desk", ("KW-1", 10), ("UNKNOWN", 5))
    OrderLine.objects.filter(external_sku="KW-1").update(state="in_production", shipped_quantity=3)
    with pytest.raises(Rejected, match="3 pieces"):
        cancel_sales_order(actor=merchandiser(), order_id=order.pk, reason="late")
    assert not OrderLine.objects.filter(state="cancelled").exists()
    OrderLine.objects.update(shipped_quantity=0)
    assert cancel_sales_order(actor=merchandiser(), order_id=order.pk, reason="late").state == "cancelled"
    with pytest.raises(Rejected):
        cancel_sales_order(actor=merchandiser(), order_id=order.pk, reason="late")
    with pytest.raises(NotFound):
        cancel_sales_order(actor=merchandiser(), order_id=new_id(), reason="x")
    assert audit() == []


@dataclass(frozen=True, slots=True)
class ShipmentDispatched(DomainEvent, subject="shipment"):
    """As logistics tells it; demand is upstream and may not import the original."""

    shipment_id: UUID
    lines: dict[str, int]


ShipmentDispatched.type = "logistics.ShipmentDispatched"


@command(roles={Role.SYSTEM})
def pretend_dispatch(ctx: Context, *, lines: dict[str, int]) -> None:
    """What logistics tells when a shipment leaves."""
    ctx.emit(ShipmentDispatched(shipment_id=new_id(), lines=lines))


def test_shipping_fulfils_lines_and_orders(desk):
    order = make_order("desk", ("KW-1", 10), ("KW-1", 5), ("UNKNOWN", 1))
    ten, five = order.lines.filter(external_sku="KW-1").order_by("-quantity")
    OrderLine.objects.filter(pk__in=[ten.pk, five.pk]).update(state="in_production")
    pretend_dispatch(actor=actors.system(), lines={str(ten.pk): 4, str(five.pk): 5})
    assert dict(order.lines.values_list("quantity", "shipped_quantity")) == {10: 4, 5: 5, 0: 0}
    assert dict(order.lines.values_list("quantity", "state")) == {10: "in_production", 5: "fulfilled", 0: "unmapped"}
    pretend_dispatch(actor=actors.system(), lines={str(ten.pk): 6})
    order.refresh_from_db()
    assert order.state == "open", "a line still waits for its mapping"
    cancel_order_line(actor=merchandiser(), line_id=order.lines.get(external_sku="UNKNOWN").pk, reason="not ours")
    order.refresh_from_db()
    assert order.state == "fulfilled"
    assert Event.objects.filter(type="demand.OrderLineFulfilled").count() == 2
    assert Event.objects.filter(type="demand.SalesOrderFulfilled").count() == 1
    assert audit() == []


def test_lists_show_orders_by_due_date_and_nothing_to_outsiders(desk):
    make_order("desk", NewLine("KW-1", 1, due_on=date(2027, 2, 1)), number="late")
    make_order("desk", NewLine("KW-1", 4, due_on=date(2026, 12, 1)), NewLine("UNKNOWN", 1), number="soon")
    found = queries.order_summaries(merchandiser())
    assert [(o.number, o.pieces, o.lines, o.waiting_lines) for o in found] == [("soon", 4, 2, 1), ("late", 1, 1, 0)]
    artisan = actors.artisan(new_id(), new_id())
    assert queries.order_summaries(artisan) == []
    assert queries.unmapped_skus(artisan) == []
    assert [line.quantity for line in queries.open_lines()] == [4, 1]


def test_the_audit_finds_what_is_wrong(desk):
    order = make_order("desk", ("KW-1", 10), ("UNKNOWN", 2))
    assert audit() == []
    OrderLine.objects.filter(external_sku="KW-1").update(quantity=0)
    assert any("counts 0 pieces" in problem for problem in audit())
    OrderLine.objects.filter(external_sku="KW-1").update(quantity=10)
    SalesOrder.objects.update(state="cancelled")
    assert any("is cancelled with 2 live" in problem for problem in audit())
    SalesOrder.objects.update(state="open")
    OrderLine.objects.filter(external_sku="UNKNOWN").update(state="history")
    assert any("in an order of the other kind" in problem for problem in audit())
    order.lines.filter(external_sku="UNKNOWN").update(state="unmapped")
    SalesOrder.objects.create(
        channel=desk, external_id="sneaked", number="sneaked", currency="USD", ordered_at=order.ordered_at
    )
    assert any("sneaked came in without its event" in problem for problem in audit())


@pytest.mark.parametrize(
    ("model", "table"), [(SalesOrder, SALES_ORDER), (OrderLine, ORDER_LINE), (ImportRun, IMPORT_RUN)]
)
def test_every_state_fits_its_column(model, table):
    """SQLite keeps any length; PostgreSQL does not."""
    longest = model._meta.get_field("state").max_length
    assert max(len(state) for state in table.states) <= longest
