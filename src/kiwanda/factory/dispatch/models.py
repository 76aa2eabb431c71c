"""Offers of work and the work orders they become."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.planning.models import Allocation, ProductionOrder


class Offer(models.Model):
    """Work a workshop may take or refuse. Pay, quantity and due day are fixed when it is sent.

    A counter-offer keeps the original terms and adds the workshop's; staff answer it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    production_order = models.ForeignKey(ProductionOrder, on_delete=models.PROTECT, related_name="offers")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="offers")
    quantity = models.PositiveIntegerField()
    piece_rate_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    start_on = models.DateField()
    due_on = models.DateField()
    wave = models.PositiveSmallIntegerField(default=1, help_text="1 for the plan's choice, more after refusals")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replacements")
    state = models.CharField(max_length=10, default="sent")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    counter_quantity = models.PositiveIntegerField(null=True)
    counter_due_on = models.DateField(null=True)
    reassignment = models.ForeignKey(
        "Reassignment", null=True, on_delete=models.PROTECT, related_name="offers",
        help_text="the taking back of accepted work this offer carries on",
    )
    why = models.JSONField(default=list, help_text="why this workshop: [[code, facts], …] in the engine's words")

    class Meta:
        ordering: ClassVar = ["-sent_at"]
        indexes: ClassVar = [
            models.Index(fields=["workshop", "state"], name="offer_workshop_state"),
            models.Index(fields=["state", "expires_at"], name="offer_expiry"),
            models.Index(fields=["production_order", "state"], name="offer_production_order"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="offer_positive"),
            models.CheckConstraint(condition=Q(piece_rate_minor__gt=0), name="offer_paid"),
            models.UniqueConstraint(
                fields=["workshop", "production_order", "operation"],
                condition=Q(state__in=["sent", "countered"]),
                name="offer_one_live_per_work",
            ),
        ]

    @property
    def pay_minor(self) -> int:
        """Pay for the whole offer when every piece is accepted."""
        return self.quantity * self.piece_rate_minor


class OfferedLot(models.Model):
    """The lot of the plan an offer carries out. One offer may hold several lots of the same work.

    ``quantity`` is below the lot's where fewer pieces were still needed when the wave went out.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="lots")
    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="offered_lot")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="offered_lot_positive")]


class WorkOrder(models.Model):
    """Accepted work. The counters follow production and quality by event; every piece is in exactly one of them.

    ``made`` is what the workshop reports (absolute); ``handed_in`` counts pieces declared; ``received`` counted by the
    hub; ``accepted + rework + rejected`` = inspected.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="work_order")
    production_order = models.ForeignKey(ProductionOrder, on_delete=models.PROTECT, related_name="work_orders")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="work_orders")
    quantity = models.PositiveIntegerField()
    piece_rate_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    start_on = models.DateField()
    agreed_due_on = models.DateField(help_text="as agreed when the work was accepted; never changes")
    due_on = models.DateField(help_text="the day that counts: moved when parts or material come late")
    due_reason = models.CharField(max_length=20, blank=True, help_text="why it was last moved: a code of DUE_REASONS")
    state = models.CharField(max_length=12, default="accepted")
    accepted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    last_sign_at = models.DateTimeField(help_text="last time the workshop was heard from about this work")
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=200, blank=True, help_text="why staff closed it before it was done")
    made_quantity = models.PositiveIntegerField(default=0)
    handed_in_quantity = models.PositiveIntegerField(default=0, help_text="declared, first hand-in only")
    received_quantity = models.PositiveIntegerField(default=0, help_text="counted by the receiver, first hand-in only")
    accepted_quantity = models.PositiveIntegerField(default=0)
    rework_quantity = models.PositiveIntegerField(default=0, help_text="back at the workshop for rework now")
    rejected_quantity = models.PositiveIntegerField(default=0)
    short_quantity = models.PositiveIntegerField(default=0, help_text="closed without being made or lost in transit")
    lost_quantity = models.PositiveIntegerField(
        default=0, help_text="of the short ones, those that were made and lost: the steps before make them again"
    )
    restored_quantity = models.PositiveIntegerField(
        default=0, help_text="of the accepted ones, those given up before: granted on appeal, or mended late"
    )
    # … or taken off because their parts will never come (WorkTrimmed).
    taken_quantity = models.PositiveIntegerField(
        default=0, help_text="of the short ones, those given to other workshops before they were made"
    )

    class Meta:
        ordering: ClassVar = ["due_on", "code"]
        indexes: ClassVar = [
            models.Index(fields=["workshop", "state"], name="work_order_workshop"),
            models.Index(fields=["state", "due_on"], name="work_order_due"),
            models.Index(fields=["production_order", "operation"], name="work_order_operation"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="work_order_positive"),
            models.CheckConstraint(condition=Q(made_quantity__lte=F("quantity")), name="work_order_made_within"),
            models.CheckConstraint(
                condition=Q(handed_in_quantity__lte=F("quantity")), name="work_order_handed_in_within"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("accepted_quantity") + F("rework_quantity") + F("rejected_quantity")
                            + F("short_quantity")),
                name="work_order_pieces_conserved",
            ),
            models.CheckConstraint(
                condition=Q(lost_quantity__lte=F("short_quantity"))
                & Q(restored_quantity__lte=F("accepted_quantity")),
                name="work_order_parts_within",
            ),
            models.CheckConstraint(
                condition=Q(taken_quantity__lte=F("short_quantity")), name="work_order_taken_within"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("agreed_due_on")), name="work_order_due_not_sooner"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def open_quantity(self) -> int:
        """Pieces still expected as good from this work order."""
        return self.quantity - self.accepted_quantity - self.rejected_quantity - self.short_quantity

    @property
    def most_quantity(self) -> int:
        """Pieces this work order may still come to: what was agreed less what was taken off since."""
        return self.quantity - self.taken_quantity

    @property
    def unmade_quantity(self) -> int:
        """Pieces the workshop has neither reported made nor handed in: what can be given to others."""
        return max(0, self.most_quantity - max(self.made_quantity, self.handed_in_quantity))


class Reassignment(models.Model):
    """Accepted pieces that a workshop had not made yet went to others. It is told why and can contest it.

    ``state``: made; contested, until staff answer; then upheld, or given_back as far as nobody else had taken them.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="reassignments")
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="reassignments")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, default="made")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    contest = models.CharField(max_length=200, blank=True, help_text="what the workshop says")
    contested_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        indexes: ClassVar = [models.Index(fields=["state", "made_at"], name="reassignment_state")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reassignment_positive")
        ]
