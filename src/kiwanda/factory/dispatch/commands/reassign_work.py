"""Accepted work that is not being done goes to others; what was made stays with who made it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.events import WorkReassigned
from kiwanda.factory.dispatch.handing_over import NewMaker, hand_over, lock_order
from kiwanda.factory.dispatch.models import Reassignment, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS, REASSIGN_REASONS
from kiwanda.factory.dispatch.work import close


@command(roles={Role.COORDINATOR})
def reassign_work(
    ctx: Context, *, work_order_id: UUID, makers: list[NewMaker], reason: str, note: str = ""
) -> Reassignment:
    """Offer the unmade pieces of a work order to ``makers``; the workshop is told why and can contest it.

    Only pieces neither reported made nor handed in can be given away: the others are handed in, inspected and paid as
    agreed. Where none are left the work order is closed. Refused, and nothing changed, when the workshop has reported
    more meanwhile or one of the others cannot be asked any more.
    """
    if not isinstance(reason, str) or reason not in REASSIGN_REASONS:
        raise Invalid(DispatchError.UNKNOWN_REASON, field="reason", known=", ".join(REASSIGN_REASONS))
    text = fields.text("note", note, 200, required=False)
    found = queries.work_order(ctx.actor, work_order_id)
    lock_order(found.production_order_id)
    row = queries.work_order(ctx.actor, work_order_id, lock=True)
    if row.state not in LIVE_WORK_ORDERS:
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    if not makers:
        raise Invalid(DispatchError.NO_MAKERS, field="makers")
    quantity = sum(maker.quantity for maker in makers)
    left = row.unmade_quantity
    if quantity > left:
        raise Rejected(DispatchError.LESS_LEFT, left=left, wanted=quantity)
    reassignment = Reassignment.objects.create(
        id=new_id(), work_order=row, workshop_id=row.workshop_id, quantity=quantity, reason=reason, note=text,
        made_at=ctx.now, made_by=ctx.actor.id,
    )
    sent = hand_over(ctx, row, makers, left=left, wave=2, reassignment_id=reassignment.id)
    shorten(ctx, row, quantity)
    ctx.emit(
        WorkReassigned(
            reassignment_id=reassignment.id,
            work_order_id=row.id,
            production_order_id=row.production_order_id,
            operation_id=row.operation_id,
            workshop_id=row.workshop_id,
            quantity=quantity,
            kept_quantity=row.most_quantity,
            reason=reason,
            new_offer_ids=[offer.id for offer in sent],
        )
    )
    return reassignment


def shorten(ctx: Context, row: WorkOrder, quantity: int) -> None:
    """Take ``quantity`` unmade pieces off a locked work order, and close it where nothing else is open."""
    WorkOrder.objects.filter(pk=row.pk).update(
        short_quantity=F("short_quantity") + quantity, taken_quantity=F("taken_quantity") + quantity
    )
    row.refresh_from_db()
    if row.open_quantity == 0:
        close(ctx, row, by_staff=True, reassigned=True, closed_reason=REASSIGNED)


#: Why a work order of which nothing was left is closed.
REASSIGNED = "reassigned"
