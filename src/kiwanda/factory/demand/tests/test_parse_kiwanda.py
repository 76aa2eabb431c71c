"""Kiwanda's own format."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiwanda.factory.demand.importing import kiwanda_format
from kiwanda.factory.demand.importing.kiwanda_format import read_kiwanda_orders
from kiwanda.factory.demand.importing.reading import Gathering
from kiwanda.factory.demand.tests.tables import codes, csv_bytes, read_all

HEAD = ["order_number", "sku", "quantity", "due_on", "unit_price", "currency", "customer_reference"]
HEAD += ["country", "ordered_on", "cancelled"]


def read(rows, **options):
    return read_all(read_kiwanda_orders(csv_bytes(rows), **options))


def test_a_whole_order():
    orders, report = read(
        [
            HEAD,
            ["PO-7", "BR-1", 40, "2026-12-01", "12.50", "usd", "BUYER-3", "gb", "2026-10-01", ""],
            ["PO-7", "BR-2", 10, "", "1", "", "", "", "", ""],
            ["PO-7", "BR-1", 5, "2026-12-24", "", "", "", "", "", ""],
        ],
        zone=ZoneInfo("Africa/Nairobi"),
    )
    assert report.ok, report.errors
    (order,) = orders
    assert (order.external_id, order.number, order.customer_ref) == ("PO-7", "PO-7", "BUYER-3")
    assert (order.country, order.currency, order.cancelled) == ("GB", "USD", False)
    assert order.ordered_at == datetime(2026, 9, 30, 21, tzinfo=UTC)
    assert [(x.external_line, x.quantity_units, x.unit_price_minor, x.due_on) for x in order.lines] == [
        ("BR-1/1", 40, 1250, date(2026, 12, 1)),
        ("BR-2/1", 10, 100, None),
        ("BR-1/2", 5, None, date(2026, 12, 24)),
    ]


def test_headings_in_swahili():
    orders, report = read([["Namba ya oda", "MSIMBO", "Idadi", "Tarehe ya mwisho"], ["1", "X", 2, "25/12/2026"]])
    assert report.ok
    assert orders[0].lines[0].due_on == date(2026, 12, 25)


def test_the_currency_may_stand_on_the_last_row_or_come_from_the_caller():
    head = ["order_number", "sku", "quantity", "unit_price", "currency"]
    orders, report = read([head, ["1", "A", 1, "1500", ""], ["1", "B", 1, "20", "JPY"]])
    assert report.ok
    assert [x.unit_price_minor for x in orders[0].lines] == [1500, 20]
    orders, report = read([head, ["1", "A", 1, "15", ""]], currency="KES")
    assert orders[0].lines[0].unit_price_minor == 1500
    _, report = read([head, ["1", "A", 1, "15", ""]])
    assert codes(report) == [(2, "unit_price", "currency_missing")]
    _, report = read([head, ["1", "A", 1, "15.5", "JPY"], ["2", "A", 1, "1", "XXX"], ["3", "A", 1, "-1", "KES"]])
    assert sorted(codes(report)) == [
        (2, "unit_price", "price_decimals"),
        (3, "currency", "currency_unknown"),
        (3, "unit_price", "currency_missing"),
        (4, "unit_price", "price_negative"),
    ]


def test_one_telling_date_settles_the_file_and_two_that_disagree_refuse_it():
    head = ["order_number", "sku", "quantity", "due_on"]
    _, report = read([head, ["1", "A", 1, "03/04/2026"]])
    assert codes(report) == [(2, "due_on", "date_ambiguous")]
    assert "2026-04-03 or 2026-03-04" in report.errors[0].message_en
    orders, report = read([head, ["1", "A", 1, "03/04/2026"], ["2", "A", 1, "25/04/2026"]])
    assert report.ok
    assert orders[0].lines[0].due_on == date(2026, 4, 3)
    _, report = read([head, ["1", "A", 1, "03/04/2026"], ["2", "A", 1, "25/04/2026"], ["3", "A", 1, "04/25/2026"]])
    assert codes(report) == [(2, "due_on", "date_mixed")]
    orders, report = read([head, ["1", "A", 1, "03/04/2026"]], day_order="mdy")
    assert orders[0].lines[0].due_on == date(2026, 3, 4)


def test_one_telling_number_settles_the_file():
    head = ["order_number", "sku", "quantity", "unit_price", "currency"]
    _, report = read([head, ["1", "A", "1,200", "5", "KES"]])
    assert codes(report) == [(2, "quantity", "number_ambiguous")]
    orders, report = read([head, ["1", "A", "1,200", "5.50", "KES"]])
    assert orders[0].lines[0].quantity_units == 1200
    orders, report = read([head, ["1", "A", "1.200", "5,50", "KES"]])
    assert (orders[0].lines[0].quantity_units, orders[0].lines[0].unit_price_minor) == (1200, 550)


def test_every_fault_of_a_row_is_told_at_once():
    _, report = read(
        [HEAD, ["", "", "", "", "", "", "", "", "x"], ["1", "", "", "soon", "a", "K", "", "Kenya", "z", "maybe"]]
    )
    assert [(row, column) for row, column, _ in codes(report)] == [
        (2, "order_number"),
        (3, "ordered_on"),
        (3, "country"),
        (3, "currency"),
        (3, "cancelled"),
        (3, "sku"),
        (3, "quantity"),
        (3, "unit_price"),
        (3, "due_on"),
    ]


def test_rows_of_an_order_must_agree():
    _, report = read([HEAD, ["1", "A", 1, "", "", "", "B1", "KE", "", ""], ["1", "B", 1, "", "", "", "B2", "", "", ""]])
    assert codes(report) == [(3, "customer_reference", "order_disagrees")]
    assert "row 2" in report.errors[0].message_en


def test_line_references_are_kept_apart():
    head = ["order_number", "line_reference", "sku", "quantity"]
    orders, report = read([head, ["1", "10", "A", 1], ["1", "10", "A", 1], ["1", "", "A", 1], ["2", "10", "A", 1]])
    assert codes(report) == [(3, "line_reference", "line_twice")]
    assert [x.external_line for x in orders[0].lines] == ["ref:10", "A/1"]


def test_scattered_lines_are_gathered_within_the_window(monkeypatch):
    monkeypatch.setattr(kiwanda_format, "Gathering", lambda: Gathering(window=5))
    head = ["order_number", "sku", "quantity"]
    rows = [head, ["1", "A", 1], ["2", "A", 1], ["1", "B", 1], *([f"x{n}", "A", 1] for n in range(4))]
    orders, report = read(rows)
    assert report.ok
    assert {o.number: len(o.lines) for o in orders} == {"1": 2, "2": 1, "x0": 1, "x1": 1, "x2": 1, "x3": 1}
    _, report = read([*rows, *([f"y{n}", "A", 1] for n in range(4)), ["1", "C", 1]])
    assert codes(report) == [(13, "order_number", "order_split")]


@pytest.mark.parametrize("said", ["yes", "ndiyo", "TRUE", "1", "x"])
def test_cancelled_orders(said):
    orders, report = read([["order_number", "sku", "quantity", "cancelled"], ["1", "A", 1, said]])
    assert orders[0].cancelled
    assert report.counts["order_cancelled"] == 1


def test_a_sku_in_quotes_of_a_spreadsheet_keeps_its_zeros():
    orders, report = read([["order_number", "sku", "quantity"], ["'0012", '="0034"', 1]])
    assert report.ok
    assert (orders[0].number, orders[0].lines[0].sku) == ("0012", "0034")
