"""Write down that the rail is about to be asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kiwanda import ports
from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import numbers, queries, rules
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PayoutAttempted
from kiwanda.factory.settlement.models import PayoutAttempt
from kiwanda.factory.settlement.states import PAYOUT

#: A recorded attempt without any answer after this long was cut off: the rail is asked what became of it.
SILENT_AFTER = timedelta(minutes=2)


@command(roles={Role.SYSTEM})
def record_attempt(ctx: Context, *, payout_id: UUID) -> PayoutAttempt:
    """Move a ready payout to ``sending`` under a new attempt; its id is the rail's key.

    Must be committed before the rail is asked: whatever happens afterwards, the attempt is known and never repeated.
    Refused while payments are stopped, and while the payee's number is new and not confirmed.
    """
    payout = one(queries.payouts(ctx.actor).order_by(), payout_id, "payout")
    rules.require_sending(rules.current())
    queries.require_no_live_attempt(payout)
    if numbers.held([payout.payee_id], ctx.now):
        raise Rejected(SettlementError.NUMBER_HELD)
    PAYOUT.move(payout, "sending", next_query_at=ctx.now + SILENT_AFTER, message="")
    phone = vault.get(payout.payee_id, vault.PHONE) or ""
    attempt = PayoutAttempt(
        payout=payout, rail=ports.bound("payments").name, recorded_at=ctx.now, payee_mark=numbers.mark(phone),
        payee_masked=numbers.masked(phone),
        payload_hash=vault.blind_index("payout", f"{phone}:{payout.amount_minor}:{payout.currency}"),
    )
    attempt.save(force_insert=True)
    ctx.emit(
        PayoutAttempted(
            payout_id=payout.pk, attempt_id=attempt.pk, workshop_id=payout.workshop_id, rail=attempt.rail
        )
    )
    return attempt
