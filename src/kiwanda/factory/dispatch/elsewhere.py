"""Work that was not taken finds its next workshop."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from kiwanda.core.commands import Context
from kiwanda.factory.dispatch.events import OfferedElsewhere, WorkUnfilled
from kiwanda.factory.dispatch.market import market
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.sending import NewOffer, send
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.reassigning import Task, fairest
from kiwanda.factory.planning.routings import Step
from kiwanda.factory.planning.standing_plan import warm

#: After so many refusals the pieces wait for the next plan, which sees more than one offer at a time.
LAST_WAVE = 5
#: One refused offer becomes at most so many smaller ones.
MOST_PARTS = 4


def left_to_place(offer: Offer) -> int:
    """Pieces of a closed offer that neither became work nor were offered to somebody else since."""
    taken = 0
    if offer.state == "accepted":
        taken = offer.counter_quantity if offer.counter_quantity is not None else offer.quantity
    again = Offer.objects.order_by().filter(replaces=offer).aggregate(pieces=Sum("quantity"))["pieces"] or 0
    return max(0, offer.quantity - taken - again)


def place_elsewhere(ctx: Context, offer: Offer) -> list[Offer]:
    """Offer what is left of ``offer`` to others, and tell what was found. Empty when nothing is left or nobody can.

    Pieces that nobody makes any more (the order was cut or is covered) are left alone. The next workshop gets as many
    days as the first had, from the day after tomorrow where the first due day is nearer than that.
    """
    # Two offers for the same pieces must not be made at once: whoever offers work of an order holds its row.
    order = ProductionOrder.objects.select_for_update().filter(pk=offer.production_order_id, state="open").first()
    if order is None:
        return []
    account = load_books([order.id]).get((order.id, offer.operation_id))
    quantity = min(left_to_place(offer), account.open if account else 0)
    if quantity == 0:
        return []
    new = _choose(ctx, offer, quantity) if offer.wave < LAST_WAVE else []
    sent = send(ctx, new)
    placed = sum(item.quantity for item in sent)
    work = {
        "offer_id": offer.id,
        "production_order_id": offer.production_order_id,
        "operation_id": offer.operation_id,
        "workshop_id": offer.workshop_id,
    }
    if sent:
        ctx.emit(
            OfferedElsewhere(
                **work, new_offer_ids=[item.id for item in sent], quantity=placed, unfilled=quantity - placed
            )
        )
    if placed < quantity:
        ctx.emit(WorkUnfilled(**work, quantity=quantity - placed))
    return sent


def _choose(ctx: Context, offer: Offer, quantity: int) -> list[NewOffer]:
    hours = market(ctx)
    step = hours.steps.get(offer.operation_id)
    if step is None:
        return []
    asked: set[UUID] = {offer.workshop_id}
    before = Offer.objects.order_by().filter(production_order=offer.production_order_id, operation=offer.operation_id)
    asked.update(before.exclude(state="accepted").values_list("workshop_id", flat=True))
    near = next((row.hub for row in hours.capacity.workshops if row.id == offer.workshop_id), hours.capacity.hubs[0])
    start_on = max(offer.start_on, ctx.today + timedelta(days=1))
    due_on = max(offer.due_on, ctx.today + timedelta(days=2) + (offer.due_on - offer.start_on))
    by_plan = _by_plan(offer, step, quantity, start_on, due_on, near, frozenset(asked))
    if by_plan:
        return by_plan
    new: list[NewOffer] = []
    whole = quantity
    for _ in range(MOST_PARTS):
        place = hours.find(step, quantity, due_on, near, asked)
        if place is None:
            break
        hours.take(place, place.pieces * step.piece_rate_minor)
        asked.add(place.workshop.id)
        quantity -= place.pieces
        new.append(
            NewOffer(
                offer.production_order_id, offer.operation_id, place.workshop.id, place.pieces, step.piece_rate_minor,
                step.currency, start_on, due_on, place.workshop.acceptance, (), offer.wave + 1, offer.id,
                why=(("next_asked", {"pieces": place.pieces, "of": whole}),),
            )
        )
        if quantity == 0:
            break
    return new


def _by_plan(
    offer: Offer, step: Step, quantity: int, start_on: date, due_on: date, near: str, asked: frozenset[UUID]
) -> list[NewOffer]:
    """The choice by the standing plan where this process has one at hand; empty where nobody can be in time by it.

    The plan knows what the market does not: hours kept for what was promised, and until when the pieces are not missed.
    """
    standing = warm()
    if standing is None:
        return []
    task = Task(offer.production_order_id, step, quantity, start_on, due_on, near, asked, offer.workshop_id)
    makers = fairest(standing, task)
    standing.take(maker.lot for maker in makers)
    return [
        NewOffer(
            offer.production_order_id, offer.operation_id, maker.workshop_id, maker.quantity, step.piece_rate_minor,
            step.currency, maker.start_on, max(due_on, maker.due_on), maker.acceptance, (), offer.wave + 1, offer.id,
            why=(("next_fairest", {"rank": maker.rank, "able": maker.able}),),
        )
        for maker in makers
    ]
