"""Cancel what is left of an order."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.models import OrderLine, SalesOrder
from kiwanda.factory.demand.order_life import LIVE, cancel_line, close_when_done


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def cancel_sales_order(ctx: Context, *, order_id: UUID, reason: str) -> SalesOrder:
    """Cancel every line that is not fulfilled. Refused whole when pieces of an unfinished line have left already."""
    if not reason.strip():
        raise Invalid(DemandError.REASON_MISSING, field="reason")
    order = queries.orders(ctx.actor).select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound(CoreError.NOT_FOUND, what="order")
    if order.state != "open":
        raise Rejected(CoreError.WRONG_STATE, state=order.state)
    lines = OrderLine.objects.select_for_update().filter(order=order, state__in=[*LIVE, "ignored"]).order_by("pk")
    for line in lines:
        cancel_line(ctx, line, reason.strip())
    close_when_done(ctx, order.pk, reason.strip())
    order.refresh_from_db()
    return order
