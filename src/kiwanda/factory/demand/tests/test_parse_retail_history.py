"""The retail history format and its stated rules."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime

import pytest

from kiwanda.factory.demand.importing.retail_history import COLUMNS, FEE_CODES, read_retail_history
from kiwanda.factory.demand.tests.tables import codes, csv_bytes, read_all, shared_data

HEAD = [column.name for column in COLUMNS]


def row(invoice="536365", sku="85123A", quantity=6, price="2.55", when="2011-06-01 08:26:00", **more):
    values = {"Description": "HEART", "CustomerID": "17850", "Country": "United Kingdom", **more}
    return [
        invoice,
        sku,
        values["Description"],
        quantity,
        when,
        price,
        values["CustomerID"],
        values["Country"],
    ]


def read(*rows):
    return read_all(read_retail_history(csv_bytes([HEAD, *rows])))


def test_an_invoice():
    orders, report = read(row(), row(sku="71053", quantity=2, when="2011-06-01 08:27:00"), row("536366"))
    assert report.ok, report.errors
    first = orders[0]
    assert (first.number, first.customer_ref, first.country, first.currency) == ("536365", "17850", "GB", "GBP")
    assert first.ordered_at == datetime(2011, 6, 1, 7, 26, tzinfo=UTC), "the shop's summer time is an hour ahead of UTC"
    assert [(x.external_line, x.quantity_units, x.unit_price_minor) for x in first.lines] == [
        ("85123A/1", 6, 255),
        ("71053/1", 2, 255),
    ]


def test_every_rule_leaves_out_its_line_and_counts_it():
    orders, report = read(
        row(),
        row(),
        row(quantity=7),
        row("C536379", quantity=-1),
        row("A563185", "B", 1),
        row(sku="POST"),
        row(sku="m"),
        row(sku="gift_0001_20"),
        row(sku="AMAZONFEE", quantity=-1),
        row(quantity=0),
        row(quantity=-4, price="0"),
        row(price="0"),
        row(price="-11062.06"),
    )
    assert report.ok, report.errors
    assert report.counts == {
        "duplicate_line": 1,
        "cancellation_line": 1,
        "bad_debt_line": 1,
        "fee_line": 4,
        "quantity_not_positive": 2,
        "price_not_positive": 2,
    }
    assert [x.quantity_units for x in orders[0].lines] == [6, 7]
    assert [x.external_line for x in orders[0].lines] == ["85123A/1", "85123A/2"]


def test_what_is_counted_and_kept():
    orders, report = read(
        row(CustomerID="", Country="Unspecified"),
        row(sku="85123a", Description="", CustomerID=""),
        row(sku="PADS", price="0.001", CustomerID=""),
    )
    assert report.ok
    assert len(orders[0].lines) == 3
    assert orders[0].customer_ref is None
    assert orders[0].country == ""
    assert report.counts == {
        "customer_missing": 1,
        "country_not_known": 1,
        "sku_uppercased": 1,
        "description_missing": 1,
        "price_rounded": 1,
    }


def test_faults_have_rows_and_columns():
    _, report = read(
        row("53X"),
        row(""),
        row(quantity="six"),
        row(price="2.5.5"),
        row(when="2011-13-01"),
        row(sku=""),
        row(sku="=1+1"),
        row(CustomerID="1"),
        row(CustomerID="2"),
        row(quantity=2_000_000),
    )
    assert codes(report) == [
        (2, "InvoiceNo", "invoice_kind"),
        (3, "InvoiceNo", "blank"),
        (4, "Quantity", "number"),
        (5, "UnitPrice", "number"),
        (6, "InvoiceDate", "date"),
        (7, "StockCode", "blank"),
        (8, "StockCode", "formula"),
        (10, "CustomerID", "order_disagrees"),
        (11, "Quantity", "quantity_too_large"),
    ]


def test_the_real_history_against_the_rules_spelled_out_a_second_time():
    """Every line of the half year is either kept or counted under exactly one rule that leaves it out."""
    path = shared_data() / "online_retail_uci" / "online_retail_2010-12_2011-06.csv.gz"
    if not path.is_file():
        pytest.skip("the UCI retail data is not here (set KIWANDA_SHARED_DATA)")
    expected: Counter[str] = Counter()
    pieces = 0
    seen = set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        assert next(rows) == HEAD
        for line in map(tuple, rows):
            invoice, code, _text, quantity, _moment, price, _customer, _country = line
            code = code.upper()
            if invoice[0] == "C":
                expected["cancellation_line"] += 1
            elif code in FEE_CODES or code.startswith("GIFT_"):
                expected["fee_line"] += 1
            elif int(quantity) <= 0:
                expected["quantity_not_positive"] += 1
            elif float(price) <= 0:
                expected["price_not_positive"] += 1
            elif line in seen:
                expected["duplicate_line"] += 1
            else:
                seen.add(line)
                expected["kept"] += 1
                pieces += int(quantity)
    reading = read_retail_history(path)
    numbers = {order.external_id for order in reading}
    report = reading.report
    assert report.ok
    assert report.rows == 245_903 == sum(expected.values())
    assert (report.lines, report.pieces) == (expected.pop("kept"), pieces)
    assert {rule: report.counts[rule] for rule in expected} == expected
    assert len(numbers) == report.orders == 9592
