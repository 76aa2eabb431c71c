"""What leaves the house is counted on its order lines in the same transaction."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.demand.events import OrderLineFulfilled
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.demand.order_life import close_when_done
from kiwanda.factory.demand.states import ORDER_LINE


@reaction("logistics.ShipmentDispatched", inline=True)
def count_shipped_pieces(ctx: Context, event: Event) -> None:
    """Add the shipped pieces to their lines; a line with all of its pieces gone is fulfilled, and its order with it.

    A line cancelled after its pieces were packed keeps its state: the pieces left all the same and are counted.
    """
    shipped = {UUID(line): pieces for line, pieces in event.data["lines"].items()}
    orders: set[UUID] = set()
    for line in OrderLine.objects.select_for_update().filter(pk__in=list(shipped)).order_by("pk"):
        OrderLine.objects.filter(pk=line.pk).update(shipped_quantity=F("shipped_quantity") + shipped[line.pk])
        line.shipped_quantity += shipped[line.pk]
        if line.shipped_quantity == line.quantity and ORDER_LINE.allows(line.state, "fulfilled"):
            ORDER_LINE.move(line, "fulfilled")
            ctx.emit(OrderLineFulfilled(line_id=line.pk, order_id=line.order_id, quantity=line.quantity))
            orders.add(line.order_id)
    for order_id in sorted(orders):
        close_when_done(ctx, order_id)
