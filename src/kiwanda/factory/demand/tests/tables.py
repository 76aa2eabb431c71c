"""Small files for the parser tests, built in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from kiwanda.factory.demand.importing.parsed import ParsedOrder
from kiwanda.factory.demand.importing.reading import OrderReading
from kiwanda.factory.demand.importing.report import Report

SHOPIFY_HEADER = ["Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Created at"]
SHOPIFY_HEADER += ["Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Lineitem requires shipping"]
SHOPIFY_HEADER += ["Lineitem fulfillment status", "Shipping Country", "Note Attributes", "Cancelled at", "Id", "Source"]


def csv_bytes(rows: Sequence[Sequence[object]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(sheets: dict[str, Sequence[Sequence[object]]], hidden: Sequence[str] = ()) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if title in hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def shopify_rows(*rows: dict[str, object]) -> list[list[object]]:
    return [list(SHOPIFY_HEADER), *([row.get(column, "") for column in SHOPIFY_HEADER] for row in rows)]


def shopify_order(number: int, sku: str = "BR-1", quantity: int = 1, **more: object) -> dict[str, object]:
    """The first row of one order; keys as keyword arguments with underscores for spaces."""
    row: dict[str, object] = {
        "Name": f"#{number}",
        "Email": f"buyer{number}@example.com",
        "Financial Status": "paid",
        "Currency": "USD",
        "Created at": "2026-05-02 14:11:09 +0600",
        "Lineitem quantity": quantity,
        "Lineitem name": "Brass bangle",
        "Lineitem price": "12.50",
        "Lineitem sku": sku,
        "Lineitem requires shipping": "true",
        "Lineitem fulfillment status": "pending",
        "Shipping Country": "GB",
        "Id": 5_000_000_000_000 + number,
    }
    row.update({key.replace("_", " "): value for key, value in more.items()})
    return row


def shopify_line(number: int, sku: str, quantity: int = 1, **more: object) -> dict[str, object]:
    """A later row of the same order: the order columns are blank."""
    row = shopify_order(number, sku, quantity, **more)
    for column in ("Financial Status", "Currency", "Created at", "Shipping Country", "Id"):
        row[column] = ""
    return row


def read_all(reading: OrderReading) -> tuple[list[ParsedOrder], Report]:
    orders = list(reading)
    return orders, reading.report


def codes(report: Report) -> list[tuple[int | None, str, str]]:
    """(row, column, code) of each error."""
    return [(error.row, error.column, error.code) for error in report.errors]


def shared_data() -> Path:
    """Where the outside data lies: KIWANDA_SHARED_DATA, or ../shared/data next to the repository."""
    import os

    root = Path(__file__).resolve().parents[5]
    return Path(os.environ.get("KIWANDA_SHARED_DATA", root.parent / "shared" / "data"))
