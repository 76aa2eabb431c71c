"""Work that was offered goes to others, chosen by a person."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.events import OfferedElsewhere
from kiwanda.factory.dispatch.handing_over import NewMaker, hand_over, lock_order, offer_quantity
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import LIVE_OFFERS
from kiwanda.factory.dispatch.withdrawing import take_back


@command(roles={Role.COORDINATOR})
def reassign_offer(ctx: Context, *, offer_id: UUID, makers: list[NewMaker], note: str = "") -> list[Offer]:
    """Offer what is left of an offer to ``makers``; an unanswered one is withdrawn first, in the same step.

    Refused when fewer pieces are left than asked for (somebody was faster), and when one of the workshops cannot be
    asked any more; then nothing has changed.
    """
    offer = queries.offer(ctx.actor, offer_id)
    lock_order(offer.production_order_id)
    offer.refresh_from_db()
    left = offer_quantity(offer)
    if left == 0:
        raise Rejected(DispatchError.NOTHING_LEFT)
    if offer.state in LIVE_OFFERS:
        take_back(ctx, Offer.objects.filter(pk=offer.pk), reoffer=False, note=str(note).strip()[:200])
    sent = hand_over(ctx, offer, makers, left=left, wave=min(offer.wave + 1, 32_000), replaces_id=offer.pk)
    placed = sum(row.quantity for row in sent)
    ctx.emit(
        OfferedElsewhere(
            offer_id=offer.id,
            production_order_id=offer.production_order_id,
            operation_id=offer.operation_id,
            workshop_id=offer.workshop_id,
            new_offer_ids=[row.id for row in sent],
            quantity=placed,
            unfilled=left - placed,
        )
    )
    return sent
