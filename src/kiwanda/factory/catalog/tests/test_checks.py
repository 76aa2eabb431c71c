"""The audit finds what no command would let happen."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection

from kiwanda.factory.catalog import checks, rate_guard
from kiwanda.factory.catalog.models import Operation, Style, TechPack, Variant
from kiwanda.factory.catalog.tests.factories import make_style, operation_spec, operations_of, tech_pack_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def style():
    return make_style(operations=[operation_spec("cast"), operation_spec("bead", after=["cast"])])


def every_check():
    return [
        *checks.rates_above_floor(), *checks.routings_are_graphs(), *checks.released_styles_can_be_made(),
        *checks.bills_name_operations(), *checks.gtins_are_valid(),
    ]


def test_a_catalog_built_by_commands_is_clean(style):
    make_style(released=False)
    assert every_check() == []


@pytest.fixture
def unguarded():
    """As a database whose triggers and constraints somebody took off."""
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=lambda sql, params=(): cursor.execute(sql))
        rate_guard.remove(editor)


def test_a_lowered_rate_is_found(style, unguarded):
    Operation.objects.filter(code="cast").update(floor_minor=None, piece_rate_minor=1)
    (problem,) = checks.rates_above_floor()
    assert "the operation cast pays 1" in problem


def test_a_circle_and_a_wrong_order_are_found(style):
    rows = operations_of(style)
    Operation.objects.filter(code="bead").update(sequence=0)
    (problem,) = checks.routings_are_graphs()
    assert "bead stands before cast" in problem
    rows["cast"].after.add(rows["bead"])
    (problem,) = checks.routings_are_graphs()
    assert "circle" in problem


def test_a_style_without_its_revision_is_found(style):
    TechPack.objects.filter(pk=tech_pack_of(style).pk).update(state="superseded")
    (problem,) = checks.released_styles_can_be_made()
    assert problem == f"{style.code}: 0 released tech packs"


def test_a_bill_for_nothing_and_a_forged_gtin_are_found(style):
    style.tech_packs.get().bill_of_materials.update(operation_code="plate")
    (problem,) = checks.bills_name_operations()
    assert "plate" in problem
    Variant.objects.update(gtin="00000000000001")
    (problem,) = checks.gtins_are_valid()
    assert "00000000000001" in problem
    assert Style.objects.count() == 1
