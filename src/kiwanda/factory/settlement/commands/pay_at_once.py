"""Pay what was accepted, as two people agreed beforehand."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.settlement import gathering, rules
from kiwanda.factory.settlement.events import PayoutBatchCreated
from kiwanda.factory.settlement.models import PayoutBatch, StandingOrder


@command(roles={Role.SYSTEM})
def pay_at_once(ctx: Context) -> PayoutBatch | None:
    """A batch of everything owed now within the standing order's limits; None where there is nothing to pay.

    What is larger than its limit for one payout, or comes after its limit of the day, waits for an ordinary batch.
    """
    order = StandingOrder.objects.select_for_update().filter(state="active").first()
    in_force = rules.current(lock=True)
    if order is None or not in_force.sending:
        return None
    rooms = [order.day_limit_minor - rules.approved_today(ctx.now, order.pk)]
    if in_force.batch_limit_minor is not None:
        rooms.append(in_force.batch_limit_minor)
    if in_force.day_limit_minor is not None:
        rooms.append(in_force.day_limit_minor - rules.approved_today(ctx.now))
    if min(rooms) <= 0:
        return None
    each = [order.payout_limit_minor]
    if in_force.payout_limit_minor is not None:
        each.append(in_force.payout_limit_minor)
    batch = gathering.new_batch(ctx, order.proposed_by, order)
    found = gathering.gather(ctx, batch, ctx.now, None, min(rooms), largest_each=min(each))
    if not found.heads:
        return None
    gathering.write(batch, found, ctx.now)
    ctx.emit(
        PayoutBatchCreated(
            payout_batch_id=batch.pk, payout_count=batch.payout_count, total_minor=batch.total_minor,
            currency=batch.currency, up_to=ctx.now, waiting_count=found.waiting, content_hash=batch.content_hash,
        )
    )
    payouts = list(batch.payouts.select_related("workshop").order_by("pk"))
    gathering.let_go(ctx, batch, payouts, order.approved_by)
    return batch
