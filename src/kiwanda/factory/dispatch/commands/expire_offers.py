"""Offers whose time has passed."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.dispatch.events import OfferExpired
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import LIVE_OFFERS

#: So many in one transaction; the timer comes back for the rest.
BATCH = 1000


@command(roles={Role.SYSTEM, Role.COORDINATOR})
def expire_offers(ctx: Context) -> int:
    """sent or countered → expired, for up to :data:`BATCH` offers past their time; returns how many."""
    due = Offer.objects.filter(state__in=LIVE_OFFERS, expires_at__lte=ctx.now).order_by("expires_at", "pk")
    rows = list(due.select_for_update(of=("self",))[:BATCH])
    for first in range(0, len(rows), 500):
        ids = [row.pk for row in rows[first : first + 500]]
        Offer.objects.filter(pk__in=ids, state__in=LIVE_OFFERS).update(state="expired", answered_at=ctx.now)
    ctx.emit_all(
        OfferExpired(
            offer_id=row.id,
            production_order_id=row.production_order_id,
            operation_id=row.operation_id,
            workshop_id=row.workshop_id,
            quantity=row.quantity,
            countered=row.state == "countered",
        )
        for row in rows
    )
    return len(rows)
