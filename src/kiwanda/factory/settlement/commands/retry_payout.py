"""Try a failed payout again."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import jobs
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import holds, queries
from kiwanda.factory.settlement.events import PayoutRetried
from kiwanda.factory.settlement.models import Payout
from kiwanda.factory.settlement.states import PAYOUT


@command(roles={Role.FINANCE_MAKER}, separate=True)
def retry_payout(ctx: Context, *, payout_id: UUID) -> Payout:
    """Only after a proven failure: the money is held again and a new attempt follows, to the payee's present number."""
    payout = one(queries.payouts(ctx.actor).select_related("workshop").order_by(), payout_id, "payout")
    queries.require_no_live_attempt(payout)
    PAYOUT.move(payout, "ready", next_query_at=None, message="")
    holds.hold_again(payout, ctx.now)
    ctx.emit(
        PayoutRetried(
            payout_id=payout.pk, workshop_id=payout.workshop_id, amount_minor=payout.amount_minor,
            currency=payout.currency,
        )
    )
    jobs.enqueue("settlement.send_ready_payouts")
    return payout
