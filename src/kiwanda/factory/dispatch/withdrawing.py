"""Taking live offers back."""

from __future__ import annotations

from django.db.models import QuerySet

from kiwanda.core.commands import Context
from kiwanda.factory.dispatch.events import OfferWithdrawn
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import OFFER


def take_back(ctx: Context, offers: QuerySet[Offer], *, reoffer: bool, note: str = "") -> list[Offer]:
    """Withdraw live ``offers`` one by one and tell; ``reoffer`` lets the work find another workshop."""
    rows = list(offers.order_by("pk").select_for_update(of=("self",)))
    for row in rows:
        updates = {"note": note} if note else {}
        OFFER.move(row, "withdrawn", answered_at=ctx.now, **updates)
        ctx.emit(
            OfferWithdrawn(
                offer_id=row.id,
                production_order_id=row.production_order_id,
                operation_id=row.operation_id,
                workshop_id=row.workshop_id,
                quantity=row.quantity,
                reoffer=reoffer,
            )
        )
    return rows
