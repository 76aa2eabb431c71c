"""The shipment arrived."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.logistics import queries, states
from kiwanda.factory.logistics.events import ShipmentDelivered
from kiwanda.factory.logistics.models import Carton, Shipment


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def record_delivery(ctx: Context, *, shipment_id: UUID) -> Shipment:
    """Note that the buyer has a dispatched shipment."""
    shipment = queries.shipments(ctx.actor).filter(pk=shipment_id).first()
    if shipment is None:
        raise NotFound(CoreError.NOT_FOUND, what="shipment")
    states.SHIPMENT.move(shipment, "delivered", delivered_at=ctx.now)
    cartons = list(Carton.objects.filter(shipment=shipment).values_list("pk", flat=True))
    ctx.emit(ShipmentDelivered(shipment_id=shipment.pk, carton_ids=cartons))
    return shipment
