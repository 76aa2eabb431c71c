"""What the formats share: the life of one reading, and the gathering of an order's scattered lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from .parsed import ParsedLine, ParsedOrder
from .problems import FileRefused
from .report import Report
from .source import Source
from .tabular import Column, Table, open_table

WINDOW = 10_000
"""Rows after which an order without new lines counts as complete. Bounds memory; a file sorted by anything else than
its order number still works while an order's lines stand within this many rows of each other."""

MAX_DESCRIPTION = 200
NUMBER_LENGTH = 64
SKU_LENGTH = 80

Parse = Callable[[Table, Report], Iterator[ParsedOrder]]


class OrderReading:
    """Iterate to get the orders; `report` is complete when the iteration has ended. Never raises for what is in a file.

    Orders with a faulty line are still yielded with their sound lines: whoever stores anything must wait for the end
    and look at `report.ok`.
    """

    def __init__(
        self,
        source: Source,
        format_name: str,
        columns: Sequence[Column],
        parse: Parse,
        *,
        name: str = "",
        sheet: str = "",
    ) -> None:
        self.report = Report(format_name)
        self._source = source
        self._columns = columns
        self._parse = parse
        self._name = name
        self._sheet = sheet
        self._table: Table | None = None

    def __iter__(self) -> Iterator[ParsedOrder]:
        report = self.report
        try:
            with open_table(self._source, self._columns, report, name=self._name, sheet=self._sheet) as table:
                self._table = table
                for order in self._parse(table, report):
                    report.orders += 1
                    report.lines += len(order.lines)
                    for line in order.lines:
                        report.pieces += line.quantity_units
                    yield order
        except FileRefused as refusal:
            report.refuse(refusal)
        finally:
            self._table = None

    def progress(self) -> float:
        """How much of the file has been read, 0.0 to 1.0; 1.0 before and after the reading."""
        return 1.0 if self._table is None else self._table.progress()


@dataclass(slots=True)
class OpenOrder:
    """An order whose lines are still coming in."""

    number: str
    row: int
    last_row: int
    ordered_at: datetime | None = None
    customer_ref: str | None = None
    country: str = ""
    currency: str = ""
    cancelled: bool = False
    lines: list[ParsedLine] = field(default_factory=list)
    references: dict[str, int] = field(default_factory=dict)
    seen: set[tuple[object, ...]] = field(default_factory=set)
    said: dict[str, tuple[object, int]] = field(default_factory=dict)

    def reference(self, sku: str) -> str:
        """The next stable reference for a line with this SKU: "sku/1", "sku/2" …"""
        occurrence = self.references.get(sku, 0) + 1
        self.references[sku] = occurrence
        if len(sku) > 30:
            sku = f"{sku[:13]}~{stable_hash(sku):016x}"
        return f"{sku}/{occurrence}"

    def parsed(self) -> ParsedOrder:
        """The order as it is now."""
        return ParsedOrder(
            external_id=self.number,
            number=self.number,
            ordered_at=self.ordered_at,
            customer_ref=self.customer_ref,
            country=self.country,
            currency=self.currency,
            cancelled=self.cancelled,
            lines=tuple(self.lines),
            row=self.row,
        )


class Gathering:
    """The open orders, oldest touched first. Holds at most `WINDOW` rows, and eight bytes for each order closed."""

    def __init__(self, window: int = WINDOW) -> None:
        self.window = window
        self._open: dict[str, OpenOrder] = {}
        self._closed: set[int] = set()
        self._latest: OpenOrder | None = None

    def find(self, number: str, row: int) -> OpenOrder | None:
        """The open order of that number, now touched at `row`; None where there is none."""
        latest = self._latest
        if latest is not None and latest.number == number:
            latest.last_row = row
            return latest
        order = self._open.pop(number, None)
        if order is not None:
            self._open[number] = order
            order.last_row = row
            self._latest = order
        return order

    def is_closed(self, number: str) -> bool:
        """Whether that order was already handed on."""
        return stable_hash(number) in self._closed

    def start(self, number: str, row: int) -> OpenOrder:
        """Open a new order."""
        order = self._latest = self._open[number] = OpenOrder(number, row, row)
        return order

    def complete(self, row: int) -> Iterator[OpenOrder]:
        """Hand on the orders not touched within the window before `row`."""
        while self._open:
            number, order = next(iter(self._open.items()))
            if order.last_row >= row - self.window:
                return
            del self._open[number]
            self._closed.add(stable_hash(number))
            if self._latest is order:
                self._latest = None
            yield order

    def rest(self) -> Iterator[OpenOrder]:
        """Hand on all that is left, at the end of the file."""
        orders, self._open, self._latest = list(self._open.values()), {}, None
        yield from orders


def stable_hash(text: str) -> int:
    """64 bits of BLAKE2b: the same in every process, and no two of a million order numbers are likely to collide."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
