"""The brand's side: invoices for what left, payments that came in, freight, and reminders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.demand.models import OrderLine, SalesChannel, SalesOrder
from kiwanda.factory.logistics.models import Shipment
from kiwanda.factory.settlement.models import LedgerEntry


class Invoice(models.Model):
    """What one shipment brought one order's buyer. Sums never change; a mistake is credited whole and invoiced anew."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.PositiveIntegerField(unique=True)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="invoices")
    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="invoices")
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, related_name="invoices")
    state = models.CharField(max_length=12, default="open")
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    issued_at = models.DateTimeField()
    due_on = models.DateField()
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="invoice_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shipment", "order"], condition=~Q(state="credited"), name="invoice_once_a_shipment"
            ),
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="invoice_positive"),
            models.CheckConstraint(
                condition=Q(paid_minor__gte=0, paid_minor__lte=F("total_minor")), name="invoice_paid_within"
            ),
        ]

    @property
    def code(self) -> str:
        return f"INV-{self.number:05d}"

    @property
    def left_minor(self) -> int:
        return self.total_minor - self.paid_minor if self.state in ("open", "paid") else 0


class InvoiceLine(models.Model):
    """Pieces of one order line at its price.

    The price is of a unit of the order (a pack of twelve, say); ``amount_minor`` is the pieces' share of the line.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="invoice_lines")
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "line"], name="invoice_line_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0, quantity__gt=0), name="invoice_line_positive"),
        ]


class BrandPayment(models.Model):
    """Money that came in. What no invoice explains lies on the suspense account until a person says what it is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, related_name="payments")
    receipt_ref = models.CharField(max_length=60, unique=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    matched_minor = models.BigIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)
    received_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="brand_payment_positive"),
            models.CheckConstraint(
                condition=Q(matched_minor__gte=0, returned_minor__gte=0)
                & Q(amount_minor__gte=F("matched_minor") + F("returned_minor")),
                name="brand_payment_matched_within",
            ),
        ]

    @property
    def suspense_minor(self) -> int:
        return self.amount_minor - self.matched_minor - self.returned_minor


class PaymentMatch(models.Model):
    """So much of a payment is for an invoice."""

    payment = models.ForeignKey(BrandPayment, on_delete=models.PROTECT, related_name="matches")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="matches")
    amount_minor = models.BigIntegerField()
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    matched_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="match_positive")]


class ShipmentCost(models.Model):
    """Freight, customs or packing of one shipment, as the carrier's bill says."""

    id = models.UUIDField(primary_key=True, default=new_id)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="costs")
    kind = models.CharField(max_length=12, help_text="freight, customs, packing or insurance")
    receipt_ref = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "kind", "receipt_ref"], name="shipment_cost_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="shipment_cost_positive"),
        ]


class ReminderLetter(models.Model):
    """A reminder on its way by e-mail: one a step, handed over at most once unless a person sends it again.

    States: ``queued``, ``sending`` (written before it is handed over), ``sent``, ``failed`` (it certainly did not
    leave), ``unknown`` (it may have).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="letters")
    step = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default="queued")
    error = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["invoice", "step"]
        indexes: ClassVar = [
            models.Index(
                fields=["state"], name="reminder_letter_open", condition=Q(state__in=["queued", "sending"])
            ),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["invoice", "step"], name="reminder_letter_once")]
