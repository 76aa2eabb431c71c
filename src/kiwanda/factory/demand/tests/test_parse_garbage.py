"""Whatever bytes come in: a report goes out, never an exception, and each error says something in both languages."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiwanda.factory.demand.importing import FORMATS, read_orders
from kiwanda.factory.demand.tests.tables import (
    csv_bytes,
    shopify_line,
    shopify_order,
    shopify_rows,
    xlsx_bytes,
)

RETAIL = [
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
    ["536365", "85123A", "HEART", 6, "2010-12-01 08:26:00", "2.55", "17850", "United Kingdom"],
]
KIWANDA = [
    ["order_number", "sku", "quantity", "due_on", "unit_price", "currency", "ordered_on"],
    ["A1", "X", 3, "2026-12-24", "12.50", "KES", "01/02/2026"],
]
GOOD = {
    "kiwanda": KIWANDA,
    "shopify": shopify_rows(shopify_order(1), shopify_line(1, "Y")),
    "retail_history": RETAIL,
}
WORKBOOKS = {name: xlsx_bytes({"Orders": rows}) for name, rows in GOOD.items()}

BEGINNINGS = [b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe"]
ODD = ["", "1", "-1", "1,234", "1.2.3", "12.50", "2026-02-30", "03/04/2026", "=1+1", "\0", "'", '"', "9" * 40]

formats = st.sampled_from(sorted(FORMATS))
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def survives(data: bytes, name: str) -> None:
    reading = read_orders(data, name)
    orders = list(reading)
    report = reading.report
    assert report.error_count >= len(report.errors)
    assert report.orders == len(orders)
    for error in report.errors:
        assert error.message_en
        assert error.message_sw
        assert error.row is None or error.row >= 1
    assert report.error_count or report.rows, "a file is either read or refused"
    for order in orders:
        for line in order.lines:
            assert line.quantity_units >= 1
            assert line.sku
            assert "\0" not in line.sku + line.description + order.number
        assert len({line.external_line for line in order.lines}) == len(order.lines)


@relaxed
@given(st.binary(max_size=3000), formats)
@example(b"\xff\xfe", "kiwanda")
@example(b"\xff\xfe\x00", "kiwanda")
@example(b"\xef\xbb\xbf", "shopify")
@example(b'"', "shopify")
@example(b"\r\r\r", "retail_history")
@example(b"sep=,", "kiwanda")
def test_any_bytes(data, name):
    survives(data, name)


@relaxed
@given(
    st.binary(max_size=300),
    formats,
    st.sampled_from([b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe"]),
)
def test_any_bytes_after_a_familiar_beginning(data, name, beginning):
    survives(beginning + data, name)


@relaxed
@given(st.data(), formats)
def test_any_cells_under_a_good_header(data, name):
    header = GOOD[name][0]
    cell = st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["", "1", "-1", "1,234", "12.50", "2026-02-30", "03/04/2026", "=1+1", "\0", "'", '"', "9" * 40]
        ),
        st.sampled_from([str(value) for value in GOOD[name][1]]),
    )
    rows = data.draw(st.lists(st.lists(cell, max_size=len(header) + 1), max_size=8))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=data.draw(st.sampled_from(",;\t"))).writerows([header, *rows])
    survives(out.getvalue().encode("utf-8", "surrogatepass"), name)


@relaxed
@given(st.data(), formats, st.sampled_from(["csv", "xlsx", "gz"]))
def test_a_good_file_with_some_bytes_broken(data, name, kind):
    good = csv_bytes(GOOD[name])
    raw = bytearray({"csv": good, "xlsx": WORKBOOKS[name], "gz": gzip.compress(good, mtime=0)}[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(raw)), st.integers(0, len(raw))))
    survives(bytes(raw[:cut]), name)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), formats)
def test_any_typed_cells_in_a_workbook(data, name):
    header = GOOD[name][0]
    cell = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**18), 10**18),
        st.floats(allow_nan=False, allow_infinity=False),
        st.datetimes(),
        st.dates(),
        st.times(),
        st.timedeltas(),
        st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=8),
    )
    try:
        built = xlsx_bytes({"Orders": [header, *data.draw(st.lists(st.lists(cell, max_size=len(header)), max_size=5))]})
    except (ValueError, OverflowError):
        return  # openpyxl cannot write dates before 1900
    survives(built, name)


def test_an_unknown_format_is_a_programming_error():
    with pytest.raises(KeyError):
        read_orders(b"", "fax")
