"""The ledger as the tower shows it: what is owed to whom, and one account's transfers."""

from __future__ import annotations

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.factory.network.models import Workshop
from kiwanda.factory.settlement.models import Account, Transfer


def payables(text: str = "") -> QuerySet[Workshop]:
    """Workshops we owe money, most first, with ``owed_minor``."""
    owed = (
        Account.objects.filter(
            owner_id=OuterRef("pk"), code__startswith="payable:", kind="liability", currency=OuterRef("currency")
        )
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


def transfers(account: Account) -> QuerySet[Transfer]:
    """Everything booked on one account, newest first."""
    rows = Transfer.objects.filter(Q(debit=account) | Q(credit=account))
    return rows.select_related("entry", "debit", "credit").order_by("-pk")
