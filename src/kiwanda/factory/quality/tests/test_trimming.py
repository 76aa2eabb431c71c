"""Nobody waits for parts that will never come: later work shrinks when part of an allowance is rejected early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import clock
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.dispatch.tests.factories import make_offer
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.queries import components_of
from kiwanda.factory.production.tests.factories import fresh, hand_in_and_receive, make_bench
from kiwanda.factory.quality.tests.factories import judge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def bench():
    made = make_bench(30)
    ProductionOrder.objects.filter(pk=made.production_order.pk).update(allowance=4)
    return made


def inspected(work, quantity, rejected=0):
    """Handed in, counted and judged; then the worker's reactions run."""
    judge(hand_in_and_receive(fresh(work), quantity), rejected=rejected)
    run_reactions()
    return fresh(work)


def test_joining_shrinks_by_the_castings_that_were_rejected(bench):
    cast, bead, join = bench.work("cast", 34), bench.work("bead", 34), bench.work("join", 34)
    inspected(cast, 34, rejected=3)
    join = fresh(join)
    assert (join.most_quantity, join.open_quantity, join.state) == (31, 31, "accepted")
    told = Event.objects.get(type="dispatch.WorkTrimmed").data
    assert (told["quantity"], told["left_quantity"]) == (3, 31)
    assert Message.objects.filter(template="work_trimmed").count() == 1
    inspected(bead, 34)
    join = inspected(join, 31)
    assert (join.state, join.accepted_quantity) == ("done", 31)
    bench.production_order.refresh_from_db()
    assert (bench.production_order.state, bench.production_order.quantity) == ("done", 31)
    assert audit() == []


def test_work_that_can_still_be_supplied_is_left_alone(bench):
    bench.work("bead", 34)
    cast, join = bench.work("cast", 20), bench.work("join", 34)
    offer = make_offer(bench.production_order, "cast", bench.workshops["cast"], 14)
    inspected(cast, 20)
    assert fresh(join).most_quantity == 34, "fourteen more are on offer"
    assert offer.quantity == 14
    assert not Event.objects.filter(type="dispatch.WorkTrimmed").exists()


def test_losses_beyond_the_allowance_are_made_again_instead(bench):
    cast, join = bench.work("cast", 34), bench.work("join", 34)
    bench.work("bead", 34)
    inspected(cast, 34, rejected=9)
    books = load_books([bench.production_order.pk])
    castings = books[bench.production_order.pk, cast.operation_id]
    assert (castings.needed, castings.open) == (30, 5)
    assert fresh(join).most_quantity == 30
    assert audit() == []


def test_work_accepted_after_the_loss_is_cut_to_what_there_are_parts_for(bench):
    bench.work("bead", 34)
    inspected(bench.work("cast", 34), 34, rejected=2)
    # An offer sent before the loss: accepted now.
    join = bench.work("join", 34)
    run_reactions()
    assert fresh(join).most_quantity == 32
    assert audit() == []


def test_the_other_parts_of_pieces_taken_off_go_to_those_who_wait_for_them(bench):
    cast, bead = bench.work("cast", 34), bench.work("bead", 34)
    late = bench.work("join", 14, due_on=clock.today() + timedelta(days=9))
    inspected(cast, 20)
    assert components_of([late.pk])[late.pk] == {cast.operation_id: 14}
    early = bench.work("join", 20, due_on=clock.today() + timedelta(days=5))
    inspected(bead, 34, rejected=3)
    assert (fresh(late).most_quantity, fresh(early).most_quantity) == (11, 20)
    assert components_of([late.pk])[late.pk][cast.operation_id] == 11
    assert components_of([early.pk])[early.pk][cast.operation_id] == 9, "six free castings and the three given back"
    assert audit() == []
