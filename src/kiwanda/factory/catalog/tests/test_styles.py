"""Techniques, materials, styles, variants, wages."""

from __future__ import annotations

from datetime import date

import pytest

from kiwanda.core import files, gs1
from kiwanda.core.actors import public
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import commands, queries
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.models import BenchmarkWage, Style, Variant
from kiwanda.factory.catalog.tests.factories import (
    designer,
    impact_officer,
    make_material,
    make_style,
    make_technique,
    make_variant,
    make_wages,
    merchandiser,
)

pytestmark = pytest.mark.django_db


def add(style, **more):
    given = {"sku": "KW-1", "name_en": "One", "price_minor": 900, "currency": "USD"}
    return commands.add_variant(actor=merchandiser(), style_id=style.id, **given | more)


def test_a_self_issued_number_is_valid_restricted_and_the_sku_s_own():
    style = make_style(released=False, variants=0)
    gtin = add(style).gtin
    assert gs1.is_valid(gtin, 14)
    assert gtin.startswith("02")
    Variant.objects.all().delete()
    assert add(style).gtin == gtin


def test_a_licensed_number_is_kept_as_gtin_14():
    style = make_style(released=False, variants=0)
    assert add(style, gtin="4006381333931").gtin == "04006381333931"
    with pytest.raises(Rejected) as refused:
        add(style, sku="KW-2", gtin="04006381333931")
    assert refused.value.error is CatalogError.GTIN_TAKEN
    with pytest.raises(Rejected) as refused:
        add(style, sku="KW-3", gtin="4006381333932")
    assert refused.value.error is CatalogError.GTIN_WRONG


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"sku": ""}, CoreError.MISSING),
        ({"sku": "a b"}, CoreError.MALFORMED),
        ({"sku": "x" * 61}, CoreError.MALFORMED),
        ({"price_minor": -1}, CoreError.OUT_OF_RANGE),
        ({"price_minor": 9.99}, CoreError.OUT_OF_RANGE),
        ({"price_minor": 10**18}, CoreError.OUT_OF_RANGE),
        ({"currency": "XXX"}, CoreError.MALFORMED),
        ({"weight_g": "heavy"}, CoreError.MALFORMED),
        ({"weight_g": -1}, CoreError.OUT_OF_RANGE),
        ({"options": ["red"]}, CoreError.MALFORMED),
        ({"picture": "../../etc/passwd"}, CoreError.MALFORMED),
        ({"picture": "0" * 64}, CoreError.MALFORMED),
        ({"name_en": "a\x00b"}, CoreError.MALFORMED),
        ({"gtin": "hello"}, CatalogError.GTIN_WRONG),
    ],
)
def test_a_variant_that_cannot_be(change, error):
    style = make_style(released=False, variants=0)
    with pytest.raises(Rejected) as refused:
        add(style, **change)
    assert refused.value.error is error
    assert not Variant.objects.exists()


def test_pictures_are_stored_files():
    stored = files.save(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    style = make_style(released=False, variants=0, picture=stored.sha256)
    assert Style.objects.get().picture == stored.sha256
    assert add(style, picture=stored.sha256).picture == stored.sha256


def test_a_code_is_used_once():
    make_style("EAR")
    make_technique("weld")
    make_material("glass")
    again = [
        lambda: make_style("EAR"),
        lambda: commands.create_technique(actor=designer(), code="weld", name_en="Weld", name_sw="Chomea"),
        lambda: commands.create_material(actor=designer(), code="glass", name_en="Glass", name_sw="Kioo", unit="g"),
        lambda: add(Style.objects.get(code="EAR"), sku=Variant.objects.first().sku),
    ]
    for attempt in again:
        with pytest.raises(Rejected) as refused:
            attempt()
        assert refused.value.error is CatalogError.CODE_TAKEN


def test_an_unknown_style_is_not_found():
    with pytest.raises(Rejected) as refused:
        commands.add_variant(
            actor=merchandiser(), style_id=new_id(), sku="A", name_en="A", price_minor=1, currency="USD"
        )
    assert refused.value.status == 404


def test_drafts_are_for_staff():
    make_style("OPEN")
    make_style("DRAFT", released=False)
    assert {s.code for s in queries.styles(designer())} == {"OPEN", "DRAFT"}
    assert {s.code for s in queries.styles(public())} == {"OPEN"}
    assert {v.style.code for v in queries.variants(public())} == {"OPEN"}


def test_a_wage_of_the_same_day_is_corrected():
    make_wages()
    commands.set_benchmark_wage(
        actor=impact_officer(), kind="living", zone="urban", valid_from=date(2023, 1, 1), monthly_minor=4_000_000,
        source="corrected",
    )
    assert BenchmarkWage.objects.count() == 2
    assert queries.hourly_wage_minor(date(2026, 1, 1)) == pytest.approx(4_000_000 / 208)


@pytest.mark.parametrize(
    "change", [{"kind": "wished"}, {"zone": "moon"}, {"monthly_minor": 0}, {"source": ""}, {"valid_from": "2023-01-01"}]
)
def test_a_wage_that_cannot_be(change):
    given = {
        "kind": "living", "zone": "urban", "valid_from": date(2023, 1, 1), "monthly_minor": 1, "source": "x",
    } | change
    with pytest.raises(Rejected) as refused:
        commands.set_benchmark_wage(actor=impact_officer(), **given)
    assert refused.value.status == 422


def test_make_variant_without_a_style_is_ready_to_order():
    assert make_variant().style.state == "released"
