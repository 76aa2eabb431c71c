"""A workshop gives pieces out of its hands: to a hub, or straight to the next workshop."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Sum

from kiwanda.core import rows
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.network.models import Hub
from kiwanda.factory.production import queries
from kiwanda.factory.production.commands.report_progress import record_progress, require_live
from kiwanda.factory.production.errors import ProductionError
from kiwanda.factory.production.events import HandInDeclared
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.routing import successors


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def hand_in(
    ctx: Context,
    *,
    work_order_id: UUID,
    quantity: int,
    is_rework: bool = False,
    hub_code: str | None = None,
    to_work_order_id: UUID | None = None,
    photo: str = "",
) -> HandIn:
    """Declare ``quantity`` pieces handed in; the receiver counts them next (``receive_hand_in``).

    A first hand-in takes from what is not yet handed in (and raises the made count where it was lower); a rework
    hand-in from the pieces that are back for mending. An operation that builds on others hands in no more pieces than
    it was given parts for. The hub is the workshop's own unless ``hub_code`` names another.
    """
    require_range("quantity", quantity, 1, 1_000_000)
    work_order = queries.work_order(ctx.actor, work_order_id)
    require_live(work_order)
    if is_rework:
        left = work_order.rework_quantity - queries.on_the_way_back(work_order.pk)
        if quantity > left:
            raise Rejected(ProductionError.TOO_MANY_MENDED, field="quantity", left=max(0, left))
    else:
        _take_first_pieces(ctx, work_order, quantity)
    hub_id = _hub(work_order, hub_code)
    if to_work_order_id is not None:
        hub_id = _next_workshop(work_order, to_work_order_id, quantity)
    row = HandIn(
        work_order=work_order, quantity=quantity, is_rework=is_rework, hub_id=hub_id,
        to_work_order_id=to_work_order_id, photo=fields.picture("photo", photo), declared_at=ctx.now,
    )
    rows.insert(row)
    ctx.emit(
        HandInDeclared(
            hand_in_id=row.pk,
            work_order_id=work_order.pk,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            hub_id=hub_id,
            to_work_order_id=to_work_order_id,
            quantity=quantity,
            is_rework=is_rework,
        )
    )
    return row


def _take_first_pieces(ctx: Context, work_order: WorkOrder, quantity: int) -> None:
    """Check a first hand-in against the work order and its parts; handing in is proof of having made."""
    left = work_order.most_quantity - work_order.handed_in_quantity
    if quantity > left:
        raise Rejected(ProductionError.TOO_MANY_HANDED_IN, field="quantity", left=max(0, left))
    after = work_order.handed_in_quantity + quantity
    sets = queries.sets_given(work_order)
    if sets is not None and after > sets:
        raise Rejected(ProductionError.PARTS_MISSING, field="quantity", sets=sets)
    if after > work_order.made_quantity:
        record_progress(ctx, work_order, after)


def _hub(work_order: WorkOrder, hub_code: str | None) -> UUID:
    if not hub_code:
        own: UUID = work_order.workshop.hub_id
        return own
    hub = Hub.objects.filter(code=hub_code, state="open").first()
    if hub is None:
        raise Invalid(ProductionError.HUB_UNKNOWN, field="hub_code", code=hub_code)
    return hub.pk


def _next_workshop(work_order: WorkOrder, to_work_order_id: UUID, quantity: int) -> UUID:
    """The hub of the next workshop, after checking that it builds on these pieces and still needs so many."""
    # Locked so that two givers cannot both fill its last gap.
    target = (
        WorkOrder.objects.filter(pk=to_work_order_id).select_related("workshop").select_for_update(of=("self",)).first()
    )
    if target is None:
        raise NotFound(CoreError.NOT_FOUND, what="work order")
    if (
        target.production_order_id != work_order.production_order_id
        or target.operation_id not in successors(work_order.operation_id)
        or target.state not in LIVE_WORK_ORDERS
    ):
        raise Rejected(ProductionError.NOT_NEXT, field="to_work_order_id")
    given = queries.components_of([target.pk]).get(target.pk, {}).get(work_order.operation_id, 0)
    coming = (
        HandIn.objects.filter(to_work_order=target, work_order__operation_id=work_order.operation_id)
        .exclude(state__in=["inspected", "cancelled"])
        .aggregate(n=Sum("quantity"))["n"]
    )
    needed = target.most_quantity - given - (coming or 0)
    if quantity > needed:
        raise Rejected(ProductionError.NEXT_NEEDS_LESS, field="quantity", needed=max(0, needed))
    hub_id: UUID = target.workshop.hub_id
    return hub_id
