"""The pay floor's arithmetic against the published figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kiwanda.factory.catalog.pay_floor import (
    DatedWage,
    dearest_hourly_wage,
    hourly_wage,
    piece_floor_minor,
    wages_in_force,
)

DAY = date(2026, 11, 23)
URBAN = DatedWage("living", "urban", "general", date(2023, 1, 1), 3_551_800, "KES")
RURAL = DatedWage("living", "rural", "general", date(2023, 1, 1), 3_053_100, "KES")
NAIROBI = DatedWage("statutory", "urban", "general", date(2024, 11, 1), 1_611_375, "KES")
GRADE_ONE = DatedWage("statutory", "urban", "artisan_1", date(2024, 11, 1), 3_636_092, "KES")


def test_the_published_hourly_wages():
    # 170.8 and 146.8 KES an hour in the reference.
    assert round(dearest_hourly_wage([URBAN], DAY, "KES") / 100, 1) == Decimal("170.8")
    assert round(dearest_hourly_wage([RURAL], DAY, "KES") / 100, 1) == Decimal("146.8")


def test_the_urban_labour_floor_is_about_3_42_a_standard_minute():
    hourly = dearest_hourly_wage([URBAN, RURAL, NAIROBI], DAY, "KES")
    assert piece_floor_minor(hourly_minor=hourly, standard_minutes=Decimal(1)) == 342


def test_a_statutory_grade_above_the_living_wage_sets_the_floor():
    hourly = dearest_hourly_wage([URBAN, RURAL, NAIROBI, GRADE_ONE], DAY, "KES")
    assert hourly == Decimal(3_636_092) / 208


def test_material_tools_and_on_costs_are_added_in_full():
    bare = piece_floor_minor(hourly_minor=Decimal(17_000), standard_minutes=Decimal(10))
    full = piece_floor_minor(
        hourly_minor=Decimal(17_000), standard_minutes=Decimal(10), material_minor=500, tools_minor=30, on_costs_minor=7
    )
    assert (bare, full) == (3400, 3937)


def test_the_higher_of_the_two_wages_counts():
    assert hourly_wage(statutory_hourly_minor=Decimal(20_000), living_monthly_minor=208 * 15_000) == 20_000
    assert hourly_wage(statutory_hourly_minor=Decimal(10_000), living_monthly_minor=208 * 15_000) == 15_000


def test_only_the_latest_row_in_force_counts_and_no_row_gives_none():
    newer = DatedWage("living", "urban", "general", DAY, 4_000_000, "KES")
    assert wages_in_force([newer, URBAN], DAY, "KES") == [newer]
    assert wages_in_force([newer, URBAN], DAY - timedelta(days=1), "KES") == [URBAN]
    assert dearest_hourly_wage([URBAN], date(2022, 12, 31), "KES") is None
    assert dearest_hourly_wage([URBAN], DAY, "UGX") is None


@given(
    st.integers(1, 10**7),
    st.decimals("0.01", "600", places=2),
    st.decimals("0.01", "600", places=2),
)
def test_the_floor_never_falls_with_more_minutes_and_never_pays_less_than_the_wage(monthly, minutes, more):
    hourly = Decimal(monthly) / 208
    floor = piece_floor_minor(hourly_minor=hourly, standard_minutes=minutes)
    assert floor >= hourly * minutes / 60
    assert piece_floor_minor(hourly_minor=hourly, standard_minutes=minutes + more) >= floor
    assert floor - Decimal("1.2") * hourly * minutes / 60 < 1
