"""Hand-ins: two counts, one truth."""

from __future__ import annotations

import pytest

from kiwanda.core.errors import CoreError, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.commands import hand_in, receive_hand_in, report_progress, settle_discrepancy
from kiwanda.factory.production.errors import ProductionError
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.tests.factories import coordinator, fresh, hand_in_and_receive, inspector, make_bench
from kiwanda.factory.quality.tests.factories import judge, make_accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(noon):
    return make_bench()


@pytest.fixture
def work(bench):
    return bench.work("cast", 20)


def declare(work, quantity, **more):
    return hand_in(actor=artisan_of(work.workshop), work_order_id=work.pk, quantity=quantity, **more)


def test_a_hand_in_goes_to_the_workshops_hub_and_is_counted_there(work):
    row = declare(work, 8)
    assert (row.state, row.hub_id) == ("declared", work.workshop.hub_id)
    assert fresh(work).handed_in_quantity == 8
    receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=8)
    assert fresh(work).received_quantity == 8
    assert HandIn.objects.get().state == "received"
    assert audit("production", "dispatch") == []


def test_handing_in_proves_that_it_was_made(work):
    report_progress(actor=artisan_of(work.workshop), work_order_id=work.pk, made_quantity=3)
    declare(work, 8)
    assert fresh(work).made_quantity == 8
    declare(work, 5)
    assert fresh(work).made_quantity == 13
    assert audit("production") == []


def test_no_more_than_ordered_is_handed_in(work):
    declare(work, 15)
    with pytest.raises(Rejected) as refused:
        declare(work, 6)
    assert refused.value.error is ProductionError.TOO_MANY_HANDED_IN
    assert refused.value.params["left"] == 5
    for nothing in (0, -3):
        with pytest.raises(Invalid):
            declare(work, nothing)


def test_another_open_hub_may_take_it(bench, work):
    assert declare(work, 5, hub_code="KSM").hub.code == "KSM"
    with pytest.raises(Invalid) as refused:
        declare(work, 5, hub_code="XXX")
    assert refused.value.error is ProductionError.HUB_UNKNOWN


def test_counts_that_differ_are_settled_by_a_coordinator_and_the_missing_are_short(work):
    row = declare(work, 10)
    receive_hand_in(actor=inspector(), hand_in_id=row.pk, counted=8)
    row.refresh_from_db()
    assert (row.state, row.received_quantity, fresh(work).received_quantity) == ("disputed", 8, 0)
    settle_discrepancy(actor=coordinator(), hand_in_id=row.pk, quantity=9, note="One was in the bag.")
    now = fresh(work)
    assert (now.received_quantity, now.short_quantity, now.lost_quantity) == (9, 1, 1)
    assert HandIn.objects.get().note == "One was in the bag."
    judge(HandIn.objects.get())
    assert fresh(work).accepted_quantity == 9
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_nothing_arrived(work):
    row = declare(work, 4)
    receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=0)
    settled = settle_discrepancy(actor=coordinator(), hand_in_id=row.pk, quantity=0, note="Stolen on the bus.")
    assert settled.state == "cancelled"
    assert fresh(work).short_quantity == 4
    assert audit("production", "dispatch", "quality") == []


def test_a_recount_that_agrees_ends_the_dispute(work):
    row = declare(work, 10)
    receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=8)
    with pytest.raises(Rejected):
        receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=7)
    assert receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=10).state == "received"
    assert fresh(work).received_quantity == 10


def test_only_a_dispute_is_settled_and_never_above_what_was_declared(work):
    row = declare(work, 10)
    with pytest.raises(Rejected) as refused:
        settle_discrepancy(actor=coordinator(), hand_in_id=row.pk, quantity=9, note="x")
    assert refused.value.error is CoreError.WRONG_STATE
    receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=12)
    with pytest.raises(Invalid):
        settle_discrepancy(actor=coordinator(), hand_in_id=row.pk, quantity=12, note="Two more.")
    settled = settle_discrepancy(actor=coordinator(), hand_in_id=row.pk, quantity=10, note="Miscounted.")
    assert settled.state == "received"


