"""A workshop pays back early, with its own money."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected, require_range
from kiwanda.core.ids import new_id
from kiwanda.core.money import LARGEST_MINOR, format_money
from kiwanda.factory.advances import queries
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.events import AdvancePaidOff
from kiwanda.factory.advances.models import Advance, PayOff
from kiwanda.factory.advances.repaying import owed_to, settle_if_paid
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import ledger


@command(roles={Role.FINANCE_MAKER}, separate=True)
def record_pay_off(ctx: Context, *, advance_id: UUID, amount_minor: int, receipt_ref: str) -> PayOff:
    """Book money that came in for an advance under the receipt of the bank or rail; free of charge, at any time."""
    receipt = fields.text("receipt_ref", receipt_ref, 40)
    amount = require_range("amount_minor", amount_minor, 1, LARGEST_MINOR)
    row = one(queries.advances(ctx.actor).select_related("workshop").order_by(), advance_id, "advance")
    if row.state != "running":
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    if amount > row.left_minor:
        raise Rejected(
            AdvancesError.MORE_THAN_LEFT, field="amount_minor", left=format_money(row.left_minor, row.currency)
        )
    if PayOff.objects.filter(receipt_ref=receipt).exists():
        raise Rejected(AdvancesError.RECEIPT_TAKEN, field="receipt_ref", receipt=receipt)
    identifier = new_id()
    entry = ledger.post(
        f"advance_pay_off:{identifier}", "advance_pay_off", identifier,
        [ledger.Move(f"bank:{row.currency}", owed_to(row, row.workshop.code), amount, row.currency)], ctx.now,
    )  # fmt: skip
    paid = PayOff.objects.create(
        id=identifier, advance=row, amount_minor=amount, receipt_ref=receipt, entry=entry, paid_at=ctx.now
    )
    Advance.objects.filter(pk=row.pk).update(repaid_minor=F("repaid_minor") + amount)
    row.repaid_minor += amount
    ctx.emit(AdvancePaidOff(row.pk, row.workshop_id, amount, row.left_minor, row.currency))
    settle_if_paid(ctx, row)
    return paid
