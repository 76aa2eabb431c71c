"""Drafting and releasing: routing, bill, pay floor, revisions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.core.events import events_about
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import commands, queries
from kiwanda.factory.catalog.commands import MaterialSpec
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.models import TechPack
from kiwanda.factory.catalog.tests.factories import (
    designer,
    impact_officer,
    make_material,
    make_style,
    make_wages,
    operation_spec,
    operations_of,
    release,
    tech_pack_of,
)

pytestmark = pytest.mark.django_db


def draft(style, *operations, bill=()):
    return commands.draft_tech_pack(actor=designer(), style_id=style.id, operations=list(operations), bill=list(bill))


def test_release_makes_the_style_makeable_and_says_which_floors_were_met(noon):
    style = make_style(
        operations=[
            operation_spec("assemble", after=["cast", "bead"]),
            operation_spec("cast", minutes=4),
            operation_spec("bead", minutes="7.5"),
        ]
    )
    assert style.state == "released"
    assert [(code, row.sequence) for code, row in operations_of(style).items()] == [
        ("cast", 1), ("bead", 2), ("assemble", 3),
    ]
    routing = queries.routing(tech_pack_of(style).id)
    rows = operations_of(style)
    assert {source for _, after in routing for source in after} == {rows["cast"].id, rows["bead"].id}
    event = events_about(style.id).filter(type="catalog.TechPackReleased").get()
    # 1.2 × 35,518 / 208 × minutes / 60 KES, rounded up to a cent.
    assert event.data["floors_minor"] == {"cast": 1367, "bead": 2562, "assemble": 3416}


def test_a_rate_a_cent_below_the_floor_is_refused_with_operation_rate_and_floor():
    style = make_style(released=False, operations=[operation_spec(piece_rate_minor=3415)])
    pack = style.tech_packs.get()
    with pytest.raises(Rejected) as refused:
        release(pack)
    assert refused.value.message() == "The operation Bead pays KSh\u00a034.15 a piece; the pay floor is KSh\u00a034.16."
    assert "kiwango cha chini" in refused.value.message("sw")
    style.refresh_from_db()
    assert style.state == "draft"
    # One cent more and it goes.
    release(draft(style, operation_spec(piece_rate_minor=3416)))


def test_costs_stand_on_top_of_the_labour_floor():
    style = make_style(released=False, operations=[operation_spec(piece_rate_minor=3500, costs_minor=85)])
    with pytest.raises(Rejected) as refused:
        release(style.tech_packs.get())
    assert refused.value.error is CatalogError.BELOW_PAY_FLOOR


def test_nothing_is_released_without_a_benchmark_wage():
    style = make_style(released=False)
    with pytest.raises(Rejected) as refused:
        commands.release_tech_pack(actor=designer(), tech_pack_id=style.tech_packs.get().id)
    assert refused.value.error is CatalogError.NO_BENCHMARK_WAGE


def test_a_wage_that_starts_tomorrow_does_not_bind_today_but_shows_what_it_will_leave_behind(noon):
    make_wages()
    commands.set_benchmark_wage(
        actor=impact_officer(), kind="statutory", zone="urban", grade="artisan_1", valid_from=date(2026, 11, 24),
        monthly_minor=9_000_000, source="a gazette",
    )
    style = make_style()
    assert list(queries.rates_below_floor(date(2026, 11, 23))) == []
    late = list(queries.rates_below_floor(date(2026, 11, 24)))
    assert [(row.operation.tech_pack.style_id, row.floor_minor) for row in late] == [(style.id, 8654)]


def test_a_new_revision_supersedes_the_old_one():
    style = make_style()
    first = tech_pack_of(style)
    second = release(draft(style, operation_spec(minutes=9)))
    first.refresh_from_db()
    assert (first.state, second.state, second.revision) == ("superseded", "released", 2)
    assert tech_pack_of(style) == second
    with pytest.raises(Rejected) as refused:
        release(first)
    assert refused.value.error is CoreError.WRONG_STATE
    assert tech_pack_of(style) == second


def test_a_style_without_a_variant_is_not_released():
    style = make_style(variants=0, released=False)
    with pytest.raises(Rejected) as refused:
        release(style.tech_packs.get())
    assert refused.value.error is CatalogError.NO_VARIANT


@pytest.mark.parametrize(
    ("specs", "error"),
    [
        ([], CatalogError.NO_OPERATIONS),
        ([("a", []), ("a", [])], CatalogError.OPERATION_TWICE),
        ([("a", ["b"])], CatalogError.UNKNOWN_AFTER),
        ([("a", ["a"])], CatalogError.CYCLE),
        ([("a", []), ("b", ["a", "d"]), ("c", ["b"]), ("d", ["c"])], CatalogError.CYCLE),
        ([("a", []), ("b", []), ("c", ["a"])], CatalogError.SEVERAL_ENDS),
    ],
)
def test_a_routing_that_is_no_graph_to_one_piece_is_refused(specs, error):
    style = make_style(released=False)
    with pytest.raises(Invalid) as refused:
        draft(style, *(operation_spec(code, "bead", after=after) for code, after in specs))
    assert refused.value.error is error
    assert TechPack.objects.filter(style=style).count() == 1


def test_the_circle_is_named_in_working_order():
    style = make_style(released=False)
    with pytest.raises(Invalid) as refused:
        draft(
            style,
            operation_spec("a", "bead"),
            operation_spec("b", "bead", after=["a", "d"]),
            operation_spec("c", "bead", after=["b"]),
            operation_spec("d", "bead", after=["c"]),
        )
    assert refused.value.message() == "The routing runs in a circle: b → c → d → b."


@pytest.mark.parametrize(
    ("bill", "error"),
    [
        ([("gold", "bead", 1)], CatalogError.UNKNOWN_MATERIAL),
        ([("brass", "cast", 1)], CatalogError.BILL_OPERATION),
        ([("brass", "bead", 1), ("brass", "bead", 2)], CatalogError.BILL_TWICE),
        ([("brass", "bead", 0)], CoreError.OUT_OF_RANGE),
        ([("brass", "bead", "NaN")], CoreError.MALFORMED),
    ],
)
def test_a_wrong_bill_of_materials_is_refused_whole(bill, error):
    make_material()
    style = make_style(released=False)
    with pytest.raises(Invalid) as refused:
        draft(style, operation_spec(), bill=[MaterialSpec(*line) for line in bill])
    assert refused.value.error is error
    assert style.tech_packs.count() == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"technique": "unknown"}, CatalogError.UNKNOWN_TECHNIQUE),
        ({"standard_minutes": 0}, CoreError.OUT_OF_RANGE),
        ({"piece_rate_minor": 0}, CoreError.OUT_OF_RANGE),
        ({"piece_rate_minor": 12.5}, CoreError.OUT_OF_RANGE),
        ({"currency": "XYZ"}, CoreError.MALFORMED),
        ({"min_lot": 9, "max_lot": 8}, CatalogError.LOT_RANGE),
        ({"name_sw": ""}, CoreError.MISSING),
    ],
)
def test_a_wrong_operation_is_refused(change, error):
    from dataclasses import replace

    style = make_style(released=False)
    with pytest.raises(Invalid) as refused:
        draft(style, replace(operation_spec(), **change))
    assert refused.value.error is error


def test_an_unknown_tech_pack_is_not_found():
    with pytest.raises(Rejected) as refused:
        commands.release_tech_pack(actor=designer(), tech_pack_id=new_id())
    assert refused.value.status == 404


def test_the_quantity_of_the_bill_is_kept_exactly():
    style = make_style(bill=[MaterialSpec(make_material().code, "bead", "2.3456")])
    assert tech_pack_of(style).bill_of_materials.get().quantity_per_piece == Decimal("2.3456")
