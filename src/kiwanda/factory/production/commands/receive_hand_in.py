"""The receiver counts what was handed in."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import require_range
from kiwanda.factory.production import queries
from kiwanda.factory.production.events import HandInDisputed, HandInReceived
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.states import HAND_IN


@command(roles={Role.COORDINATOR, Role.INSPECTOR, Role.ARTISAN}, staff_too=True)
def receive_hand_in(ctx: Context, *, hand_in_id: UUID, counted: int) -> HandIn:
    """``counted`` pieces arrived. Equal to what was declared: received. Otherwise it is disputed until settled.

    An artisan counts only what was sent straight to her own work order.
    """
    require_range("counted", counted, 0, 1_000_000)
    row = queries.hand_in(queries.receivable(ctx.actor), hand_in_id)
    agreed = counted == row.quantity
    HAND_IN.move(
        row, "received" if agreed else "disputed", received_quantity=counted, received_at=ctx.now,
        received_by=ctx.actor.id,
    )
    work_order = row.work_order
    ctx.emit(
        (HandInReceived if agreed else HandInDisputed)(
            hand_in_id=row.pk,
            work_order_id=row.work_order_id,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            hub_id=row.hub_id,
            quantity=row.quantity,
            received_quantity=counted,
            is_rework=row.is_rework,
        )
    )
    return row
