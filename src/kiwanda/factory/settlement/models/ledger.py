"""The double-entry ledger: accounts, entries of transfers, its chain of hashes, snapshots and exchange of currencies.

Entries and transfers are append-only (database triggers); corrections are reversing entries.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kiwanda.core.ids import new_id


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


class LedgerLink(models.Model):
    """One link of the ledger's chain: ``hash`` is SHA-256 over ``prev_hash`` and the whole content of ``entry``.

    Links are made by the worker shortly after an entry is committed, so that postings of several workers never wait for
    one another at the chain's end. Append-only.
    """

    position = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="link")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField(help_text="by the machine's own clock")

    class Meta:
        ordering: ClassVar = ["position"]


class BalanceSnapshot(models.Model):
    """Sums of one account's transfers up to and including the transfer ``upto_id``; later ones are added when asked."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="snapshots")
    upto_id = models.BigIntegerField()
    debits_minor = models.BigIntegerField()
    credits_minor = models.BigIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-upto_id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "upto_id"], name="snapshot_once")]


class FxRate(models.Model):
    """``rate`` units of ``quote`` for one unit of ``base``, of which moment. Never edited: a newer one counts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    source = models.CharField(max_length=60)
    quoted_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["-quoted_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="fx_rate_positive"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="fx_rate_two_currencies"),
            models.UniqueConstraint(fields=["base", "quote", "quoted_at"], name="fx_rate_once"),
        ]


class FxDeal(models.Model):
    """Money exchanged: two transfers through the positions of both currencies, with the rate they were made at."""

    id = models.UUIDField(primary_key=True, default=new_id)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="fx_deal")
    sold_currency = models.CharField(max_length=3)
    sold_minor = models.BigIntegerField()
    bought_currency = models.CharField(max_length=3)
    bought_minor = models.BigIntegerField()
    rate = models.DecimalField(max_digits=18, decimal_places=8, help_text="bought units for one sold unit")
    source = models.CharField(max_length=60)
    quoted_at = models.DateTimeField()
    dealt_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-dealt_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sold_minor__gt=0, bought_minor__gt=0, rate__gt=0), name="fx_deal_positive"
            ),
        ]
