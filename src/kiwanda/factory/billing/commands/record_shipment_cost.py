"""What moving a shipment cost."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.core.ids import new_id
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.billing import accounts
from kiwanda.factory.billing.errors import BillingError
from kiwanda.factory.billing.events import ShipmentCostRecorded
from kiwanda.factory.billing.models import ShipmentCost
from kiwanda.factory.catalog import fields
from kiwanda.factory.logistics import queries as logistics
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import ledger


@command(roles={Role.FINANCE_MAKER}, separate=True)
def record_shipment_cost(
    ctx: Context, *, shipment_id: UUID, kind: str, amount_minor: int, receipt_ref: str, currency: str = "KES"
) -> ShipmentCost:
    """A carrier's, customs' or packer's bill for one shipment."""
    fields.choice("kind", kind, accounts.COST_KINDS)
    receipt = fields.text("receipt_ref", receipt_ref, 60)
    money = fields.currency("currency", currency)
    amount = require_range("amount_minor", amount_minor, 1, LARGEST_MINOR)
    shipment = one(logistics.shipments(ctx.actor).order_by(), shipment_id, "shipment")
    if ShipmentCost.objects.filter(shipment=shipment, kind=kind, receipt_ref=receipt).exists():
        raise Rejected(BillingError.RECEIPT_TAKEN, field="receipt_ref", receipt=receipt)
    identifier = new_id()
    entry = ledger.post(
        f"shipment_cost:{identifier}", "shipment_cost", identifier,
        [ledger.Move(accounts.cost(kind, money), accounts.carrier(kind, money), amount, money)], ctx.now,
    )  # fmt: skip
    row = ShipmentCost.objects.create(
        id=identifier, shipment=shipment, kind=kind, receipt_ref=receipt, amount_minor=amount, currency=money,
        entry=entry, recorded_at=ctx.now,
    )  # fmt: skip
    ctx.emit(ShipmentCostRecorded(shipment.pk, kind, amount, money))
    return row
