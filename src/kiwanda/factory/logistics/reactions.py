"""Finished pieces get their serials in the transaction that accepted them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max

from kiwanda.core import gs1
from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.logistics.events import PiecesSerialised
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.quality.models import Inspection


@reaction("quality.InspectionRecorded", inline=True)
def serialise_accepted(ctx: Context, event: Event) -> None:
    """Accepted pieces of a routing's last operation become serialised pieces."""
    data = event.data
    if data["is_last_operation"] and data["accepted_quantity"] > 0:
        _serialise(ctx, UUID(data["inspection_id"]), UUID(data["work_order_id"]), data["accepted_quantity"])


@reaction("quality.AppealDecided", inline=True)
def serialise_granted(ctx: Context, event: Event) -> None:
    """Pieces an appeal won back are finished pieces too."""
    data = event.data
    if data["is_last_operation"] and data["granted_quantity"] > 0:
        _serialise(ctx, UUID(data["inspection_id"]), UUID(data["work_order_id"]), data["granted_quantity"])


def _serialise(ctx: Context, inspection_id: UUID, work_order_id: UUID, quantity: int) -> None:
    work = WorkOrder.objects.select_related("production_order__variant").get(pk=work_order_id)
    hub_id = Inspection.objects.values_list("hand_in__hub_id", flat=True).get(pk=inspection_id)
    variant = work.production_order.variant
    # Serials count up per GTIN; the unique constraint settles a race, the command is then simply given again.
    newest = Piece.objects.filter(gtin=variant.gtin).aggregate(top=Max("serial"))["top"]
    first = int(newest or 0) + 1
    Piece.objects.bulk_create(
        [
            Piece(
                gtin=variant.gtin,
                serial=gs1.serial(first + offset),
                variant=variant,
                production_order_id=work.production_order_id,
                work_order=work,
                inspection_id=inspection_id,
                hub_id=hub_id,
                finished_at=ctx.now,
            )
            for offset in range(quantity)
        ],
        batch_size=500,
    )
    ctx.emit(
        PiecesSerialised(
            production_order_id=work.production_order_id,
            work_order_id=work.pk,
            inspection_id=inspection_id,
            variant_id=variant.pk,
            gtin=variant.gtin,
            first_serial=gs1.serial(first),
            last_serial=gs1.serial(first + quantity - 1),
            quantity=quantity,
        )
    )
