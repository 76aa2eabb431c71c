"""Payouts under every order of answers, silences, crashes, retries and late news: paid at most once, none lost."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kiwanda import ports
from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.commands import (
    decide_reversal,
    propose_reversal,
    record_rail_answer,
    release_payout,
    retry_payout,
    send_payout,
    settle_review,
)
from kiwanda.factory.settlement.jobs import query_waiting_payouts, send_ready_payouts
from kiwanda.factory.settlement.models import Earning, Payout, PayoutAttempt
from kiwanda.factory.settlement.tests.factories import ScriptedRail, approved, earn, system

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

#: What the rail says, and what is true where that differs. A failure that is none is tested apart.
ANSWERS = (
    "paid", "accepted+paid", "accepted+failed", "unknown+paid", "unknown+failed", "unknown", "failed", "refused",
)


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Payouts(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        # Sending insists on being outermost; this block stands for the empty database of one example.
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.moment = NOON
        self.rail = RAILS[0]
        self.rail.__init__()  # type: ignore[misc]
        self.taken_back: set[UUID] = set()
        with clock.at(self.moment):
            bench = make_bench(80)
            for pieces in (3, 5, 8):
                earn(pieces, bench, make_workshop(techniques=["cast"]))
            approved()

    def teardown(self) -> None:
        try:
            self.end()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def end(self) -> None:
        """In the end everything is paid or in people's hands, and what people do is by the rail's own statement."""
        self.rail.interrupt = lambda moment: None
        self.rail.answers = []
        for _ in range(16):
            self.moment += timedelta(hours=7)
            with clock.at(self.moment):
                send_ready_payouts()
                query_waiting_payouts()
        with clock.at(self.moment):
            for payout in Payout.objects.filter(state="review"):
                self._settle(payout)
        self.books_hold()
        assert set(Payout.objects.values_list("state", flat=True)) <= {"paid", "failed", "returned", "reversed"}
        paid = sum(Payout.objects.filter(state="paid").values_list("amount_minor", flat=True))
        kept = sum(amount for attempt, amount in self.rail.paid.items() if attempt not in self.taken_back)
        assert paid == kept == -ledger.balance_minor(ledger.float_at("scripted"))
        assert ledger.balance_minor(ledger.CLEARING_PAYOUTS) == 0
        owed = sum(
            ledger.balance_minor(ledger.payable(code))
            for code in Earning.objects.values_list("workshop__code", flat=True)
        )
        assert owed + paid == sum(Earning.objects.values_list("amount_minor", flat=True))

    @rule(answers=st.lists(st.sampled_from(ANSWERS), max_size=3))
    def send(self, answers):
        self.rail.answers = answers
        with clock.at(self.moment):
            send_ready_payouts()

    @rule(answer=st.sampled_from(ANSWERS), when=st.sampled_from(["before", "after"]))
    def send_and_be_killed(self, answer, when):
        self.rail.answers = [answer]

        def kill(moment):
            if moment == when:
                raise Killed

        self.rail.interrupt = kill
        payout = Payout.objects.filter(state="ready").order_by("pk").first()
        if payout is not None:
            with clock.at(self.moment), pytest.raises(Killed):
                send_payout(actor=system(), payout_id=payout.pk)
        self.rail.interrupt = lambda moment: None

    @rule(minutes=st.sampled_from([1, 3, 45, 60 * 8, 60 * 80]))
    def time_passes(self, minutes):
        self.moment += timedelta(minutes=minutes)
        with clock.at(self.moment):
            query_waiting_payouts()

    @precondition(lambda self: Payout.objects.filter(state="failed").exists())
    @rule()
    def retry(self):
        payout = Payout.objects.filter(state="failed").order_by("pk").first()
        with clock.at(self.moment):
            retry_payout(actor=finance_maker(), payout_id=payout.pk)

    @precondition(lambda self: Payout.objects.filter(state="failed").exists())
    @rule()
    def give_up(self):
        """A failed payout is given up; what it held waits for a new one."""
        payout = Payout.objects.filter(state="failed").order_by("pk").first()
        with clock.at(self.moment):
            release_payout(actor=finance_maker(), payout_id=payout.pk)

    @precondition(lambda self: Payout.objects.filter(state="paid").exists())
    @rule()
    def taken_back_in_the_portal(self):
        payout = Payout.objects.filter(state="paid").order_by("pk").first()
        self.taken_back.add(payout.attempts.get(state="paid").pk)
        with clock.at(self.moment):
            row = propose_reversal(
                actor=finance_maker(), payout_id=payout.pk, receipt_ref=f"B{payout.code}", note="Seen in the portal."
            )
            decide_reversal(actor=finance_checker(), reversal_id=row.pk, confirmed=True)

    @rule()
    def pay_what_is_owed_again(self):
        with clock.at(self.moment), contextlib.suppress(Rejected):
            approved()

    @rule()
    def retry_everything_else(self):
        """Nobody gets a second attempt for a payout that is not proven failed."""
        for payout in Payout.objects.exclude(state="failed"):
            with pytest.raises(Rejected):
                retry_payout(actor=finance_maker(), payout_id=payout.pk)

    @precondition(lambda self: Payout.objects.filter(state="review").exists())
    @rule()
    def people_look(self):
        with clock.at(self.moment):
            self._settle(Payout.objects.filter(state="review").order_by("pk").first())

    @precondition(lambda self: PayoutAttempt.objects.exists())
    @rule(number=st.integers(0, 10), twice=st.booleans())
    def news_arrives(self, number, twice):
        """The truth about any attempt, however old, arrives again."""
        attempts = list(PayoutAttempt.objects.order_by("recorded_at", "pk"))
        attempt = attempts[number % len(attempts)]
        with clock.at(self.moment):
            for _ in range(1 + twice):
                record_rail_answer(actor=system(), attempt_id=attempt.pk, answer=self.rail.query(attempt.pk))

    @invariant()
    def paid_at_most_once(self):
        attempts = dict(PayoutAttempt.objects.values_list("pk", "payout_id"))
        payouts = [attempts[attempt] for attempt in self.rail.paid]
        assert len(set(payouts)) == len(payouts)
        assert len({request.attempt_id for request in self.rail.submitted}) == len(self.rail.submitted)

    @invariant()
    def books_hold(self):
        assert audit("settlement") == []

    def _settle(self, payout):
        paid = [attempt for attempt in payout.attempts.all() if attempt.pk in self.rail.paid]
        settle_review(
            actor=finance_checker(), payout_id=payout.pk, outcome="paid" if paid else "failed",
            receipt_ref=f"R{paid[0].pk.hex[-12:]}" if paid else "", note="The rail's statement.",
        )


RAILS: list[ScriptedRail] = []


@pytest.mark.django_db
def test_payouts_under_any_course_of_events(monkeypatch):
    RAILS[:] = [ScriptedRail()]
    monkeypatch.setattr(ports, "bound", lambda port: RAILS[0])
    run_state_machine_as_test(
        Payouts,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
