"""Payouts through M-Pesa at its worst: a local Daraja with every fault of the field, a clock that is turned by hand.

The factory talks to the simulator as to Safaricom: tokens, encrypted passwords, requests, and results posted to its own
web addresses. Whatever happens, nobody is paid twice, nobody's pay is lost, and the two sets of books agree.

What must be survived, and where it is tested (paths below ``src/kiwanda`` unless they begin with ``tests``):

- double click; the same key with another body: core/tests/test_commands.py, settlement/tests/test_ledger.py
- two workers; SQLITE_BUSY: settlement/tests/test_payouts.py, core/tests
- SIGKILL anywhere: tests/scenarios/test_killed_money.py (before and after every commit of approving, sending, hearing,
  asking, bringing a statement in), settlement/tests/test_killed.py (inside the rail), test_payout_machine.py
- restored backup: settlement/tests/test_rules.py (marker), test_returning.py (settled by a statement's line)
- clock jump; result 48 h late; lost, repeated, early, forged posts; wrong amount or payee; type drift; duplicate id;
  queue time-out then success; token expiry; spike arrest; HTML after paying; reversal: here, one course each
- Nairobi midnight: settlement/tests/test_rules.py (the day's limit)
- amounts 0, -1, 0.5, NaN, 1e309 as limits and rates: test_rules.py, test_chain_and_balances.py; 9.99, 10, 250,001:
  tests/contracts/test_payment_rails.py
- rounding remainders: settlement/tests/test_batches.py (carry)
- FX zero, stale, inverted: settlement/tests/test_chain_and_balances.py
- forms of numbers: network/tests (07…, 01…, +254, spaces), tests/contracts (what is none, digits of other scripts)
- recycled or shared numbers: network/tests; changed ones: settlement/tests/test_rules.py
- wallet full; float empty in the middle: here (``short``), tests/contracts
- QC reversed after pay: settlement/tests/test_corrections.py
- garbage, 10 MB and deeply nested posts: here, tests/contracts
- CSV injection; overlapping statements: settlement/tests/test_exporting.py, tests/scenarios/test_rail_statements.py
- certificate expiry; disk full: adapters/rail_kit/tests, surfaces/rails/tests/test_disk_full.py
- not tested here: short-paying brands and overpayment are billing's
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kiwanda.adapters.daraja.simulator import Course
from kiwanda.core import clock
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.commands import retry_payout, settle_review
from kiwanda.factory.settlement.commands.record_attempt import record_attempt
from kiwanda.factory.settlement.commands.send_payout import ask
from kiwanda.factory.settlement.jobs import read_rail_posts
from kiwanda.factory.settlement.models import Payout, RailPost
from kiwanda.factory.settlement.tests.factories import approved, earn, system
from tests.scenarios.mpesa import FACTORIES, NOON, RAIL, Always, Factory, rail_bound

__all__ = ["rail_bound"]

#: Courses that Hypothesis draws and shrinks; test_many_paydays.py plays ten thousand from seeds.
EXAMPLES = 10
SOME_ATTEMPT = UUID("01a209cd-981d-70a8-856f-f21a395cad48")


class Payday(RuleBasedStateMachine):
    """Three payouts, faults drawn from a seed, time passing in any steps."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        # Sending insists on being outermost; this block stands for the empty database of one example.
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.begun = False

    def teardown(self) -> None:
        try:
            if self.begun:
                self.end()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @precondition(lambda self: not self.begun)
    @rule(seed=st.integers(0, 2**32), faults=st.sampled_from([0.0, 0.5, 1.0]), short=st.booleans())
    def begin(self, seed, faults, short):
        self.begun = True
        self.factory = Factory(FACTORIES[-1], seed, faults)
        for name in ("token.json", "balance.json"):
            (FACTORIES[-1] / name).unlink(missing_ok=True)
        RAIL.append(self.factory.rail)
        if short:
            # The float lasts for some of them only.
            with self.factory.books.writing() as books:
                books.execute("UPDATE org SET utility_minor = 45000")
        self.float_at_first = self.factory.books.float_minor()
        with clock.at(NOON):
            bench = make_bench(80)
            for pieces in (3, 5, 8):
                earn(pieces, bench, make_workshop(techniques=["cast"]))
            approved()

    @precondition(lambda self: self.begun)
    @rule(seconds=st.sampled_from([1, 5, 9, 60, 600, 4 * 3600, 30 * 3600]))
    def time_passes(self, seconds):
        self.factory.wait(timedelta(seconds=seconds))

    @precondition(lambda self: self.begun)
    @rule()
    def worker_dies_between_asking_and_noting(self):
        """The attempt is on record, the request left, and nobody was there to hear the answer."""
        payout = Payout.objects.filter(state="ready").order_by("pk").first()
        if payout is None:
            return
        with clock.at(self.factory.moment):
            attempt = record_attempt(actor=system(), payout_id=payout.pk)
            ask(payout, attempt)

    @precondition(lambda self: self.begun and Payout.objects.filter(state="failed").exists())
    @rule()
    def retry(self):
        payout = Payout.objects.filter(state="failed").order_by("pk").first()
        with clock.at(self.factory.moment):
            retry_payout(actor=finance_maker(), payout_id=payout.pk)

    @invariant()
    def paid_once_at_most(self):
        if not self.begun:
            return
        paid = self.factory.books.paid()
        attempts = {}
        for payout in Payout.objects.prefetch_related("attempts"):
            ours = [a for a in payout.attempts.all() if str(a.pk) in paid]
            assert len(ours) <= 1, f"{payout.code} was paid {len(ours)} times"
            attempts |= {str(a.pk): payout for a in ours}
            if payout.state == "paid":
                assert ours, f"{payout.code} is paid and M-Pesa knows nothing of it"
                assert paid[str(ours[0].pk)]["amount_minor"] == payout.amount_minor
            if payout.state == "failed":
                assert not ours, f"{payout.code} failed and was paid"
        assert set(paid) <= set(attempts)
        assert audit("settlement") == []

    def end(self):
        for _ in range(20):
            self.factory.wait(timedelta(hours=8))
        self.paid_once_at_most()
        assert set(Payout.objects.values_list("state", flat=True)) <= {"paid", "failed", "review"}
        paid = self.factory.books.paid()
        with clock.at(self.factory.moment):
            for payout in Payout.objects.filter(state="review"):
                ours = next((paid[str(a.pk)] for a in payout.attempts.all() if str(a.pk) in paid), None)
                settle_review(
                    actor=finance_checker(),
                    payout_id=payout.pk,
                    outcome="paid" if ours else "failed",
                    receipt_ref=ours["receipt"] if ours else "",
                    note="By the statement of that week.",
                )
        self.paid_once_at_most()
        spent = sum(row["amount_minor"] + row["fee_minor"] for row in paid.values())
        given_back = sum(row["amount_minor"] for row in paid.values() if row["state"] == "reversed")
        assert self.factory.books.float_minor() == self.float_at_first - spent + given_back
        booked = -ledger.balance_minor(ledger.float_at("daraja"))
        assert booked == sum(row["amount_minor"] for row in paid.values())
        assert ledger.balance_minor(ledger.CLEARING_PAYOUTS) == 0
        assert not RailPost.objects.filter(state__in=["received", "failed"]).exists()


