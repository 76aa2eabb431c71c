"""What quality does about other rooms' events: rework comes back."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.quality.events import ReworkClosed
from kiwanda.factory.quality.models import Rework
from kiwanda.factory.quality.states import REWORK


@reaction("production.HandInReceived", "production.DiscrepancySettled", inline=True)
def note_returned(ctx: Context, event: Event) -> None:
    """Mended pieces that arrived, or were lost on the way, are no longer out; the oldest rework closes first."""
    data = event.data
    if data["is_rework"]:
        settle_reworks(ctx, UUID(data["work_order_id"]), data["received_quantity"] + data.get("short_quantity", 0))


@reaction("dispatch.WorkOrderClosed", inline=True)
def write_off(ctx: Context, event: Event) -> None:
    """The rework of a work order closed early is not waited for any longer."""
    if event.data["by_staff"]:
        settle_reworks(ctx, UUID(event.data["work_order_id"]), None)


def settle_reworks(ctx: Context, work_order_id: UUID, quantity: int | None) -> None:
    """Count ``quantity`` pieces (None: all) as returned over the work order's open reworks, oldest first."""
    for rework in Rework.objects.filter(work_order_id=work_order_id, state="open").order_by("pk").select_for_update():
        out = rework.quantity - rework.returned_quantity
        back = out if quantity is None else min(out, quantity)
        if back == out:
            REWORK.move(rework, "closed", returned_quantity=rework.quantity)
            ctx.emit(
                ReworkClosed(
                    rework_id=rework.pk, inspection_id=rework.inspection_id, work_order_id=work_order_id,
                    quantity=rework.quantity,
                )
            )
        elif back:
            Rework.objects.filter(pk=rework.pk).update(returned_quantity=rework.returned_quantity + back)
        if quantity is not None:
            quantity -= back
            if quantity == 0:
                return
