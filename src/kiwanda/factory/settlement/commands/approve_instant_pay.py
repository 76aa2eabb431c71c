"""Agree to paying at once."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.commands.propose_instant_pay import changed
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import StandingOrder
from kiwanda.factory.settlement.states import STANDING_ORDER


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def approve_instant_pay(ctx: Context, *, standing_order_id: UUID) -> StandingOrder:
    """As another person than the proposer. Every batch it makes names both and keeps to its limits."""
    row = one(queries.standing_orders(ctx.actor).order_by(), standing_order_id, "standing order")
    if ctx.actor.id is None or ctx.actor.id == row.proposed_by:
        raise Rejected(SettlementError.SAME_PERSON)
    STANDING_ORDER.move(row, "active", approved_at=ctx.now, approved_by=ctx.actor.id)
    ctx.emit(changed(row))
    return row
