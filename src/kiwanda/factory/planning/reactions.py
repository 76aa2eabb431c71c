"""What planning does about other rooms' events, and about its own plans."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.catalog.models import Operation
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


@reaction("dispatch.WorkOrderClosed", "quality.InspectionRecorded", "quality.AppealDecided")
def finish_production_orders(ctx: Context, event: Event) -> None:
    """A production order is done when all its pieces were accepted at the last operation."""
    operation = UUID(event.data["operation_id"])
    if Operation.after.through.objects.filter(to_operation=operation).exists():
        return
    order = ProductionOrder.objects.filter(pk=event.data["production_order_id"], state="open").first()
    if order is None:
        return
    if work_in_progress().accepted_quantity(order.id, operation) < order.quantity:
        return
    PRODUCTION_ORDER.move(order, "done")
    Allocation.objects.filter(production_order=order, state="tentative").update(state="superseded")
    ctx.emit(
        ProductionOrderDone(production_order_id=order.id, variant_id=order.variant_id, quantity=order.quantity)
    )
