"""The rail's own statement shows that a payment was taken back."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries, returning
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Payout, PayoutReversal, RailLine


@command(roles={Role.FINANCE_MAKER, Role.FINANCE_CHECKER}, separate=True)
def reverse_by_line(ctx: Context, *, payout_id: UUID, line_id: UUID) -> Payout:
    """paid → reversed on a line of a statement: money in, the payout's whole amount, later than the payment.

    The line names the payment it takes back, or nothing; one that names another is refused. The money is owed again
    and goes into the workshop's next payout.
    """
    payout = one(queries.payouts(ctx.actor).select_related("workshop", "batch").order_by(), payout_id, "payout")
    line = RailLine.objects.select_for_update(of=("self",)).filter(pk=line_id).first()
    if line is None:
        raise NotFound(CoreError.NOT_FOUND, what="line")
    if payout.state != "paid":
        raise Rejected(CoreError.WRONG_STATE, state=payout.state)
    paid_by = payout.attempts.filter(state="paid").first()
    for wrong, reason in (
        (not line.completed, "it moved no money"),
        (line.amount_minor != payout.amount_minor, "it is another amount"),
        (paid_by is not None and line.rail != paid_by.rail, "it is another rail's"),
        (line.linked_ref not in ("", payout.receipt_ref), "it names another payment"),
        (paid_by is not None and line.completed_at < paid_by.recorded_at, "it is from before the payment"),
    ):
        if wrong:
            raise Rejected(SettlementError.NOT_THIS_LINE, reason=reason)
    if line.resolutions.exists() or PayoutReversal.objects.filter(line=line, state="confirmed").exists():
        raise Rejected(SettlementError.LINE_TAKEN)
    # What somebody had entered by hand is settled by the statement.
    row = PayoutReversal.objects.filter(payout=payout, state="proposed").first() or PayoutReversal(
        payout=payout, note="The rail's statement.", proposed_at=ctx.now, proposed_by=ctx.actor.id
    )
    row.line, row.receipt_ref = line, line.receipt_ref
    row.save()
    returning.reverse(ctx, payout, row, decided=False)
    return payout
