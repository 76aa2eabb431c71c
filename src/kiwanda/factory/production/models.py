"""What workshops report and hand in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Hub


class ProgressReport(models.Model):
    """How many pieces are made so far (absolute count; a smaller count needs ``correction``)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="progress_reports")
    made_quantity = models.PositiveIntegerField()
    correction = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    photo = models.CharField(max_length=64, blank=True)
    reported_at = models.DateTimeField()


class HandIn(models.Model):
    """Pieces given out of the workshop's hands: to a hub, or to the next workshop. Two-sided.

    The giver declares ``quantity``, the receiver counts ``received_quantity``; a difference is a discrepancy until
    both agree or a coordinator settles it. ``is_rework`` marks pieces that come back mended.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="hand_ins")
    quantity = models.PositiveIntegerField()
    is_rework = models.BooleanField(default=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, help_text="the hub, or the one the next workshop stands at")
    to_work_order = models.ForeignKey(
        WorkOrder, null=True, on_delete=models.PROTECT, related_name="incoming", help_text="set: straight to the next"
    )
    state = models.CharField(max_length=12, default="declared")
    declared_at = models.DateTimeField()
    received_quantity = models.PositiveIntegerField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.UUIDField(null=True)
    photo = models.CharField(max_length=64, blank=True, help_text="SHA-256 of a stored file")
    note = models.CharField(max_length=200, blank=True, help_text="how a discrepancy was settled")
    inspected_at = models.DateTimeField(null=True)
    accepted_quantity = models.PositiveIntegerField(default=0, help_text="by inspection; follows quality by event")
    issued_quantity = models.PositiveIntegerField(default=0, help_text="accepted pieces passed on to next work orders")

    class Meta:
        ordering: ClassVar = ["declared_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "hub"], name="hand_in_waiting"),
            models.Index(fields=["work_order"], name="hand_in_work_order"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="hand_in_positive"),
            models.CheckConstraint(
                condition=Q(issued_quantity__lte=F("accepted_quantity")), name="hand_in_issued_within_accepted"
            ),
        ]


class ComponentIssue(models.Model):
    """Accepted pieces of one operation given to the work order of a next one: the genealogy of every piece."""

    id = models.UUIDField(primary_key=True, default=new_id)
    hand_in = models.ForeignKey(HandIn, on_delete=models.PROTECT, related_name="component_issues")
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="components")
    quantity = models.PositiveIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="component_issue_positive")]
