"""What rails tell us: posts kept before they are read, statements and their lines, how differences were settled."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kiwanda.core.ids import new_id
from kiwanda.factory.settlement.models.ledger import LedgerEntry
from kiwanda.factory.settlement.models.payouts import PayoutAttempt


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


class Resolution(models.Model):
    """How people settled one difference between the books and a rail's statement. ``key`` names the difference.

    ``action``: ``top_up`` and ``suspense`` booked it, ``explained`` says why nothing needs to be booked.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    rail = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    action = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    note = models.CharField(max_length=200)
    line = models.ForeignKey(RailLine, null=True, on_delete=models.PROTECT, related_name="resolutions")
    entry = models.OneToOneField(LedgerEntry, null=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField()
    resolved_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-resolved_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["rail", "key"], name="resolution_once")]
