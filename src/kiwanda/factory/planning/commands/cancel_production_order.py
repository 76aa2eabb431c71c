"""Stop a production order before anybody works on it."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.events import ProductionOrderCancelled
from kiwanda.factory.planning.in_progress import work_in_progress
from kiwanda.factory.planning.models import Allocation, Peg, ProductionOrder
from kiwanda.factory.planning.order_lines import reopen
from kiwanda.factory.planning.states import PRODUCTION_ORDER


@command(roles={Role.COORDINATOR})
def cancel_production_order(ctx: Context, *, production_order_id: UUID, reason: str) -> ProductionOrder:
    """open → cancelled; its lines are open again, its offers are withdrawn (dispatch reacts in the same transaction).

    Refused while workshops have accepted work for it: agreed work is made and paid.
    """
    why = reason.strip()[:200]
    if not why:
        raise Invalid(CoreError.MISSING, field="reason")
    order = queries.production_order(ctx.actor, production_order_id)
    live = work_in_progress().live_work_orders(order.id)
    if live:
        raise Rejected(PlanningError.WORK_ACCEPTED, count=live)
    PRODUCTION_ORDER.move(order, "cancelled")
    Allocation.objects.filter(production_order=order, state="tentative").update(state="superseded")
    lines = list(Peg.objects.filter(production_order=order).values_list("line_id", flat=True))
    reopen(lines)
    ctx.emit(
        ProductionOrderCancelled(production_order_id=order.id, quantity=order.quantity, reason=why, line_ids=lines)
    )
    return order
