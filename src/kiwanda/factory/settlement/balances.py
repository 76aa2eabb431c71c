"""Balances of accounts that are not kept row by row: the last snapshot and what was booked since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Sum

from kiwanda.core import clock
from kiwanda.factory.settlement.chart import CREDIT_NORMAL
from kiwanda.factory.settlement.models import Account, BalanceSnapshot, Transfer

Sums = dict[UUID, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of the trial balance; the accounts of workshops stand together, by prefix and currency."""

    code: str
    name: str
    kind: str
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        difference = self.credit_minor - self.debit_minor
        return difference if self.kind in CREDIT_NORMAL else -difference


def take_snapshots() -> int:
    """Note the sums of every account up to the newest transfer; returns how many were noted.

    On PostgreSQL numbers are handed out before they are committed: the table is held for the moment, so that no
    transfer with a smaller number can still appear.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE settlement_transfer IN SHARE MODE")
        upto = Transfer.objects.aggregate(n=Max("pk"))["n"]
        if upto is None:
            return 0
        noted = dict(BalanceSnapshot.objects.values_list("account_id").annotate(n=Max("upto_id")).order_by())
        rows = [
            BalanceSnapshot(
                account_id=account, upto_id=upto, debits_minor=debits, credits_minor=credits_, taken_at=clock.now()
            )
            for account, (debits, credits_) in sums().items()
            if noted.get(account) != upto
        ]
        BalanceSnapshot.objects.bulk_create(rows, batch_size=500)
        return len(rows)


def sums() -> Sums:
    """Debits and credits of every account that was ever used, minor units."""
    found: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    newest = BalanceSnapshot.objects.aggregate(n=Max("upto_id"))["n"]
    since = 0
    if newest is not None:
        # Every account gets a row in every round unless nothing was booked on it since an earlier one.
        latest: dict[UUID, BalanceSnapshot] = {}
        for row in BalanceSnapshot.objects.order_by("upto_id"):
            latest[row.account_id] = row
        for account, row in latest.items():
            found[account] = [row.debits_minor, row.credits_minor]
        since = newest
    later = Transfer.objects.filter(pk__gt=since).order_by()
    for side, field in ((0, "debit_id"), (1, "credit_id")):
        for account, amount in later.values_list(field).annotate(n=Sum("amount_minor")):
            found[account][side] += amount
    return {account: (pair[0], pair[1]) for account, pair in found.items()}


def trial_balance() -> list[Balance]:
    """Every account with what was debited and credited; those of workshops together."""
    by_account = sums()
    grouped: dict[tuple[str, str, str, str], list[int]] = {}
    for account in Account.objects.order_by("code"):
        owned = account.owner_id is not None
        code, name = (account.code.partition(":")[0], "") if owned else (account.code, account.name)
        pair = grouped.setdefault((code, name, account.kind, account.currency), [0, 0])
        debits, credits_ = by_account.get(account.pk, (0, 0))
        pair[0] += debits
        pair[1] += credits_
    return [Balance(*key, *pair) for key, pair in sorted(grouped.items())]


def totals(lines: Iterable[Balance]) -> list[tuple[str, int, int]]:
    """``(currency, debits, credits)``: equal in a ledger that balances."""
    found: dict[str, list[int]] = {}
    for line in lines:
        pair = found.setdefault(line.currency, [0, 0])
        pair[0] += line.debit_minor
        pair[1] += line.credit_minor
    return [(currency, debit, credit) for currency, (debit, credit) in sorted(found.items())]


def wrong_snapshots() -> Iterator[str]:
    """Snapshots that the transfers up to them contradict; the newest of every account is looked at."""
    newest = BalanceSnapshot.objects.values_list("account_id").annotate(n=Max("upto_id")).order_by()
    by_upto: dict[int, list[UUID]] = defaultdict(list)
    for account, upto in newest:
        by_upto[upto].append(account)
    for upto, accounts in by_upto.items():
        earlier = Transfer.objects.filter(pk__lte=upto).order_by()
        debits = dict(earlier.values_list("debit_id").annotate(n=Sum("amount_minor")))
        credits_ = dict(earlier.values_list("credit_id").annotate(n=Sum("amount_minor")))
        for row in BalanceSnapshot.objects.filter(upto_id=upto).select_related("account"):
            if row.account_id not in accounts:
                continue
            told = (row.debits_minor, row.credits_minor)
            summed = (debits.get(row.account_id, 0), credits_.get(row.account_id, 0))
            if told != summed:
                yield f"the snapshot of {row.account.code} says {told}, its transfers {summed}"
