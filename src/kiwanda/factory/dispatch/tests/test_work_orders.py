"""Work orders follow what production and quality tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import clock
from kiwanda.core.errors import Forbidden, Rejected
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.commands import close_work_order, decline_offer, send_wave
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_production_order,
    make_published_plan,
    make_two_step_style,
    make_work,
    make_work_orders,
)
from kiwanda.factory.dispatch.tests.telling import hand_in, inspect, make_all, report, tell
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.capacity import load_capacity
from kiwanda.factory.planning.models import ProductionOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def bench():
    make_two_step_style("RING")
    return make_bench(3)


@pytest.fixture
def order(bench):
    return make_production_order("RING", 30)


def books_of(order):
    return {step.code: load_books([order.id])[order.id, step.id] for step in order.tech_pack.operations.all()}


def test_the_first_report_starts_the_work_and_the_last_verdict_ends_it(bench, order):
    work = make_work(order, "cast", bench[0], 30)
    with clock.at(clock.now() + timedelta(days=1)):
        work = report(work, 10)
        assert (work.state, work.made_quantity, work.started_at, work.last_sign_at) == (
            "in_progress", 10, clock.now(), clock.now(),
        )
    work = report(work, 8)
    assert work.made_quantity == 8
    work = hand_in(work, 20)
    assert (work.handed_in_quantity, work.received_quantity, work.made_quantity) == (20, 20, 8)
    work = inspect(work, accepted=15, rework=3, rejected=2)
    assert (work.accepted_quantity, work.rework_quantity, work.rejected_quantity, work.open_quantity) == (15, 3, 2, 13)
    work = hand_in(work, 3, is_rework=True)
    assert work.handed_in_quantity == 20
    work = inspect(work, accepted=2, rejected=1, is_rework=True)
    assert (work.accepted_quantity, work.rework_quantity, work.rejected_quantity) == (17, 0, 3)
    hand_in(work, 10)
    work = inspect(work, accepted=10)
    assert (work.state, work.open_quantity) == ("done", 0)
    told = Event.objects.get(type="dispatch.WorkOrderClosed")
    assert told.data["accepted_quantity"] == 27
    assert (told.data["by_staff"], told.data["on_time"]) == (False, True)
    assert audit() == []


def test_rejected_pieces_are_needed_again_at_every_step_before(bench, order):
    cast = make_work(order, "cast", bench[0], 30)
    make_all(cast)
    bead = make_work(order, "bead", bench[1], 30)
    hand_in(bead, 30)
    inspect(bead, accepted=25, rejected=5)
    books = books_of(order)
    assert (books["cast"].needed, books["cast"].open) == (35, 5)
    assert (books["bead"].needed, books["bead"].open) == (30, 5)
    assert audit() == []


def test_pieces_lost_on_the_way_are_short_and_needed_again(bench, order):
    make_all(make_work(order, "cast", bench[0], 30))
    bead = make_work(order, "bead", bench[1], 30)
    tell("production.HandInDeclared", bead, quantity=30)
    bead = tell("production.DiscrepancySettled", bead, received_quantity=28, short_quantity=2)
    assert (bead.received_quantity, bead.short_quantity, bead.lost_quantity, bead.open_quantity) == (28, 2, 2, 28)
    bead = inspect(bead, accepted=28)
    assert bead.state == "done"
    books = books_of(order)
    assert (books["cast"].open, books["bead"].open) == (2, 2)
    assert audit() == []


def test_an_appeal_gives_pieces_back_even_after_the_work_is_done(bench, order):
    work = make_work(order, "cast", bench[0], 30)
    hand_in(work, 30)
    work = inspect(work, accepted=26, rejected=4)
    assert work.state == "done"
    make_work(order, "cast", bench[1], 4)
    work = tell("quality.AppealDecided", work, granted_quantity=3)
    assert (work.accepted_quantity, work.rejected_quantity, work.restored_quantity) == (29, 1, 3)
    assert work.state == "done"
    assert audit() == [], "four replacements and three granted pieces are too many, and explained"


def test_closing_makes_the_open_pieces_short_and_the_mended_ones_lost(bench, order):
    make_all(make_work(order, "cast", bench[0], 30))
    bead = make_work(order, "bead", bench[1], 30)
    hand_in(bead, 12)
    with pytest.raises(Rejected) as refused:
        close_work_order(actor=coordinator(), work_order_id=bead.id, reason="moved away")
    assert refused.value.error is DispatchError.PIECES_UNDER_WAY
    bead = inspect(bead, accepted=8, rework=4)
    bead = close_work_order(actor=coordinator(), work_order_id=bead.id, reason="moved away")
    assert (bead.state, bead.short_quantity, bead.lost_quantity, bead.rework_quantity) == ("done", 22, 4, 0)
    assert bead.closed_reason == "moved away"
    books = books_of(order)
    assert (books["bead"].open, books["cast"].open) == (22, 4)
    with pytest.raises(Rejected):
        close_work_order(actor=coordinator(), work_order_id=bead.id, reason="again")
    assert audit() == []
    # One of them comes back mended after all.
    bead = inspect(bead, accepted=1, is_rework=True)
    assert (bead.accepted_quantity, bead.short_quantity, bead.lost_quantity) == (9, 21, 3)
    assert audit() == []


def test_work_nobody_began_is_cancelled(bench, order):
    work = make_work(order, "cast", bench[0], 30)
    with pytest.raises(Forbidden):
        close_work_order(actor=artisan_of(bench[0]), work_order_id=work.id, reason="no")
    work = close_work_order(actor=coordinator(), work_order_id=work.id, reason="no sign")
    assert (work.state, work.short_quantity, work.lost_quantity) == ("cancelled", 30, 0)
    books = books_of(order)
    assert (books["cast"].open, books["bead"].open) == (30, 30)
    assert audit() == []


def test_late_and_silent_work_is_seen(bench, order):
    silent = make_work(order, "cast", bench[0], 10)
    heard = make_work(order, "cast", bench[1], 10)
    now = clock.now()
    with clock.at(now + timedelta(days=4)):
        report(heard, 1)
        assert [row.id for row in queries.silent_work(coordinator(), clock.now(), clock.today())] == [silent.id]
        assert not queries.late_work(coordinator(), clock.today()).exists()
    with clock.at(now + timedelta(days=8)):
        assert {row.id for row in queries.late_work(coordinator(), clock.today())} == {silent.id, heard.id}
        assert [row.id for row in queries.late_work(artisan_of(bench[1]), clock.today())] == [heard.id]


def test_a_production_order_is_done_when_its_last_operation_is(bench, order):
    make_all(make_work(order, "cast", bench[0], 30))
    first = make_work(order, "bead", bench[1], 20)
    make_all(first)
    run_reactions(names={"planning.finish_production_orders"})
    assert ProductionOrder.objects.get().state == "open"
    make_all(make_work(order, "bead", bench[2], 10))
    run_reactions(names={"planning.finish_production_orders"})
    assert ProductionOrder.objects.get().state == "done"
    assert Event.objects.filter(type="planning.ProductionOrderDone").count() == 1
    assert audit() == []


def test_the_next_plan_keeps_what_is_under_way_and_plans_the_rest():
    work = make_work_orders(40, workshops=3)
    cast = next(row for row in work if row.operation.code == "cast")
    hand_in(cast, cast.quantity)
    inspect(cast, accepted=cast.quantity - 1, rejected=1)
    run = make_published_plan()
    assert run.state == "published"
    assert run.summary["counts"]["fixed_lots"] >= len(work)
    assert [(lot.operation.code, lot.quantity) for lot in run.allocations.all()] == [("cast", 1)]
    send_wave(actor=coordinator(), until=clock.today() + timedelta(days=40))
    assert [offer.quantity for offer in Offer.objects.filter(state="sent")] == [1]
    assert audit() == []


def test_plans_learn_how_workshops_answer_and_deliver(bench, order):
    kept, late, refused = bench
    now = clock.now()
    make_all(make_work(order, "cast", kept, 5))
    work = make_work(order, "cast", late, 5)
    offer = make_work(order, "cast", kept, 5).offer
    assert offer.workshop_id == kept.id
    with clock.at(now + timedelta(days=9)):
        make_all(work)
    make_production_order("RING", 20, clock.today() + timedelta(days=90))
    make_published_plan()
    send_wave(actor=coordinator(), until=clock.today() + timedelta(days=40))
    declined = Offer.objects.filter(workshop=refused, state="sent")
    count = declined.count()
    assert count
    for row in declined:
        decline_offer(actor=artisan_of(refused), offer_id=row.id, reason="busy")
    first = {row.id: row for row in load_capacity(clock.today(), 7).workshops}
    assert first[kept.id].acceptance == first[refused.id].acceptance, "what is learned is learned overnight"
    with clock.at(now + timedelta(days=10)):
        rows = {row.id: row for row in load_capacity(clock.today(), 7).workshops}
    assert rows[refused.id].acceptance < 0.9 < rows[kept.id].acceptance
    assert rows[refused.id].acceptance > 0.9 * 10 / (10 + count), "the registered figure counts at least ten answers"
    assert rows[late.id].on_time < rows[kept.id].on_time


def test_artisans_see_their_own_work_only(bench, order):
    mine = make_work(order, "cast", bench[0], 10)
    make_work(order, "cast", bench[1], 10)
    assert list(queries.work_orders(artisan_of(bench[0]))) == [mine]
    assert queries.work_orders(coordinator()).count() == WorkOrder.objects.count() == 2
