"""Readers of order files: bytes in, typed orders and a report out. Pure: no database, no clock, no settings.

reading = read_orders(path, "shopify")
for order in reading:        # ParsedOrder, in a bounded amount of memory
    ...
reading.report               # rows, counts per rule, warnings, errors with row and column
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .kiwanda_format import read_kiwanda_orders
from .parsed import ParsedLine, ParsedOrder
from .reading import OrderReading
from .report import RULES, Remark, Report, RowError, Rule, errors_as_csv, shorten
from .retail_history import read_retail_history
from .shopify import read_shopify_orders
from .source import Source

FORMATS: dict[str, Callable[..., OrderReading]] = {
    "kiwanda": read_kiwanda_orders,
    "shopify": read_shopify_orders,
    "retail_history": read_retail_history,
}
"""Name of a format to its reader; each takes the source and its own keyword options."""


def read_orders(source: Source, format_name: str, **options: Any) -> OrderReading:
    """Read `source` as one of `FORMATS`; KeyError for another name."""
    return FORMATS[format_name](source, **options)


__all__ = [
    "FORMATS",
    "RULES",
    "OrderReading",
    "ParsedLine",
    "ParsedOrder",
    "Remark",
    "Report",
    "RowError",
    "Rule",
    "errors_as_csv",
    "read_orders",
    "shorten",
]
