"""Unused material comes back into its lot."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.supply import queries, stock
from kiwanda.factory.supply.errors import SupplyError
from kiwanda.factory.supply.events import MaterialReturned
from kiwanda.factory.supply.models import MaterialLot, StockMovement


@command(roles={Role.COORDINATOR})
def return_material(ctx: Context, *, issue_id: UUID, quantity: Decimal, note: str = "") -> StockMovement:
    """Take ``quantity`` of an issue back into its lot; never more than the workshop got and has not yet returned."""
    issue = queries.issue(ctx.actor, issue_id)
    amount = fields.decimal("quantity", quantity, "0.001", "100000000", 3)
    lot = MaterialLot.objects.select_related("material").select_for_update(of=("self",)).get(pk=issue.lot_id)
    got = issue.quantity if issue.received_quantity is None else issue.received_quantity
    left = got - queries.returned(issue.pk)
    if amount > left:
        raise Rejected(SupplyError.RETURN_TOO_MUCH, field="quantity", left=f"{left.normalize():f}",
                       unit=lot.material.unit)
    stock.change(lot, amount)
    row = stock.movement(
        lot, "return", amount, ctx.now, issue=issue, note=fields.text("note", note, 200, required=False)
    )
    StockMovement.objects.bulk_create([row])
    ctx.emit(
        MaterialReturned(
            issue_id=issue.pk, work_order_id=issue.work_order_id, workshop_id=issue.work_order.workshop_id,
            material_lot_id=lot.pk, material=lot.material_id, quantity=amount,
        )
    )
    return row
