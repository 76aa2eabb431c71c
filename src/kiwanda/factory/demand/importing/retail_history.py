"""The retail history format: one row per invoice line, as in the UCI "Online Retail" data (doi 10.24432/C5BW33).

Columns: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country.

A line is counted under the first of these rules that fits, and left out:

1. `cancellation_line`: the invoice number starts with C. Such an invoice does not say which earlier one it takes
   back, so nothing is set off: the history is what was ordered.
2. `bad_debt_line`: it starts with A.
3. `fee_line`: the stock code is POST, DOT, M, C2, D, S, B, BANK CHARGES, AMAZONFEE, CRUK or gift_….
4. `quantity_not_positive`: no piece or fewer.
5. `price_not_positive`: a price of zero or below.
6. `duplicate_line`: equal in every column to an earlier line of the same invoice.

Everything else is kept. A missing customer or description is counted and kept. Invoice times are the shop's local time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from kiwanda.core.money import EXPONENTS

from .cells import (
    CACHED,
    Cell,
    clean_text,
    code_of,
    decimal_of,
    is_serial,
    minor_of,
    moment_of,
    number_id_of,
    quantity_of,
    text_of,
    whole_of,
)
from .countries import NAMES
from .parsed import ParsedLine, ParsedOrder
from .problems import CellProblem, Problem
from .reading import MAX_DESCRIPTION, NUMBER_LENGTH, SKU_LENGTH, Gathering, OrderReading
from .report import Report, Rule
from .source import Source
from .tabular import Column, Table

FORMAT = "retail_history"

COLUMNS = (
    Column("InvoiceNo", required=True, aliases=("Invoice",)),
    Column("StockCode", required=True),
    Column("Description", required=True),
    Column("Quantity", required=True),
    Column("InvoiceDate", required=True),
    Column("UnitPrice", required=True, aliases=("Price",)),
    Column("CustomerID", required=True),
    Column("Country", required=True),
)

FEE_CODES = frozenset({"POST", "DOT", "M", "C2", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK"})

_INVOICE = re.compile(r"([CA]?)([0-9]{4,12})\Z")


def read_retail_history(
    source: Source,
    *,
    name: str = "",
    sheet: str = "",
    currency: str = "GBP",
    zone: tzinfo | None = None,
) -> OrderReading:
    """Read a retail history; prices are in `currency`, times in `zone` (Europe/London unless said)."""
    decimals = EXPONENTS[currency]
    place = zone or ZoneInfo("Europe/London")

    def parse(table: Table, report: Report) -> Iterator[ParsedOrder]:
        return _parse(table, report, currency, decimals, place)

    return OrderReading(source, FORMAT, COLUMNS, parse, name=name, sheet=sheet)


@lru_cache(maxsize=16384)
def _short_price(text: str, decimals: int) -> tuple[int, bool, bool]:
    """(minor units, whether rounded, whether the written price is above zero)."""
    amount = decimal_of(text, ".")
    minor, rounded = minor_of(amount, decimals)
    return minor, rounded, amount > 0


@lru_cache(maxsize=16384)
def _short_quantity(text: str) -> int:
    return whole_of(text, ".")


# As in `cells`: long cells are read, or refused, without being remembered.


def _price(text: str, decimals: int) -> tuple[int, bool, bool]:
    return _short_price(text, decimals) if len(text) <= CACHED else _short_price.__wrapped__(text, decimals)


def _quantity(text: str) -> int:
    return _short_quantity(text) if len(text) <= CACHED else _short_quantity.__wrapped__(text)


def _sku(text: str) -> tuple[str, bool]:
    return _short_sku(text) if len(text) <= CACHED else _short_sku.__wrapped__(text)


@lru_cache(maxsize=16384)
def _short_sku(text: str) -> tuple[str, bool]:
    code = code_of(text, SKU_LENGTH)
    upper = code.upper()
    return upper, upper != code


def _parse(table: Table, report: Report, currency: str, decimals: int, zone: tzinfo) -> Iterator[ParsedOrder]:
    at = table.index
    i_number, i_sku, i_text, i_quantity = at["InvoiceNo"], at["StockCode"], at["Description"], at["Quantity"]
    i_date, i_price, i_customer, i_country = at["InvoiceDate"], at["UnitPrice"], at["CustomerID"], at["Country"]
    orders = Gathering()
    match = _INVOICE.match
    for row, cells in table.rows():
        raw = cells[i_number]
        invoice = match(raw.strip() if isinstance(raw, str) else text_of(raw))
        if invoice is None:
            _bad_number(row, raw, table, report)
            continue
        kind = invoice[1]
        if kind:
            report.count(Rule.CANCELLATION_LINE if kind == "C" else Rule.BAD_DEBT_LINE)
            continue
        number = invoice[2]
        column = "StockCode"
        try:
            cell = cells[i_sku]
            sku, raised = _sku(cell if isinstance(cell, str) else text_of(cell))
            if not sku:
                raise CellProblem(Problem.BLANK)
            if sku in FEE_CODES or sku.startswith("GIFT_"):
                report.count(Rule.FEE_LINE)
                continue
            column = "Quantity"
            cell = cells[i_quantity]
            quantity = _quantity(cell if isinstance(cell, str) else text_of(cell))
            if quantity <= 0:
                report.count(Rule.QUANTITY_NOT_POSITIVE)
                continue
            column = "UnitPrice"
            cell = cells[i_price]
            price, rounded, positive = _price(cell if isinstance(cell, str) else text_of(cell), decimals)
            if not positive:
                report.count(Rule.PRICE_NOT_POSITIVE)
                continue
            column = "Quantity"
            if quantity > 1_000_000:
                quantity_of(quantity)
            column = "InvoiceDate"
            cell = cells[i_date]
            moment = moment_of(cell, zone=zone)
            if not (isinstance(cell, str) and len(cell) > 16) and is_serial(cell):
                report.count(Rule.DATE_SERIAL)
            column = "CustomerID"
            customer = number_id_of(cells[i_customer], NUMBER_LENGTH)
        except CellProblem as problem:
            report.cell_error(row, column, problem)
            continue
        order = orders.find(number, row)
        if order is None:
            if orders.is_closed(number):
                report.error(row, "InvoiceNo", Problem.ORDER_SPLIT, order=number, window=orders.window)
                continue
            for done in orders.complete(row):
                yield done.parsed()
            order = orders.start(number, row)
            order.ordered_at, order.currency = moment, currency
            order.customer_ref = customer or None
            if not customer:
                report.count(Rule.CUSTOMER_MISSING)
            order.country = NAMES.get(text_of(cells[i_country]).casefold(), "")
            if not order.country:
                report.count(Rule.COUNTRY_NOT_KNOWN)
        line_key = tuple(cells)
        if line_key in order.seen:
            report.count(Rule.DUPLICATE_LINE)
            continue
        order.seen.add(line_key)
        if (customer or None) != order.customer_ref:
            report.error(
                row,
                "CustomerID",
                Problem.ORDER_DISAGREES,
                order=number,
                earlier=order.row,
                value_before=order.customer_ref or "–",
                value=customer or "–",
            )
            continue
        if order.ordered_at is None or moment < order.ordered_at:
            order.ordered_at = moment
        if raised:
            report.count(Rule.SKU_UPPERCASED)
        if rounded:
            report.count(Rule.PRICE_ROUNDED)
        order.lines.append(
            ParsedLine(order.reference(sku), sku, _description(cells[i_text], report), quantity, price, None, row)
        )
    for done in orders.rest():
        yield done.parsed()


def _description(cell: Cell, report: Report) -> str:
    text = clean_text(cell) if isinstance(cell, str) else text_of(cell)
    if not text:
        report.count(Rule.DESCRIPTION_MISSING)
    elif len(text) > MAX_DESCRIPTION:
        report.count(Rule.DESCRIPTION_CUT)
        text = text[:MAX_DESCRIPTION]
    return text


def _bad_number(row: int, raw: Cell, table: Table, report: Report) -> None:
    text = text_of(raw)
    column = table.headings["InvoiceNo"]
    if not text:
        report.error(row, column, Problem.BLANK)
    elif text.startswith("="):
        report.error(row, column, Problem.FORMULA, value=text)
    else:
        report.error(row, column, Problem.INVOICE_KIND, value=text)
