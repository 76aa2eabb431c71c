"""What every reader yields, whatever the file looked like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One line of an order as the outside world said it; not yet mapped to a variant of ours.

    `external_line` is stable when the same order is exported again: it is built from the SKU and how many times that
    SKU stood in the order before, never from the position in the file. `quantity_units` is what was sold; a mapping may
    say that one unit sold is several pieces to make. `row` is the row a spreadsheet shows (header = 1).
    """

    external_line: str
    sku: str
    description: str
    quantity_units: int
    unit_price_minor: int | None
    due_on: date | None
    row: int
    fulfilled: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ParsedOrder:
    """One order. `external_id` is the key within its sales channel; `number` is what people call it.

    `ordered_at` is UTC, or None where the file does not say. `currency` is an ISO 4217 code or "" where no line has a
    price; `country` an ISO 3166-1 alpha-2 code or "". `customer_ref` never holds a name, an e-mail or a phone number.
    """

    external_id: str
    number: str
    ordered_at: datetime | None
    customer_ref: str | None
    country: str
    currency: str
    cancelled: bool
    lines: tuple[ParsedLine, ...]
    row: int
