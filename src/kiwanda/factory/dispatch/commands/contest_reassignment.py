"""A workshop says that work taken back should have stayed with it."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.catalog import fields
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.events import ReassignmentContested
from kiwanda.factory.dispatch.models import Reassignment
from kiwanda.factory.dispatch.states import REASSIGNMENT


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def contest_reassignment(ctx: Context, *, reassignment_id: UUID, contest: str) -> Reassignment:
    """made → contested, once; a coordinator answers it."""
    text = fields.text("contest", contest, 200)
    row = queries.reassignment(ctx.actor, reassignment_id)
    REASSIGNMENT.move(row, "contested", contest=text, contested_at=ctx.now)
    ctx.emit(
        ReassignmentContested(
            reassignment_id=row.id,
            work_order_id=row.work_order_id,
            production_order_id=row.work_order.production_order_id,
            operation_id=row.work_order.operation_id,
            workshop_id=row.workshop_id,
            quantity=row.quantity,
        )
    )
    return row
