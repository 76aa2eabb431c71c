"""Cancel one line of an order."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.demand.order_life import cancel_line, close_when_done


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def cancel_order_line(ctx: Context, *, line_id: UUID, reason: str) -> OrderLine:
    """The buyer no longer wants it. Refused once a piece of it has left; what is being made is planning's to stop."""
    if not reason.strip():
        raise Invalid(DemandError.REASON_MISSING, field="reason")
    line = queries.lines(ctx.actor).select_for_update().filter(pk=line_id).first()
    if line is None:
        raise NotFound(CoreError.NOT_FOUND, what="order line")
    cancel_line(ctx, line, reason.strip())
    close_when_done(ctx, line.order_id, reason.strip())
    return line
