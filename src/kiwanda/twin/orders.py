"""The real order lines of the demo, moved to now.

``data/jewellery_lines.csv.gz`` holds 7,729 lines of a British gift wholesaler (UCI Online Retail, CC BY 4.0). The demo
begins on a day of the source's calendar, ``SOURCE_TODAY``, with the weeks before it already ordered; dates are moved
by whole weeks, so that weekdays stay what they were. When the source ends, it begins again from its first day, with
the invoice numbers marked, so that a live demo never runs dry.

What a line means here: one unit of the source is one case of pieces (``pieces_per_unit`` in ``sku_mapping.csv``: 8
where the source's median price is under GBP 0.50, 42 under 2.00, 84 under 5.00, else 96). The source shop is small;
with all its invoices the rule loads six weeks to about a quarter of the network's part-time minutes. The source's price
is kept as the price of one piece, so a case costs that many times as much.
"""

from __future__ import annotations

import csv
import functools
import gzip
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kiwanda.twin.catalogue import DATA, collection, sku_mapping

#: The Monday of the source week in which the demo's present day lies.
SOURCE_WEEK = date(2011, 2, 21)
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")


@dataclass(frozen=True, slots=True)
class OrderFile:
    """One day's lines as the shop would have sent them: CSV text with the source's columns, dated to ``on``."""

    on: date
    name: str
    content: bytes
    lines: int


@functools.lru_cache(maxsize=1)
def source_lines() -> dict[date, tuple[tuple[str, ...], ...]]:
    """The lines by source day, in the columns of ``COLUMNS``, cancellations included."""
    days: dict[date, list[tuple[str, ...]]] = {}
    with gzip.open(DATA / "jewellery_lines.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            line = tuple(row[column] for column in COLUMNS)
            days.setdefault(date.fromisoformat(row["InvoiceDate"][:10]), []).append(line)
    return {day: tuple(lines) for day, lines in days.items()}


@functools.lru_cache(maxsize=1)
def _source_span() -> tuple[date, int]:
    """First Monday of the source and its length in days, whole weeks."""
    first, last = min(source_lines()), max(source_lines())
    monday = first - timedelta(days=first.weekday())
    return monday, 7 * ((last - monday).days // 7 + 1)


def source_day(on: date, today: date) -> tuple[date, int]:
    """The source day that plays ``on`` in a demo built on ``today``, and how often the source has begun anew."""
    source_today = SOURCE_WEEK + timedelta(days=today.weekday())
    monday, length = _source_span()
    offset = (source_today - monday).days + (on - today).days
    return monday + timedelta(days=offset % length), offset // length


def order_file(on: date, today: date, share: float = 1.0) -> OrderFile | None:
    """The file that arrives on ``on``, or None on a day without orders.

    ``share`` below 1 keeps that part of the invoices (a small factory gets fewer orders); the choice is by invoice
    number, so it is stable. Cancellations of invoices that were left out are left out too, by the same rule.
    """
    source, round_ = source_day(on, today)
    lines = [line for line in source_lines().get(source, ()) if _kept(line[0], share)]
    if not lines:
        return None
    in_case = {row.stock_code: row.pieces_per_unit for row in sku_mapping() if row.sku}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for invoice, code, description, quantity, moment, price, customer, country in lines:
        number = invoice if round_ == 0 else f"{invoice[:1] if invoice[0] == 'C' else ''}{round_}{invoice.lstrip('C')}"
        case_price = Decimal(price) * in_case.get(code, 1)
        writer.writerow((number, code, description, quantity, f"{on}{moment[10:]}", case_price, customer, country))
    return OrderFile(on, f"orders_{on}.csv", out.getvalue().encode(), len(lines))


def pieces_by_style(first: date, last: date, today: date, share: float = 1.0) -> Counter[str]:
    """Pieces that the orders of these days ask for, by style code; cancelled and unmapped lines left out."""
    known = {row.stock_code: row for row in sku_mapping() if row.sku}
    styles = {variant.sku: style.code for style in collection().styles for variant in style.variants}
    pieces: Counter[str] = Counter()
    for day in range((last - first).days + 1):
        source, _ = source_day(first + timedelta(days=day), today)
        for invoice, code, _, units, *_ in source_lines().get(source, ()):
            if not invoice.startswith("C") and code in known and _kept(invoice, share):
                row = known[code]
                pieces[styles[row.sku]] += max(0, int(units)) * row.pieces_per_unit
    return pieces


def _kept(invoice: str, share: float) -> bool:
    digits = int("".join(c for c in invoice if c.isdigit()) or 0)
    return share >= 1.0 or (digits * 2_654_435_761 % 2**32) / 2**32 < share
