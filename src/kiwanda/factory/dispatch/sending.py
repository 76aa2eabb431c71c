"""Making offers: how long they stand, and the rows and events of many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from kiwanda.core import rows
from kiwanda.core.commands import Context
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.queries import floors_minor
from kiwanda.factory.dispatch.events import OfferSent
from kiwanda.factory.dispatch.models import Offer, OfferedLot

#: Work that begins soon must find another workshop soon.
SHORTEST, USUAL, LONGEST = timedelta(hours=24), timedelta(hours=48), timedelta(hours=72)
#: A workshop that takes less than half of what it is offered is not waited for longer than the shortest time.
RELUCTANT = 0.5


class NewOffer(NamedTuple):
    """One offer to be made; ``lots`` are ``(allocation id, pieces)`` of the plan it carries out."""

    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    piece_rate_minor: int
    currency: str
    start_on: date
    due_on: date
    acceptance: float
    lots: tuple[tuple[UUID, int], ...] = ()
    wave: int = 1
    replaces_id: UUID | None = None
    reassignment_id: UUID | None = None
    why: tuple[tuple[str, dict[str, Any]], ...] = ()


def expires_at(now: datetime, today: date, start_on: date, acceptance: float) -> datetime:
    """When an unanswered offer lapses: 24 to 72 hours, by how soon its work begins and how the workshop answers."""
    days = (start_on - today).days
    if days <= 3 or acceptance < RELUCTANT:
        return now + SHORTEST
    return now + (USUAL if days <= 6 else LONGEST)


def send(ctx: Context, new: Iterable[NewOffer]) -> list[Offer]:
    """Write the offers with their lots and tell of each.

    No offer pays less than today's floor: where wages rose since a rate was released, and orders of that revision are
    still being made, the floor is what is offered.
    """
    offers: list[Offer] = []
    lots: list[OfferedLot] = []
    new = list(new)
    floors = floors_minor({item.operation_id for item in new}, ctx.today) if new else {}
    for item in new:
        row = Offer(
            id=new_id(),
            production_order_id=item.production_order_id,
            operation_id=item.operation_id,
            workshop_id=item.workshop_id,
            quantity=item.quantity,
            piece_rate_minor=max(item.piece_rate_minor, floors.get(item.operation_id, 0)),
            currency=item.currency,
            start_on=item.start_on,
            due_on=item.due_on,
            wave=item.wave,
            replaces_id=item.replaces_id,
            reassignment_id=item.reassignment_id,
            why=[list(reason) for reason in item.why],
            sent_at=ctx.now,
            expires_at=expires_at(ctx.now, ctx.today, item.start_on, item.acceptance),
        )
        offers.append(row)
        lots += [OfferedLot(offer_id=row.id, allocation_id=lot, quantity=pieces) for lot, pieces in item.lots]
        ctx.emit(
            OfferSent(
                offer_id=row.id,
                production_order_id=row.production_order_id,
                operation_id=row.operation_id,
                workshop_id=row.workshop_id,
                quantity=row.quantity,
                piece_rate_minor=row.piece_rate_minor,
                currency=row.currency,
                start_on=row.start_on,
                due_on=row.due_on,
                expires_at=row.expires_at,
                wave=row.wave,
                replaces_offer_id=row.replaces_id,
            )
        )
    rows.insert_many(offers)
    rows.insert_many(lots)
    return offers
