"""Numbers and dates: read when there is one way to read them, refused when there are two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.factory.demand.importing.cells import (
    clean_text,
    code_of,
    date_of,
    day_order_of,
    decimal_of,
    minor_of,
    moment_of,
    number_id_of,
    quantity_of,
)
from kiwanda.factory.demand.importing.problems import CellProblem


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("12", "", "12"),
        ("-12.5", "", "-12.5"),
        ("12,5", "", "12.5"),
        ("1,234.50", "", "1234.50"),
        ("1.234,50", "", "1234.50"),
        ("1,234,567", "", "1234567"),
        ("1.234.567", "", "1234567"),
        ("1 234,50", "", "1234.50"),
        ("1\u202f234.50", "", "1234.50"),
        ("1\u00a0234", "", "1234"),
        ("1'234.50", "", "1234.50"),
        ("0.125", "", "0.125"),
        ("1234.567", "", "1234.567"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", ",", "1234"),
        (" 7 ", "", "7"),
    ],
)
def test_numbers(text, mark, value):
    assert decimal_of(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [
        ("1,234", "", "number_ambiguous"),
        ("1.234", "", "number_ambiguous"),
        ("1,50", ".", "number_mixed"),
        ("12,34.5", "", "number"),
        ("1,23,456", "", "number"),
        ("twelve", "", "number"),
        ("KSh 12", "", "number"),
        ("", "", "number"),
        ("--1", "", "number"),
        ("NaN", "", "number"),
        ("1e5", "", "number"),
        ("=1+1", "", "formula"),
        ("٣", "", "number"),
        (True, "", "number"),
        (float("nan"), "", "number"),
        (float("inf"), "", "number"),
        ("9" * 60, "", "number"),
    ],
)
def test_numbers_refused(text, mark, code):
    with pytest.raises(CellProblem) as caught:
        decimal_of(text, mark)
    assert caught.value.problem.code == code


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([".", ","]))
def test_a_number_written_with_either_mark_comes_back(number, mark):
    text = f"{number:,.2f}"
    if mark == ",":
        text = text.translate({ord(","): ".", ord("."): ","})
    assert decimal_of(text) == number


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.integers(0, 3))
def test_rounding_to_minor_units_is_off_by_half_a_unit_at_most(amount, decimals):
    minor, rounded = minor_of(amount, decimals)
    assert abs(Decimal(minor).scaleb(-decimals) - amount) <= Decimal("0.5").scaleb(-decimals)
    assert rounded == (Decimal(minor).scaleb(-decimals) != amount)


@pytest.mark.parametrize("cell", ["0", "-1", "1.5", 0, -3, 2.5, "1000001"])
def test_quantities_refused(cell):
    with pytest.raises(CellProblem):
        quantity_of(cell)


@pytest.mark.parametrize(
    ("cell", "order", "value"),
    [
        ("2026-03-04", "", date(2026, 3, 4)),
        ("2026/3/4", "", date(2026, 3, 4)),
        ("25/04/2026", "", date(2026, 4, 25)),
        ("04/25/2026", "", date(2026, 4, 25)),
        ("05/05/2026", "", date(2026, 5, 5)),
        ("03/04/2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026", "mdy", date(2026, 3, 4)),
        ("3.4.2026", "", date(2026, 4, 3)),
        ("46380", "", date(2026, 12, 24)),
        (46380, "", date(2026, 12, 24)),
        (46380.5, "", date(2026, 12, 24)),
        (date(2026, 1, 2), "", date(2026, 1, 2)),
    ],
)
def test_three_kinds_of_date(cell, order, value):
    assert date_of(cell, day_order=order) == value


@pytest.mark.parametrize(
    ("cell", "order", "code"),
    [
        ("03/04/2026", "", "date_ambiguous"),
        ("03/04/2026", "mixed", "date_mixed"),
        ("03/04/26", "", "date_year"),
        ("31/02/2026", "", "date"),
        ("32/13/2026", "", "date"),
        ("13/13/2026", "dmy", "date"),
        ("2026-02-30", "", "date"),
        ("1826-02-03", "", "date_range"),
        ("soon", "", "date"),
        ("", "", "date"),
        ("99999", "", "date"),
        ("=TODAY()", "", "formula"),
        (True, "", "date"),
        (3, "", "date"),
        (timedelta(1), "", "date"),
    ],
)
def test_dates_refused(cell, order, code):
    with pytest.raises(CellProblem) as caught:
        date_of(cell, day_order=order)
    assert caught.value.problem.code == code


@given(
    st.dates(date(1990, 1, 2), date(2099, 12, 30)), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"])
)
def test_a_date_written_in_a_known_order_comes_back(day, form):
    order = {"%d/%m/%Y": "dmy", "%m/%d/%Y": "mdy"}.get(form, "")
    text = day.strftime(form)
    assert date_of(text, day_order=order) == day
    assert day_order_of(text) in ("", order)


def test_moments_are_utc():
    assert moment_of("2023-05-02 14:11:09 +0600") == datetime(2023, 5, 2, 8, 11, 9, tzinfo=UTC)
    assert moment_of("2023-05-02T14:11:09Z") == datetime(2023, 5, 2, 14, 11, 9, tzinfo=UTC)
    assert moment_of("2023-05-02", zone=ZoneInfo("Africa/Nairobi")) == datetime(2023, 5, 1, 21, tzinfo=UTC)


def test_text_and_codes():
    assert clean_text("  Brass\u2009bangle\u00a0–\u200b\tlarge ") == "Brass bangle – large"
    assert code_of("'00123") == "00123"
    assert code_of('="00123"') == "00123"
    assert code_of("BR\u2013 1") == "BR- 1"
    assert code_of(123.0) == "123"
    assert number_id_of("7410991464714") == "7410991464714"
    for damaged in ("7.41099E+12", "7,41E+12", 9.007199254740993e15):
        with pytest.raises(CellProblem) as caught:
            number_id_of(damaged)
        assert caught.value.problem.code == "number_damaged"
