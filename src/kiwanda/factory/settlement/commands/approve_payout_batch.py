"""A second person approves a batch; its money is held and the payouts go out."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import batches, gathering, queries
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import PayoutBatch


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def approve_payout_batch(ctx: Context, *, batch_id: UUID, content_hash: str) -> PayoutBatch:
    """Approve exactly the content whose hash the approver saw; another person than the maker.

    In one commit the batch is approved, every payout is ready and its money is held. A job then sends them.
    """
    batch = one(queries.payout_batches(ctx.actor).order_by(), batch_id, "payout batch")
    if ctx.actor.id is None or ctx.actor.id == batch.created_by:
        raise Rejected(SettlementError.SAME_PERSON)
    payouts = list(batch.payouts.select_related("workshop").order_by("pk"))
    if not (content_hash == batch.content_hash == batches.content_hash(payouts)):
        raise Rejected(SettlementError.BATCH_CHANGED, field="content_hash")
    gathering.let_go(ctx, batch, payouts, ctx.actor.id)
    return batch
