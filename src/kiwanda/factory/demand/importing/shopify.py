"""Shopify's admin export, orders_export.csv.

An order with n lines is n rows; only the first carries the order columns. Orders are told apart by Id, never by Name:
names repeat across shops. The export has no line ids: a line is known by its SKU and how many times the SKU stood in
the order before, so the same order in the next export gives the same lines.

What becomes of what:

- cancelled (`Cancelled at`), voided, expired and wholly refunded orders are yielded with `cancelled`, so that an order
  imported earlier is cancelled too;
- draft orders are left out (`draft_order`); orders made from a draft are orders;
- lines that need no shipping are left out (`not_shipped_line`); lines the shop fulfilled or restocked are marked;
- a line without SKU is known by its name, as "name:…", so that it can be mapped like a SKU;
- the customer's e-mail is read only where the caller gives a `pseudonym`, and only what that returns is yielded;
- an order that stands in the file twice (two exports pasted together) is yielded once if it is the same, again if it
  changed: the later statement counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from kiwanda.core.money import EXPONENTS

from .cells import (
    Cell,
    clean_text,
    code_of,
    decimal_of,
    minor_of,
    moment_of,
    number_id_of,
    quantity_of,
    text_of,
    whole_of,
)
from .countries import CODES
from .parsed import ParsedLine, ParsedOrder
from .problems import CellProblem, Problem
from .reading import MAX_DESCRIPTION, NUMBER_LENGTH, SKU_LENGTH, OpenOrder, OrderReading, stable_hash
from .report import Report, Rule
from .source import Source
from .tabular import Column, Table

FORMAT = "shopify"

_REQUIRED = (
    "Name",
    "Financial Status",
    "Currency",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Cancelled at",
    "Id",
)
_OPTIONAL = (
    "Email",
    "Fulfillment Status",
    "Lineitem requires shipping",
    "Lineitem fulfillment status",
    "Shipping Country",
    "Billing Country",
    "Source",
)
_KNOWN_NOT_READ = [
    "Paid at",
    "Fulfilled at",
    "Accepts Marketing",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Lineitem compare at price",
    "Lineitem taxable",
    "Billing Name",
    "Billing Street",
    "Billing Address1",
    "Billing Address2",
    "Billing Company",
    "Billing City",
    "Billing Zip",
    "Billing Province",
    "Billing Phone",
    "Shipping Name",
    "Shipping Street",
    "Shipping Address1",
    "Shipping Address2",
    "Shipping Company",
    "Shipping City",
    "Shipping Zip",
    "Shipping Province",
    "Shipping Phone",
    "Notes",
    "Note Attributes",
    "Payment Method",
    "Payment Reference",
    "Refunded Amount",
    "Vendor",
    "Outstanding Balance",
    "Employee",
    "Location",
    "Device ID",
    "Tags",
    "Risk Level",
    "Lineitem discount",
    "Tax 1 Name",
    "Tax 1 Value",
    "Tax 2 Name",
    "Tax 2 Value",
    "Tax 3 Name",
    "Tax 3 Value",
    "Tax 4 Name",
    "Tax 4 Value",
    "Tax 5 Name",
    "Tax 5 Value",
    "Phone",
    "Receipt Number",
    "Duties",
    "Billing Province Name",
    "Shipping Province Name",
    "Payment ID",
    "Payment Terms Name",
    "Next Payment Due At",
    "Payment References",
]

COLUMNS = tuple(Column(name, required=True) for name in _REQUIRED) + tuple(Column(name) for name in _OPTIONAL)

_PAID_BACK = frozenset({"voided", "refunded", "expired"})
_DRAFT = frozenset({"draft", "open", "invoice_sent"})
_DRAFT_NAME = re.compile(r"#?D[0-9]+\Z")
_BUNDLE = re.compile(r"\b(?:buy|bundle of|pack of|set of|\d+\s*-?\s*pack|x\s?[2-9])\b", re.IGNORECASE)


def read_shopify_orders(
    source: Source, *, name: str = "", sheet: str = "", pseudonym: Callable[[str], str] | None = None
) -> OrderReading:
    """Read orders_export.csv; `pseudonym` turns an e-mail into an opaque reference (None: e-mails are not read)."""

    def parse(table: Table, report: Report) -> Iterator[ParsedOrder]:
        return _Parser(table, report, pseudonym).orders()

    ignored = tuple(Column(known, ignored=True) for known in _KNOWN_NOT_READ)
    return OrderReading(source, FORMAT, COLUMNS + ignored, parse, name=name, sheet=sheet)


class _Parser:
    def __init__(self, table: Table, report: Report, pseudonym: Callable[[str], str] | None) -> None:
        self._table = table
        self._report = report
        self._pseudonym = pseudonym
        self._statements: dict[int, int] = {}
        self._order: OpenOrder | None = None
        self._id = ""
        self._name = ""
        self._skipping = False
        self._bundles = 0
        self._bundle_example = ""
        self._partly_refunded = 0

    def _cell(self, cells: Sequence[Cell], column: str) -> Cell:
        place = self._table.index.get(column)
        return "" if place is None else cells[place]

    def orders(self) -> Iterator[ParsedOrder]:
        report = self._report
        headers = 0
        for row, cells in self._table.rows():
            try:
                order_id = number_id_of(self._cell(cells, "Id"), NUMBER_LENGTH)
                name = code_of(self._cell(cells, "Name"), NUMBER_LENGTH)
            except CellProblem as problem:
                column = "Id" if problem.problem is Problem.NUMBER_DAMAGED else "Name"
                report.cell_error(row, column, problem)
                yield from self._close()
                self._id, self._name, self._skipping = "", text_of(self._cell(cells, "Name")), True
                continue
            pasted = report.counts.get(Rule.HEADER_AGAIN.rule, 0) != headers
            headers = report.counts.get(Rule.HEADER_AGAIN.rule, 0)
            if order_id and (order_id != self._id or pasted):
                yield from self._close()
                self._start(order_id, name, row, cells)
            elif not order_id and (pasted or (name and self._name and name != self._name)):
                yield from self._close()
                self._id, self._name, self._skipping = "", name, True
                report.error(row, "Id", Problem.ORDER_WITHOUT_KEY, order=name or "?")
                continue
            if not self._has_line(cells):
                if not order_id:
                    report.count(Rule.BLANK_ROW)
                continue
            if self._order is None:
                if not self._skipping:
                    self._orphan(row, name)
                continue
            self._line(self._order, row, cells)
        yield from self._close()
        if self._bundles:
            report.warn(Problem.BUNDLES, count=self._bundles, example=self._bundle_example)
        if self._partly_refunded:
            report.warn(Problem.PARTIAL_REFUNDS, count=self._partly_refunded)

    def _orphan(self, row: int, name: str) -> None:
        if name:
            self._name, self._skipping = name, True
            self._report.error(row, "Id", Problem.ORDER_WITHOUT_KEY, order=name)
        else:
            self._report.error(row, "Name", Problem.LINE_WITHOUT_ORDER)

    def _has_line(self, cells: Sequence[Cell]) -> bool:
        return any(
            text_of(self._cell(cells, column)) for column in ("Lineitem name", "Lineitem sku", "Lineitem quantity")
        )

    def _start(self, order_id: str, name: str, row: int, cells: Sequence[Cell]) -> None:
        """A row with a new Id: read the order columns."""
        report = self._report
        self._id, self._name, self._skipping = order_id, name, False
        financial = text_of(self._cell(cells, "Financial Status")).casefold()
        if financial in _DRAFT or (not financial and _DRAFT_NAME.match(name)):
            report.count(Rule.DRAFT_ORDER)
            self._skipping = True
            return
        order = OpenOrder(name or order_id, row, row)
        column = "Currency"
        try:
            order.currency = text_of(self._cell(cells, "Currency")).upper()
            if not order.currency:
                raise CellProblem(Problem.BLANK)
            if order.currency not in EXPONENTS:
                known = ", ".join(sorted(EXPONENTS))
                raise CellProblem(Problem.CURRENCY_UNKNOWN, value=order.currency, known=known)
            column = "Created at"
            order.ordered_at = self._moment(self._cell(cells, "Created at"))
            if order.ordered_at is None:
                raise CellProblem(Problem.BLANK)
            column = "Cancelled at"
            order.cancelled = self._moment(self._cell(cells, "Cancelled at")) is not None
        except CellProblem as problem:
            report.cell_error(row, column, problem)
            self._skipping = True
            return
        if order.cancelled:
            report.count(Rule.ORDER_CANCELLED)
        elif financial in _PAID_BACK:
            order.cancelled = True
            report.count(Rule.ORDER_VOIDED)
        elif financial == "partially_refunded":
            self._partly_refunded += 1
        country = text_of(self._cell(cells, "Shipping Country")) or text_of(self._cell(cells, "Billing Country"))
        order.country = country.upper() if country.upper() in CODES else ""
        if not order.country:
            report.count(Rule.COUNTRY_NOT_KNOWN)
        # Not through the cleaning of other cells, which remembers what it has seen.
        email = str(self._cell(cells, "Email")).strip().casefold()
        if not email:
            report.count(Rule.CUSTOMER_MISSING)
        elif self._pseudonym is not None:
            order.customer_ref = self._pseudonym(email)
        self._order = order

    @staticmethod
    def _moment(cell: Cell) -> datetime | None:
        return moment_of(cell, zone=UTC) if text_of(cell) else None

    def _line(self, order: OpenOrder, row: int, cells: Sequence[Cell]) -> None:
        report = self._report
        if text_of(self._cell(cells, "Lineitem requires shipping")).casefold() == "false":
            report.count(Rule.NOT_SHIPPED_LINE)
            return
        column = "Lineitem sku"
        try:
            raw = self._cell(cells, "Lineitem sku")
            sku = code_of(raw, SKU_LENGTH)
            if sku and not isinstance(raw, str):
                report.count(Rule.SKU_WAS_NUMBER)
            column = "Lineitem quantity"
            if not text_of(self._cell(cells, column)):
                raise CellProblem(Problem.BLANK)
            if whole_of(self._cell(cells, column), ".") == 0:
                report.count(Rule.LINE_REMOVED)
                return
            quantity = quantity_of(self._cell(cells, column), ".")
            column = "Lineitem price"
            price = self._price(self._cell(cells, column), EXPONENTS[order.currency])
        except CellProblem as problem:
            report.cell_error(row, column, problem)
            return
        name = self._cell(cells, "Lineitem name")
        description = clean_text(name) if isinstance(name, str) else text_of(name)
        if not sku:
            if not description:
                report.error(row, "Lineitem sku", Problem.BLANK)
                return
            sku = f"name:{description}"[:SKU_LENGTH]
            report.count(Rule.SKU_MISSING)
        if not description:
            report.count(Rule.DESCRIPTION_MISSING)
        elif _BUNDLE.search(description):
            self._bundles += 1
            self._bundle_example = self._bundle_example or description[:60]
        if len(description) > MAX_DESCRIPTION:
            report.count(Rule.DESCRIPTION_CUT)
            description = description[:MAX_DESCRIPTION]
        status = text_of(self._cell(cells, "Lineitem fulfillment status")).casefold()
        if status == "fulfilled":
            report.count(Rule.LINE_FULFILLED)
        elif status == "restocked":
            report.count(Rule.LINE_RESTOCKED)
        reference = order.reference(sku)
        order.lines.append(
            ParsedLine(
                reference, sku, description, quantity, price, None, row, status == "fulfilled", status == "restocked"
            )
        )

    def _price(self, cell: Cell, decimals: int) -> int:
        amount = decimal_of(cell, ".") if text_of(cell) else Decimal(0)
        if amount < 0:
            raise CellProblem(Problem.PRICE_NEGATIVE, value=text_of(cell))
        minor, rounded = minor_of(amount, decimals)
        if rounded:
            self._report.count(Rule.PRICE_ROUNDED)
        return minor

    def _close(self) -> Iterator[ParsedOrder]:
        """Hand on the order just read, unless the file already said exactly the same about it."""
        order, self._order = self._order, None
        if order is None:
            return
        parsed = ParsedOrder(
            external_id=self._id,
            number=order.number,
            ordered_at=order.ordered_at,
            customer_ref=order.customer_ref,
            country=order.country,
            currency=order.currency,
            cancelled=order.cancelled,
            lines=tuple(order.lines),
            row=order.row,
        )
        key = stable_hash(self._id)
        content = [
            (x.external_line, x.quantity_units, x.unit_price_minor, x.fulfilled, x.cancelled) for x in order.lines
        ]
        statement = stable_hash(repr((parsed.cancelled, parsed.number, content)))
        before = self._statements.get(key)
        if before == statement:
            self._report.count(Rule.ORDER_REPEATED)
            return
        if before is not None:
            self._report.count(Rule.ORDER_RESTATED)
        self._statements[key] = statement
        yield parsed
