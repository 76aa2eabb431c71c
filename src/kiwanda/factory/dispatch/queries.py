"""What dispatch shows, scoped by who asks: staff see all, an artisan her own workshop's work, others nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet, Sum

from kiwanda.core import clock, rows
from kiwanda.core.actors import Actor, Role
from kiwanda.core.clock import local_midnight
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.dispatch.models import Offer, Reassignment, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.models import Allocation, ProductionOrder

M = TypeVar("M", bound=Model)

#: A workshop not heard of for so many days after its work should have begun is silent.
SILENT_DAYS = 3
DEAD_OFFERS = ("declined", "expired", "withdrawn")


def _scoped(found: QuerySet[M], actor: Actor) -> QuerySet[M]:
    if actor.is_staff or actor.has(Role.SYSTEM):
        return found
    if actor.workshop_id is not None and actor.has(Role.ARTISAN):
        return found.filter(workshop_id=actor.workshop_id)
    return found.none()


def offers(actor: Actor) -> QuerySet[Offer]:
    """Offers, newest first."""
    return _scoped(Offer.objects.all(), actor)


def offer(actor: Actor, offer_id: UUID) -> Offer:
    """One offer, or :class:`NotFound`. Prepared statements: this is the door to the most frequent command."""
    found = None
    if actor.is_staff or actor.has(Role.SYSTEM):
        found = rows.fetch(Offer, id=offer_id)
    elif actor.workshop_id is not None and actor.has(Role.ARTISAN):
        found = rows.fetch(Offer, id=offer_id, workshop_id=actor.workshop_id)
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="offer")
    return found


def live_offers(actor: Actor) -> QuerySet[Offer]:
    """Offers that wait for an answer, the most urgent first, with what a phone shows of them."""
    live = offers(actor).filter(state__in=LIVE_OFFERS)
    return live.select_related("operation", "production_order__variant", "workshop").order_by("expires_at", "id")


def counters(actor: Actor) -> QuerySet[Offer]:
    """Counter-offers that wait for staff."""
    return live_offers(actor).filter(state="countered")


def work_orders(actor: Actor) -> QuerySet[WorkOrder]:
    """Work orders by due day."""
    return _scoped(WorkOrder.objects.all(), actor)


def work_order(actor: Actor, work_order_id: UUID, *, lock: bool = False) -> WorkOrder:
    """One work order, or :class:`NotFound`. ``lock`` keeps its counters still until the transaction ends."""
    one = work_orders(actor).order_by().filter(pk=work_order_id)
    found = (one.select_for_update(of=("self",)) if lock else one).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="work order")
    return found


def reassignments(actor: Actor) -> QuerySet[Reassignment]:
    """Accepted work that went to others, newest first."""
    return _scoped(Reassignment.objects.select_related("work_order", "workshop"), actor)


def taken_back(actor: Actor, *, days: int = 28) -> list[Reassignment]:
    """What a phone shows of work that went to others in the last ``days`` days, newest first, in one query.

    Each row has its ``work_order`` with operation, order, variant and style, and the workshop. One in state ``made``
    can be objected to with ``contest_reassignment(actor=…, reassignment_id=row.pk, contest="…")``, once.
    """
    rows = reassignments(actor).filter(made_at__gte=clock.now() - timedelta(days=days))
    return list(
        rows.select_related("work_order__operation", "work_order__production_order__variant__style", "workshop")
    )


def reassignment(actor: Actor, reassignment_id: UUID) -> Reassignment:
    """One of them, or :class:`NotFound`."""
    found = reassignments(actor).filter(pk=reassignment_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="reassignment")
    return found


def live_work(actor: Actor) -> QuerySet[WorkOrder]:
    """Work orders that are not closed."""
    return work_orders(actor).filter(state__in=LIVE_WORK_ORDERS)


def late_work(actor: Actor, today: date) -> QuerySet[WorkOrder]:
    """Live work whose due day has passed, the latest first."""
    return live_work(actor).filter(due_on__lt=today).select_related("workshop", "operation", "production_order")


def silent_work(actor: Actor, now: datetime, today: date, days: int = SILENT_DAYS) -> QuerySet[WorkOrder]:
    """Live work that should have begun and of which nobody has heard for ``days`` days; the longest silence first."""
    silent = live_work(actor).filter(
        last_sign_at__lt=now - timedelta(days=days), start_on__lte=today - timedelta(days=days)
    )
    return silent.select_related("workshop", "operation", "production_order").order_by("last_sign_at", "code")


class Unfilled(NamedTuple):
    """Pieces that somebody was asked to make, nobody makes and no plan gives to anybody."""

    production_order: ProductionOrder
    operation: Operation
    quantity: int
    refusals: int


def unfilled_work(actor: Actor) -> list[Unfilled]:
    """Open work that was refused and is in no plan, the most pressing first. Empty for artisans."""
    if not (actor.is_staff or actor.has(Role.SYSTEM)):
        return []
    refused: dict[tuple[UUID, UUID], int] = defaultdict(int)
    dead = Offer.objects.order_by().filter(state__in=DEAD_OFFERS, production_order__state="open")
    for order, operation in dead.values_list("production_order_id", "operation_id"):
        refused[order, operation] += 1
    if not refused:
        return []
    books = load_books({order for order, _ in refused})
    planned: dict[tuple[UUID, UUID], int] = defaultdict(int)
    lots = Allocation.objects.filter(state="tentative", production_order__in={order for order, _ in refused})
    for order, operation, pieces in lots.order_by().values_list("production_order_id", "operation_id").annotate(
        pieces=Sum("quantity")
    ):
        planned[order, operation] = pieces
    missing = {key: books[key].open - planned[key] for key in refused if key in books}
    missing = {key: pieces for key, pieces in missing.items() if pieces > 0}
    orders = ProductionOrder.objects.select_related("variant").in_bulk({order for order, _ in missing})
    operations = Operation.objects.in_bulk({operation for _, operation in missing})
    unfilled = [
        Unfilled(orders[order], operations[operation], pieces, refused[order, operation])
        for (order, operation), pieces in missing.items()
    ]
    unfilled.sort(key=lambda row: (row.production_order.due_on, row.production_order.code, row.operation.sequence))
    return unfilled


def answered_since(actor: Actor, day: date) -> QuerySet[Offer]:
    """Offers answered or lapsed since ``day`` began in Nairobi."""
    return offers(actor).filter(Q(answered_at__gte=local_midnight(day))).order_by("-answered_at")
