"""Material lots and what became of them, by mass."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Material
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Hub


class MaterialLot(models.Model):
    """One delivery of one material with its evidence. ``remaining`` is the sum of its stock movements."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=20, unique=True)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="lots")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT)
    supplier_ref = models.CharField(max_length=80)
    receipt_ref = models.CharField(max_length=80, blank=True, help_text="supplier's receipt: evidence for claims")
    assay_ref = models.CharField(max_length=80, blank=True, help_text="nickel/lead/cadmium assay, for metals")
    recycled_percent = models.PositiveSmallIntegerField(default=0)
    received_quantity = models.DecimalField(max_digits=14, decimal_places=3)
    remaining = models.DecimalField(max_digits=14, decimal_places=3)
    unit_cost_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="KES")
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("received_quantity")), name="lot_mass_balance"
            ),
            models.CheckConstraint(condition=Q(recycled_percent__lte=100), name="lot_recycled_within_100"),
        ]


class Issue(models.Model):
    """Material given from a lot to a work order; two-sided: the workshop confirms what it got."""

    id = models.UUIDField(primary_key=True, default=new_id)
    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="issues")
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="issues")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    received_quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    state = models.CharField(max_length=10, default="issued")
    issued_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="issue_positive")]


class StockMovement(models.Model):
    """A signed change of a lot's stock; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    lot = models.ForeignKey(MaterialLot, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, help_text="receive, issue, return, scrap, adjust")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    issue = models.ForeignKey(Issue, null=True, on_delete=models.PROTECT)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
