"""A coordinator settles a hand-in whose two counts differ."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.production import queries
from kiwanda.factory.production.events import DiscrepancySettled
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.states import HAND_IN


@command(roles={Role.COORDINATOR})
def settle_discrepancy(ctx: Context, *, hand_in_id: UUID, quantity: int, note: str) -> HandIn:
    """The disputed hand-in counts as ``quantity`` pieces; ``note`` says why.

    What is missing of the declared pieces becomes short on the work order. More than was declared cannot be settled:
    the surplus is handed in on its own. Nothing arrived (0): the hand-in is cancelled, all its pieces short.
    """
    why = fields.text("note", note, 200)
    row = queries.hand_in(queries.hand_ins(ctx.actor), hand_in_id)
    require_range("quantity", quantity, 0, row.quantity)
    if row.state != "disputed":
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    HAND_IN.move(
        row, "received" if quantity else "cancelled", received_quantity=quantity, received_at=ctx.now,
        received_by=ctx.actor.id, note=why,
    )
    work_order = row.work_order
    ctx.emit(
        DiscrepancySettled(
            hand_in_id=row.pk,
            work_order_id=row.work_order_id,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            hub_id=row.hub_id,
            received_quantity=quantity,
            short_quantity=row.quantity - quantity,
            is_rework=row.is_rework,
        )
    )
    return row
