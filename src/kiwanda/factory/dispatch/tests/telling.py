"""Downstream events as dispatch hears them: by name and data, without importing the rooms that tell them."""

from __future__ import annotations

from typing import Any

from kiwanda.core import actors, clock
from kiwanda.core.commands import Context, _write_events
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import inline_reactions
from kiwanda.factory.dispatch.models import WorkOrder


def tell(kind: str, work_order: WorkOrder, **data: Any) -> WorkOrder:
    """Log the event ``kind`` about ``work_order`` and let dispatch count; returns the work order as it is then.

    The telling room's own reactions are left out: there is no hand-in and no inspection for them to find.
    """
    ctx = Context(actors.system(), clock.now(), new_id(), "test.tell")
    event = Event.objects.create(
        type=kind, subject_kind="work_order", subject_id=work_order.id, actor_kind="system", channel="worker",
        at=ctx.now, command_id=ctx.command_id,
        data={
            "work_order_id": str(work_order.id),
            "production_order_id": str(work_order.production_order_id),
            "operation_id": str(work_order.operation_id),
            "workshop_id": str(work_order.workshop_id),
            "is_rework": False,
            **data,
        },
    )
    for handler in inline_reactions(kind):
        if handler.__module__ == "kiwanda.factory.dispatch.reactions":
            handler(ctx, event)
    _write_events(ctx)
    return WorkOrder.objects.get(pk=work_order.pk)


def report(work_order: WorkOrder, made: int) -> WorkOrder:
    return tell("production.ProgressReported", work_order, made_quantity=made, correction=False)


def hand_in(work_order: WorkOrder, quantity: int, *, is_rework: bool = False) -> WorkOrder:
    """Declared and counted alike."""
    tell("production.HandInDeclared", work_order, quantity=quantity, is_rework=is_rework)
    return tell(
        "production.HandInReceived", work_order, quantity=quantity, received_quantity=quantity, is_rework=is_rework
    )


def inspect(
    work_order: WorkOrder, accepted: int, rework: int = 0, rejected: int = 0, *, is_rework: bool = False
) -> WorkOrder:
    return tell(
        "quality.InspectionRecorded", work_order, quantity=accepted + rework + rejected, accepted_quantity=accepted,
        rework_quantity=rework, rejected_quantity=rejected, is_rework=is_rework,
    )


def make_all(work_order: WorkOrder) -> WorkOrder:
    """Every piece made, handed in and accepted."""
    report(work_order, work_order.quantity)
    hand_in(work_order, work_order.quantity)
    return inspect(work_order, work_order.quantity)
