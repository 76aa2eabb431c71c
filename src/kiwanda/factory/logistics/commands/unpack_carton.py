"""Open a carton again before it is shipped."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.logistics import queries, states
from kiwanda.factory.logistics.errors import LogisticsError
from kiwanda.factory.logistics.events import CartonUnpacked
from kiwanda.factory.logistics.models import Carton, Piece


@command(roles={Role.COORDINATOR, Role.INSPECTOR})
def unpack_carton(ctx: Context, *, carton_id: UUID) -> Carton:
    """Give the pieces of a packed carton, not yet in a shipment, back to the hub's shelf."""
    carton = queries.cartons(ctx.actor).filter(pk=carton_id).first()
    if carton is None:
        raise NotFound(CoreError.NOT_FOUND, what="carton")
    if carton.shipment_id is not None:
        raise Rejected(LogisticsError.CARTON_TAKEN, sscc=carton.sscc)
    states.CARTON.move(carton, "unpacked")
    pieces = Piece.objects.filter(carton=carton)
    lines = {str(line): n for line, n in pieces.values_list("line_id").annotate(n=Count("id"))}
    pieces.update(carton=None, line=None)
    ctx.emit(CartonUnpacked(carton_id=carton.pk, sscc=carton.sscc, lines=lines))
    return carton
