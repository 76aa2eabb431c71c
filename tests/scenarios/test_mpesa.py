"""Payouts through M-Pesa at its worst: a local Daraja with every fault of the field, a clock that is turned by hand.

The factory talks to the simulator as to Safaricom: tokens, encrypted passwords, requests, and results posted to its own
web addresses. Whatever happens, nobody is paid twice, nobody's pay is lost, and the two sets of books agree.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kiwanda import ports
from kiwanda.adapters.daraja import Credentials, DarajaRail, Gateway
from kiwanda.adapters.daraja.simulator import Books, Course, Simulator, SimulatorTransport
from kiwanda.core import clock
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.commands import import_rail_statement, retry_payout, settle_review
from kiwanda.factory.settlement.commands.record_attempt import record_attempt
from kiwanda.factory.settlement.commands.send_payout import ask
from kiwanda.factory.settlement.jobs import query_waiting_payouts, read_rail_posts, send_ready_payouts
from kiwanda.factory.settlement.models import Payout, RailLine, RailPost
from kiwanda.factory.settlement.reconciling import Kind, reconcile
from kiwanda.factory.settlement.tests.factories import approved, earn, system

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FLOAT = 2_000_000_00
#: How many schedules are tried; more in a long run.
SCHEDULES = int(os.environ.get("KIWANDA_SCHEDULES", "10"))
SOME_ATTEMPT = UUID("01a209cd-981d-70a8-856f-f21a395cad48")
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Factory:
    """A factory, its Daraja, and the time between them."""

    def __init__(self, folder: Path, seed: int = 0, faults: float = 0.0) -> None:
        self.moment = NOON
        self.client = Client()
        self.books = Books(None, FLOAT)
        self.daraja = Simulator(
            self.books, self._post, seed=seed, fault_share=faults, clock=lambda: self.moment.timestamp(),
            private_key=RSA_KEY,
        )
        credentials = Credentials("key", "secret", "600992", "testapi", "Safaricom999!*!", self.daraja.certificate)
        gateway = Gateway(
            "https://daraja.test", credentials, folder / "token.json", transport=SimulatorTransport(self.daraja),
            clock=lambda: self.moment.timestamp(),
        )
        self.rail = DarajaRail(
            gateway, post_url="https://factory.test/hooks/pay/daraja", secret="an unguessable secret",
            state_path=folder / "balance.json", clock=lambda: self.moment.timestamp(),
        )

    def _post(self, url: str, body: bytes) -> bool:
        with clock.at(self.moment):
            answer = self.client.post(urlsplit(url).path, body, content_type="application/json")
        return answer.status_code == 200

    def work(self) -> None:
        """What the worker does in a round."""
        with clock.at(self.moment):
            read_rail_posts()
            send_ready_payouts()
            query_waiting_payouts()
            read_rail_posts()

    def wait(self, span: timedelta) -> None:
        """Time passes; posts come when they are due and are read before the worker's next round."""
        end = self.moment + span
        while True:
            due = self.daraja.waiting()
            if due is None or due > end.timestamp():
                break
            self.moment = max(self.moment, datetime.fromtimestamp(due, UTC) + timedelta(seconds=1))
            self.daraja.deliver()
            with clock.at(self.moment):
                read_rail_posts()
        self.moment = max(self.moment, end)
        self.daraja.deliver()
        self.work()


FACTORIES: list[Path] = []
RAIL: list[DarajaRail] = []


@pytest.fixture
def rail_bound(monkeypatch, tmp_path):
    """The payment rail is the Daraja rail of the factory made last."""
    bound = ports.bound
    monkeypatch.setattr(ports, "bound", lambda port: RAIL[-1] if port == "payments" else bound(port))
    monkeypatch.setattr("kiwanda.surfaces.rails.views.bound", lambda port: RAIL[-1])
    FACTORIES.append(tmp_path)
    yield
    FACTORIES.pop()
    RAIL.clear()


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
            ask(payout, attempt.pk)

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
                    actor=finance_checker(), payout_id=payout.pk, outcome="paid" if ours else "failed",
                    receipt_ref=ours["receipt"] if ours else "", note="By the statement of that week.",
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
            max_examples=SCHEDULES, stateful_step_count=12, deadline=None, derandomize=True,
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
    factory.daraja.courses = _Always(course)  # type: ignore[assignment]
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
    elif course in (Course.WRONG_AMOUNT, Course.WRONG_PAYEE):
        assert payout.state == "review"
    else:
        assert payout.state == "paid", payout.message
        assert payout.receipt_ref == next(iter(paid.values()))["receipt"]
        assert payout.attempts.count() == 1
    assert len(paid) <= 1
    assert audit("settlement") == []


