"""What dispatch tells planning about the past (see ``planning.learning``): columns only, one query each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q

from kiwanda.core.clock import local_date
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.planning.evidence import Answer, Delivery

#: Counter-offers that staff refused count as not taken; withdrawn offers say nothing about the workshop.
NOT_TAKEN = ("declined", "expired")
DAY = 86_400.0


class DispatchHistory:
    """Offers and work orders as planning's :class:`~kiwanda.factory.planning.learning.History`."""

    def mark(self, until: datetime) -> tuple[int, int]:
        """How many answers and finished work orders there were before ``until``."""
        answers = Offer.objects.aggregate(
            n=Count("pk", filter=Q(answered_at__lt=until, state__in=["accepted", *NOT_TAKEN]))
        )
        done = WorkOrder.objects.aggregate(n=Count("pk", filter=Q(closed_at__lt=until, state="done")))
        return (answers["n"], done["n"])

    def answers(self, since: datetime, until: datetime) -> Iterator[Answer]:
        """Offers taken and not taken in that time."""
        rows = Offer.objects.order_by().filter(
            answered_at__gte=since, answered_at__lt=until, state__in=["accepted", *NOT_TAKEN]
        )
        for workshop, state, sent, answered in rows.values_list("workshop_id", "state", "sent_at", "answered_at"):
            assert answered is not None
            days = (answered - sent).total_seconds() / DAY
            yield Answer(workshop, state == "accepted", local_date(answered), days)

    def deliveries(self, since: datetime, until: datetime) -> Iterator[Delivery]:
        """Work orders done in that time; a workshop could begin when it had accepted, on the day agreed."""
        waits = Operation.after.through.objects.filter(from_operation=OuterRef("operation_id"))
        rows = (
            WorkOrder.objects.order_by("closed_at", "pk")
            .filter(closed_at__gte=since, closed_at__lt=until, state="done")
            .annotate(waits=Exists(waits))
            .values_list(
                "workshop_id", "operation__technique_id", "operation__standard_minutes", "accepted_quantity",
                "rejected_quantity", "start_on", "due_on", "accepted_at", "last_sign_at", "closed_at",
                "closed_reason", "waits", "due_reason", "agreed_due_on",
            )
        )
        for (workshop, technique, minutes, accepted, rejected, start_on, due_on, accepted_at, heard_at, closed_at,
             reason, waits_for_parts, moved, agreed_on) in rows:
            assert closed_at is not None
            begun = max(start_on, local_date(accepted_at))
            heard = local_date(closed_at if reason else heard_at)
            yield Delivery(
                workshop, technique, float(minutes), accepted, rejected, min(begun, heard), due_on, heard,
                not (waits_for_parts or moved), bool(reason), agreed_on,
            )

    def finished(self, production_order_ids: Collection[UUID], until: datetime) -> Mapping[UUID, date]:
        """The day the last work order of each closed, for production orders done before ``until``."""
        rows = (
            WorkOrder.objects.order_by()
            .filter(production_order__in=production_order_ids, production_order__state="done", state="done")
            .values_list("production_order_id")
            .annotate(last=Max("closed_at"))
        )
        return {order: local_date(last) for order, last in rows if last < until}
