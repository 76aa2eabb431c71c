"""A workshop takes the work."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.events import OfferAccepted
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import OFFER
from kiwanda.factory.dispatch.work import open_work_order


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def accept_offer(ctx: Context, *, offer_id: UUID) -> WorkOrder:
    """sent → accepted, on the terms it was sent with; the work order begins.

    A workshop that had countered may still take the first terms while nobody has answered.
    """
    offer = queries.offer(ctx.actor, offer_id)
    refuse_lapsed(ctx, offer)
    OFFER.move(offer, "accepted", answered_at=ctx.now, counter_quantity=None, counter_due_on=None)
    return begin(ctx, offer)


def refuse_lapsed(ctx: Context, offer: Offer) -> None:
    """Reject an answer that comes after the offer's time, even before the timer has closed it."""
    if OFFER.allows(offer.state, "accepted") and offer.expires_at <= ctx.now:
        until = offer.expires_at.astimezone(clock.FACTORY_ZONE).strftime("%Y-%m-%d %H:%M")
        raise Rejected(DispatchError.OFFER_EXPIRED, until=until)


def begin(ctx: Context, offer: Offer) -> WorkOrder:
    """The work order of an accepted offer, and its event."""
    work_order = open_work_order(ctx, offer, new_id())
    ctx.emit(
        OfferAccepted(
            offer_id=offer.id,
            work_order_id=work_order.id,
            production_order_id=offer.production_order_id,
            operation_id=offer.operation_id,
            workshop_id=offer.workshop_id,
            quantity=work_order.quantity,
            piece_rate_minor=work_order.piece_rate_minor,
            currency=work_order.currency,
            start_on=work_order.start_on,
            due_on=work_order.due_on,
            countered=offer.counter_quantity is not None or offer.counter_due_on is not None,
            remainder=offer.quantity - work_order.quantity,
        )
    )
    return work_order