@pytest.mark.django_db(transaction=False)
def test_paid_once_and_nothing_lost_whatever_mpesa_does(rail_bound):
    run_state_machine_as_test(
        Payday,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("course", list(Course))
def test_every_fault_ends_as_it_should(course, rail_bound, tmp_path):
    factory = Factory(tmp_path)
    RAIL.append(factory.rail)
    with clock.at(NOON):
        earn(10)
        payout = approved().payouts.get()
    # The id of the first attempt is drawn when it is recorded; every request takes this course.
    factory.daraja.courses = Always(course)  # type: ignore[assignment]
    factory.work()
    for _ in range(14):
        factory.wait(timedelta(hours=6))
    payout.refresh_from_db()
    paid = factory.books.paid()
    failed = {Course.WALLET_FULL, Course.UNREGISTERED, Course.INACTIVE, Course.INTERNAL_FAILURE}
    if course in failed:
        assert (payout.state, paid) == ("failed", {})
    elif course in (Course.NEVER_ARRIVED, Course.TOKEN_REFUSED, Course.SPIKE_ARREST, Course.QUOTA):
        # A new attempt follows a proven refusal. Here every attempt is refused once and the payout gives up, unless the
        # same request is sent again with a new token.
        assert payout.state == ("paid" if course is Course.TOKEN_REFUSED else "failed")
        assert len(paid) == (course is Course.TOKEN_REFUSED)
    elif course in (Course.WRONG_AMOUNT, Course.WRONG_PAYEE, Course.SWALLOWED):
        assert payout.state == "review"
    else:
        assert payout.state == "paid", payout.message
        assert payout.receipt_ref == next(iter(paid.values()))["receipt"]
        assert payout.attempts.count() == 1
    assert len(paid) <= 1
    assert audit("settlement") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"Result": 1}',
        b'{"Result": {"ResultCode": true}}',
        b"\xff\xfe\x00",
        b"[" * 5000,
        b'{"Result": {"ResultCode": 0, "ResultParameters": {"ResultParameter": [1, null, {"Key": []}]}}}',
    ],
)
def test_garbage_to_a_true_address_is_kept_and_changes_nothing(body, rail_bound, tmp_path):
    factory = Factory(tmp_path)
    RAIL.append(factory.rail)
    with clock.at(NOON):
        earn(10)
        payout = approved().payouts.get()
    factory.work()
    attempt = payout.attempts.get()
    address = urlsplit(factory.rail.address(attempt.pk, "r")).path
    with clock.at(factory.moment):
        assert factory.client.post(address, body, content_type="application/json").status_code == 200
        read_rail_posts()
    post = RailPost.objects.get()
    assert post.state in ("unreadable", "handled")
    payout.refresh_from_db()
    assert payout.state in ("accepted", "unknown")
    factory.wait(timedelta(minutes=10))
    payout.refresh_from_db()
    assert payout.state == "paid"


@pytest.mark.django_db
def test_strangers_find_nothing_and_nothing_of_theirs_is_kept(rail_bound, tmp_path):
    factory = Factory(tmp_path)
    RAIL.append(factory.rail)
    for path in ("/hooks/pay/daraja/x", "/hooks/pay/sandbox/x", "/hooks/pay/daraja/" + "0" * 32 + "-r-" + "0" * 32):
        assert factory.client.post(path, b"{}", content_type="application/json").status_code == 404
    own = urlsplit(factory.rail.address(SOME_ATTEMPT, "r")).path
    assert factory.client.get(own).status_code == 405
    assert factory.client.post(own, b" " * 100_001, content_type="application/json").status_code == 413
    assert not RailPost.objects.exists()
