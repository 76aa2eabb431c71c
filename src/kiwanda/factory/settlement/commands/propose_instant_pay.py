"""Propose that accepted pieces are paid at once."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import StandingOrderChanged
from kiwanda.factory.settlement.models import StandingOrder


@command(roles={Role.FINANCE_MAKER}, separate=True)
def propose_instant_pay(ctx: Context, *, payout_limit_minor: int, day_limit_minor: int) -> StandingOrder:
    """Up to these limits what was accepted is paid within a minute, once a second person agrees."""
    require_range("payout_limit_minor", payout_limit_minor, 1, LARGEST_MINOR)
    require_range("day_limit_minor", day_limit_minor, payout_limit_minor, LARGEST_MINOR)
    if StandingOrder.objects.filter(state__in=["proposed", "active"]).exists():
        raise Rejected(SettlementError.STANDING_ORDER_THERE)
    row = StandingOrder.objects.create(
        payout_limit_minor=payout_limit_minor, day_limit_minor=day_limit_minor, proposed_at=ctx.now,
        proposed_by=ctx.actor.id,
    )
    ctx.emit(changed(row))
    return row


def changed(row: StandingOrder) -> StandingOrderChanged:
    """What is told of a standing order in its present state."""
    return StandingOrderChanged(
        standing_order_id=row.pk, state=row.state, payout_limit_minor=row.payout_limit_minor,
        day_limit_minor=row.day_limit_minor,
    )
