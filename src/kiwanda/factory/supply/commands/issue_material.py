"""Give a work order the material its pieces need."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.core.rows import insert_many
from kiwanda.factory.catalog.models import Material
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.supply import queries, stock
from kiwanda.factory.supply.errors import SupplyError
from kiwanda.factory.supply.events import MaterialIssued
from kiwanda.factory.supply.models import Issue, MaterialLot, StockMovement

#: The columns this command looks at.
_WORK = (
    "code", "state", "quantity", "taken_quantity", "production_order_id", "operation_id", "workshop_id",
    "workshop__hub_id",
)


@command(roles={Role.COORDINATOR})
def issue_material(ctx: Context, *, work_order_id: UUID) -> list[Issue]:
    """Issue the kit of the bill of materials for all pieces of the work order that were not taken off it since, less
    what it already got.

    The oldest lots of the workshop's own hub go first, then the oldest anywhere. All or nothing: when one material is
    short, the command says which, how much and in what unit, and gives out nothing. An operation that uses no material
    gets an empty list.
    """
    rows = dispatch.work_orders(ctx.actor).select_related("workshop").only(*_WORK)
    work_order = queries.one(rows, work_order_id, "work order")
    if work_order.state not in LIVE_WORK_ORDERS:
        raise Rejected(SupplyError.WORK_CLOSED, code=work_order.code)
    kit = queries.kit(work_order.operation_id)
    if not kit:
        return []
    given = queries.given(work_order.pk)
    wanted = {
        material: missing
        for material, per_piece in kit
        if (missing := stock.needed(per_piece, work_order.most_quantity) - given.get(material, queries.ZERO)) > 0
    }
    if not wanted:
        raise Rejected(SupplyError.ALREADY_ISSUED, code=work_order.code)
    issues, movements = _draw(ctx, work_order, wanted)
    insert_many(issues)
    insert_many(movements)
    ctx.emit(
        MaterialIssued(
            work_order_id=work_order.pk,
            production_order_id=work_order.production_order_id,
            operation_id=work_order.operation_id,
            workshop_id=work_order.workshop_id,
            parts=[
                {"issue_id": row.pk, "lot_id": row.lot_id, "material": row.lot.material_id, "quantity": row.quantity}
                for row in issues
            ],
        )
    )
    return issues


def _draw(
    ctx: Context, work_order: WorkOrder, wanted: dict[str, Decimal]
) -> tuple[list[Issue], list[StockMovement]]:
    """Take ``wanted`` from the lots of the workshop's hub, then from the others', oldest first."""
    missing = dict(wanted)
    issues: list[Issue] = []
    movements: list[StockMovement] = []
    # Other hubs' lots are many and rarely needed: they are read only when the own hub's do not reach.
    for elsewhere in (False, True):
        short = [material for material, amount in missing.items() if amount > 0]
        if not short:
            break
        for lot in _lots(short, work_order.workshop.hub_id, elsewhere):
            amount = min(missing[lot.material_id], lot.remaining)
            if amount <= 0:
                continue
            missing[lot.material_id] -= amount
            stock.change(lot, -amount)
            issue = Issue(lot=lot, work_order=work_order, quantity=amount, issued_at=ctx.now)
            issues.append(issue)
            movements.append(stock.movement(lot, "issue", -amount, ctx.now, issue=issue))
    for code, amount in missing.items():
        if amount > 0:
            material = Material.objects.get(pk=code)
            raise Rejected(
                SupplyError.NOT_ENOUGH, material=material.name_en, quantity=f"{amount.normalize():f}",
                unit=material.unit, code=work_order.code,
            )
    return issues, movements


def _lots(materials: list[str], hub_id: UUID, elsewhere: bool) -> QuerySet[MaterialLot]:
    """Lots of ``materials`` that hold anything, at the hub or everywhere else, oldest first, locked."""
    rows = MaterialLot.objects.filter(material_id__in=materials, remaining__gt=0)
    rows = rows.exclude(hub_id=hub_id) if elsewhere else rows.filter(hub_id=hub_id)
    return rows.only("material_id", "remaining").order_by("received_at", "pk").select_for_update()
