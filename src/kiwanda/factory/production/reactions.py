"""What production does about other rooms' events."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from kiwanda.core import clock
from kiwanda.core.commands import Context
from kiwanda.core.models import Event
from kiwanda.core.reactions import reaction
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.production import components, due_days
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.routing import predecessors, successors
from kiwanda.factory.production.states import HAND_IN
from kiwanda.factory.production.trimming import trim_waiting


@reaction("quality.InspectionRecorded", inline=True)
def note_verdict(ctx: Context, event: Event) -> None:
    """The hand-in is inspected; its accepted pieces can be passed on."""
    HAND_IN.move(
        HandIn(pk=UUID(event.data["hand_in_id"]), state="received"),
        "inspected",
        accepted_quantity=event.data["accepted_quantity"],
        inspected_at=event.at,
    )


@reaction("quality.AppealDecided", inline=True)
def note_granted(ctx: Context, event: Event) -> None:
    """Pieces an appeal won back can be passed on like the others."""
    if event.data["granted_quantity"] > 0:
        HandIn.objects.filter(pk=event.data["hand_in_id"]).update(
            accepted_quantity=F("accepted_quantity") + event.data["granted_quantity"]
        )


@reaction("quality.InspectionRecorded", "quality.AppealDecided", "production.ComponentsReturned")
def pass_parts_on(ctx: Context, event: Event) -> None:
    """Parts are free: the work orders that wait for them get them, earliest due first."""
    data = event.data
    if event.type == "production.ComponentsReturned":
        # The closed work order's own operation waits for these parts under other work orders.
        waiting: tuple[UUID, ...] = (UUID(data["operation_id"]),)
    else:
        if not data.get("accepted_quantity") and not data.get("granted_quantity"):
            return
        waiting = successors(UUID(data["operation_id"]))
    if not waiting:
        return
    rows = WorkOrder.objects.filter(
        production_order_id=data["production_order_id"], operation_id__in=waiting, state__in=LIVE_WORK_ORDERS
    )
    waiting_orders = list(rows.select_related("workshop").order_by("due_on", "code").select_for_update(of=("self",)))
    if waiting_orders:
        components.issue_to(ctx, waiting_orders)


@reaction("dispatch.OfferAccepted")
def give_first_parts(ctx: Context, event: Event) -> None:
    """A new work order of a later operation takes the parts that are already there."""
    if not predecessors(UUID(event.data["operation_id"])):
        return
    rows = WorkOrder.objects.filter(pk=event.data["work_order_id"], state__in=LIVE_WORK_ORDERS)
    for work_order in rows.select_related("workshop").select_for_update(of=("self",)):
        components.issue(ctx, work_order)


@reaction(
    "quality.InspectionRecorded", "production.DiscrepancySettled", "dispatch.WorkTrimmed", "dispatch.WorkOrderClosed",
    "dispatch.OfferAccepted",
)
def trim_what_waits_in_vain(ctx: Context, event: Event) -> None:
    """Parts were lost, or fewer will be made: later work that counts on them is made smaller."""
    data = event.data
    if event.type == "quality.InspectionRecorded" and not data["rejected_quantity"]:
        return
    if event.type == "dispatch.WorkOrderClosed" and not data["short_quantity"]:
        return
    operation = UUID(data["operation_id"])
    waiting = (operation,) if event.type == "dispatch.OfferAccepted" else successors(operation)
    waiting = tuple(key for key in waiting if predecessors(key))
    if waiting:
        trim_waiting(ctx, UUID(data["production_order_id"]), waiting)


@reaction("production.ComponentsIssued", "supply.MaterialIssued")
def move_due_day_of_late_start(ctx: Context, event: Event) -> None:
    """Parts or material came after the day the work was to begin: it is due later, and the workshop is told."""
    rows = WorkOrder.objects.filter(
        pk=event.data["work_order_id"], state__in=LIVE_WORK_ORDERS, start_on__lte=clock.local_date(event.at)
    )
    due_days.settle(ctx, list(rows.select_related("workshop").select_for_update(of=("self",))))


@reaction("dispatch.WorkOrderClosed", inline=True)
def free_unused_parts(ctx: Context, event: Event) -> None:
    """Parts that a work order closed early did not use are free for the one that takes its place."""
    if event.data["by_staff"] and predecessors(UUID(event.data["operation_id"])):
        components.take_back(ctx, WorkOrder.objects.get(pk=event.data["work_order_id"]))


@reaction("dispatch.WorkTrimmed", inline=True)
def free_trimmed_parts(ctx: Context, event: Event) -> None:
    """What a smaller work order has of the other parts is free for those that wait for them."""
    if predecessors(UUID(event.data["operation_id"])):
        components.take_back(ctx, WorkOrder.objects.get(pk=event.data["work_order_id"]))


@reaction("dispatch.WorkReassigned", inline=True)
def free_reassigned_parts(ctx: Context, event: Event) -> None:
    """Parts of pieces that went to other workshops are free for them; the workshop keeps those of what it made."""
    row = WorkOrder.objects.get(pk=event.data["work_order_id"])
    if row.state in LIVE_WORK_ORDERS and predecessors(row.operation_id):
        components.take_back(ctx, row)
