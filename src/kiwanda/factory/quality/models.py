"""Inspection of hand-ins: what was good, what goes back, what is lost, and why."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production.models import HandIn


class DefectCode(models.Model):
    """One of the few named defects. Severity: critical, major or minor."""

    code = models.SlugField(max_length=30, primary_key=True)
    name_en = models.CharField(max_length=80)
    name_sw = models.CharField(max_length=80)
    severity = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default="active")

    class Meta:
        ordering: ClassVar = ["severity", "code"]


class Inspection(models.Model):
    """The verdict on one hand-in. Every received piece is accepted, sent to rework or rejected."""

    id = models.UUIDField(primary_key=True, default=new_id)
    hand_in = models.OneToOneField(HandIn, on_delete=models.PROTECT, related_name="inspection")
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="inspections")
    inspector_id = models.UUIDField(null=True)
    quantity = models.PositiveIntegerField()
    accepted_quantity = models.PositiveIntegerField()
    rework_quantity = models.PositiveIntegerField(default=0)
    rejected_quantity = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    inspected_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-inspected_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity=F("accepted_quantity") + F("rework_quantity") + F("rejected_quantity")),
                name="inspection_pieces_conserved",
            )
        ]


class Defect(models.Model):
    """Pieces of an inspection that failed for one reason, with a photo where there is one."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="defects")
    code = models.ForeignKey(DefectCode, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    photo = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="defect_positive")]


class Rework(models.Model):
    """Pieces sent back to be mended; closed when they were handed in again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="rework")
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="reworks")
    quantity = models.PositiveIntegerField()
    returned_quantity = models.PositiveIntegerField(default=0)
    due_on = models.DateField()
    state = models.CharField(max_length=10, default="open")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(returned_quantity__lte=F("quantity")), name="rework_returned_within")
        ]


class Appeal(models.Model):
    """A workshop's objection to a verdict; a second inspector decides."""

    id = models.UUIDField(primary_key=True, default=new_id)
    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="appeal")
    reason = models.CharField(max_length=300)
    photo = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default="open")
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    granted_quantity = models.PositiveIntegerField(default=0)
    decision = models.CharField(max_length=300, blank=True)
