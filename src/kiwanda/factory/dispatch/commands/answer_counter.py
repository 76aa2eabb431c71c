"""Staff answer a counter-offer."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.commands.accept_offer import begin, refuse_lapsed
from kiwanda.factory.dispatch.events import CounterRefused
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import OFFER


@command(roles={Role.COORDINATOR})
def answer_counter(ctx: Context, *, offer_id: UUID, accept: bool) -> Offer:
    """countered → accepted on the workshop's terms (the pieces left over find another workshop), or → declined."""
    offer = queries.offer(ctx.actor, offer_id)
    if offer.state != "countered":
        raise Rejected(CoreError.WRONG_STATE, state=offer.state)
    if accept:
        refuse_lapsed(ctx, offer)
        OFFER.move(offer, "accepted", answered_at=ctx.now)
        begin(ctx, offer)
        return offer
    OFFER.move(offer, "declined", answered_at=ctx.now)
    ctx.emit(
        CounterRefused(
            offer_id=offer.id,
            production_order_id=offer.production_order_id,
            operation_id=offer.operation_id,
            workshop_id=offer.workshop_id,
            quantity=offer.quantity,
        )
    )
    return offer
