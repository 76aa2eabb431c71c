"""What workshops are owed: earnings, what adds to them or takes off, and corrections after the fact."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement.models.ledger import LedgerEntry
from kiwanda.factory.settlement.models.payouts import Payout


class Earning(models.Model):
    """Pay for the accepted pieces of one inspection; booked in the inspection's own transaction."""

    id = models.UUIDField(primary_key=True, default=new_id)
    inspection_id = models.UUIDField(unique=True)
    work_order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="earnings")
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="earnings")
    quantity = models.PositiveIntegerField()
    piece_rate_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT)
    payout = models.ForeignKey(Payout, null=True, on_delete=models.PROTECT, related_name="earnings")
    earned_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-earned_at"]
        indexes: ClassVar = [
            models.Index(fields=["workshop", "earned_at"], name="earning_workshop"),
            models.Index(fields=["payout"], name="earning_payout"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor=F("quantity") * F("piece_rate_minor")), name="earning_is_rate_times_pieces"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="earning_positive"),
        ]


class Adjustment(models.Model):
    """What a workshop is owed beside its earnings: more (``amount_minor`` > 0) or less (< 0).

    ``returned`` is a payout's money that is owed again (the payout failed for good or was taken back; it has no entry
    of its own, the payout's has moved the money); ``kill_fee`` pays for work called off; ``correction`` takes back what
    was earned by mistake; other rooms name kinds of their own. ``earning`` is the earning a deduction was taken from:
    all of them together are a third of it at most.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)
    source_id = models.UUIDField()
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="adjustments")
    earning = models.ForeignKey(Earning, null=True, on_delete=models.PROTECT, related_name="deductions")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200, blank=True)
    entry = models.OneToOneField(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="adjustment")
    payout = models.ForeignKey(Payout, null=True, on_delete=models.PROTECT, related_name="adjustments")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-made_at"]
        indexes: ClassVar = [
            models.Index(fields=["workshop", "made_at"], name="adjustment_workshop"),
            models.Index(fields=["payout"], name="adjustment_payout"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="adjustment_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="adjustment_not_nothing"),
            models.CheckConstraint(
                condition=Q(earning__isnull=True) | Q(amount_minor__lt=0), name="adjustment_deducts_from_earning"
            ),
        ]


class Correction(models.Model):
    """Pieces that earned and turned out not to be good after all.

    Not paid yet: a second person confirms and the earning is reversed (``booked``). Paid already: only with the
    workshop's consent it is taken from later earnings, a quarter of each at most (``agreed``, ``recovered_minor`` so
    far); without it the factory bears it (``written_off``). ``proposed`` until then, ``withdrawn`` when it was wrong.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    earning = models.ForeignKey(Earning, on_delete=models.PROTECT, related_name="corrections")
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="corrections")
    quantity = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    recovered_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=12, default="proposed")
    after_pay = models.BooleanField()
    reason = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    proposed_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    entry = models.OneToOneField(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-proposed_at"]
        indexes: ClassVar = [models.Index(fields=["workshop", "state"], name="correction_workshop")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0, amount_minor__gt=0), name="correction_positive"),
            models.CheckConstraint(
                condition=Q(recovered_minor__gte=0, recovered_minor__lte=F("amount_minor")),
                name="correction_recovered_within",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["booked", "written_off"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="correction_two_people",
            ),
        ]


class KillFee(models.Model):
    """What called-off work brought its workshop: pieces by the share of the work that was in them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    work_order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="kill_fee")
    stages = models.JSONField(help_text="[[pieces, per cent of the work done], …]")
    piece_rate_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="kill_fee_positive")]
