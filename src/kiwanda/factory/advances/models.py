"""Advances: early pay, material in kind and lenders' loans, their terms, and what earnings paid back of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement.models import Adjustment, Earning, LedgerEntry

#: Hundredths of an earning that instalments of all advances together may take.
MOST_SHARE_PERCENT = 25


class AdvanceTerms(models.Model):
    """What advances of one kind cost and how they are paid back, from a day on. Every advance keeps its own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=10, help_text="pay, material or loan")
    valid_from = models.DateField()
    currency = models.CharField(max_length=3, default="KES")
    fee_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    share_percent = models.PositiveSmallIntegerField(default=MOST_SHARE_PERCENT)
    weeks = models.PositiveSmallIntegerField(help_text="the limit, in median weekly earnings")
    least_minor = models.BigIntegerField()
    most_minor = models.BigIntegerField()
    second_person_above_minor = models.BigIntegerField()
    set_at = models.DateTimeField()
    set_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["kind", "-valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "currency", "valid_from"], name="advance_terms_once"),
            models.CheckConstraint(condition=Q(share_percent__range=(1, MOST_SHARE_PERCENT)), name="terms_share"),
            models.CheckConstraint(condition=Q(fee_percent__range=(0, 10)), name="terms_fee"),
            models.CheckConstraint(condition=~Q(kind="pay") | Q(fee_percent=0), name="terms_early_pay_is_free"),
            models.CheckConstraint(
                condition=Q(least_minor__gt=0, most_minor__gte=F("least_minor")), name="terms_range"
            ),
        ]


class Advance(models.Model):
    """Money or material a workshop has ahead of its work. It owes ``principal + fee`` and never more.

    ``pay`` is early pay from the house (free of charge), ``material`` comes in kind from a hub, ``loan`` from the
    licensed lender ``lender``.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="advances")
    artisan_id = models.UUIDField(help_text="the owner who asked")
    kind = models.CharField(max_length=10, default="pay")
    lender = models.CharField(max_length=40, blank=True)
    lender_ref = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12, default="requested")
    currency = models.CharField(max_length=3)
    principal_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    repaid_minor = models.BigIntegerField(default=0)
    share_percent = models.PositiveSmallIntegerField()
    limit_minor = models.BigIntegerField(help_text="the limit when it was asked for")
    about = models.CharField(max_length=200, blank=True, help_text="what for; of material: what it is")
    hub_code = models.CharField(max_length=8, blank=True)
    paused_until = models.DateField(null=True)
    requested_at = models.DateTimeField()
    requested_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-requested_at"]
        indexes: ClassVar = [models.Index(fields=["workshop", "state"], name="advance_workshop")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workshop", "kind"],
                condition=Q(state__in=["requested", "decided", "sending", "running"]),
                name="advance_one_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(principal_minor__gt=0, fee_minor__gte=0), name="advance_positive"),
            models.CheckConstraint(
                condition=Q(repaid_minor__gte=0, repaid_minor__lte=F("principal_minor") + F("fee_minor")),
                name="advance_never_more_than_owed",
            ),
            models.CheckConstraint(condition=Q(share_percent__range=(1, MOST_SHARE_PERCENT)), name="advance_share"),
            models.CheckConstraint(condition=~Q(kind="pay") | Q(fee_minor=0), name="advance_early_pay_is_free"),
            models.CheckConstraint(condition=~Q(kind="loan") | ~Q(lender=""), name="advance_loan_has_lender"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("decided_by")), name="advance_two_people"
            ),
        ]

    @property
    def left_minor(self) -> int:
        return self.principal_minor + self.fee_minor - self.repaid_minor


class Instalment(models.Model):
    """What one earning paid of one advance; ``returned_minor`` of it was given back when the earning was corrected."""

    id = models.UUIDField(primary_key=True, default=new_id)
    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="instalments")
    earning = models.ForeignKey(Earning, on_delete=models.PROTECT, related_name="instalments")
    earning_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    returned_minor = models.BigIntegerField(default=0)
    adjustment = models.OneToOneField(Adjustment, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-taken_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advance", "earning"], name="instalment_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & Q(earning_minor__gte=F("amount_minor") * 4),
                name="instalment_a_quarter_at_most",
            ),
            models.CheckConstraint(
                condition=Q(returned_minor__gte=0, returned_minor__lte=F("amount_minor")), name="instalment_returned"
            ),
        ]


class PayOff(models.Model):
    """Money the workshop brought itself, before it had to: free of charge."""

    id = models.UUIDField(primary_key=True, default=new_id)
    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="pay_offs")
    amount_minor = models.BigIntegerField()
    receipt_ref = models.CharField(max_length=40, unique=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="+")
    paid_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="pay_off_positive")]
