"""The ledger for others to read: beancount (fava shows it) and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal

from kiwanda.core import clock
from kiwanda.core.ids import derived_id
from kiwanda.core.money import exponent
from kiwanda.factory.settlement.chart import ROOTS
from kiwanda.factory.settlement.models import Account, LedgerEntry, Transfer

CHUNK = 2000
COLUMNS = ("Transfer", "Entry", "Booked at", "Kind", "Key", "Debit", "Credit", "Amount", "Currency", "Reverses")


def csv_lines() -> Iterator[str]:
    """Every transfer as a line of CSV, oldest first, times in UTC. Cells that a spreadsheet would run are made text."""
    yield _line(COLUMNS)
    rows = Transfer.objects.select_related("entry", "debit", "credit").order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        entry = row.entry
        yield _line(
            (
                str(row.pk), str(entry.pk), entry.booked_at.astimezone(UTC).isoformat(), entry.kind, entry.key,
                row.debit.code, row.credit.code, amount(row.amount_minor, row.currency), row.currency,
                str(entry.reverses_id or ""),
            )
        )  # fmt: skip


def safe(cell: str) -> str:
    """``cell`` so that no spreadsheet takes it for a formula; numbers stay numbers."""
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell):
        return cell
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell


def beancount_lines() -> Iterator[str]:
    """The whole ledger as a beancount file: accounts, then one transaction an entry, dated by Nairobi's days."""
    names = account_names()
    first = LedgerEntry.objects.order_by("booked_at").values_list("booked_at", flat=True).first()
    yield 'option "title" "Kiwanda"\n'
    for currency in sorted(set(Account.objects.values_list("currency", flat=True))):
        yield f'option "operating_currency" "{currency}"\n'
    if first is None:
        return
    opened = clock.local_date(first)
    for account in Account.objects.order_by("code"):
        yield f"{opened} open {names[account.code]} {account.currency}\n"
    entries = LedgerEntry.objects.order_by("booked_at", "pk").prefetch_related("transfers__debit", "transfers__credit")
    for entry in entries.iterator(chunk_size=CHUNK):
        yield f'\n{clock.local_date(entry.booked_at)} * "{_text(entry.kind)}" "{_text(entry.key)}"\n'
        yield f'  entry: "{entry.pk}"\n'
        for row in entry.transfers.all():
            value = amount(row.amount_minor, row.currency)
            yield f"  {names[row.debit.code]}  {value} {row.currency}\n"
            yield f"  {names[row.credit.code]}  -{value} {row.currency}\n"


def account_names() -> dict[str, str]:
    """Beancount's names of our accounts: ``payable:WS-0012`` is ``Liabilities:Payable:WS-0012``."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for code, kind in Account.objects.order_by("code").values_list("code", "kind"):
        parts = [re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") or "X" for part in code.split(":")]
        name = ":".join([ROOTS[kind], *(part[0].upper() + part[1:] for part in parts)])
        if name in taken:
            name = f"{name}-{derived_id('account', code).hex[:6]}"
        taken.add(name)
        names[code] = name
    return names


def amount(minor: int, currency: str) -> str:
    """``1250`` minor units as ``12.50``, with the currency's decimals."""
    places = exponent(currency)
    return f"{Decimal(minor).scaleb(-places):.{places}f}"


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return out.getvalue()


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
