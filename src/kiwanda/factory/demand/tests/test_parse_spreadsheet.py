"""Workbooks: typed cells, formulas, hidden and several sheets."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

from kiwanda.factory.demand.importing.kiwanda_format import read_kiwanda_orders
from kiwanda.factory.demand.tests.tables import codes, read_all, xlsx_bytes

HEAD = ["Order number", "SKU", "Quantity", "Due on", "Unit price", "Currency"]


def read(sheets, **options):
    hidden = options.pop("hidden", ())
    return read_all(read_kiwanda_orders(xlsx_bytes(sheets, hidden), **options))


def test_typed_cells():
    rows = [
        HEAD,
        ["A1", 10012, 3, date(2026, 12, 24), 12.1, "KES"],
        ["A1", "X", 3.0, datetime.fromisoformat("2026-12-24T09:30"), 0.1 + 0.2, "KES"],
        [],
        ["A2", "X", "1,200", 46380, 5, "JPY"],
    ]
    orders, report = read({"Orders": rows})
    assert codes(report) == [(5, "Quantity", "number_ambiguous")]
    first, second = orders[0].lines
    assert (first.sku, first.quantity_units, first.unit_price_minor, first.due_on) == (
        "10012",
        3,
        1210,
        date(2026, 12, 24),
    )
    assert (second.unit_price_minor, second.due_on, second.row) == (30, date(2026, 12, 24), 3)
    assert report.counts == {"sku_was_number": 1, "blank_row": 1, "customer_missing": 2, "date_serial": 1}
    assert report.sheet == "Orders"


def test_formulas_and_errors_are_refused_with_row_and_column():
    rows = [HEAD, ["A1", "X", "=1+1", None, None, None], ["A2", "=VLOOKUP(1,2,3)", 1], ["A3", "X", "#REF!"]]
    _, report = read({"Orders": rows})
    assert codes(report) == [(2, "Quantity", "formula"), (3, "SKU", "formula"), (4, "Quantity", "cell_error")]


def test_a_formula_in_a_column_that_is_not_read_does_not_matter():
    orders, report = read({"Orders": [[*HEAD, "Total"], ["A1", "X", 1, None, None, None, "=C2*2"]]})
    assert report.ok
    assert orders[0].lines[0].quantity_units == 1


def test_the_one_visible_sheet_with_such_a_table_is_read():
    table = [HEAD, ["A1", "X", 1]]
    orders, report = read({"Notes": [["hello"]], "Data": table, "Old": table}, hidden=["Old"])
    assert report.ok
    assert (len(orders), report.sheet) == (1, "Data")
    assert [w.code for w in report.warnings] == ["sheets_hidden", "sheets_not_read"]


def test_two_sheets_with_such_a_table_need_a_word():
    table = [HEAD, ["A1", "X", 1]]
    _, report = read({"May": table, "June": table})
    assert [e.code for e in report.errors] == ["sheets_several"]
    orders, report = read({"May": table, "June": table}, sheet="June")
    assert report.ok
    assert len(orders) == 1
    _, report = read({"May": table}, sheet="July")
    assert [e.code for e in report.errors] == ["sheet_unknown"]


def test_workbooks_without_a_table():
    _, report = read({"Empty": []})
    assert [e.code for e in report.errors] == ["sheet_none"]
    _, report = read({"Orders": [HEAD]})
    assert [e.code for e in report.errors] == ["no_rows"]
    _, report = read({"Orders": [["a", "b"], [1, 2]]})
    assert {e.code for e in report.errors} == {"column_missing"}


def _tampered(old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes({"Orders": [HEAD, ["A1", "X", 1]]}))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in good.infolist():
            bad.writestr(part.filename, good.read(part).replace(old, new))
    return out.getvalue()


def test_a_row_number_beyond_any_sheet_ends_the_reading():
    _, report = read_all(read_kiwanda_orders(_tampered(b'<row r="2"', b'<row r="99999999999"')))
    assert [e.code for e in report.errors] == ["too_many_rows"]


def test_a_cell_far_to_the_right():
    _, report = read_all(read_kiwanda_orders(_tampered(b'r="C2"', b'r="ZZZ2"')))
    assert [e.code for e in report.errors] == ["too_many_columns"]


def test_a_cell_outside_the_header():
    _, report = read({"Orders": [HEAD[:3], ["A1", "X", 1, "stray"]]})
    assert codes(report) == [(2, "", "row_too_long")]
