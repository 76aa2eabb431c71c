"""Money never loses or invents a minor unit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core.money import LARGEST_MINOR, Money, MoneyError, ceil_minor, format_money, parse_minor

amounts = st.integers(-LARGEST_MINOR // 10, LARGEST_MINOR // 10)


@given(amounts, amounts)
def test_sums_are_exact(a, b):
    assert (Money(a, "KES") + Money(b, "KES") - Money(b, "KES")).minor == a


@given(st.integers(0, 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any))
def test_a_split_adds_up_and_is_fair_to_a_cent(minor, weights):
    parts = Money(minor, "KES").split(weights)
    assert sum(part.minor for part in parts) == minor
    total = sum(weights)
    assert all(
        abs(part.minor - Decimal(minor) * weight / total) < 1 for part, weight in zip(parts, weights, strict=True)
    )


def test_currencies_do_not_mix():
    with pytest.raises(MoneyError):
        Money(1, "KES") + Money(1, "USD")


@pytest.mark.parametrize("bad", [1.5, True, "10", None, LARGEST_MINOR + 1])
def test_only_whole_minor_units_are_money(bad):
    with pytest.raises(MoneyError):
        Money(bad, "KES")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("1,250.50", "KES", 125050), (" 12 ", "USD", 1200), ("-3.1", "KES", -310), ("1 250", "UGX", 1250)],
)
def test_parsing(text, currency, minor):
    assert parse_minor(text, currency) == minor


@pytest.mark.parametrize("text", ["", "abc", "NaN", "1e309", "inf", "1.234", "0.5.1", "=1+1"])
def test_nonsense_is_not_money(text):
    with pytest.raises(MoneyError):
        parse_minor(text, "KES")


@given(st.integers(0, 10**9))
def test_what_is_written_is_read_again(minor):
    assert parse_minor(format_money(minor, "USD").lstrip("$"), "USD") == minor


def test_floors_round_up():
    assert ceil_minor(Decimal("341.5384")) == 342
