"""Bring a lot's stock in line with what was counted."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.supply import queries, stock
from kiwanda.factory.supply.errors import SupplyError
from kiwanda.factory.supply.events import StockAdjusted
from kiwanda.factory.supply.models import MaterialLot, StockMovement


@command(roles={Role.COORDINATOR})
def adjust_stock(
    ctx: Context, *, lot_id: UUID, counted: Decimal, note: str, scrapped: bool = False
) -> MaterialLot:
    """``counted`` is what lies there now; ``note`` says why it differs. ``scrapped`` marks material thrown away.

    A lot never holds more than came with it.
    """
    why = fields.text("note", note, 200)
    lot = queries.one(queries.lots(ctx.actor).select_related("material"), lot_id, "lot")
    amount = fields.decimal("counted", counted, "0", "100000000", 3)
    if amount > lot.received_quantity:
        raise Rejected(
            SupplyError.LOT_WAS_SMALLER, field="counted", code=lot.code,
            received=f"{lot.received_quantity.normalize():f}", unit=lot.material.unit,
        )
    difference = amount - lot.remaining
    if difference == 0:
        return lot
    if scrapped and difference > 0:
        raise Invalid(CoreError.MALFORMED, field="counted", reason="scrapping cannot add material")
    kind = "scrap" if scrapped else "adjust"
    stock.change(lot, difference)
    StockMovement.objects.bulk_create([stock.movement(lot, kind, difference, ctx.now, note=why)])
    ctx.emit(
        StockAdjusted(
            material_lot_id=lot.pk, material=lot.material_id, kind=kind, change=difference, remaining=lot.remaining
        )
    )
    return lot
