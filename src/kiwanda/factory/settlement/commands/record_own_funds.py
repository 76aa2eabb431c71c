"""The owners put money into the business."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.core.ids import derived_id
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.events import OwnFundsReceived
from kiwanda.factory.settlement.models import LedgerEntry


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def record_own_funds(ctx: Context, *, amount_minor: int, currency: str, receipt_ref: str) -> LedgerEntry:
    """Book ``amount_minor`` from the owners onto our bank account of ``currency``; a bank's receipt counts once."""
    amount = require_range("amount_minor", amount_minor, 1, LARGEST_MINOR)
    money = fields.currency("currency", currency)
    receipt = fields.text("receipt_ref", receipt_ref, 60)
    key = f"own_funds:{receipt}"
    if LedgerEntry.objects.filter(key=key).exists():
        raise Rejected(SettlementError.FUNDS_BOOKED, field="receipt_ref", receipt=receipt)
    subject = derived_id("own_funds", receipt)
    entry = ledger.post(
        key, "own_funds", subject, [ledger.Move(f"bank:{money}", f"equity:owners-{money}", amount, money)], ctx.now
    )
    ctx.emit(OwnFundsReceived(own_funds_id=subject, amount_minor=amount, currency=money, receipt_ref=receipt))
    return entry
