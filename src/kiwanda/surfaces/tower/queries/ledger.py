"""The ledger's balances. System accounts are derived from their transfers, payables keep their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement.models import Account, Transfer

#: Kinds whose balance is credits minus debits.
CREDIT_NORMAL = ("liability", "income", "equity")


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of the trial balance; payables of one currency stand together."""

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


def balances() -> list[Balance]:
    """The trial balance. Three queries."""
    debits = dict(Transfer.objects.order_by().values_list("debit_id").annotate(n=Sum("amount_minor")))
    credits_ = dict(Transfer.objects.order_by().values_list("credit_id").annotate(n=Sum("amount_minor")))
    grouped: dict[tuple[str, str, str, str], list[int]] = {}
    for account in Account.objects.all():
        owned = account.owner_id is not None
        code = account.code.split(":")[0] if owned else account.code
        name = "" if owned else account.name
        sums = grouped.setdefault((code, name, account.kind, account.currency), [0, 0])
        sums[0] += debits.get(account.pk, 0)
        sums[1] += credits_.get(account.pk, 0)
    return [Balance(*key, *sums) for key, sums in sorted(grouped.items())]


def sums(accounts: list[Balance]) -> list[tuple[str, int, int]]:
    """``(currency, debits, credits)``: equal in a ledger that balances."""
    found: dict[str, list[int]] = {}
    for account in accounts:
        pair = found.setdefault(account.currency, [0, 0])
        pair[0] += account.debit_minor
        pair[1] += account.credit_minor
    return [(currency, debit, credit) for currency, (debit, credit) in sorted(found.items())]


def payables(text: str = "") -> QuerySet[Workshop]:
    """Workshops we owe money, most first, with ``owed_minor``."""
    owed = (
        Account.objects.filter(owner_id=OuterRef("pk"), kind="liability", currency=OuterRef("currency"))
        .values("owner_id")
        .annotate(total=Sum("balance_minor"))
        .values("total")
    )
    rows = Workshop.objects.annotate(
        owed_minor=Coalesce(Subquery(owed, output_field=BigIntegerField()), 0, output_field=BigIntegerField())
    ).filter(owed_minor__gt=0)
    if text:
        rows = rows.filter(trade_name__icontains=text) | rows.filter(code__icontains=text)
    return rows.order_by(F("owed_minor").desc(), "code")
