"""What dispatch tells planning about work in progress (see ``planning.in_progress``): columns only, one query each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet, Sum

from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.planning.in_progress import ACCEPTED, OFFERED, WAITING, WORKING, Commitment

M = TypeVar("M", bound=Model)


def _of(rows: QuerySet[M], production_order_ids: Collection[UUID] | None) -> QuerySet[M]:
    if production_order_ids is None:
        return rows.filter(production_order__state="open")
    return rows.filter(production_order__in=production_order_ids)


class DispatchedWork:
    """Offers and work orders as planning's :class:`~kiwanda.factory.planning.in_progress.WorkInProgress`."""

    def commitments(self, production_order_ids: Collection[UUID] | None = None) -> Iterator[Commitment]:
        """Accepted pieces, pieces waiting for inspection, pieces still at work, pieces in live offers."""
        orders = _of(WorkOrder.objects.order_by(), production_order_ids).values_list(
            "production_order_id", "operation_id", "workshop_id", "state", "quantity", "made_quantity",
            "handed_in_quantity", "accepted_quantity", "rework_quantity", "rejected_quantity", "short_quantity",
            "taken_quantity", "start_on", "due_on",
        )
        for (order, operation, workshop, state, quantity, made, handed_in, accepted, rework, rejected, short, taken,
             start, due) in orders:
            if accepted:
                yield Commitment(order, operation, workshop, ACCEPTED, accepted, 0, None, None)
            still_open = quantity - accepted - rejected - short
            if state not in LIVE_WORK_ORDERS or still_open <= 0:
                continue
            # Of what was handed in: judged, lost on the way or back for rework; the rest waits for the inspector.
            # Pieces taken back before they were made are short too, but never came in.
            waiting = min(still_open, max(0, handed_in - accepted - rejected - (short - taken) - rework))
            if waiting:
                yield Commitment(order, operation, workshop, WAITING, waiting, 0, None, None)
            if still_open > waiting:
                unmade = max(0, quantity - taken - max(made, handed_in))
                yield Commitment(order, operation, workshop, WORKING, still_open - waiting, unmade, start, due)
        offers = _of(Offer.objects.order_by().filter(state__in=LIVE_OFFERS), production_order_ids).values_list(
            "production_order_id", "operation_id", "workshop_id", "quantity", "start_on", "due_on"
        )
        for order, operation, workshop, quantity, start, due in offers:
            yield Commitment(order, operation, workshop, OFFERED, quantity, quantity, start, due)

    def losses(self, production_order_ids: Collection[UUID] | None = None) -> Mapping[tuple[UUID, UUID], int]:
        """Pieces rejected, or made and lost, by (production order, operation)."""
        lossy = Q(rejected_quantity__gt=0) | Q(lost_quantity__gt=0)
        rows = (
            _of(WorkOrder.objects.order_by().filter(lossy), production_order_ids)
            .values_list("production_order_id", "operation_id")
            .annotate(lost=Sum(F("rejected_quantity") + F("lost_quantity")))
        )
        return {(order, operation): lost for order, operation, lost in rows}

    def losses_by_technique(self, since: datetime) -> Mapping[str, tuple[int, int]]:
        """Pieces rejected, or made and lost, and these with the accepted ones, of work heard of since then."""
        rows = (
            WorkOrder.objects.order_by().filter(last_sign_at__gte=since)
            .values_list("operation__technique_id")
            .annotate(lost=Sum(F("rejected_quantity") + F("lost_quantity")), good=Sum("accepted_quantity"))
        )
        return {technique: (lost, lost + good) for technique, lost, good in rows}

    def incomes(self, since: datetime) -> Mapping[UUID, int]:
        """Pay by workshop: accepted pieces of work closed since then, accepted and open pieces of live work."""
        good = F("quantity") - F("rejected_quantity") - F("short_quantity")
        rows = (
            WorkOrder.objects.order_by()
            .filter(Q(state__in=LIVE_WORK_ORDERS) | Q(closed_at__gte=since))
            .values_list("workshop_id")
            .annotate(pay=Sum(good * F("piece_rate_minor")))
        )
        return dict(rows)

    def accepted_quantity(self, production_order_id: UUID, operation_id: UUID) -> int:
        """Pieces of one operation that passed inspection."""
        rows = WorkOrder.objects.filter(production_order_id=production_order_id, operation_id=operation_id)
        total: int | None = rows.aggregate(n=Sum("accepted_quantity"))["n"]
        return total or 0

    def live_work_orders(self, production_order_id: UUID) -> int:
        """How many work orders of this production order are still open."""
        return WorkOrder.objects.filter(production_order=production_order_id, state__in=LIVE_WORK_ORDERS).count()
