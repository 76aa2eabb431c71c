"""Giving work of one workshop to others: what can be given, whom it could go to, and doing it.

Used by the two commands (work that was accepted, work that was not) and by the page that shows their choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.sending import NewOffer, send
from kiwanda.factory.dispatch.states import LIVE_OFFERS
from kiwanda.factory.network.models import Capability, Workshop
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.reassigning import Task
from kiwanda.factory.planning.routings import load_routings


@dataclass(frozen=True, slots=True)
class NewMaker:
    """A workshop that is to be asked, for how many pieces, between which days."""

    workshop_id: UUID
    quantity: int
    start_on: date
    due_on: date


def lock_order(production_order_id: UUID) -> ProductionOrder:
    """Whoever offers work of an order holds its row, so that two cannot offer the same pieces."""
    order = ProductionOrder.objects.select_for_update().filter(pk=production_order_id).first()
    if order is None or order.state != "open":
        raise Rejected(CoreError.WRONG_STATE, state=order.state if order else "")
    return order


def asked_before(production_order_id: UUID, operation_id: UUID, besides: UUID) -> frozenset[UUID]:
    """Workshops not to be asked again: those that did not take this work or are being asked, and ``besides``."""
    rows = Offer.objects.order_by().filter(production_order=production_order_id, operation=operation_id)
    asked = rows.filter(state__in=["declined", "expired", *LIVE_OFFERS]).values_list("workshop_id", flat=True)
    return frozenset([*asked, besides])


def offer_quantity(offer: Offer) -> int:
    """Pieces of an offer that can be given to others: all of a live one's, what is left of a closed one's."""
    from kiwanda.factory.dispatch.elsewhere import left_to_place

    account = load_books([offer.production_order_id]).get((offer.production_order_id, offer.operation_id))
    if account is None:
        return 0
    if offer.state in LIVE_OFFERS:
        return offer.quantity
    return min(left_to_place(offer), account.open)


def task_of_offer(offer: Offer) -> Task | None:
    """What could be given to others of an offer; None when nothing is left."""
    return _task(offer, offer_quantity(offer))


def task_of_work(work_order: WorkOrder) -> Task | None:
    """What could be given to others of accepted work: the pieces not made yet."""
    return _task(work_order, work_order.unmade_quantity)


def _task(source: Offer | WorkOrder, quantity: int) -> Task | None:
    if quantity <= 0:
        return None
    order = ProductionOrder.objects.only("tech_pack_id", "state").get(pk=source.production_order_id)
    steps = load_routings([order.tech_pack_id]).get(order.tech_pack_id, [])
    step = next((step for step in steps if step.id == source.operation_id), None)
    if step is None or order.state != "open":
        return None
    hub = Workshop.objects.filter(pk=source.workshop_id).values_list("hub__code", flat=True).first() or ""
    exclude = asked_before(source.production_order_id, source.operation_id, source.workshop_id)
    return Task(
        source.production_order_id, step, quantity, source.start_on, source.due_on, hub, exclude, source.workshop_id
    )


def hand_over(
    ctx: Context,
    source: Offer | WorkOrder,
    makers: Sequence[NewMaker],
    *,
    left: int,
    wave: int,
    replaces_id: UUID | None = None,
    reassignment_id: UUID | None = None,
) -> list[Offer]:
    """Send the offers, or refuse: more pieces than are left, a workshop that cannot be asked (any more)."""
    if not makers:
        raise Invalid(DispatchError.NO_MAKERS, field="makers")
    wanted = 0
    for maker in makers:
        if isinstance(maker.quantity, bool) or not isinstance(maker.quantity, int) or maker.quantity < 1:
            raise Invalid(CoreError.OUT_OF_RANGE, field="quantity", low=1, high=max(1, left))
        if maker.due_on < maker.start_on or maker.due_on < ctx.today:
            raise Invalid(CoreError.MALFORMED, field="due_on", reason="the due day lies before the first day")
        wanted += maker.quantity
    if wanted > left:
        raise Rejected(DispatchError.LESS_LEFT, left=max(0, left), wanted=wanted)
    able = _able(source, [maker.workshop_id for maker in makers])
    return send(
        ctx,
        [
            NewOffer(
                source.production_order_id, source.operation_id, maker.workshop_id, maker.quantity,
                source.piece_rate_minor, source.currency, maker.start_on, maker.due_on, able[maker.workshop_id], (),
                wave, replaces_id, reassignment_id,
            )
            for maker in makers
        ],
    )


def _able(source: Offer | WorkOrder, workshop_ids: Sequence[UUID]) -> dict[UUID, float]:
    """The acceptance of each workshop; refuses one that is not active, lacks the technique or is being asked."""
    technique = source.operation.technique_id
    rows = {row.pk: row for row in Workshop.objects.filter(pk__in=workshop_ids)}
    can = set(
        Capability.objects.filter(workshop__in=workshop_ids, technique=technique, state="active").values_list(
            "workshop_id", flat=True
        )
    )
    busy = set(
        Offer.objects.order_by()
        .filter(
            production_order=source.production_order_id, operation=source.operation_id, state__in=LIVE_OFFERS,
            workshop__in=workshop_ids,
        )
        .values_list("workshop_id", flat=True)
    )
    found: dict[UUID, float] = {}
    for key in workshop_ids:
        row = rows.get(key)
        if row is None:
            raise Invalid(DispatchError.NO_MAKERS, field="workshop_id")
        why = ""
        if row.state != "active":
            why = row.state
        elif key not in can:
            why = technique
        elif key in busy or key in found:
            why = "offer"
        if why:
            raise Rejected(DispatchError.NOT_TO_THEM, workshop=row.trade_name, why=why)
        found[key] = float(row.acceptance)
    return found
