"""Pieces that were accepted and earned turn out not to be good."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import corrections, queries
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import CorrectionProposed
from kiwanda.factory.settlement.models import Correction


@command(roles={Role.FINANCE_MAKER}, separate=True)
def propose_correction(ctx: Context, *, earning_id: UUID, quantity: int, reason: str) -> Correction:
    """Say that ``quantity`` pieces of an earning are faulty. Nothing is booked yet.

    Not in a payout yet: a second person decides. Already paid: the workshop is asked; without its consent nothing is
    taken from it.
    """
    why = fields.text("reason", reason, 200)
    require_range("quantity", quantity, 1, 1_000_000)
    earning = one(queries.earnings(ctx.actor).select_related("payout").order_by(), earning_id, "earning")
    left = corrections.left_to_correct(earning)
    if quantity > left:
        raise Rejected(SettlementError.TOO_MANY_PIECES, field="quantity", left=left)
    if earning.payout is not None and earning.payout.state == "draft":
        raise Rejected(SettlementError.IN_A_BATCH)
    row = Correction.objects.create(
        earning=earning, workshop_id=earning.workshop_id, quantity=quantity,
        amount_minor=quantity * earning.piece_rate_minor, currency=earning.currency,
        after_pay=earning.payout is not None, reason=why, proposed_at=ctx.now, proposed_by=ctx.actor.id,
    )
    ctx.emit(
        CorrectionProposed(
            correction_id=row.pk, workshop_id=row.workshop_id, work_order_id=earning.work_order_id, quantity=quantity,
            amount_minor=row.amount_minor, currency=row.currency, after_pay=row.after_pay,
        )
    )
    return row
