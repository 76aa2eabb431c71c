"""Look for another workshop for work that was not taken."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.elsewhere import left_to_place, place_elsewhere
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import LIVE_OFFERS


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def offer_elsewhere(ctx: Context, *, offer_id: UUID) -> Offer | None:
    """Offer what is left of a closed offer to the next best workshop; None when nobody can take it.

    Happens by itself after a refusal; staff give it after a withdrawal, or when somebody has hours again.
    """
    offer = queries.offer(ctx.actor, offer_id)
    if offer.state in LIVE_OFFERS:
        raise Rejected(DispatchError.STILL_LIVE)
    if left_to_place(offer) == 0:
        raise Rejected(DispatchError.NOTHING_LEFT)
    sent = place_elsewhere(ctx, offer)
    return sent[0] if sent else None
