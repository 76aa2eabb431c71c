"""Material: what comes in, goes out and comes back, by mass."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kiwanda.core import actors
from kiwanda.core.actors import for_artisan
from kiwanda.core.errors import Invalid, NotFound, Rejected
from kiwanda.core.models import Event
from kiwanda.factory.dispatch.commands import close_work_order
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import coordinator, make_bench
from kiwanda.factory.supply import queries
from kiwanda.factory.supply.commands import (
    adjust_stock,
    confirm_material,
    issue_material,
    receive_material_lot,
    return_material,
)
from kiwanda.factory.supply.errors import SupplyError
from kiwanda.factory.supply.models import Issue, MaterialLot, StockMovement

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(noon):
    return make_bench()


def lot(code, material="brass", hub="NBI", quantity="1000", **more):
    return receive_material_lot(
        actor=coordinator(), code=code, material=material, hub_code=hub, supplier_ref="S-1", quantity=Decimal(quantity),
        **more,
    )


def give(work):
    return issue_material(actor=coordinator(), work_order_id=work.pk)


def left(code):
    return MaterialLot.objects.get(code=code).remaining


def test_a_kit_follows_the_bill_of_materials_for_all_pieces(bench):
    lot("B1", "beads")
    lot("W1", "wire")
    rows = give(bench.work("bead", 20))
    assert {(row.lot.code, row.quantity) for row in rows} == {("B1", Decimal("250.000")), ("W1", Decimal("6.660"))}
    assert left("W1") == Decimal("993.340")
    assert audit("supply") == []


def test_own_hub_first_then_oldest_lot_first(bench):
    lot("FAR", hub="KSM", quantity="500")
    lot("OLD", quantity="30")
    lot("NEW", quantity="40")
    rows = give(bench.work("cast", 20))
    assert [(row.lot.code, row.quantity) for row in rows] == [("OLD", 30), ("NEW", 40), ("FAR", 30)]
    assert left("OLD") == left("NEW") == 0
    assert audit("supply") == []


def test_too_little_is_said_with_material_amount_and_unit_and_nothing_leaves(bench):
    lot("B1", "beads", quantity="249.5")
    lot("W1", "wire")
    with pytest.raises(Rejected) as refused:
        give(bench.work("bead", 20))
    assert refused.value.error is SupplyError.NOT_ENOUGH
    for words in ("0.5 piece", "Beads"):
        assert words in refused.value.message()
        assert words in refused.value.message("sw")
    assert left("W1") == 1000
    assert not Issue.objects.exists()


def test_a_kit_is_given_once_and_topped_up_after_a_return(bench):
    lot("C1")
    work = bench.work("cast", 20)
    issue = give(work)[0]
    with pytest.raises(Rejected) as refused:
        give(work)
    assert refused.value.error is SupplyError.ALREADY_ISSUED
    return_material(actor=coordinator(), issue_id=issue.pk, quantity=Decimal("12.345"), note="Wrong alloy.")
    again = give(work)
    assert [row.quantity for row in again] == [Decimal("12.345")]
    assert left("C1") == 900
    assert audit("supply") == []


def test_exact_thousandths_survive_many_small_moves(bench):
    lot("C1", quantity="0.999")
    issue_of = bench.work("cast", 20)
    lot("C2", quantity="99.001")
    first, second = give(issue_of)
    for _ in range(7):
        return_material(actor=coordinator(), issue_id=first.pk, quantity=Decimal("0.100"))
    assert left("C1") == Decimal("0.700")
    for _ in range(3):
        return_material(actor=coordinator(), issue_id=first.pk, quantity=Decimal("0.099"))
    with pytest.raises(Rejected) as refused:
        return_material(actor=coordinator(), issue_id=first.pk, quantity=Decimal("0.003"))
    assert refused.value.params["left"] == "0.002"
    return_material(actor=coordinator(), issue_id=first.pk, quantity=Decimal("0.002"))
    assert left("C1") == Decimal("0.999")
    assert second.quantity == Decimal("99.001")
    assert audit("supply") == []


def test_the_workshop_confirms_and_a_difference_is_settled_by_a_coordinator(bench):
    lot("C1")
    work = bench.work("cast", 20)
    issue = give(work)[0]
    maker = artisan_of(work.workshop)
    assert confirm_material(actor=maker, issue_id=issue.pk, received_quantity=Decimal("90")).state == "disputed"
    assert [row.pk for row in queries.disputes(coordinator())] == [issue.pk]
    with pytest.raises(Rejected) as refused:
        confirm_material(actor=maker, issue_id=issue.pk, received_quantity=Decimal("100"))
    assert refused.value.error is SupplyError.NEEDS_COORDINATOR
    by_phone = for_artisan(coordinator(), "she called the hub")
    settled = confirm_material(actor=by_phone, issue_id=issue.pk, received_quantity=Decimal("95"))
    assert settled.state == "confirmed"
    assert Event.objects.get(type="supply.MaterialConfirmed").data["lost_quantity"] == "5.000"
    with pytest.raises(Rejected):
        return_material(actor=coordinator(), issue_id=issue.pk, quantity=Decimal("96"))
    with pytest.raises(Rejected):
        confirm_material(actor=maker, issue_id=issue.pk, received_quantity=Decimal("95"))
    assert audit("supply") == []


def test_a_stranger_sees_no_ones_material(bench):
    lot("C1")
    issue = give(bench.work("cast", 5))[0]
    stranger = artisan_of(bench.workshops["bead"])
    with pytest.raises(NotFound):
        confirm_material(actor=stranger, issue_id=issue.pk, received_quantity=Decimal("25"))
    assert not queries.lots(stranger).exists()
    assert not queries.issues(actors.public()).exists()


def test_counting_the_store(bench):
    row = lot("C1", quantity="100")
    adjust_stock(actor=coordinator(), lot_id=row.pk, counted=Decimal("97.5"), note="Counted.")
    adjust_stock(actor=coordinator(), lot_id=row.pk, counted=Decimal("90"), note="Rust.", scrapped=True)
    adjust_stock(actor=coordinator(), lot_id=row.pk, counted=Decimal("90"), note="Same.")
    kinds = list(StockMovement.objects.order_by("pk").values_list("kind", "quantity"))
    assert kinds == [("receive", 100), ("adjust", Decimal("-2.5")), ("scrap", Decimal("-7.5"))]
    with pytest.raises(Rejected) as refused:
        adjust_stock(actor=coordinator(), lot_id=row.pk, counted=Decimal("100.001"), note="More?")
    assert refused.value.error is SupplyError.LOT_WAS_SMALLER
    with pytest.raises(Invalid):
        adjust_stock(actor=coordinator(), lot_id=row.pk, counted=Decimal("91"), note="Up.", scrapped=True)
    assert queries.stock(coordinator()) == [("brass", "NBI", Decimal("90"))]
    assert audit("supply") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"quantity": "1e309"}, "quantity"),
        ({"quantity": "-4"}, "quantity"),
        ({"material": "gold"}, "material"),
        ({"hub": "XXX"}, "hub_code"),
        ({"recycled_percent": 101}, "recycled_percent"),
        ({"unit_cost_minor": -1}, "unit_cost_minor"),
        ({"currency": "XXX"}, "currency"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_with_its_field(bench, change, field):
    with pytest.raises(Invalid) as refused:
        lot("C1", **change)
    assert refused.value.field == field
    assert not MaterialLot.objects.exists()


def test_a_lot_code_is_used_once_and_closed_work_gets_nothing(bench):
    lot("C1")
    with pytest.raises(Rejected) as refused:
        lot("C1")
    assert refused.value.error is SupplyError.LOT_EXISTS
    work = bench.work("cast", 5)
    close_work_order(actor=coordinator(), work_order_id=work.pk, reason="Agreed to stop.")
    with pytest.raises(Rejected) as refused:
        give(work)
    assert refused.value.error is SupplyError.WORK_CLOSED
    assert give(bench.work("join", 5)) == []


def test_a_forged_stock_is_found(bench):
    lot("C1")
    MaterialLot.objects.filter(code="C1").update(remaining=900)
    assert audit("supply") == ["lot C1 holds 900.000, its movements say 1000.000"]
