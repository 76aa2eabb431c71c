"""Put packed cartons together for one destination."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require
from kiwanda.core.ids import new_id, readable_code
from kiwanda.factory.logistics.errors import LogisticsError
from kiwanda.factory.logistics.events import ShipmentCreated
from kiwanda.factory.logistics.models import Carton, Shipment


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def create_shipment(
    ctx: Context, *, destination: str, carrier: str = "", tracking_ref: str = "", carton_ids: list[UUID]
) -> Shipment:
    """A shipment of ``carton_ids``; each must be packed and in no other shipment."""
    destination = destination.strip()
    if not 1 <= len(destination) <= 80:
        raise Invalid(CoreError.MALFORMED, field="destination", reason="give 1 to 80 characters")
    require(bool(carton_ids), LogisticsError.NO_CARTONS)
    identifier = new_id()
    shipment = Shipment.objects.create(
        id=identifier,
        code=readable_code("SH", identifier),
        destination=destination,
        carrier=carrier.strip()[:60],
        tracking_ref=tracking_ref.strip()[:60],
        created_at=ctx.now,
    )
    wanted = sorted(set(carton_ids))
    free = Carton.objects.filter(state="packed", shipment=None)
    if free.filter(pk__in=wanted).update(shipment=shipment) != len(wanted):
        mine = set(Carton.objects.filter(shipment=shipment).values_list("pk", flat=True))
        odd = next(carton for carton in wanted if carton not in mine)
        named = Carton.objects.filter(pk=odd).values_list("sscc", flat=True).first() or str(odd)
        raise Rejected(LogisticsError.CARTON_TAKEN, sscc=named)
    ctx.emit(ShipmentCreated(shipment_id=shipment.pk, destination=destination, carton_ids=wanted))
    return shipment
