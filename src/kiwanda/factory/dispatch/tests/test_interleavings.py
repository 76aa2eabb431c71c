"""Whatever order answers come in, doubled, late or by the wrong people: pieces are offered and taken once."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.dispatch.commands import (
    accept_offer,
    answer_counter,
    close_work_order,
    counter_offer,
    decline_offer,
    expire_offers,
    offer_elsewhere,
    send_wave,
    withdraw_offer,
)
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import audit, coordinator, make_offers, make_published_plan
from kiwanda.factory.dispatch.tests.telling import hand_in, inspect
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.models import ProductionOrder

pytestmark = pytest.mark.django_db

PIECES = 24


class Undo(Exception):
    """Rolls one example back."""


class Offers(RuleBasedStateMachine):
    """One production order of two operations over four workshops."""

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.time = clock.at(START)
        self.time.__enter__()
        self.given = []

    @initialize()
    def begin(self):
        self.office = coordinator()
        make_offers(PIECES, workshops=4)
        self.order = ProductionOrder.objects.get()

    def pick(self, draw):
        offers = list(Offer.objects.order_by("pk").select_related("workshop"))
        return offers[draw % len(offers)]

    def play(self, command, **arguments):
        """Give the command, remember it with its id, let refusals be refusals."""
        ident = new_id()
        self.given.append((command, ident, arguments))
        with contextlib.suppress(Rejected):
            command(command_id=ident, **arguments)

    @rule(draw=st.integers(0, 999))
    def accept(self, draw):
        offer = self.pick(draw)
        self.play(accept_offer, actor=artisan_of(offer.workshop), offer_id=offer.id)

    @rule(draw=st.integers(0, 999))
    def decline(self, draw):
        offer = self.pick(draw)
        self.play(decline_offer, actor=artisan_of(offer.workshop), offer_id=offer.id, reason="busy")

    @rule(draw=st.integers(0, 999), quantity=st.integers(1, 12), days=st.integers(0, 4))
    def counter(self, draw, quantity, days):
        offer = self.pick(draw)
        self.play(
            counter_offer, actor=artisan_of(offer.workshop), offer_id=offer.id, quantity=quantity,
            due_on=offer.due_on + timedelta(days=days),
        )

    @rule(draw=st.integers(0, 999), accept=st.booleans())
    def answer(self, draw, accept):
        self.play(answer_counter, actor=self.office, offer_id=self.pick(draw).id, accept=accept)

    @rule(draw=st.integers(0, 999))
    def withdraw(self, draw):
        self.play(withdraw_offer, actor=self.office, offer_id=self.pick(draw).id)

    @rule(draw=st.integers(0, 999))
    def elsewhere(self, draw):
        self.play(offer_elsewhere, actor=self.office, offer_id=self.pick(draw).id)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours):
        later = clock.now() + timedelta(hours=hours)
        self.time.__exit__(None, None, None)
        self.time = clock.at(later)
        self.time.__enter__()
        self.play(expire_offers, actor=self.office)

    @rule()
    def react(self):
        run_reactions(names={"dispatch.find_next_workshop"})

    @rule(draw=st.integers(0, 999))
    def double(self, draw):
        """The same command with the same id again: the first answer, no second effect."""
        if not self.given:
            return
        command, ident, arguments = self.given[draw % len(self.given)]
        before = (Offer.objects.count(), WorkOrder.objects.count())
        try:
            first = command(command_id=ident, **arguments)
        except Rejected:
            return
        assert command(command_id=ident, **arguments) == first
        if any(item[1] == ident for item in self.given[:-1]):
            assert (Offer.objects.count(), WorkOrder.objects.count()) >= before

    @rule(draw=st.integers(0, 999), rejected=st.integers(0, 3))
    def work(self, draw, rejected):
        """A work order comes in whole, some pieces bad."""
        live = list(WorkOrder.objects.filter(state="accepted").order_by("pk"))
        if live:
            row = live[draw % len(live)]
            rejected = min(rejected, row.quantity)
            hand_in(row, row.quantity)
            inspect(row, row.quantity - rejected, rejected=rejected)

    @rule(draw=st.integers(0, 999))
    def give_up(self, draw):
        live = list(WorkOrder.objects.filter(state="accepted").order_by("pk"))
        if live:
            self.play(close_work_order, actor=self.office, work_order_id=live[draw % len(live)].id, reason="gone")

    @rule()
    def plan_again(self):
        make_published_plan()
        self.play(send_wave, actor=self.office, until=clock.today() + timedelta(days=30))

    @invariant()
    def books_hold(self):
        if not hasattr(self, "order"):
            return
        assert audit() == []
        for account in load_books([self.order.id]).values():
            assert account.committed <= account.needed

    def teardown(self):
        self.time.__exit__(None, None, None)
        self.block.__exit__(Undo, Undo(), None)


def test_any_interleaving_of_answers_keeps_the_books(noon):
    global START
    START = noon
    run_state_machine_as_test(
        Offers,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
