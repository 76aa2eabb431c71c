"""Kiwanda's own order format: one row per order line, CSV or XLSX (docs/reference/import-formats.md).

Required: order_number, sku, quantity. Optional: line_reference, description, due_on, unit_price, currency,
customer_reference, country, ordered_on, cancelled. Headings may be written in English or Swahili.

The order columns (ordered_on, customer_reference, country, currency, cancelled) need to be filled on one row of an
order; where several are filled they must agree.

Dates and numbers are first looked at over the whole file: 03/04/2026 is refused unless another date in the file, such
as 25/04/2026, shows which way round the file writes them; the same for 1,234.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from kiwanda.core.money import EXPONENTS

from .cells import (
    Cell,
    clean_text,
    code_of,
    date_of,
    day_order_of,
    decimal_mark_of,
    decimal_of,
    is_serial,
    minor_of,
    moment_of,
    quantity_of,
    text_of,
    yes_of,
)
from .countries import country_of
from .parsed import ParsedLine, ParsedOrder
from .problems import CellProblem, Problem
from .reading import MAX_DESCRIPTION, NUMBER_LENGTH, SKU_LENGTH, Gathering, OpenOrder, OrderReading
from .report import Report, Rule
from .source import Source
from .tabular import Column, Table

FORMAT = "kiwanda"

COLUMNS = (
    Column("order_number", required=True, aliases=("order", "order_no", "order_id", "namba_ya_oda", "oda")),
    Column("sku", required=True, aliases=("item_code", "product_code", "msimbo")),
    Column("quantity", required=True, aliases=("qty", "pieces", "idadi", "vipande")),
    Column("line_reference", aliases=("line", "line_no", "line_number", "rejea_ya_mstari")),
    Column("description", aliases=("item", "product", "maelezo")),
    Column("due_on", aliases=("due", "due_date", "delivery_date", "tarehe_ya_mwisho")),
    Column("unit_price", aliases=("price", "bei")),
    Column("currency", aliases=("sarafu",)),
    Column("customer_reference", aliases=("customer", "customer_ref", "customer_no", "mteja")),
    Column("country", aliases=("country_code", "nchi")),
    Column("ordered_on", aliases=("ordered_at", "order_date", "date", "tarehe_ya_oda")),
    Column("cancelled", aliases=("canceled", "imefutwa")),
)


def read_kiwanda_orders(
    source: Source,
    *,
    name: str = "",
    sheet: str = "",
    currency: str = "",
    zone: tzinfo = UTC,
    day_order: str = "",
) -> OrderReading:
    """Read Kiwanda's own format.

    Parameters
    ----------
    currency
        Used where the file has prices but no currency.
    zone
        Of dates and times without an offset.
    day_order
        "dmy" or "mdy" to settle ambiguous dates; "" to let the file prove it.
    """

    def parse(table: Table, report: Report) -> Iterator[ParsedOrder]:
        return _Parser(table, report, currency, zone, day_order).orders()

    return OrderReading(source, FORMAT, COLUMNS, parse, name=name, sheet=sheet)


class _Parser:
    def __init__(self, table: Table, report: Report, currency: str, zone: tzinfo, day_order: str) -> None:
        self._table = table
        self._report = report
        self._currency = currency
        self._zone = zone
        self._day_order = day_order
        self._mark = ""
        readers: tuple[tuple[str, str, Callable[[Cell], object]], ...] = (
            ("ordered_on", "ordered_at", self._ordered_at),
            ("customer_reference", "customer_ref", self._customer),
            ("country", "country", country_of),
            ("currency", "currency", self._currency_of),
            ("cancelled", "cancelled", yes_of),
        )
        self._order_readers = [
            (table.index[name], name, attribute, read) for name, attribute, read in readers if name in table.index
        ]

    def _learn_style(self) -> None:
        """First pass over the file: which way round dates stand, which mark decimals have."""
        at = self._table.index
        dates = [at[name] for name in ("due_on", "ordered_on") if name in at]
        numbers = [at[name] for name in ("unit_price", "quantity") if name in at]
        orders: set[str] = set()
        marks: set[str] = set()
        rows, counts, errors = self._report.rows, dict(self._report.counts), self._report.error_count
        kept, warned = list(self._report.errors), list(self._report.warnings)
        for _, cells in self._table.rows():
            for place in dates:
                cell = cells[place]
                if isinstance(cell, str) and cell:
                    orders.add(day_order_of(cell))
            for place in numbers:
                cell = cells[place]
                if isinstance(cell, str) and cell:
                    marks.add(decimal_mark_of(cell))
        report = self._report
        report.rows, report.counts, report.error_count, report.truncated = rows, counts, errors, False
        report.errors[:], report.warnings[:] = kept, warned
        proved = orders - {""}
        if not self._day_order:
            self._day_order = "mixed" if len(proved) > 1 else next(iter(proved), "")
        marks.discard("")
        self._mark = next(iter(marks)) if len(marks) == 1 else ""

    def orders(self) -> Iterator[ParsedOrder]:
        self._learn_style()
        table, report = self._table, self._report
        gathering = Gathering()
        column = table.headings
        i_number = table.index["order_number"]
        for row, cells in table.rows():
            try:
                number = code_of(cells[i_number], NUMBER_LENGTH)
            except CellProblem as problem:
                report.cell_error(row, column["order_number"], problem)
                continue
            if not number:
                report.error(row, column["order_number"], Problem.BLANK)
                continue
            order = gathering.find(number, row)
            if order is None:
                if gathering.is_closed(number):
                    report.error(
                        row, column["order_number"], Problem.ORDER_SPLIT, order=number, window=gathering.window
                    )
                    continue
                for done in gathering.complete(row):
                    yield self._finish(done)
                order = gathering.start(number, row)
            self._order_columns(order, row, cells)
            self._line(order, row, cells)
        for done in gathering.rest():
            yield self._finish(done)

    def _finish(self, order: OpenOrder) -> ParsedOrder:
        report = self._report
        if order.cancelled:
            report.count(Rule.ORDER_CANCELLED)
        if order.customer_ref is None:
            report.count(Rule.CUSTOMER_MISSING)
        currency = order.currency or self._currency
        priced = next((line for line in order.lines if line.unit_price_minor is not None), None)
        if priced is None:
            order.currency = currency
            return order.parsed()
        if not currency:
            report.error(priced.row, self._table.headings["unit_price"], Problem.CURRENCY_MISSING)
            return order.parsed()
        order.currency = currency
        order.lines = [self._priced(line, currency) for line in order.lines]
        return order.parsed()

    def _priced(self, line: ParsedLine, currency: str) -> ParsedLine:
        """Prices wait in millionths until the order's currency is known, which may stand on its last row."""
        if line.unit_price_minor is None:
            return line
        amount = Decimal(line.unit_price_minor).scaleb(-6)
        decimals = EXPONENTS[currency]
        minor, rounded = minor_of(amount, decimals)
        if rounded:
            self._report.error(
                line.row,
                self._table.headings["unit_price"],
                Problem.PRICE_DECIMALS,
                value=str(amount.normalize()),
                currency=currency,
                decimals=decimals,
            )
        return ParsedLine(
            line.external_line, line.sku, line.description, line.quantity_units, minor, line.due_on, line.row
        )

    def _order_columns(self, order: OpenOrder, row: int, cells: Sequence[Cell]) -> None:
        """Take what this row says about its order; report where it contradicts an earlier row."""
        headings = self._table.headings
        for place, name, attribute, read in self._order_readers:
            cell = cells[place]
            if cell == "":
                continue
            try:
                value = read(cell)
            except CellProblem as problem:
                self._report.cell_error(row, headings[name], problem)
                continue
            if value in ("", None):
                continue
            before = order.said.get(attribute)
            if before is None:
                setattr(order, attribute, value)
                order.said[attribute] = (value, row)
            elif before[0] != value:
                self._report.error(
                    row,
                    headings[name],
                    Problem.ORDER_DISAGREES,
                    order=order.number,
                    earlier=before[1],
                    value_before=_shown(before[0]),
                    value=_shown(value),
                )

    def _ordered_at(self, cell: Cell) -> datetime:
        if is_serial(cell):
            self._report.count(Rule.DATE_SERIAL)
        return moment_of(cell, day_order=self._day_order, zone=self._zone)

    @staticmethod
    def _customer(cell: Cell) -> str:
        return code_of(cell, NUMBER_LENGTH)

    @staticmethod
    def _currency_of(cell: Cell) -> str:
        text = text_of(cell).upper()
        if text and text not in EXPONENTS:
            raise CellProblem(Problem.CURRENCY_UNKNOWN, value=text, known=", ".join(sorted(EXPONENTS)))
        return text

    def _line(self, order: OpenOrder, row: int, cells: Sequence[Cell]) -> None:
        report, index, headings = self._report, self._table.index, self._table.headings

        def cell(name: str) -> Cell:
            place = index.get(name)
            return "" if place is None else cells[place]

        before = report.error_count
        sku = quantity = None
        price: int | None = None
        due_on: date | None = None
        reference = ""
        try:
            sku = code_of(cell("sku"), SKU_LENGTH)
            if not sku:
                report.error(row, headings["sku"], Problem.BLANK)
            elif not isinstance(cell("sku"), str):
                report.count(Rule.SKU_WAS_NUMBER)
        except CellProblem as problem:
            report.cell_error(row, headings["sku"], problem)
        try:
            raw = cell("quantity")
            if raw == "" or (isinstance(raw, str) and not raw.strip()):
                report.error(row, headings["quantity"], Problem.BLANK)
            else:
                quantity = quantity_of(raw, self._mark)
        except CellProblem as problem:
            report.cell_error(row, headings["quantity"], problem)
        try:
            raw = cell("unit_price")
            if text_of(raw):
                amount = decimal_of(raw, self._mark)
                if amount < 0:
                    raise CellProblem(Problem.PRICE_NEGATIVE, value=text_of(raw))
                price, rounded = minor_of(amount, 6)
                if rounded:
                    raise CellProblem(Problem.PRICE_DECIMALS, value=text_of(raw), currency="a price", decimals=6)
        except CellProblem as problem:
            report.cell_error(row, headings["unit_price"], problem)
        try:
            raw = cell("due_on")
            if text_of(raw):
                due_on = date_of(raw, day_order=self._day_order)
                if is_serial(raw):
                    report.count(Rule.DATE_SERIAL)
        except CellProblem as problem:
            report.cell_error(row, headings["due_on"], problem)
        try:
            reference = code_of(cell("line_reference"), 36)
        except CellProblem as problem:
            report.cell_error(row, headings["line_reference"], problem)
        description = self._description(cell("description"))
        if report.error_count > before or sku is None or quantity is None:
            return
        if reference:
            # Given references live apart from made-up ones: a made-up one always holds a slash and its SKU.
            key = f"ref:{reference}"
            if key in order.references:
                report.error(
                    row,
                    headings["line_reference"],
                    Problem.LINE_TWICE,
                    order=order.number,
                    value=reference,
                    earlier=order.references[key],
                )
                return
            order.references[key] = row
            reference = key
        else:
            reference = order.reference(sku)
        order.lines.append(ParsedLine(reference, sku, description, quantity, price, due_on, row))

    def _description(self, cell: Cell) -> str:
        text = clean_text(cell) if isinstance(cell, str) else text_of(cell)
        if len(text) > MAX_DESCRIPTION:
            self._report.count(Rule.DESCRIPTION_CUT)
            text = text[:MAX_DESCRIPTION]
        return text


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
