"""Mapping SKUs: waiting lines open, nothing is lost, a file does it for many."""

from __future__ import annotations

import csv
import io

import pytest

from kiwanda.core.errors import Invalid, NotFound, Rejected
from kiwanda.core.models import Event
from kiwanda.factory.catalog.tests.factories import make_variant
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.commands import ignore_sku, import_sku_mapping, map_sku
from kiwanda.factory.demand.mapping_sheet import unmapped_as_csv
from kiwanda.factory.demand.models import OrderLine, SkuMapping
from kiwanda.factory.demand.tests.factories import audit, kiwanda_file, make_channel, merchandiser, take
from kiwanda.factory.demand.tests.tables import csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(noon):
    """Three lines of two SKUs that nobody has mapped."""
    make_channel()
    take(kiwanda_file(["A1", "X", 5, ""], ["A2", "X", 2, ""], ["A2", "Y", 1, ""]))
    return make_variant(sku="KW-1")


def mapped(external_sku="X", sku="KW-1", pieces_per_unit=1):
    return map_sku(
        actor=merchandiser(),
        channel_code="desk",
        external_sku=external_sku,
        sku=sku,
        pieces_per_unit=pieces_per_unit,
    )


def ignored(external_sku="Y", reason="not ours"):
    return ignore_sku(actor=merchandiser(), channel_code="desk", external_sku=external_sku, reason=reason)


def test_unmapped_skus_are_listed_with_what_waits_for_them(waiting):
    found = queries.unmapped_skus(merchandiser())
    assert [(w.external_sku, w.waiting_lines, w.waiting_units, w.orders) for w in found] == [
        ("X", 2, 7, 2),
        ("Y", 1, 1, 1),
    ]


def test_a_mapping_opens_the_waiting_lines_in_pieces(waiting):
    mapped(pieces_per_unit=12)
    assert sorted(OrderLine.objects.values_list("external_sku", "quantity", "state")) == [
        ("X", 24, "open"),
        ("X", 60, "open"),
        ("Y", 0, "unmapped"),
    ]
    assert Event.objects.get(type="demand.SkuMapped").data["opened_lines"] == 2
    assert [w.external_sku for w in queries.unmapped_skus(merchandiser())] == ["Y"]
    assert audit() == []


def test_mapping_the_same_again_tells_nothing_new(waiting):
    assert mapped() == mapped()
    assert Event.objects.filter(type="demand.SkuMapped").count() == 1


def test_a_corrected_mapping_moves_open_lines_but_not_those_being_made(waiting):
    mapped(pieces_per_unit=1)
    made = OrderLine.objects.filter(external_sku="X").order_by("quantity").first()
    OrderLine.objects.filter(pk=made.pk).update(state="in_production")
    mapped(pieces_per_unit=3)
    assert sorted(OrderLine.objects.filter(external_sku="X").values_list("state", "quantity")) == [
        ("in_production", 2),
        ("open", 15),
    ]


def test_an_ignored_sku_is_kept_with_its_reason_and_can_be_mapped_later(waiting):
    ignored("X")
    assert set(OrderLine.objects.filter(external_sku="X").values_list("state", flat=True)) == {"ignored"}
    take(kiwanda_file(["A3", "X", 1, ""]))
    assert OrderLine.objects.get(order__external_id="A3").state == "ignored"
    assert audit() == []
    mapped()
    assert set(OrderLine.objects.filter(external_sku="X").values_list("state", flat=True)) == {"open"}
    assert audit() == []


def test_a_sku_in_use_cannot_be_ignored(waiting):
    mapped()
    with pytest.raises(Rejected, match="2 lines"):
        ignored("X")


def test_refusals(waiting):
    with pytest.raises(NotFound):
        mapped(sku="NONE")
    with pytest.raises(Invalid):
        mapped(pieces_per_unit=0)
    with pytest.raises(Invalid):
        mapped(external_sku=" ")
    with pytest.raises(Invalid):
        ignored(reason=" ")
    take(kiwanda_file(["A9", "BIG", 1_000_000, ""]))
    with pytest.raises(Invalid, match="1000000 units"):
        mapped("BIG", pieces_per_unit=3)


def mapping_file(*rows):
    return csv_bytes([["external_sku", "sku", "pieces_per_unit", "ignore_reason"], *rows])


def taken(content, **more):
    return import_sku_mapping(actor=merchandiser(), channel_code="desk", content=content, **more)


def test_a_file_maps_and_ignores(waiting):
    content = mapping_file(["X", "KW-1", 6, ""], ["Y", "", "", "stationery"], ["Z", "", "", ""])
    answer = taken(content, dry_run=True)
    assert (answer["state"], answer["mapped"], answer["ignored"]) == ("checked", 1, 1)
    assert not SkuMapping.objects.exists()
    answer = taken(content)
    assert (answer["state"], answer["counts"]) == ("applied", {"sku_not_decided": 1})
    assert dict(SkuMapping.objects.values_list("external_sku", "pieces_per_unit")) == {"X": 6, "Y": 1}
    assert queries.unmapped_skus(merchandiser()) == []
    assert taken(content)["unchanged"] == 2
    assert Event.objects.filter(type__in=["demand.SkuMapped", "demand.SkuIgnored"]).count() == 2
    assert audit() == []


def test_the_list_of_unmapped_skus_is_filled_in_and_uploaded_again(waiting):
    take(kiwanda_file(["A5", "-7", 1, ""], ["A5", "@SUM(1)", 1, ""]))
    rows = list(csv.reader(io.StringIO(unmapped_as_csv(merchandiser(), "desk").decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["external_sku", "X", "'-7", "'@SUM(1)", "Y"]
    column = rows[0].index("sku")
    for row in rows[1:]:
        row[column] = "KW-1"
    assert taken(csv_bytes(rows))["mapped"] == 4
    assert queries.unmapped_skus(merchandiser()) == []
    assert audit() == []


def test_a_file_with_one_error_changes_nothing(waiting):
    answer = taken(
        mapping_file(
            ["X", "KW-1", 1, ""],
            ["X", "KW-1", 1, ""],
            ["Q", "NONE", 1, ""],
            ["R", "KW-1", 0, ""],
            ["S", "KW-1", 1, "and ignored"],
            ["", "KW-1", 1, ""],
        )
    )
    assert answer["state"] == "refused"
    assert sorted((e["row"], e["code"]) for e in answer["errors"]) == [
        (3, "sku_twice"),
        (4, "variant_unknown"),
        (5, "pieces_range"),
        (6, "mapped_and_ignored"),
        (7, "blank"),
    ]
    assert not SkuMapping.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01" * 40, b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_garbage_is_refused(waiting, content):
    assert taken(content)["state"] == "refused"
