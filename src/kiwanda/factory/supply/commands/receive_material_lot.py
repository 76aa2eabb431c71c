"""A delivery of material comes into a hub's store."""

from __future__ import annotations

from decimal import Decimal

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected, require_range
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.models import Material
from kiwanda.factory.network.models import Hub
from kiwanda.factory.supply import stock
from kiwanda.factory.supply.errors import SupplyError
from kiwanda.factory.supply.events import MaterialLotReceived
from kiwanda.factory.supply.models import MaterialLot, StockMovement


@command(roles={Role.COORDINATOR})
def receive_material_lot(
    ctx: Context,
    *,
    code: str,
    material: str,
    hub_code: str,
    supplier_ref: str,
    quantity: Decimal,
    receipt_ref: str = "",
    assay_ref: str = "",
    recycled_percent: int = 0,
    unit_cost_minor: int = 0,
    currency: str = "KES",
) -> MaterialLot:
    """Take in one lot with its evidence. ``quantity`` in the material's unit, ``unit_cost_minor`` a unit.

    A recycled share above zero is worth what its ``receipt_ref`` proves; claims look for it there.
    """
    amount = fields.decimal("quantity", quantity, "0.001", "100000000", 3)
    row = MaterialLot(
        code=fields.code("code", code, 20),
        supplier_ref=fields.text("supplier_ref", supplier_ref, 80),
        receipt_ref=fields.text("receipt_ref", receipt_ref, 80, required=False),
        assay_ref=fields.text("assay_ref", assay_ref, 80, required=False),
        recycled_percent=require_range("recycled_percent", recycled_percent, 0, 100),
        received_quantity=amount,
        remaining=amount,
        unit_cost_minor=require_range("unit_cost_minor", unit_cost_minor, 0, LARGEST_MINOR),
        currency=fields.currency("currency", currency),
        received_at=ctx.now,
    )
    known = Material.objects.filter(pk=material).first()
    if known is None:
        raise Invalid(SupplyError.UNKNOWN_MATERIAL, field="material", code=material)
    hub = Hub.objects.filter(code=hub_code, state="open").first()
    if hub is None:
        raise Invalid(SupplyError.UNKNOWN_HUB, field="hub_code", code=hub_code)
    if MaterialLot.objects.filter(code=row.code).exists():
        raise Rejected(SupplyError.LOT_EXISTS, field="code", code=row.code)
    row.material, row.hub = known, hub
    row.save(force_insert=True)
    StockMovement.objects.bulk_create([stock.movement(row, "receive", amount, ctx.now)])
    ctx.emit(MaterialLotReceived(material_lot_id=row.pk, material=known.pk, hub_id=hub.pk, quantity=amount))
    return row
