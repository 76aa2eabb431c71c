"""Ask the rail now what became of a payout, without waiting for the timer."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import jobs
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.models import Payout


@command(roles={Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.SYSTEM}, separate=True)
def query_payout(ctx: Context, *, payout_id: UUID) -> Payout:
    """Have the rail asked about a payout whose end is not known. A job asks; nothing is ever sent again by it."""
    payout = one(queries.payouts(ctx.actor).order_by(), payout_id, "payout")
    if payout.state not in ("sending", "accepted", "unknown", "review"):
        raise Rejected(CoreError.WRONG_STATE, state=payout.state)
    jobs.enqueue("settlement.ask_about_payout", payout_id=str(payout.pk))
    return payout