class _Always:
    """Every request takes one course."""

    def __init__(self, course: Course) -> None:
        self.course = course

    def get(self, originator_id: str, otherwise: Course) -> Course:
        return self.course


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"Result": 1}', b'{"Result": {"ResultCode": true}}', b"\xff\xfe\x00",
     b"[" * 5000, b'{"Result": {"ResultCode": 0, "ResultParameters": {"ResultParameter": [1, null, {"Key": []}]}}}'],
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


@pytest.mark.django_db
class TestStatements:
    """What finance brings in from the portal, against what the factory knows."""

    @pytest.fixture
    def factory(self, rail_bound, tmp_path):
        made = Factory(tmp_path)
        RAIL.append(made.rail)
        with clock.at(made.moment):
            self.bench = make_bench(80)
        return made

    def pay(self, factory, course=Course.PAID, pieces=10):
        factory.daraja.courses = _Always(course)
        with clock.at(factory.moment):
            earn(pieces, self.bench)
            payout = approved().payouts.get()
        factory.work()
        factory.wait(timedelta(hours=3))
        return payout

    def bring_in(self, factory, content=None):
        with clock.at(factory.moment):
            return import_rail_statement(
                actor=finance_maker(), filename="statement.csv", content=content or factory.books.statement_csv()
            )

    def kinds(self):
        return [item.kind for item in reconcile(finance_maker(), "daraja").differences]

    def test_when_all_is_well_nothing_differs_and_the_fees_are_booked(self, factory):
        self.pay(factory)
        statement = self.bring_in(factory)
        found = reconcile(finance_maker(), "daraja")
        assert (found.matched, found.matched_minor, found.differences) == (1, 420_00, ())
        assert statement.fees_minor == found.fees_minor == 5_00
        assert found.balance_minor == factory.books.float_minor()
        assert ledger.balance_minor(ledger.float_at("daraja")) == factory.books.float_minor() - FLOAT
        assert audit("settlement") == []

    def test_overlapping_statements_count_every_line_once(self, factory):
        self.pay(factory)
        self.bring_in(factory)
        with pytest.raises(Rejected):
            self.bring_in(factory)
        factory.wait(timedelta(hours=30))
        with clock.at(factory.moment):
            earn(12, self.bench)
            approved()
        factory.work()
        factory.wait(timedelta(hours=3))
        again = self.bring_in(factory)
        assert (again.line_count, again.new_count, again.fees_minor) == (4, 2, 5_00)
        assert self.kinds() == []
        assert audit("settlement") == []

    def test_money_that_left_for_a_payout_nobody_could_confirm_leads_to_it(self, factory):
        payout = self.pay(factory, Course.WRONG_AMOUNT)
        payout.refresh_from_db()
        assert payout.state == "review"
        self.bring_in(factory)
        (difference,) = reconcile(finance_maker(), "daraja").differences
        assert difference.kind is Kind.NOT_OURS
        assert [candidate.pk for candidate in difference.candidates] == [payout.pk]
        with clock.at(factory.moment):
            settle_review(
                actor=finance_checker(), payout_id=payout.pk, outcome="paid", receipt_ref=difference.receipt_ref,
                note="Statement of today",
            )
        assert self.kinds() == []
        assert audit("settlement") == []

    def test_a_payment_taken_back_in_the_portal_is_seen(self, factory):
        payout = self.pay(factory, Course.REVERSED)
        factory.wait(timedelta(hours=40))
        self.bring_in(factory)
        (difference,) = reconcile(finance_maker(), "daraja").differences
        assert (difference.kind, difference.payout.pk, difference.amount_minor) == (Kind.REVERSED, payout.pk, 420_00)

    def test_a_receipt_the_statement_lacks_and_a_line_that_was_cut_out(self, factory):
        self.pay(factory)
        with clock.at(factory.moment):
            earn(12, self.bench)
            approved()
        factory.work()
        factory.wait(timedelta(hours=30))
        with clock.at(factory.moment):
            earn(14, self.bench)
            approved()
        factory.work()
        factory.wait(timedelta(hours=3))
        lines = factory.books.statement_csv().decode().splitlines()
        # Newest first: the second payment and its fee lie in the middle.
        cut_out = "\n".join([*lines[:6], *lines[8:]]).encode()
        self.bring_in(factory, cut_out)
        assert sorted(self.kinds()) == [Kind.GAP, Kind.NOT_ON_STATEMENT]

    @pytest.mark.parametrize("content", [b"", b"x", b"Receipt No.,Completion Time,Transaction Status,Paid In\n"])
    def test_what_is_no_statement_changes_nothing(self, factory, content):
        with pytest.raises(Invalid) as refused:
            self.bring_in(factory, content or b" ")
        assert refused.value.message("en")
        assert not RailLine.objects.exists()
