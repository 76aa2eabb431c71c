"""Give a failed payout up; its money goes into the next batch."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries, returning
from kiwanda.factory.settlement.events import PayoutReleased
from kiwanda.factory.settlement.models import Payout
from kiwanda.factory.settlement.states import PAYOUT


@command(roles={Role.FINANCE_MAKER}, separate=True)
def release_payout(ctx: Context, *, payout_id: UUID) -> Payout:
    """failed → returned: a new payout, in a new batch, to whoever the payee is then. This one is never sent again."""
    payout = one(queries.payouts(ctx.actor).select_related("batch").order_by(), payout_id, "payout")
    queries.require_no_live_attempt(payout)
    PAYOUT.move(payout, "returned", next_query_at=None)
    returning.owe_again(ctx, payout, payout.code)
    ctx.emit(
        PayoutReleased(
            payout_id=payout.pk, workshop_id=payout.workshop_id, amount_minor=payout.amount_minor,
            currency=payout.currency,
        )
    )
    return payout
