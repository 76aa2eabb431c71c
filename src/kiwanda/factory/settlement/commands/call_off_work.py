"""Accepted work is not needed any more: what was done of it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import close_work_order
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.settlement import adjustments, ledger
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import WorkCalledOff
from kiwanda.factory.settlement.models import KillFee


@dataclass(frozen=True, slots=True)
class Stage:
    """``quantity`` pieces of which ``per_cent`` (0 to 100) of the work is done."""

    quantity: int
    per_cent: int


@command(roles={Role.COORDINATOR})
def call_off_work(ctx: Context, *, work_order_id: UUID, stages: Sequence[Stage], reason: str) -> WorkOrder:
    """The cancellation shield: close live work and pay every open piece by the share of the work that is in it.

    ``stages`` name every open piece once; pieces reported as made count as finished at least. Rounded up, in the
    artisan's favour. The fee joins her next payout. The production order can be cancelled when nothing of it is live.
    """
    why = fields.text("reason", reason, 200)
    row = dispatch.work_order(ctx.actor, work_order_id, lock=True)
    for stage in stages:
        require_range("quantity", stage.quantity, 1, 1_000_000)
        require_range("per_cent", stage.per_cent, 0, 100)
    named = sum(stage.quantity for stage in stages)
    if named != row.open_quantity:
        raise Invalid(SettlementError.STAGES_WRONG, field="stages", open=row.open_quantity, named=named)
    made = max(0, row.made_quantity - row.handed_in_quantity)
    if sum(stage.quantity for stage in stages if stage.per_cent == 100) < made:
        raise Rejected(SettlementError.MADE_IS_WHOLE, made=made)
    # A hundredth of a cent is never lost to the artisan.
    amount = -(-sum(stage.quantity * stage.per_cent for stage in stages) * row.piece_rate_minor // 100)
    close_work_order.function(ctx, work_order_id=row.pk, reason=why)
    if amount:
        fee = KillFee.objects.create(
            work_order=row, stages=[[stage.quantity, stage.per_cent] for stage in stages],
            piece_rate_minor=row.piece_rate_minor, amount_minor=amount, currency=row.currency, reason=why,
            made_at=ctx.now, made_by=ctx.actor.id,
        )
        adjustments.add(
            ctx, kind="kill_fee", source_id=fee.pk, workshop=row.workshop, amount_minor=amount, currency=row.currency,
            cost=ledger.COST_KILL_FEES, reason=why,
        )
    ctx.emit(
        WorkCalledOff(
            work_order_id=row.pk, workshop_id=row.workshop_id, quantity=named, amount_minor=amount,
            currency=row.currency,
        )
    )
    return WorkOrder.objects.get(pk=row.pk)
