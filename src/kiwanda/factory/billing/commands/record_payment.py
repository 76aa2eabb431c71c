"""A brand paid: the right sum, too little, too much, or nobody knows what for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import F

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected, require_range
from kiwanda.core.ids import new_id
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.billing import accounts, queries
from kiwanda.factory.billing.errors import BillingError
from kiwanda.factory.billing.events import PaymentReceived, PaymentReturned
from kiwanda.factory.billing.matching import match
from kiwanda.factory.billing.models import BrandPayment
from kiwanda.factory.catalog import fields
from kiwanda.factory.demand.models import SalesChannel
from kiwanda.factory.production.queries import one
from kiwanda.factory.settlement import ledger


@command(roles={Role.FINANCE_MAKER}, separate=True)
def record_payment(
    ctx: Context,
    *,
    channel: str,
    amount_minor: int,
    currency: str,
    receipt_ref: str,
    received_on: date | None = None,
    invoice_ids: list[UUID] | None = None,
) -> BrandPayment:
    """Book money that came in and lay it against ``invoice_ids`` in their order; what is over waits in suspense."""
    receipt = fields.text("receipt_ref", receipt_ref, 60)
    amount = require_range("amount_minor", amount_minor, 1, LARGEST_MINOR)
    money = fields.currency("currency", currency)
    day = fields.day("received_on", received_on or ctx.today)
    if day > ctx.today:
        raise Invalid(CoreError.MALFORMED, field="received_on", reason="the day is still to come")
    buyer = SalesChannel.objects.filter(pk=channel).first()
    if buyer is None:
        raise NotFound(CoreError.NOT_FOUND, what="channel")
    if BrandPayment.objects.filter(receipt_ref=receipt).exists():
        raise Rejected(BillingError.RECEIPT_TAKEN, field="receipt_ref", receipt=receipt)
    identifier = new_id()
    ledger.post(
        f"brand_payment:{identifier}", "brand_payment", identifier,
        [ledger.Move(accounts.bank(money), accounts.suspense(money), amount, money)], ctx.now,
    )  # fmt: skip
    payment = BrandPayment.objects.create(
        id=identifier, channel=buyer, receipt_ref=receipt, currency=money, amount_minor=amount, received_on=day,
        recorded_at=ctx.now, recorded_by=ctx.actor.id,
    )  # fmt: skip
    for invoice_id in invoice_ids or []:
        match(ctx, payment, one(queries.invoices(ctx.actor).order_by(), invoice_id, "invoice"))
    ctx.emit(PaymentReceived(payment.pk, buyer.pk, amount, payment.suspense_minor, money))
    return payment


@command(roles={Role.FINANCE_MAKER}, separate=True)
def match_payment(ctx: Context, *, payment_id: UUID, invoice_id: UUID) -> BrandPayment:
    """Say which invoice money in suspense is for."""
    payment = one(queries.payments(ctx.actor).order_by(), payment_id, "payment")
    invoice = one(queries.invoices(ctx.actor).order_by(), invoice_id, "invoice")
    if match(ctx, payment, invoice) == 0:
        raise Rejected(BillingError.NOTHING_LEFT)
    return payment


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def return_payment(ctx: Context, *, payment_id: UUID, receipt_ref: str) -> BrandPayment:
    """Money in suspense went back to where it came from; ``receipt_ref`` is the bank's."""
    receipt = fields.text("receipt_ref", receipt_ref, 60)
    payment = one(queries.payments(ctx.actor).order_by(), payment_id, "payment")
    amount = payment.suspense_minor
    if amount <= 0:
        raise Rejected(BillingError.NOTHING_LEFT)
    if ctx.actor.id is None or ctx.actor.id == payment.recorded_by:
        raise Rejected(CoreError.NOT_ALLOWED)
    ledger.post(
        f"brand_payment_returned:{payment.pk}:{receipt}", "brand_payment_returned", payment.pk,
        [ledger.Move(accounts.suspense(payment.currency), accounts.bank(payment.currency), amount, payment.currency)],
        ctx.now,
    )  # fmt: skip
    BrandPayment.objects.filter(pk=payment.pk).update(returned_minor=F("returned_minor") + amount)
    payment.returned_minor += amount
    ctx.emit(PaymentReturned(payment.pk, amount, payment.currency, receipt))
    return payment
