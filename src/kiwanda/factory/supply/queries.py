"""Reads of supply: staff see every lot and issue, an artisan the material given to her own work orders."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet, Sum

from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.catalog.models import BillOfMaterialsLine, Operation
from kiwanda.factory.supply.models import Issue, MaterialLot, StockMovement

M = TypeVar("M", bound=Model)

ZERO = Decimal(0)


def one(rows: QuerySet[M], identifier: UUID, what: str) -> M:
    """The row with this id among the actor's ``rows``, locked until the command ends; or :class:`NotFound`."""
    found = list(rows.filter(pk=identifier).select_for_update(of=("self",)).order_by()[:1])
    if not found:
        raise NotFound(CoreError.NOT_FOUND, what=what)
    return found[0]


def lots(actor: Actor) -> QuerySet[MaterialLot]:
    """Lots, staff only, newest first."""
    rows = MaterialLot.objects.all() if actor.is_staff or actor.has(Role.SYSTEM) else MaterialLot.objects.none()
    return rows.order_by("-received_at", "-pk")


def issues(actor: Actor) -> QuerySet[Issue]:
    """Issues of material, newest first."""
    if actor.is_staff or actor.has(Role.SYSTEM):
        rows = Issue.objects.all()
    elif actor.workshop_id is not None:
        rows = Issue.objects.filter(work_order__workshop_id=actor.workshop_id)
    else:
        rows = Issue.objects.none()
    return rows.order_by("-issued_at", "-pk")


def issue(actor: Actor, issue_id: UUID) -> Issue:
    """One issue the actor may see with its lot and work order, locked, with the columns commands need."""
    rows = issues(actor).select_related("lot", "work_order")
    return one(
        rows.only("state", "quantity", "received_quantity", "lot__material_id", "work_order__workshop_id"), issue_id,
        "issue of material",
    )


def disputes(actor: Actor) -> QuerySet[Issue]:
    """Issues whose two amounts differ, oldest first."""
    return issues(actor).filter(state="disputed").order_by("confirmed_at", "pk")


@lru_cache(maxsize=4096)
def kit(operation_id: UUID) -> tuple[tuple[str, Decimal], ...]:
    """``(material code, quantity per piece)`` that an operation uses. Remembered: a released revision never changes."""
    operation = Operation.objects.get(pk=operation_id)
    rows = BillOfMaterialsLine.objects.filter(tech_pack_id=operation.tech_pack_id, operation_code=operation.code)
    return tuple(rows.order_by("material_id").values_list("material_id", "quantity_per_piece"))


def given(work_order_id: UUID) -> dict[str, Decimal]:
    """Material given to a work order so far, returns taken off, by material code."""
    rows = (
        StockMovement.objects.filter(issue__work_order_id=work_order_id)
        .values_list("lot__material_id")
        .annotate(n=Sum("quantity"))
        .order_by()
    )
    return {material: -exact(net) for material, net in rows}


def stock(actor: Actor) -> list[tuple[str, str, Decimal]]:
    """``(material code, hub code, remaining)`` for everything in store."""
    rows = lots(actor).filter(remaining__gt=0).order_by().values_list("material_id", "hub__code")
    return sorted((material, hub, exact(n)) for material, hub, n in rows.annotate(n=Sum("remaining")))


def returned(issue_id: UUID) -> Decimal:
    """What already came back of one issue."""
    total = StockMovement.objects.filter(issue_id=issue_id, kind="return").aggregate(n=Sum("quantity"))["n"]
    return ZERO if total is None else exact(total)


def exact(total: Decimal) -> Decimal:
    """A sum as stock keeps it: SQLite adds decimals as floats, so the last digits are noise."""
    return total.quantize(Decimal("0.001"))


def to_confirm(actor: Actor) -> QuerySet[Issue]:
    """Material on its way that the workshop has to confirm."""
    return issues(actor).filter(Q(state="issued")).order_by("issued_at", "pk")
