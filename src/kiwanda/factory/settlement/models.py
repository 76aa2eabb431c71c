"""Earnings, the double-entry ledger and payouts.

The ledger is rows of transfers (debit, credit, amount > 0): balanced by construction. Ledger rows and transfers are
append-only (database triggers); corrections are reversing entries.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Workshop


class Account(models.Model):
    """A ledger account in one currency. ``owner_id`` is the workshop for payables.

    ``balance_minor`` is credits minus debits for ``credit``-normal kinds (liability, income) and debits minus credits
    for the others; it is kept for accounts with an owner and derived for system accounts (hot rows are not updated).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, help_text="asset, liability, income, expense, equity")
    currency = models.CharField(max_length=3)
    owner_id = models.UUIDField(null=True)
    tracked = models.BooleanField(default=False)
    floor_minor = models.BigIntegerField(null=True)
    balance_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["code"]
        indexes: ClassVar = [models.Index(fields=["owner_id"], name="account_owner")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(floor_minor__isnull=True) | Q(balance_minor__gte=F("floor_minor")), name="account_floor"
            )
        ]


class LedgerEntry(models.Model):
    """One business fact in the ledger (an earning, a payout), made of one or more transfers."""

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=120, unique=True, help_text="idempotency key")
    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT)
    booked_at = models.DateTimeField()


class Transfer(models.Model):
    """``amount_minor`` moves: debit one account, credit another, in one currency."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="transfers")
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="transfer_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_two_accounts"),
        ]


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


class RailPost(models.Model):
    """A post of a rail, kept as it came before anybody reads it; address and bytes lie in the vault.

    ``state``: received, then handled, unreadable (not the rail's form) or failed (handling broke; people look).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    rail = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="received")
    attempt = models.ForeignKey(PayoutAttempt, null=True, on_delete=models.PROTECT, related_name="posts")
    outcome = models.CharField(max_length=10, blank=True)
    error = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-received_at"]
        indexes: ClassVar = [models.Index(fields=["state", "received_at"], name="rail_post_waiting")]


class RailStatement(models.Model):
    """A statement of a rail that finance brought in; its file is kept, its lines are matched with payouts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    rail = models.CharField(max_length=20)
    filename = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    line_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField()
    fees_minor = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="rows that could not be read: [row, sentence]")
    gaps = models.JSONField(default=list, help_text="breaks in the chain of balances: [receipt, time, missing cents]")
    imported_at = models.DateTimeField()
    imported_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-imported_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rail", "file_sha256"], name="rail_statement_once"),
        ]


class RailLine(models.Model):
    """A line of a rail's statement. Overlapping statements hold the same line; it is kept once.

    ``amount_minor`` is negative for money out; a line that is not ``completed`` moved nothing. ``position`` orders the
    lines of one statement, oldest first. Receivers are kept masked; full details stay in the file.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    statement = models.ForeignKey(RailStatement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    rail = models.CharField(max_length=20)
    receipt_ref = models.CharField(max_length=40)
    completed_at = models.DateTimeField()
    completed = models.BooleanField()
    is_fee = models.BooleanField()
    amount_minor = models.BigIntegerField()
    balance_minor = models.BigIntegerField(null=True)
    payee_masked = models.CharField(max_length=15, blank=True)
    linked_ref = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["completed_at", "statement", "position"]
        indexes: ClassVar = [models.Index(fields=["rail", "completed_at"], name="rail_line_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rail", "receipt_ref", "completed_at", "amount_minor", "is_fee", "completed"],
                name="rail_line_once",
            ),
        ]


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
