"""Shipments that have left, built through the commands."""

from __future__ import annotations

from kiwanda.core.reactions import run_reactions
from kiwanda.factory.catalog.tests.factories import make_style, operation_spec
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch.tests.factories import make_work
from kiwanda.factory.logistics import queries as logistics
from kiwanda.factory.logistics.commands import PackItem, create_shipment, dispatch_shipment, pack_carton
from kiwanda.factory.logistics.models import Shipment
from kiwanda.factory.network.tests.factories import make_hub, make_workshop
from kiwanda.factory.planning.tests.factories import make_production_order
from kiwanda.factory.production.tests.factories import coordinator
from kiwanda.factory.quality.tests.factories import make_accepted

#: A bead of ten minutes pays 35 shillings and sells at nine dollars.
RATE, PRICE = 35_00, 9_00


def make_shipped(quantity: int = 20, sku: str = "STUD") -> tuple[Shipment, OrderLine]:
    """``quantity`` pieces of one order line, made, packed and shipped; its invoice is issued by the reaction."""
    make_hub("NBI")
    make_style(sku=sku, operations=[operation_spec("bead", minutes=10)], bill=[])
    order = make_production_order(sku, quantity)
    OrderLine.objects.filter(pegs__production_order=order).update(unit_price_minor=PRICE)
    line = OrderLine.objects.get(pegs__production_order=order)
    make_accepted(make_work(order, "bead", make_workshop(techniques=["bead"]), quantity), quantity)
    run_reactions()
    cartons = [
        pack_carton(actor=coordinator(), hub_code=row.hub_code, items=[PackItem(row.line_id, row.quantity)]).pk
        for row in logistics.packable()
    ]
    shipment = create_shipment(actor=coordinator(), destination="San Francisco", carton_ids=cartons)
    shipment = dispatch_shipment(actor=coordinator(), shipment_id=shipment.pk)
    run_reactions()
    return shipment, line
