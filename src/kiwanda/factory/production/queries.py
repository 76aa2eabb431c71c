"""Reads of production, scoped by who asks: staff see all, an artisan her own workshop's work."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from django.db.models import Case, F, IntegerField, Model, Q, QuerySet, Sum, When

from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production.models import ComponentIssue, HandIn, ProgressReport
from kiwanda.factory.production.routing import predecessors

M = TypeVar("M", bound=Model)


def scoped(rows: QuerySet[M], actor: Actor, own: Q) -> QuerySet[M]:
    """All ``rows`` for staff and the system, those matching ``own`` for an artisan, none for anybody else."""
    if actor.is_staff or actor.has(Role.SYSTEM):
        return rows
    return rows.filter(own) if actor.workshop_id is not None else rows.none()


def one(rows: QuerySet[M], identifier: UUID, what: str) -> M:
    """The row with this id among the actor's ``rows``, locked until the command ends; or :class:`NotFound`."""
    found = list(rows.filter(pk=identifier).select_for_update(of=("self",))[:1])
    if not found:
        raise NotFound(CoreError.NOT_FOUND, what=what)
    return found[0]


#: The columns commands look at; compiling and reading all of them would be most of a command's time.
_WORK = (
    "code", "state", "quantity", "taken_quantity", "made_quantity", "handed_in_quantity", "rework_quantity",
    "production_order_id", "operation_id", "workshop_id", "due_on", "workshop__hub_id",
)
_HAND_IN = (
    "state", "quantity", "received_quantity", "is_rework", "hub_id", "to_work_order_id", "work_order__state",
    "work_order__production_order_id", "work_order__operation_id", "work_order__workshop_id", "work_order__due_on",
    "work_order__piece_rate_minor", "work_order__currency",
)


def work_orders(actor: Actor) -> QuerySet[WorkOrder]:
    """Work orders the actor may report on, in no order."""
    return dispatch.work_orders(actor).order_by()


def work_order(actor: Actor, work_order_id: UUID) -> WorkOrder:
    """One of them with its workshop, locked, with the columns commands need; or :class:`NotFound`."""
    return one(work_orders(actor).select_related("workshop").only(*_WORK), work_order_id, "work order")


def hand_in(rows: QuerySet[HandIn], hand_in_id: UUID) -> HandIn:
    """One of the actor's ``rows`` with its work order, locked, with the columns commands need; or ``NotFound``."""
    return one(rows.select_related("work_order").only(*_HAND_IN), hand_in_id, "hand-in")


def hand_ins(actor: Actor) -> QuerySet[HandIn]:
    """Hand-ins the actor gave or is to receive."""
    own = Q(work_order__workshop_id=actor.workshop_id) | Q(to_work_order__workshop_id=actor.workshop_id)
    return scoped(HandIn.objects.all(), actor, own).order_by()


def receivable(actor: Actor) -> QuerySet[HandIn]:
    """Hand-ins the actor may count: staff any, an artisan those sent straight to her own work orders."""
    return scoped(HandIn.objects.all(), actor, Q(to_work_order__workshop_id=actor.workshop_id)).order_by()


def progress_reports(actor: Actor) -> QuerySet[ProgressReport]:
    """Progress reports the actor may read, newest first."""
    own = Q(work_order__workshop_id=actor.workshop_id)
    return scoped(ProgressReport.objects.all(), actor, own).order_by("-reported_at")


def waiting_at_hubs(actor: Actor) -> QuerySet[HandIn]:
    """Hand-ins somebody has to count or settle, oldest first."""
    return hand_ins(actor).filter(state__in=["declared", "disputed"]).order_by("declared_at")


def on_the_way_back(work_order_id: UUID) -> int:
    """Mended pieces handed in and not yet inspected: the work order's rework counter still holds them."""
    rows = HandIn.objects.filter(
        work_order_id=work_order_id, is_rework=True, state__in=["declared", "disputed", "received"]
    )
    counted = Case(When(state="received", then=F("received_quantity")), default=F("quantity"))
    total: int | None = rows.aggregate(n=Sum(counted, output_field=IntegerField()))["n"]
    return total or 0


def components_of(work_order_ids: list[UUID]) -> dict[UUID, dict[UUID, int]]:
    """``{work order: {predecessor operation: pieces issued}}``."""
    rows = (
        ComponentIssue.objects.filter(work_order_id__in=work_order_ids)
        .values_list("work_order_id", "hand_in__work_order__operation_id")
        .annotate(n=Sum("quantity"))
        .order_by()
    )
    found: dict[UUID, dict[UUID, int]] = {}
    for work_order_id, operation_id, quantity in rows:
        found.setdefault(work_order_id, {})[operation_id] = quantity
    return found


def sets_given(work_order: WorkOrder) -> int | None:
    """How many pieces the work order has parts for; None where its operation builds on no other."""
    before = predecessors(work_order.operation_id)
    if not before:
        return None
    given = components_of([work_order.pk]).get(work_order.pk, {})
    return min(given.get(operation, 0) for operation in before)


def free_parts(production_order_id: UUID, operation_ids: Collection[UUID]) -> QuerySet[HandIn]:
    """Hand-ins of a production order with accepted pieces of ``operation_ids`` not passed on yet, oldest first."""
    return (
        HandIn.objects.filter(
            work_order__production_order_id=production_order_id,
            work_order__operation_id__in=operation_ids,
            accepted_quantity__gt=F("issued_quantity"),
        )
        .select_related("work_order", "to_work_order")
        .only(
            "accepted_quantity", "issued_quantity", "hub_id", "work_order__operation_id", "to_work_order__state",
        )
        .order_by("inspected_at", "pk")
    )
