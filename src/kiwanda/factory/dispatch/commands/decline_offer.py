"""A workshop does not take the work."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.events import OfferDeclined
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import DECLINE_REASONS, OFFER


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def decline_offer(ctx: Context, *, offer_id: UUID, reason: str, note: str = "") -> Offer:
    """sent or countered → declined; the work finds its next workshop by itself."""
    if not isinstance(reason, str) or reason not in DECLINE_REASONS:
        raise Invalid(DispatchError.UNKNOWN_REASON, field="reason", known=", ".join(DECLINE_REASONS))
    text = fields.text("note", note, 200, required=False)
    offer = queries.offer(ctx.actor, offer_id)
    OFFER.move(offer, "declined", answered_at=ctx.now, decline_reason=reason, note=text)
    ctx.emit(
        OfferDeclined(
            offer_id=offer.id,
            production_order_id=offer.production_order_id,
            operation_id=offer.operation_id,
            workshop_id=offer.workshop_id,
            quantity=offer.quantity,
            reason=reason,
        )
    )
    return offer
