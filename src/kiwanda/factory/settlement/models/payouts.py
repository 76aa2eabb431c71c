"""Payouts: batches two people agree on, money on its way to wallets, and every single request to a rail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement.models.ledger import LedgerEntry


class PayoutBatch(models.Model):
    """Payouts one person prepared and another approves; the approval binds the hash of its content."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, default="draft")
    currency = models.CharField(max_length=3, default="KES")
    total_minor = models.BigIntegerField()
    payout_count = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    standing_order = models.ForeignKey(
        "StandingOrder", null=True, on_delete=models.PROTECT, related_name="batches",
        help_text="set: paid at once on acceptance, as two people agreed beforehand",
    )

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("created_by")), name="payout_batch_two_people"
            )
        ]


class Payout(models.Model):
    """Money on its way to one workshop's mobile wallet."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="payouts")
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="payouts")
    payee_id = models.UUIDField(help_text="artisan whose wallet gets it; the number is in the vault")
    part_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="parts",
        help_text="set: the rest of an earning too large for one payment; the earning hangs on the first part",
    )
    payee_mark = models.CharField(
        max_length=64, blank=True, help_text="keyed hash of the number it was approved for"
    )
    amount_minor = models.BigIntegerField()
    carried_minor = models.SmallIntegerField(
        default=0, help_text="carried in from earlier payouts less carried on, where the rail pays whole units only"
    )
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, default="draft")
    receipt_ref = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    next_query_at = models.DateTimeField(null=True, help_text="when the rail is asked next, or sent to after a refusal")

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["state", "next_query_at"], name="payout_waiting")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_positive"),
            models.UniqueConstraint(fields=["receipt_ref"], condition=~Q(receipt_ref=""), name="payout_receipt_once"),
        ]


class PayoutAttempt(models.Model):
    """One request to a rail, recorded and committed before anything leaves the house. Its id is the rail's key."""

    id = models.UUIDField(primary_key=True, default=new_id)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="attempts")
    rail = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="recorded")
    payload_hash = models.CharField(max_length=64, blank=True, help_text="keyed hash of number, amount and currency")
    payee_mark = models.CharField(max_length=64, blank=True, help_text="keyed hash of the number that was asked for")
    payee_masked = models.CharField(max_length=15, blank=True)
    rail_ref = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payout"], condition=Q(state__in=["recorded", "accepted", "unknown"]), name="attempt_one_live"
            )
        ]


class PayoutReversal(models.Model):
    """A payment taken back in the rail's portal. It counts on a statement's line, or on a receipt two people entered.

    ``state``: proposed, then confirmed (the money is owed again) or refused.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="reversals")
    state = models.CharField(max_length=10, default="proposed")
    receipt_ref = models.CharField(max_length=40)
    line = models.OneToOneField("RailLine", null=True, on_delete=models.PROTECT, related_name="reversal")
    note = models.CharField(max_length=200)
    entry = models.OneToOneField(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-proposed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | Q(line__isnull=False)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="reversal_on_evidence",
            ),
            models.UniqueConstraint(
                fields=["payout"], condition=Q(state__in=["proposed", "confirmed"]), name="reversal_one_live"
            ),
            models.UniqueConstraint(
                fields=["receipt_ref"], condition=Q(state__in=["proposed", "confirmed"]), name="reversal_receipt_once"
            ),
        ]
