"""The design system's tags: what they write, and that they tell apart without colour."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core.money import Money
from kiwanda.surfaces.maps import build_map, county_map
from kiwanda.surfaces.templatetags.kw_data import load_band
from kiwanda.surfaces.templatetags.kw_format import elapsed, initials_of, money, money_round, percent
from kiwanda.surfaces.templatetags.kw_map import breaks
from kiwanda.surfaces.templatetags.kw_parts import spark_path

NOW = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load kw %}" + source).render(Context({"factory_now": NOW, **context}))


def test_money_shows_cents_only_where_there_are_any():
    assert money(125000, "KES") == "KSh\u00a01,250"
    assert money(Money(1250, "USD")) == "$12.50"
    assert money(None) == "–"
    assert money_round(45874475, "KES") == "KSh\u00a0458,745"


def test_moments_name_the_factory_zone():
    text = render("{% moment at %}", at=NOW)
    assert "23 Nov, 14:05 EAT" in text
    assert 'datetime="2026-11-23T14:05:00+03:00"' in text


def test_a_late_evening_belongs_to_the_nairobi_day():
    assert "Tue 24 Nov" in render("{% day at %}", at=datetime(2026, 11, 23, 22, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=20), "under a minute"),
        (timedelta(minutes=61), "61 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(days=1, hours=13), "2 days"),
    ],
)
def test_elapsed(span: timedelta, said: str):
    assert elapsed(span) == said


def test_ago_and_until():
    assert "3 h ago" in render("{% ago at %}", at=NOW - timedelta(hours=3))
    assert "in 11 days" in render("{% ago on %}", on=date(2026, 12, 4))
    assert "today" in render("{% ago on %}", on=date(2026, 11, 23))


@pytest.mark.parametrize(("name", "letters"), [("Otieno Brass Works", "OW"), ("mto", "MT"), ("", "?"), ("-- !", "?")])
def test_initials(name: str, letters: str):
    assert initials_of(name) == letters


def test_percent():
    assert percent(0.8531, 1) == "85.3\u00a0%"
    assert percent(None) == "–"


@pytest.mark.parametrize(
    ("load", "capacity", "band"),
    [(0, 10, "none"), (3, 10, "low"), (8, 10, "fit"), (9.9, 10, "full"), (10.01, 10, "full"), (11, 10, "over"),
     (1, 0, "over"), (0, 0, "none")],
)  # fmt: skip
def test_load_bands(load: float, capacity: float, band: str):
    assert load_band(load, capacity)[0] == band


def test_a_load_cell_says_its_share_in_words():
    text = render("{% load_cell 11 10 label='Casting' unit='hours' %}")
    assert "110 %" in text
    assert "Casting: 11 / 10 hours (over capacity)" in text


def test_a_stage_bar_speaks():
    text = render("{% stage_bar counts %}", counts={"planned": 1200, "shipped": 3, "packed": 0})
    assert 'aria-label="Pieces by stage: Planned 1,200, Shipped 3"' in text
    assert "kw-stage-packed" not in text


def test_a_chart_carries_its_table_and_escapes_its_payload():
    evil = '"><script>alert(1)</script>'
    series = [{"name": evil, "values": [1, 2]}]
    text = render("{% chart 'c' 'T' names series %}", names=["a", evil], series=series)
    assert "<script>" not in text
    payload = re.search(r'data-chart="([^"]*)"', text)
    assert payload
    unescaped = payload.group(1).replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert json.loads(unescaped)["categories"] == ["a", evil]


def test_a_chart_refuses_series_of_another_length():
    with pytest.raises(ValueError, match="1 values for 2"):
        render("{% chart 'c' 'T' names series %}", names=["a", "b"], series=[{"name": "x", "values": [1]}])


def test_the_map_has_every_county_and_a_table():
    text = render("{% kenya_map values 'Workshops' unit='workshops' href='?county={code}' selected='47' %}",
                  values={47: 600, 1: 3})  # fmt: skip
    assert text.count("data-county=") == 47
    assert 'href="?county=47" aria-label="Nairobi City: 600 workshops" aria-current="true"' in text
    assert "OpenStreetMap contributors, ODbL" in text
    assert text.index('data-county="1"') < text.index('data-county="47"')


def test_map_places_nairobi_inside_its_own_county():
    drawing = county_map()
    nairobi = next(county for county in drawing.counties if county.code == 47)
    x, y = drawing.place(-1.286, 36.817)
    assert abs(x - nairobi.x) < 12
    assert abs(y - nairobi.y) < 12


def test_build_map_keeps_rings_closed_and_sorted():
    square = [[36.0, 0.0], [37.0, 0.0], [37.0, -1.0], [36.0, -1.0], [36.0, 0.0]]
    feature = {
        "properties": {"county_code": 2, "county": "B"},
        "geometry": {"type": "Polygon", "coordinates": [square]},
    }
    document = build_map({"features": [feature]})
    assert document["counties"][0]["path"].endswith("z")
    assert document["counties"][0]["x"] == 58


@given(st.lists(st.integers(min_value=0, max_value=5000), max_size=47))
def test_breaks_cover_every_value(values: list[int]):
    bounds = breaks(values)
    assert bounds == sorted(set(bounds))
    assert all(value <= bounds[-1] for value in values if value > 0)
    assert len(bounds) <= 5


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=2, max_size=30))
def test_sparks_stay_inside_their_box(values: list[float]):
    drawn = spark_path(values)
    assert drawn is not None
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", drawn["line"])]
    assert min(numbers) >= 0
    assert max(numbers[1::2]) <= 28


def test_chips_and_sorting_keep_the_other_filters():
    request = RequestFactory().get("/?q=a+b&show=late&page=3&sort=due")
    text = render("{% chip 'show' 'late' 'Late' 1200 %}{% sort_th 'due' 'Due' %}", request=request)
    assert 'href="?q=a+b&amp;sort=due" aria-current="true"' in text
    assert "1,200" in text
    assert 'aria-sort="ascending"' in text
    assert "sort=-due" in text


def test_a_refusal_is_announced():
    assert 'role="alert"' in render("{% notice 'No' 'bad' %}")


def test_numbers_in_markup_are_never_localised():
    with translation.override("sw"):
        text = render(
            "{% kenya_map values 'W' %}{% load_cell 1500 3000 %}{% progress 1500 3000 'x' %}", values={1: 2000}
        )
    assert "width:50%" in text
    assert 'aria-valuenow="1500"' in text
    assert not re.search(r'viewBox="[^"]*,', text)
