"""A payment is laid against invoices; what is over stays on the suspense account."""

from __future__ import annotations

from django.db.models import F

from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.billing import accounts
from kiwanda.factory.billing.errors import BillingError
from kiwanda.factory.billing.events import PaymentMatched
from kiwanda.factory.billing.models import BrandPayment, Invoice, PaymentMatch
from kiwanda.factory.billing.states import INVOICE
from kiwanda.factory.settlement import ledger


def match(ctx: Context, payment: BrandPayment, invoice: Invoice) -> int:
    """Take what is left of ``payment`` for what is left of ``invoice`` (both locked); returns how much that was."""
    if invoice.currency != payment.currency:
        raise Rejected(BillingError.OTHER_CURRENCY, wanted=invoice.currency, currency=payment.currency)
    if invoice.channel_id != payment.channel_id:
        raise Rejected(BillingError.OTHER_CHANNEL)
    amount = min(payment.suspense_minor, invoice.left_minor)
    if amount <= 0 or invoice.state != "open":
        return 0
    identifier = new_id()
    entry = ledger.post(
        f"brand_payment_matched:{identifier}", "brand_payment_matched", invoice.pk,
        [
            ledger.Move(
                accounts.suspense(payment.currency), accounts.receivable(invoice.channel_id, invoice.currency), amount,
                invoice.currency,
            )
        ],
        ctx.now,
    )  # fmt: skip
    PaymentMatch.objects.create(payment=payment, invoice=invoice, amount_minor=amount, entry=entry, matched_at=ctx.now)
    BrandPayment.objects.filter(pk=payment.pk).update(matched_minor=F("matched_minor") + amount)
    Invoice.objects.filter(pk=invoice.pk).update(paid_minor=F("paid_minor") + amount)
    payment.matched_minor += amount
    invoice.paid_minor += amount
    ctx.emit(PaymentMatched(invoice.pk, payment.pk, invoice.code, amount, invoice.left_minor, invoice.currency))
    if invoice.left_minor == 0:
        INVOICE.move(invoice, "paid", ended_at=ctx.now)
    return amount
