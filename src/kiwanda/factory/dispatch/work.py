"""Counting a work order's pieces and closing it when the last one is in."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F

from kiwanda.core import clock, rows
from kiwanda.core.commands import Context
from kiwanda.core.ids import readable_code
from kiwanda.factory.dispatch.events import WorkDueMoved, WorkOrderClosed, WorkTrimmed
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS, WORK_ORDER

#: Letters of a work order's code: 30**8 codes, so that two never meet, and still short enough to read aloud.
CODE_LENGTH = 8


def open_work_order(ctx: Context, offer: Offer, identifier: UUID) -> WorkOrder:
    """Write the work order of an accepted offer, with the countered terms where there are any."""
    row = WorkOrder(
        id=identifier,
        code=readable_code("WO", identifier, CODE_LENGTH),
        offer=offer,
        production_order_id=offer.production_order_id,
        operation_id=offer.operation_id,
        workshop_id=offer.workshop_id,
        quantity=offer.counter_quantity if offer.counter_quantity is not None else offer.quantity,
        piece_rate_minor=offer.piece_rate_minor,
        currency=offer.currency,
        start_on=offer.start_on,
        agreed_due_on=offer.counter_due_on or offer.due_on,
        due_on=offer.counter_due_on or offer.due_on,
        accepted_at=ctx.now,
        last_sign_at=ctx.now,
    )
    return rows.insert(row)


def count(ctx: Context, work_order_id: UUID, *, sign: bool = False, started: bool = False, **changes: int) -> None:
    """Add ``changes`` to the counters (``made_quantity`` is set, not added) and close the work when nothing is open.

    ``sign``: the workshop itself was heard from. ``started``: a first sign moves the work to in progress.
    """
    values: dict[str, Any] = {name: F(name) + step for name, step in changes.items() if name != "made_quantity"}
    if "made_quantity" in changes:
        values["made_quantity"] = changes["made_quantity"]
    if sign:
        values["last_sign_at"] = ctx.now
    if values:
        WorkOrder.objects.filter(pk=work_order_id).update(**values)
    row = WorkOrder.objects.get(pk=work_order_id)
    if started and row.state == "accepted":
        WORK_ORDER.move(row, "in_progress", started_at=ctx.now)
    if row.state in LIVE_WORK_ORDERS and row.open_quantity == 0:
        close(ctx, row, by_staff=False)


def trim(ctx: Context, row: WorkOrder, quantity: int) -> None:
    """Take ``quantity`` unmade pieces off live work whose parts will never come; it closes when nothing is left open.

    Nobody's fault: it counts neither as late nor as given up.
    """
    quantity = min(quantity, row.unmade_quantity, row.open_quantity)
    if quantity <= 0:
        return
    ctx.emit(
        WorkTrimmed(
            work_order_id=row.id, production_order_id=row.production_order_id, operation_id=row.operation_id,
            workshop_id=row.workshop_id, quantity=quantity, left_quantity=row.most_quantity - quantity,
        )
    )
    count(ctx, row.id, short_quantity=quantity, taken_quantity=quantity)


def move_due(ctx: Context, row: WorkOrder, due_on: date, reason: str, *, missing_quantity: int = 0) -> None:
    """Make live (locked) work due on a later day and tell; an earlier or equal day changes nothing.

    Whatever asks whether work is late, or came in time, asks the moved day.
    """
    if row.state not in LIVE_WORK_ORDERS or due_on <= row.due_on:
        return
    was, row.due_on, row.due_reason = row.due_on, due_on, reason
    WorkOrder.objects.filter(pk=row.pk).update(due_on=due_on, due_reason=reason)
    ctx.emit(
        WorkDueMoved(
            work_order_id=row.id, production_order_id=row.production_order_id, operation_id=row.operation_id,
            workshop_id=row.workshop_id, quantity=row.most_quantity, missing_quantity=missing_quantity,
            was_due_on=was, due_on=due_on, reason=reason,
        )
    )


def close(
    ctx: Context, row: WorkOrder, *, by_staff: bool, reassigned: bool = False, **updates: Any
) -> WorkOrder:
    """Move to done, or to cancelled where nothing was judged and nothing lost, and tell."""
    lost = updates.get("lost_quantity", row.lost_quantity)
    idle = row.accepted_quantity + row.rejected_quantity + lost == 0
    WORK_ORDER.move(row, "cancelled" if idle else "done", closed_at=ctx.now, **updates)
    ctx.emit(
        WorkOrderClosed(
            work_order_id=row.id,
            production_order_id=row.production_order_id,
            operation_id=row.operation_id,
            workshop_id=row.workshop_id,
            state=row.state,
            quantity=row.quantity,
            accepted_quantity=row.accepted_quantity,
            rejected_quantity=row.rejected_quantity,
            short_quantity=row.short_quantity,
            lost_quantity=row.lost_quantity,
            by_staff=by_staff,
            on_time=not by_staff and clock.local_date(row.last_sign_at) <= row.due_on,
            reassigned=reassigned,
        )
    )
    return row
