"""Somebody saw in the rail's portal that a payment was taken back."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PayoutReversalProposed
from kiwanda.factory.settlement.models import PayoutReversal, RailLine


@command(roles={Role.FINANCE_MAKER}, separate=True)
def propose_reversal(ctx: Context, *, payout_id: UUID, receipt_ref: str, note: str) -> PayoutReversal:
    """Enter the receipt of the reversal as the portal shows it; a second person confirms. Nothing is booked yet."""
    receipt = fields.text("receipt_ref", receipt_ref, 40)
    evidence = fields.text("note", note, 200)
    payout = one(queries.payouts(ctx.actor).order_by(), payout_id, "payout")
    if payout.state != "paid":
        raise Rejected(CoreError.WRONG_STATE, state=payout.state)
    live = PayoutReversal.objects.filter(state__in=["proposed", "confirmed"])
    if receipt == payout.receipt_ref or live.filter(receipt_ref=receipt).exists():
        raise Rejected(SettlementError.RECEIPT_TAKEN, field="receipt_ref", receipt=receipt)
    if live.filter(payout=payout).exists():
        raise Rejected(CoreError.CHANGED_MEANWHILE)
    row = PayoutReversal.objects.create(
        payout=payout, receipt_ref=receipt, note=evidence, proposed_at=ctx.now, proposed_by=ctx.actor.id,
        line=RailLine.objects.filter(receipt_ref=receipt, amount_minor=payout.amount_minor, reversal=None).first(),
    )
    ctx.emit(
        PayoutReversalProposed(
            payout_id=payout.pk, reversal_id=row.pk, workshop_id=payout.workshop_id, receipt_ref=receipt
        )
    )
    return row
