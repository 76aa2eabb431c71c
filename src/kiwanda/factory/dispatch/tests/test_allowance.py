"""Rejected pieces use the allowance up; what is left of it becomes stock."""

from __future__ import annotations

import pytest

from kiwanda.core.reactions import run_reactions
from kiwanda.factory.dispatch.tests.factories import (
    audit,
    make_bench,
    make_offer,
    make_production_order,
    make_two_step_style,
    make_work,
)
from kiwanda.factory.dispatch.tests.telling import hand_in, inspect, make_all
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.commands import release_demand
from kiwanda.factory.planning.models import Peg, ProductionOrder
from kiwanda.factory.planning.tests.factories import coordinator, make_line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def bench():
    make_two_step_style("RING")
    return make_bench(3)


@pytest.fixture
def order(bench):
    return make_production_order("RING", 30, allowance=3)


def books_of(order):
    return {step.code: load_books([order.id])[order.id, step.id] for step in order.tech_pack.operations.all()}


def judged(work, rejected):
    hand_in(work, work.quantity)
    return inspect(work, accepted=work.quantity - rejected, rejected=rejected)


def test_rejects_within_the_allowance_begin_no_new_work(bench, order):
    assert (books_of(order)["cast"].open, books_of(order)["bead"].open) == (33, 33)
    judged(make_work(order, "cast", bench[0], 33), rejected=2)
    books = books_of(order)
    assert (books["cast"].needed, books["cast"].open) == (31, 0)
    assert books["bead"].open == 31, "as many as there are castings"
    judged(make_work(order, "bead", bench[1], 31), rejected=1)
    books = books_of(order)
    assert (books["cast"].open, books["bead"].open) == (0, 0)
    run_reactions()
    order.refresh_from_db()
    assert (order.state, order.quantity) == ("done", 30)
    assert audit() == []


def test_rejects_beyond_it_are_made_again(bench, order):
    make_all(make_work(order, "cast", bench[0], 33))
    judged(make_work(order, "bead", bench[1], 33), rejected=5)
    books = books_of(order)
    assert (books["cast"].open, books["bead"].open) == (2, 2)
    assert audit() == []


def test_a_refused_lot_no_larger_than_the_allowance_is_let_go(bench, order):
    make_work(order, "cast", bench[0], 31)
    assert books_of(order)["cast"].open == 0
    assert books_of(order)["bead"].open == 31


def test_what_is_left_over_goes_to_the_next_buyer(bench, order):
    make_all(make_work(order, "cast", bench[0], 33))
    judged(make_work(order, "bead", bench[1], 33), rejected=1)
    run_reactions()
    order.refresh_from_db()
    assert (order.state, order.quantity) == ("done", 32)
    line = make_line("RING", 12)
    release_demand(actor=coordinator())
    pegs = dict(Peg.objects.filter(line=line).values_list("production_order", "quantity"))
    assert pegs.pop(order.pk) == 2
    assert list(pegs.values()) == [10]
    assert audit() == []


def test_nobody_is_asked_for_pieces_of_an_order_that_is_done(bench, order):
    make_all(make_work(order, "cast", bench[0], 33))
    last = make_work(order, "bead", bench[1], 20)
    offer = make_offer(order, "bead", bench[2], 11)
    judged(last, rejected=0)
    judged(make_work(order, "bead", bench[0], 2), rejected=0)
    run_reactions()
    offer.refresh_from_db()
    assert offer.state == "sent", "22 of 30 are there"
    ProductionOrder.objects.filter(pk=order.pk).update(quantity=22)
    judged(make_work(order, "bead", bench[1], 1), rejected=0)
    run_reactions()
    offer.refresh_from_db()
    assert (ProductionOrder.objects.get(pk=order.pk).state, offer.state) == ("done", "withdrawn")
