"""Staff close work that will not be finished."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.dispatch.work import close


@command(roles={Role.COORDINATOR})
def close_work_order(ctx: Context, *, work_order_id: UUID, reason: str) -> WorkOrder:
    """The open pieces become short and are planned again; what was accepted stays earned.

    Refused while pieces wait for inspection. Pieces out for rework count as lost: the operations before make theirs
    again. Parts of pieces never handed in are free again (production reacts).
    """
    why = fields.text("reason", reason, 200)
    row = queries.work_order(ctx.actor, work_order_id, lock=True)
    if row.state not in LIVE_WORK_ORDERS:
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    judged = row.accepted_quantity + row.rejected_quantity + row.rework_quantity + row.short_quantity
    judged -= row.taken_quantity
    if row.handed_in_quantity > judged:
        raise Rejected(DispatchError.PIECES_UNDER_WAY, pieces=row.handed_in_quantity - judged)
    return close(
        ctx,
        row,
        by_staff=True,
        closed_reason=why,
        short_quantity=row.short_quantity + row.open_quantity,
        lost_quantity=row.lost_quantity + row.rework_quantity,
        rework_quantity=0,
    )
