"""A payout that is given up or taken back: its money is owed again and goes into a new payout, under a new id."""

from __future__ import annotations

from kiwanda.core.commands import Context
from kiwanda.factory.settlement import adjustments, holds
from kiwanda.factory.settlement.events import PayoutBatchDone, PayoutReversed
from kiwanda.factory.settlement.models import Adjustment, Payout, PayoutAttempt, PayoutReversal
from kiwanda.factory.settlement.states import ENDED, PAYOUT, PAYOUT_BATCH, REVERSAL


def end_batch(ctx: Context, payout: Payout) -> None:
    """The payout's batch is done when nothing of it is open any more."""
    open_ones = Payout.objects.filter(batch_id=payout.batch_id).exclude(state__in=ENDED)
    if payout.batch.state == "approved" and not open_ones.exists():
        PAYOUT_BATCH.move(payout.batch, "done")
        ctx.emit(PayoutBatchDone(payout_batch_id=payout.batch_id))


def owe_again(ctx: Context, payout: Payout, reason: str) -> None:
    """Let the money of an ended ``payout`` wait for the next batch; its own batch may be done by that."""
    adjustments.owe_again(payout.pk, payout.workshop_id, payout.amount_minor, payout.currency, ctx.now, reason)
    end_batch(ctx, payout)


def take_back(payout: Payout) -> bool:
    """Undo :func:`owe_again` where the money is in no new payout yet; False where it is."""
    rows = Adjustment.objects.filter(kind="returned", source_id=payout.pk, payout=None)
    if rows.delete()[0] != 1:
        return False
    if payout.batch.state == "done":
        PAYOUT_BATCH.move(payout.batch, "approved")
    return True


def reverse(ctx: Context, payout: Payout, reversal: PayoutReversal, decided: bool) -> None:
    """The rail took ``payout`` back: paid → reversed, the money comes back to the float and is owed again."""
    rail = (
        PayoutAttempt.objects.filter(payout=payout, state="paid").values_list("rail", flat=True).get()
    )
    PAYOUT.move(payout, "reversed", reversed_at=ctx.now)
    entry = holds.take_back(payout, rail, ctx.now)
    updates = {"entry": entry, "decided_at": ctx.now}
    if decided:
        updates["decided_by"] = ctx.actor.id
    REVERSAL.move(reversal, "confirmed", **updates)
    owe_again(ctx, payout, f"{payout.code}: {reversal.receipt_ref}")
    ctx.emit(
        PayoutReversed(
            payout_id=payout.pk, reversal_id=reversal.pk, workshop_id=payout.workshop_id,
            amount_minor=payout.amount_minor, currency=payout.currency, receipt_ref=reversal.receipt_ref,
        )
    )
