"""An order ends when its last line ends."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.events import OrderLineCancelled, SalesOrderCancelled, SalesOrderFulfilled
from kiwanda.factory.demand.models import OrderLine, SalesOrder
from kiwanda.factory.demand.states import ORDER_LINE, SALES_ORDER

LIVE = ("unmapped", "open", "in_production")
"""States of a line that still keep its order open. An ignored line does not: there is nothing to make."""


def cancel_line(ctx: Context, line: OrderLine, reason: str) -> None:
    """Cancel one line that nothing has been shipped of; its order is left to :func:`close_when_done`."""
    if line.shipped_quantity:
        raise Rejected(DemandError.ALREADY_SHIPPED, shipped=line.shipped_quantity)
    was = line.state
    ORDER_LINE.move(line, "cancelled")
    ctx.emit(
        OrderLineCancelled(
            line_id=line.pk,
            order_id=line.order_id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            was=was,
            reason=reason,
        )
    )


def close_when_done(ctx: Context, order_id: UUID, reason: str = "") -> None:
    """Move an open order on once none of its lines is live: fulfilled if anything was, else cancelled."""
    order = SalesOrder.objects.get(pk=order_id)
    if order.state != "open":
        return
    states = set(OrderLine.objects.filter(order=order).values_list("state", flat=True))
    if states & set(LIVE):
        return
    if "fulfilled" in states:
        SALES_ORDER.move(order, "fulfilled")
        ctx.emit(SalesOrderFulfilled(order_id=order.pk))
    elif "cancelled" in states:
        SALES_ORDER.move(order, "cancelled")
        ctx.emit(SalesOrderCancelled(order_id=order.pk, reason=reason))
