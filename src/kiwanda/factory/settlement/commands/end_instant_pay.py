"""End paying at once."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.commands.propose_instant_pay import changed
from kiwanda.factory.settlement.models import StandingOrder
from kiwanda.factory.settlement.states import STANDING_ORDER


@command(roles={Role.FINANCE_MAKER, Role.FINANCE_CHECKER}, separate=True)
def end_instant_pay(ctx: Context, *, standing_order_id: UUID) -> StandingOrder:
    """Either of the two ends it; what is accepted from now on waits for a batch."""
    row = one(queries.standing_orders(ctx.actor).order_by(), standing_order_id, "standing order")
    STANDING_ORDER.move(row, "ended", ended_at=ctx.now)
    ctx.emit(changed(row))
    return row
