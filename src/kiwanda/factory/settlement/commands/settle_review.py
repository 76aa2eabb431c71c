"""People settle what the rail could not say."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.commands.record_rail_answer import settle_failed, settle_paid
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Payout, PayoutAttempt
from kiwanda.factory.settlement.states import ATTEMPT


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def settle_review(ctx: Context, *, payout_id: UUID, outcome: str, receipt_ref: str = "", note: str) -> Payout:
    """End a payout in review as ``paid`` (with the receipt from the rail's statement) or ``failed``.

    ``note`` names the evidence. "Not found" by the rail is none: a statement that covers the day is.
    """
    fields.choice("outcome", outcome, ("paid", "failed"))
    evidence = fields.text("note", note, 200)
    receipt = fields.text("receipt_ref", receipt_ref, 40, required=outcome == "paid")
    payout = one(queries.payouts(ctx.actor).select_related("workshop", "batch").order_by(), payout_id, "payout")
    if payout.state != "review":
        raise Rejected(CoreError.WRONG_STATE, state=payout.state)
    attempts = list(PayoutAttempt.objects.filter(payout=payout).order_by("recorded_at", "pk").select_for_update())
    if outcome == "paid":
        if Payout.objects.filter(receipt_ref=receipt).exclude(pk=payout.pk).exists():
            raise Rejected(SettlementError.RECEIPT_TAKEN, field="receipt_ref", receipt=receipt)
        _end_attempts(attempts, "paid", evidence)
        settle_paid(ctx, payout, attempts[-1], receipt, evidence)
    else:
        _end_attempts(attempts, "failed", evidence)
        settle_failed(ctx, payout, attempts[-1], "reviewed", evidence)
    return payout


def _end_attempts(attempts: list[PayoutAttempt], outcome: str, evidence: str) -> None:
    """The live attempt, where there is one, ends as the payout does."""
    for attempt in attempts:
        if attempt.state in queries.LIVE_ATTEMPTS:
            ATTEMPT.move(attempt, outcome, code="reviewed", message=evidence)
