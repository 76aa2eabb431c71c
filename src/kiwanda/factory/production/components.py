"""Passing parts on: accepted pieces of earlier operations go to the work orders that build on them (genealogy)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from kiwanda.core.commands import Context
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.production import queries
from kiwanda.factory.production.events import ComponentsIssued, ComponentsReturned
from kiwanda.factory.production.models import ComponentIssue, HandIn
from kiwanda.factory.production.routing import predecessors


def issue(ctx: Context, work_order: WorkOrder) -> list[ComponentIssue]:
    """Give ``work_order`` (locked, live) what it still lacks of every predecessor, as far as accepted pieces wait."""
    return issue_to(ctx, [work_order])


def issue_to(ctx: Context, work_orders: Sequence[WorkOrder]) -> list[ComponentIssue]:
    """Share the accepted pieces that wait among ``work_orders`` (locked, live, of one production order), in order.

    Never more than its quantity per predecessor to any; empty when nothing waits. Call it again as pieces arrive.
    Three queries and the writes, however many work orders and hand-ins there are.
    """
    lacking = _lacking(work_orders)
    wanted = {operation for needs in lacking.values() for operation in needs}
    if not wanted:
        return []
    free = list(queries.free_parts(work_orders[0].production_order_id, wanted).select_for_update(of=("self",)))
    if not free:
        return []
    left = {hand_in.pk: hand_in.accepted_quantity - hand_in.issued_quantity for hand_in in free}
    issued: list[ComponentIssue] = []
    for work_order in work_orders:
        rows, parts = _choose(ctx, work_order, lacking.get(work_order.pk, {}), free, left)
        if not rows:
            continue
        issued += rows
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
    for hand_in in free:
        given = hand_in.accepted_quantity - hand_in.issued_quantity - left[hand_in.pk]
        if given:
            HandIn.objects.filter(pk=hand_in.pk).update(issued_quantity=F("issued_quantity") + given)
    ComponentIssue.objects.bulk_create(issued)
    return issued


def _lacking(work_orders: Sequence[WorkOrder]) -> dict[UUID, dict[UUID, int]]:
    """``{work order: {predecessor operation: pieces it still lacks}}``, those that lack nothing left out."""
    building = [order for order in work_orders if predecessors(order.operation_id)]
    given = queries.components_of([order.pk for order in building]) if building else {}
    found: dict[UUID, dict[UUID, int]] = {}
    for order in building:
        have = given.get(order.pk, {})
        needs = {op: order.most_quantity - have.get(op, 0) for op in predecessors(order.operation_id)}
        if needs := {op: quantity for op, quantity in needs.items() if quantity > 0}:
            found[order.pk] = needs
    return found


def _choose(
    ctx: Context, work_order: WorkOrder, needs: dict[UUID, int], free: list[HandIn], left: dict[UUID, int]
) -> tuple[list[ComponentIssue], list[dict[str, Any]]]:
    """Take for one work order: pieces sent straight to it first, then its own hub's, then the others, oldest first.

    Pieces on their way to another live work order are left alone. Counts ``needs`` and ``left`` down.
    """
    near = sorted(
        (hand_in for hand_in in free if left[hand_in.pk] and _may_take(work_order, hand_in)),
        key=lambda hand_in: (
            0 if hand_in.to_work_order_id == work_order.pk else 1 if hand_in.hub_id == work_order.workshop.hub_id else 2
        ),
    )
    rows: list[ComponentIssue] = []
    parts: list[dict[str, Any]] = []
    for hand_in in near:
        operation_id = hand_in.work_order.operation_id
        quantity = min(needs.get(operation_id, 0), left[hand_in.pk])
        if quantity <= 0:
            continue
        needs[operation_id] -= quantity
        left[hand_in.pk] -= quantity
        rows.append(ComponentIssue(hand_in=hand_in, work_order=work_order, quantity=quantity, issued_at=ctx.now))
        parts.append(_part(hand_in.pk, hand_in.work_order_id, operation_id, quantity))
    return rows, parts


def _may_take(work_order: WorkOrder, hand_in: HandIn) -> bool:
    target = hand_in.to_work_order
    return target is None or target.pk == work_order.pk or target.state not in LIVE_WORK_ORDERS


def take_back(ctx: Context, work_order: WorkOrder) -> int:
    """Free the parts a work order will not use, newest first, so that its successor can have them.

    Every piece it handed in used one part of every predecessor; a closed work order's others come back with the
    unfinished work, a live one's with the pieces that were given to other workshops. Returns how many were freed.
    """
    issues = list(
        ComponentIssue.objects.filter(work_order=work_order)
        .select_related("hand_in__work_order")
        .order_by("-issued_at", "-pk")
    )
    used = work_order.most_quantity if work_order.state in LIVE_WORK_ORDERS else work_order.handed_in_quantity
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
