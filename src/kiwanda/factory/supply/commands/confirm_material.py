"""The workshop says what it got."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.supply import queries
from kiwanda.factory.supply.errors import SupplyError
from kiwanda.factory.supply.events import MaterialConfirmed, MaterialDisputed
from kiwanda.factory.supply.models import Issue
from kiwanda.factory.supply.states import ISSUE


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def confirm_material(ctx: Context, *, issue_id: UUID, received_quantity: Decimal) -> Issue:
    """``received_quantity`` of the material arrived. Another amount than given out is a dispute.

    A coordinator ends a dispute by confirming the amount both sides settle on; what is missing then counts as lost.
    """
    issue = queries.issue(ctx.actor, issue_id)
    amount = fields.decimal("received_quantity", received_quantity, "0", str(issue.quantity), 3)
    if issue.state == "disputed" and not ctx.actor.is_staff:
        raise Rejected(SupplyError.NEEDS_COORDINATOR)
    agreed = amount == issue.quantity or issue.state == "disputed"
    ISSUE.move(issue, "confirmed" if agreed else "disputed", received_quantity=amount, confirmed_at=ctx.now)
    workshop_id, material = issue.work_order.workshop_id, issue.lot.material_id
    if agreed:
        ctx.emit(
            MaterialConfirmed(
                issue_id=issue.pk, work_order_id=issue.work_order_id, workshop_id=workshop_id, material=material,
                received_quantity=amount, lost_quantity=issue.quantity - amount,
            )
        )
    else:
        ctx.emit(
            MaterialDisputed(
                issue_id=issue.pk, work_order_id=issue.work_order_id, workshop_id=workshop_id, material=material,
                quantity=issue.quantity, received_quantity=amount,
            )
        )
    return issue
