"""Gather what is owed into a batch of payouts for somebody else to approve."""

from __future__ import annotations

from datetime import datetime

from kiwanda import ports
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.core.money import format_money
from kiwanda.factory.settlement import gathering, rules
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import PayoutBatchCreated
from kiwanda.factory.settlement.ledger import RAIL_CURRENCY
from kiwanda.factory.settlement.models import PayoutBatch


@command(roles={Role.FINANCE_MAKER}, separate=True)
def create_payout_batch(ctx: Context, *, up_to: datetime | None = None) -> PayoutBatch:
    """One payout per workshop for everything earned and unpaid up to ``up_to`` (now when None), to its owner's wallet.

    What was added to its earnings or taken off them counts in. Where the rail pays whole units only, what is below one
    is carried to the workshop's next payout. Less than the rail's smallest payment waits for the next batch; more than
    its largest (or our limit) is cut into several. Workshops without an active owner, or whose owner's number changed
    and is not confirmed, wait as well, and so do those beyond the limit of a batch. No money moves before
    :func:`approve_payout_batch`.
    """
    if up_to is not None and (not isinstance(up_to, datetime) or up_to.tzinfo is None):
        raise Invalid(CoreError.MALFORMED, field="up_to", reason="a moment with its time zone is expected")
    moment = min(up_to, ctx.now) if up_to is not None else ctx.now
    limits = rules.current()
    batch = gathering.new_batch(ctx, ctx.actor.id)
    found = gathering.gather(ctx, batch, moment, limits.payout_limit_minor, limits.batch_limit_minor)
    if not found.heads:
        least = ports.bound("payments").smallest_minor
        raise Rejected(SettlementError.NOTHING_TO_PAY, least=format_money(least, RAIL_CURRENCY))
    gathering.write(batch, found, moment)
    ctx.emit(
        PayoutBatchCreated(
            payout_batch_id=batch.pk, payout_count=batch.payout_count, total_minor=batch.total_minor,
            currency=RAIL_CURRENCY, up_to=moment, waiting_count=found.waiting, content_hash=batch.content_hash,
        )
    )
    return batch
