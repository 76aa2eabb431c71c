"""The rail's own statement shows that a payout was paid."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import numbers, queries, returning
from kiwanda.factory.settlement.commands.record_rail_answer import settle_paid
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Payout, PayoutAttempt, RailLine
from kiwanda.factory.settlement.states import ATTEMPT, PAYOUT


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def settle_by_line(ctx: Context, *, payout_id: UUID, line_id: UUID) -> Payout:
    """A payout whose end is open was paid: a statement's line says so, with its amount, its number and its receipt.

    This also brings a restored backup up to date: a payout that it still takes for ready may have left long ago.
    """
    payout = one(queries.payouts(ctx.actor).select_related("workshop", "batch").order_by(), payout_id, "payout")
    line = RailLine.objects.select_for_update(of=("self",)).filter(pk=line_id).first()
    if line is None:
        raise NotFound(CoreError.NOT_FOUND, what="line")
    attempts = list(PayoutAttempt.objects.filter(payout=payout).order_by("recorded_at", "pk").select_for_update())
    last = attempts[-1] if attempts else None
    for wrong, reason in (
        (not line.completed or line.is_fee or line.amount_minor >= 0, "it paid nobody"),
        (line.amount_minor != -payout.amount_minor, "it is another amount"),
        (last is not None and line.rail != last.rail, "it is another rail's"),
        (
            last is not None and line.payee_masked
            and not numbers.same(line.payee_masked, last.payee_mark, last.payee_masked),
            "it is another number",
        ),
    ):
        if wrong:
            raise Rejected(SettlementError.NOT_THIS_LINE, reason=reason)
    if line.resolutions.exists() or Payout.objects.filter(receipt_ref=line.receipt_ref).exists():
        raise Rejected(SettlementError.LINE_TAKEN)
    if payout.state not in queries.OPEN_ENDS or (payout.state == "returned" and not returning.take_back(payout)):
        raise Rejected(CoreError.WRONG_STATE, state=payout.state)
    if payout.state == "ready":
        PAYOUT.move(payout, "review")
    if last is None:
        # This database does not know the request: it is an older copy. The line is what is known of it.
        last = PayoutAttempt.objects.create(
            payout=payout, rail=line.rail, recorded_at=line.completed_at, payee_masked=line.payee_masked
        )
        attempts = [last]
    for attempt in attempts:
        if attempt.state in queries.LIVE_ATTEMPTS:
            ATTEMPT.move(attempt, "paid", code="statement", message="By the rail's statement.", answered_at=ctx.now)
            last = attempt
    settle_paid(ctx, payout, last, line.receipt_ref, "By the rail's statement.")
    return payout
