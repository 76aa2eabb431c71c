"""What planning does about other rooms' events, and about its own plans."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.jobs import enqueue
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.planning import promising
from kiwanda.factory.planning.events import ProductionOrderDone
from kiwanda.factory.planning.in_progress import work_in_progress
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder
from kiwanda.factory.planning.pegging import let_go
from kiwanda.factory.planning.promises import promise_from_plan
from kiwanda.factory.planning.states import PRODUCTION_ORDER


@reaction("demand.OrderLineCancelled", inline=True)
def let_cancelled_line_go(ctx: Context, event: Event) -> None:
    """Fewer pieces are needed; in the cancellation's own transaction, so that pegs never point to a cancelled line."""
    let_go(ctx, UUID(event.data["line_id"]))


@reaction("planning.PlanPublished")
def make_promises(ctx: Context, event: Event) -> None:
    """Lines learn their planned day."""
    run = PlanRun.objects.get(pk=event.subject_id)
    superseded = event.data["superseded_plan_run_id"]
    before = PlanRun.objects.filter(pk=superseded).first() if superseded else None
    promise_from_plan(ctx, run, before)


#: The batch of events for which the promises were asked for: one job does them all.
_asked_in: UUID | None = None


@reaction("demand.SalesOrderPlaced", "demand.SalesOrderExtended", "demand.OrdersImported", "demand.SkuMapped")
def promise_what_came_in(ctx: Context, event: Event) -> None:
    """Lines that were not promised when they were placed get their promise from the worker, a file's lines together."""
    global _asked_in
    data = event.data
    of_a_file = event.type != "demand.OrdersImported" and data.get("import_run_id") is not None
    if of_a_file or data.get("is_history") or _asked_in == ctx.command_id:
        return
    if event.type == "demand.SalesOrderPlaced" and not promising.unpromised_in(event.subject_id):
        return
    _asked_in = ctx.command_id
    enqueue("planning.promise_lines")


@reaction("dispatch.WorkOrderClosed", "quality.InspectionRecorded", "quality.AppealDecided")
def finish_production_orders(ctx: Context, event: Event) -> None:
    """A production order is done when all the pieces it was asked for were accepted at the last operation.

    Pieces accepted beyond that (what was left of its allowance, an appeal granted late) are counted in: the next
    release gives them to the next buyer.
    """
    operation = UUID(event.data["operation_id"])
    if Operation.after.through.objects.filter(to_operation=operation).exists():
        return
    order = ProductionOrder.objects.filter(
        pk=event.data["production_order_id"], state__in=["open", "done"]
    ).first()
    if order is None:
        return
    accepted = work_in_progress().accepted_quantity(order.id, operation)
    if accepted < order.quantity:
        return
    if order.state == "done":
        ProductionOrder.objects.filter(pk=order.pk, quantity__lt=accepted).update(quantity=accepted)
        return
    PRODUCTION_ORDER.move(order, "done", quantity=accepted)
    Allocation.objects.filter(production_order=order, state="tentative").update(state="superseded")
    ctx.emit(ProductionOrderDone(production_order_id=order.id, variant_id=order.variant_id, quantity=accepted))
