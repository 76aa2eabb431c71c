"""Orders as they came in: channels, sales orders and their lines, SKU mapping, promises, imports.

Customers are opaque references; names and addresses, where a file brings them, go to the vault.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Variant


class SalesChannel(models.Model):
    """Where orders come from: a shop, a wholesale desk, a file drop."""

    code = models.SlugField(max_length=30, primary_key=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, help_text="kiwanda, shopify, retail_history or manual")
    currency = models.CharField(max_length=3, default="USD")
    lead_days = models.PositiveSmallIntegerField(default=21, help_text="due date where a file names none")


class SalesOrder(models.Model):
    """One buyer's order. ``external_id`` is unique in its channel: importing it again changes nothing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, related_name="orders")
    external_id = models.CharField(max_length=80)
    number = models.CharField(max_length=80)
    customer_ref = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3)
    ordered_at = models.DateTimeField()
    is_history = models.BooleanField(default=False, help_text="past sales for forecasting, never made again")
    state = models.CharField(max_length=12, default="open")

    class Meta:
        ordering: ClassVar = ["-ordered_at", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="sales_order_once_in_channel")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "is_history", "ordered_at"], name="sales_order_open")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """A quantity of one SKU for one buyer by one day.

    ``quantity_units`` is what the file said, ``quantity`` pieces after mapping (a unit may be a pack of twelve).
    ``shipped_quantity`` follows logistics.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    order = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="lines")
    external_line = models.CharField(max_length=40)
    external_sku = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT)
    quantity_units = models.PositiveIntegerField()
    quantity = models.PositiveIntegerField(default=0)
    shipped_quantity = models.PositiveIntegerField(default=0)
    unit_price_minor = models.BigIntegerField(default=0)
    due_on = models.DateField()
    state = models.CharField(max_length=16, default="unmapped")
    unpromised_reason = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="why no day could be promised, as a code"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "external_line"], name="order_line_once"),
            models.CheckConstraint(condition=Q(quantity_units__gt=0), name="order_line_units_positive"),
            models.CheckConstraint(
                condition=Q(shipped_quantity__lte=models.F("quantity")), name="order_line_shipped_within"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["unmapped", "ignored", "history", "cancelled"]) | Q(variant__isnull=False),
                name="order_line_open_is_mapped",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_on"], name="order_line_open"),
            models.Index(fields=["external_sku"], name="order_line_sku"),
        ]


class Promise(models.Model):
    """A date given to a buyer for a line; the latest one counts, the earlier ones are kept.

    ``basis``: ``engine`` at once, from the hours the plan leaves free; ``planned`` by the first plan that had the line;
    ``manual`` by a person; ``requested`` the day asked for. ``likely_on`` is as likely missed as kept.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="promises")
    promised_on = models.DateField()
    likely_on = models.DateField(null=True)
    confidence_percent = models.PositiveSmallIntegerField(null=True)
    basis = models.CharField(max_length=20, help_text="engine, planned, manual or requested")
    made_at = models.DateTimeField()

    class Meta:
        get_latest_by = "made_at"
        indexes: ClassVar = [models.Index(fields=["line", "-made_at"], name="promise_latest")]


class SkuMapping(models.Model):
    """What a channel's SKU is here: a variant and how many pieces one unit holds, or ignored with a reason."""

    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, related_name="mappings")
    external_sku = models.CharField(max_length=80)
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT)
    pieces_per_unit = models.PositiveIntegerField(default=1)
    ignored_reason = models.CharField(max_length=120, blank=True)
    mapped_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "external_sku"], name="sku_mapping_once"),
            models.CheckConstraint(
                condition=Q(variant__isnull=False) | ~Q(ignored_reason=""), name="sku_mapped_or_ignored"
            ),
            models.CheckConstraint(condition=Q(pieces_per_unit__gte=1), name="sku_pieces_positive"),
        ]


class ImportRun(models.Model):
    """One file's way in: checked (dry run), applied, or refused whole with its row errors."""

    id = models.UUIDField(primary_key=True, default=new_id)
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT)
    format = models.CharField(max_length=20)
    filename = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    dry_run = models.BooleanField()
    is_history = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default="running")
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-started_at"]
