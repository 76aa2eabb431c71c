"""Pack finished pieces of one hub for order lines into a carton."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from kiwanda.core import gs1
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected, require
from kiwanda.core.ids import new_id
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.logistics.errors import LogisticsError
from kiwanda.factory.logistics.events import CartonPacked
from kiwanda.factory.logistics.models import Carton, Piece
from kiwanda.factory.network.models import Hub
from kiwanda.factory.planning.models import Peg

LARGEST_CARTON = 5_000


@dataclass(frozen=True, slots=True)
class PackItem:
    """``quantity`` pieces for one order line."""

    line_id: UUID
    quantity: int


@command(roles={Role.COORDINATOR, Role.INSPECTOR})
def pack_carton(ctx: Context, *, hub_code: str, items: list[PackItem]) -> Carton:
    """Take finished pieces lying at ``hub_code`` for the lines in ``items``, oldest serial first, into a new carton.

    A piece may go only to a line its production order is pegged to, and a line never gets more than it ordered.
    Refused whole when any line is short of pieces.
    """
    require(bool(items), LogisticsError.NOTHING_TO_PACK)
    if any(item.quantity < 1 for item in items) or sum(item.quantity for item in items) > LARGEST_CARTON:
        raise Invalid(CoreError.OUT_OF_RANGE, field="quantity", low=1, high=LARGEST_CARTON)
    if len({item.line_id for item in items}) != len(items):
        raise Invalid(LogisticsError.SAME_LINE_TWICE, field="items")
    hub = Hub.objects.filter(code=hub_code).first()
    if hub is None:
        raise NotFound(LogisticsError.HUB_UNKNOWN, code=hub_code)

    identifier = new_id()
    carton = Carton.objects.create(
        id=identifier,
        sscc=gs1.self_issued_sscc(identifier),
        hub=hub,
        piece_count=sum(item.quantity for item in items),
        packed_at=ctx.now,
        packed_by=ctx.actor.id,
    )
    # Lines are locked in id order so that two packers never wait for each other in a circle.
    lines = {
        line.pk: line
        for line in OrderLine.objects.select_for_update().filter(pk__in=[item.line_id for item in items]).order_by("pk")
    }
    for item in sorted(items, key=lambda one: one.line_id):
        line = lines.get(item.line_id)
        if line is None:
            raise NotFound(CoreError.NOT_FOUND, what="order line")
        _pack_line(carton, hub, line, item.quantity)
    ctx.emit(
        CartonPacked(
            carton_id=carton.pk,
            sscc=carton.sscc,
            hub_id=hub.pk,
            quantity=carton.piece_count,
            lines={str(item.line_id): item.quantity for item in items},
        )
    )
    return carton


def _pack_line(carton: Carton, hub: Hub, line: OrderLine, wanted: int) -> None:
    if line.state == "cancelled":
        raise Rejected(CoreError.WRONG_STATE, state=line.state)
    already = dict(Piece.objects.filter(line_id=line.pk).values_list("production_order_id").annotate(n=Count("id")))
    needed = line.quantity - sum(already.values())
    if wanted > needed:
        raise Rejected(LogisticsError.LINE_NEEDS_LESS, line=line.external_line, needed=needed)
    chosen: list[int] = []
    for peg in Peg.objects.filter(line_id=line.pk).order_by("production_order_id"):
        room = min(wanted - len(chosen), peg.quantity - already.get(peg.production_order_id, 0))
        if room <= 0:
            continue
        chosen += list(
            Piece.objects.select_for_update()
            .filter(production_order_id=peg.production_order_id, hub=hub, carton=None)
            .order_by("serial")
            .values_list("pk", flat=True)[:room]
        )
    if len(chosen) < wanted:
        raise Rejected(
            LogisticsError.TOO_FEW_PIECES, hub=hub.code, available=len(chosen), line=line.external_line, wanted=wanted
        )
    packed = 0
    for start in range(0, len(chosen), 500):
        packed += Piece.objects.filter(pk__in=chosen[start : start + 500], carton=None).update(carton=carton, line=line)
    if packed != wanted:
        raise Rejected(CoreError.CHANGED_MEANWHILE)
