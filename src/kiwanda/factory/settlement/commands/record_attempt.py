"""Write down that the rail is about to be asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kiwanda import ports
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.events import PayoutAttempted
from kiwanda.factory.settlement.models import PayoutAttempt
from kiwanda.factory.settlement.states import PAYOUT

#: A recorded attempt without any answer after this long was cut off: the rail is asked what became of it.
SILENT_AFTER = timedelta(minutes=2)


@command(roles={Role.SYSTEM})
def record_attempt(ctx: Context, *, payout_id: UUID) -> PayoutAttempt:
    """Move a ready payout to ``sending`` under a new attempt; its id is the rail's key.

    Must be committed before the rail is asked: whatever happens afterwards, the attempt is known and never repeated.
    """
    payout = one(queries.payouts(ctx.actor).order_by(), payout_id, "payout")
    queries.require_no_live_attempt(payout)
    PAYOUT.move(payout, "sending", next_query_at=ctx.now + SILENT_AFTER, message="")
    attempt = PayoutAttempt(payout=payout, rail=ports.bound("payments").name, recorded_at=ctx.now)
    attempt.save(force_insert=True)
    ctx.emit(
        PayoutAttempted(
            payout_id=payout.pk, attempt_id=attempt.pk, workshop_id=payout.workshop_id, rail=attempt.rail
        )
    )
    return attempt