def test_a_giver_cannot_receive_her_own_hand_in(work):
    row = declare(work, 5)
    with pytest.raises(NotFound):
        receive_hand_in(actor=artisan_of(work.workshop), hand_in_id=row.pk, counted=5)


def test_a_hand_in_is_received_once_however_often_it_is_sent(work):
    row = declare(work, 5)
    ident = new_id()
    actor = coordinator()
    first = receive_hand_in(actor=actor, command_id=ident, hand_in_id=row.pk, counted=5)
    assert receive_hand_in(actor=actor, command_id=ident, hand_in_id=row.pk, counted=5) == first
    with pytest.raises(Rejected):
        receive_hand_in(actor=actor, hand_in_id=row.pk, counted=5)
    assert fresh(work).received_quantity == 5
    assert Event.objects.filter(type="production.HandInReceived").count() == 1


def test_rework_comes_back_no_more_than_was_sent_back(work):
    judge(hand_in_and_receive(work, 10), rework=4)
    with pytest.raises(Rejected) as refused:
        declare(work, 5, is_rework=True)
    assert refused.value.params["left"] == 4
    row = declare(work, 3, is_rework=True)
    with pytest.raises(Rejected) as refused:
        declare(work, 2, is_rework=True)
    assert refused.value.params["left"] == 1
    receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=3)
    with pytest.raises(Rejected):
        declare(work, 2, is_rework=True)
    judge(HandIn.objects.get(pk=row.pk), rework=1)
    now = fresh(work)
    assert (now.accepted_quantity, now.rework_quantity, now.handed_in_quantity) == (8, 2, 10)
    declare(work, 2, is_rework=True)
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_mended_pieces_lost_on_the_way_are_short(work):
    judge(hand_in_and_receive(work, 10), rework=4)
    row = declare(work, 4, is_rework=True)
    receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=3)
    settle_discrepancy(actor=coordinator(), hand_in_id=row.pk, quantity=3, note="One fell out.")
    now = fresh(work)
    assert (now.rework_quantity, now.short_quantity, now.received_quantity) == (3, 1, 10)
    with pytest.raises(Rejected):
        declare(work, 1, is_rework=True)
    judge(HandIn.objects.get(pk=row.pk))
    assert fresh(work).accepted_quantity == 9
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_straight_to_the_next_workshop(bench):
    """The next workshop counts; what is accepted is hers alone."""
    cast, bead, join = bench.work("cast", 20), bench.work("bead", 20), bench.work("join", 10)
    row = declare(cast, 10, to_work_order_id=join.pk)
    assert row.hub_id == join.workshop.hub_id
    with pytest.raises(Rejected) as refused:
        declare(cast, 1, to_work_order_id=join.pk)
    assert refused.value.error is ProductionError.NEXT_NEEDS_LESS
    with pytest.raises(Rejected) as refused:
        declare(cast, 1, to_work_order_id=bead.pk)
    assert refused.value.error is ProductionError.NOT_NEXT
    with pytest.raises(NotFound):
        declare(cast, 1, to_work_order_id=new_id())
    assert receive_hand_in(actor=artisan_of(join.workshop), hand_in_id=row.pk, counted=10).state == "received"


def test_pieces_of_another_order_are_not_taken(bench):
    other = make_bench(sku="OTHER").work("join", 10)
    with pytest.raises(Rejected) as refused:
        declare(bench.work("cast", 10), 5, to_work_order_id=other.pk)
    assert refused.value.error is ProductionError.NOT_NEXT


def test_accepted_work_is_closed_when_every_piece_is_in(work):
    make_accepted(work, 12)
    make_accepted(work, 8)
    assert fresh(work).state == "done"
    with pytest.raises(Rejected) as refused:
        declare(work, 1)
    assert refused.value.error is ProductionError.WORK_CLOSED
