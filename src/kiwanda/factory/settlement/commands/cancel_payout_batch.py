"""Drop a batch that was not approved; its earnings wait for the next one."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.events import PayoutBatchCancelled
from kiwanda.factory.settlement.models import Adjustment, Earning, Payout, PayoutBatch
from kiwanda.factory.settlement.states import PAYOUT_BATCH


@command(roles={Role.FINANCE_MAKER, Role.FINANCE_CHECKER}, separate=True)
def cancel_payout_batch(ctx: Context, *, batch_id: UUID) -> PayoutBatch:
    """Cancel a draft batch. Approved ones cannot be called back: their payouts end one by one."""
    batch = one(queries.payout_batches(ctx.actor).order_by(), batch_id, "payout batch")
    PAYOUT_BATCH.move(batch, "cancelled")
    Earning.objects.filter(payout__batch=batch).update(payout=None)
    Adjustment.objects.filter(payout__batch=batch).update(payout=None)
    Payout.objects.filter(batch=batch, state="draft").update(state="cancelled")
    ctx.emit(PayoutBatchCancelled(payout_batch_id=batch.pk))
    return batch
