"""A workshop would take the work on other terms: fewer pieces, a later day, or both."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.commands.accept_offer import refuse_lapsed
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.events import OfferCountered
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.sending import USUAL
from kiwanda.factory.dispatch.states import OFFER

#: No counter-offer may put the day off by more than this.
LATEST_DAYS = 60


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def counter_offer(
    ctx: Context, *, offer_id: UUID, quantity: int | None = None, due_on: date | None = None, note: str = ""
) -> Offer:
    """sent → countered. Staff answer within two days, or the offer lapses and the work goes on.

    The terms as they were may be repeated (all pieces, the same day), but something must differ.
    """
    text = fields.text("note", note, 200, required=False)
    offer = queries.offer(ctx.actor, offer_id)
    refuse_lapsed(ctx, offer)
    if quantity is not None and (
        isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= offer.quantity
    ):
        raise Invalid(DispatchError.COUNTER_QUANTITY, field="quantity", most=offer.quantity)
    latest = offer.due_on + timedelta(days=LATEST_DAYS)
    if due_on is not None and not offer.due_on <= due_on <= latest:
        raise Invalid(
            DispatchError.COUNTER_DATE, field="due_on", due_on=offer.due_on.isoformat(), latest=latest.isoformat()
        )
    fewer = quantity if quantity != offer.quantity else None
    later = due_on if due_on != offer.due_on else None
    if fewer is None and later is None:
        raise Invalid(DispatchError.COUNTER_EMPTY)
    expires = max(offer.expires_at, ctx.now + USUAL)
    OFFER.move(
        offer, "countered", counter_quantity=fewer, counter_due_on=later, note=text, answered_at=ctx.now,
        expires_at=expires,
    )
    ctx.emit(
        OfferCountered(
            offer_id=offer.id,
            production_order_id=offer.production_order_id,
            operation_id=offer.operation_id,
            workshop_id=offer.workshop_id,
            quantity=offer.quantity,
            due_on=offer.due_on,
            counter_quantity=fewer,
            counter_due_on=later,
            expires_at=expires,
        )
    )
    return offer
