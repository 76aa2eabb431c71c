"""The shipment leaves; its pieces count as shipped for their order lines."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, require
from kiwanda.factory.logistics import queries, states
from kiwanda.factory.logistics.errors import LogisticsError
from kiwanda.factory.logistics.events import ShipmentDispatched
from kiwanda.factory.logistics.models import Carton, Piece, Shipment


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def dispatch_shipment(ctx: Context, *, shipment_id: UUID) -> Shipment:
    """Hand an open shipment to its carrier."""
    shipment = queries.shipments(ctx.actor).filter(pk=shipment_id).first()
    if shipment is None:
        raise NotFound(CoreError.NOT_FOUND, what="shipment")
    states.SHIPMENT.move(shipment, "dispatched", dispatched_at=ctx.now)
    cartons = list(Carton.objects.filter(shipment=shipment, state="packed").values_list("pk", flat=True))
    require(bool(cartons), LogisticsError.NO_CARTONS)
    Carton.objects.filter(pk__in=cartons).update(state="shipped")
    lines = dict(Piece.objects.filter(carton_id__in=cartons).values_list("line_id").annotate(n=Count("id")))
    ctx.emit(
        ShipmentDispatched(
            shipment_id=shipment.pk, carton_ids=cartons, lines={str(line): n for line, n in lines.items()}
        )
    )
    return shipment
