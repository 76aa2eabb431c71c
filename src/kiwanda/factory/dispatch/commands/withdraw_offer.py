"""Staff take an offer back before it is answered."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import OFFER
from kiwanda.factory.dispatch.withdrawing import take_back


@command(roles={Role.COORDINATOR})
def withdraw_offer(ctx: Context, *, offer_id: UUID, note: str = "") -> Offer:
    """sent or countered → withdrawn. Its pieces are open until the next plan, or until they are offered elsewhere."""
    text = fields.text("note", note, 200, required=False)
    offer = queries.offer(ctx.actor, offer_id)
    if not OFFER.allows(offer.state, "withdrawn"):
        raise Rejected(CoreError.WRONG_STATE, state=offer.state)
    rows = take_back(ctx, Offer.objects.filter(pk=offer.pk, state=offer.state), reoffer=False, note=text)
    if not rows:
        raise Rejected(CoreError.CHANGED_MEANWHILE)
    return rows[0]
