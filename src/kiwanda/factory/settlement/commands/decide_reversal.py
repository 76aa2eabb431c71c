"""A second person looks at a payment that is said to be taken back."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries, returning
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PayoutReversalRefused
from kiwanda.factory.settlement.models import Payout, PayoutReversal
from kiwanda.factory.settlement.states import REVERSAL


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def decide_reversal(ctx: Context, *, reversal_id: UUID, confirmed: bool) -> PayoutReversal:
    """Confirm (paid → reversed, the money is owed again) or refuse, as another person than the one who entered it."""
    row = one(queries.reversals(ctx.actor).order_by(), reversal_id, "reversal")
    if ctx.actor.id is None or ctx.actor.id == row.proposed_by:
        raise Rejected(SettlementError.SAME_PERSON)
    payout = one(Payout.objects.select_related("workshop", "batch").order_by(), row.payout_id, "payout")
    if confirmed:
        returning.reverse(ctx, payout, row, decided=True)
        return row
    # The line stays open for whatever it really is.
    REVERSAL.move(row, "refused", decided_at=ctx.now, decided_by=ctx.actor.id, line=None)
    ctx.emit(PayoutReversalRefused(payout_id=payout.pk, reversal_id=row.pk, workshop_id=payout.workshop_id))
    return row
