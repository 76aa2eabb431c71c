"""Passing parts on: accepted pieces of earlier operations go to the work orders that build on them (genealogy)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F

from kiwanda.core.commands import Context
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production import queries
from kiwanda.factory.production.events import ComponentsIssued, ComponentsReturned
from kiwanda.factory.production.models import ComponentIssue, HandIn
from kiwanda.factory.production.routing import predecessors


def issue(ctx: Context, work_order: WorkOrder) -> list[ComponentIssue]:
    """Give ``work_order`` (locked, live) what it still lacks of every predecessor, as far as accepted pieces wait.

    Never more than its quantity per predecessor; empty when nothing waits. Call it again as pieces arrive.
    """
    before = predecessors(work_order.operation_id)
    if not before:
        return []
    issued = queries.components_of([work_order.pk]).get(work_order.pk, {})
    lacking = {op: work_order.quantity - issued.get(op, 0) for op in before}
    wanted = tuple(op for op in before if lacking[op] > 0)
    if not wanted:
        return []
    rows: list[ComponentIssue] = []
    parts: list[dict[str, Any]] = []
    for hand_in in queries.passable(work_order, wanted).select_for_update(of=("self",)):
        operation_id = hand_in.work_order.operation_id
        quantity = min(lacking[operation_id], hand_in.accepted_quantity - hand_in.issued_quantity)
        if quantity <= 0:
            continue
        lacking[operation_id] -= quantity
        HandIn.objects.filter(pk=hand_in.pk).update(issued_quantity=F("issued_quantity") + quantity)
        rows.append(ComponentIssue(hand_in=hand_in, work_order=work_order, quantity=quantity, issued_at=ctx.now))
        parts.append(_part(hand_in.pk, hand_in.work_order_id, operation_id, quantity))
    if not rows:
        return []
    ComponentIssue.objects.bulk_create(rows)
    ctx.emit(
        ComponentsIssued(
            work_order_id=work_order.pk,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            quantity=sum(row.quantity for row in rows),
            parts=parts,
        )
    )
    return rows


def take_back(ctx: Context, work_order: WorkOrder) -> int:
    """Free the parts a closed work order never used, newest first, so that its successor can have them.

    Every piece it handed in used one part of every predecessor; the others come back with the unfinished work.
    Returns how many parts were freed.
    """
    issues = list(
        ComponentIssue.objects.filter(work_order=work_order)
        .select_related("hand_in__work_order")
        .order_by("-issued_at", "-pk")
    )
    used = work_order.handed_in_quantity
    unused: dict[UUID, int] = {}
    for row in issues:
        operation_id = row.hand_in.work_order.operation_id
        unused[operation_id] = unused.get(operation_id, -used) + row.quantity
    parts: list[dict[str, Any]] = []
    for row in issues:
        operation_id = row.hand_in.work_order.operation_id
        quantity = min(unused[operation_id], row.quantity)
        if quantity <= 0:
            continue
        unused[operation_id] -= quantity
        HandIn.objects.filter(pk=row.hand_in_id).update(issued_quantity=F("issued_quantity") - quantity)
        if quantity == row.quantity:
            row.delete()
        else:
            ComponentIssue.objects.filter(pk=row.pk).update(quantity=row.quantity - quantity)
        parts.append(_part(row.hand_in_id, row.hand_in.work_order_id, operation_id, quantity))
    total: int = sum(part["quantity"] for part in parts)
    if parts:
        ctx.emit(
            ComponentsReturned(
                work_order_id=work_order.pk,
                production_order_id=work_order.production_order_id,
                operation_id=work_order.operation_id,
                workshop_id=work_order.workshop_id,
                quantity=total,
                parts=parts,
            )
        )
    return total


def _part(hand_in_id: UUID, work_order_id: UUID, operation_id: UUID, quantity: int) -> dict[str, Any]:
    return {
        "hand_in_id": hand_in_id, "work_order_id": work_order_id, "operation_id": operation_id, "quantity": quantity,
    }
