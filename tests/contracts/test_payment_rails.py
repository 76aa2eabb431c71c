"""What every payment rail must do, whatever stands behind it. A new adapter adds one line to ``RAILS``.

A rail in these tests starts with KES 1,000,000, reaches a wallet at :data:`PHONE` and, where it can be told to,
misbehaves in every way it knows for the share of attempts given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kiwanda.adapters.daraja import Credentials, DarajaRail, Gateway
from kiwanda.adapters.daraja.simulator import Books, Simulator, SimulatorTransport
from kiwanda.adapters.daraja.simulator.books import fee
from kiwanda.adapters.payments_sandbox import SandboxRail
from kiwanda.core.ids import new_id
from kiwanda.ports.payments import (
    NoStatement,
    Outcome,
    PaymentRail,
    PayoutRequest,
    PostRefused,
    RailAnswer,
    RailPost,
    Statement,
)

PHONE = "+254700000123"
SPACE = UUID("00000000-0000-5000-8000-00000000a11e")

#: One key for all tests: making one takes a while.
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class AskedAndPosted:
    """A rail whose truth comes by post, as the factory uses it: posts are read, the newest answer counts.

    The clock stands by the simulator: after every question it moves on until nothing more is to be posted.
    """

    def __init__(self, folder: Path, faults: float) -> None:
        self.now = 1_790_000_000.0
        self.told: dict[UUID, RailAnswer] = {}
        self.asked: dict[UUID, int] = {}
        self.lock = threading.RLock()
        books = Books(folder / "daraja.sqlite3", 1_000_000_00)
        self.simulator = Simulator(
            books, self.take, seed=7, fault_share=faults, clock=lambda: self.now, private_key=RSA_KEY
        )
        credentials = Credentials(
            "key", "secret", "600992", "testapi", "Safaricom999!*!", self.simulator.certificate
        )
        gateway = Gateway(
            "https://daraja.test", credentials, folder / "keys" / "token.json",
            transport=SimulatorTransport(self.simulator), clock=lambda: self.now,
        )
        self.rail = DarajaRail(
            gateway, post_url="https://factory.test/hooks/pay/daraja", secret="an unguessable secret",
            state_path=folder / "keys" / "balance.json", clock=lambda: self.now,
        )
        self.name, self.unit_minor = self.rail.name, self.rail.unit_minor
        self.smallest_minor, self.largest_minor = self.rail.smallest_minor, self.rail.largest_minor

    def take(self, url: str, body: bytes) -> bool:
        try:
            post = self.rail.read_post(url.rpartition("/")[2], body)
        except PostRefused:
            return False
        answer = post.answer
        # As the factory does: a "paid" that names another amount or wallet proves nothing.
        if answer.outcome is Outcome.PAID and (
            self.asked.get(post.attempt_id, answer.amount_minor) != answer.amount_minor
            or answer.payee not in ("", PHONE[1:])
        ):
            answer = replace(answer, outcome=Outcome.UNKNOWN, receipt_ref="")
        if answer.outcome is not Outcome.PENDING:
            self.told[post.attempt_id] = answer
        return True

    def submit(self, request: PayoutRequest) -> RailAnswer:
        with self.lock:
            self.asked.setdefault(request.attempt_id, request.amount_minor)
            answer = self.rail.submit(request)
            self._let_time_pass()
            return self._newest(request.attempt_id, answer)

    def query(self, attempt_id: UUID) -> RailAnswer:
        with self.lock:
            answer = self.rail.query(attempt_id)
            self._let_time_pass()
            return self._newest(attempt_id, answer)

    def balance_minor(self) -> int:
        with self.lock:
            self.now += 700
            self.rail.balance_minor()
            self._let_time_pass()
            funds = self.rail.balance_minor()
            assert funds is not None
            return funds

    def fee(self, amount_minor: int) -> int:
        return fee(amount_minor)

    def read_post(self, path: str, body: bytes) -> RailPost:
        return self.rail.read_post(path, body)

    def is_address(self, path: str) -> bool:
        return self.rail.is_address(path)

    def read_statement(self, content: bytes) -> Statement:
        return self.rail.read_statement(content)

    def _newest(self, attempt_id: UUID, answer: RailAnswer) -> RailAnswer:
        told = self.told.get(attempt_id, answer)
        return replace(told, outcome=Outcome.UNKNOWN) if told.outcome is Outcome.PENDING else told

    def _let_time_pass(self) -> None:
        for _ in range(10):
            due = self.simulator.waiting()
            if due is None or due > self.now + 3600:
                break
            self.now = max(self.now, due)
            self.simulator.deliver()


#: name → function(folder, share of faults) that opens the rail; opening it again must find what it did before.
RAILS: dict[str, Callable[[Path, float], PaymentRail]] = {
    "sandbox": lambda folder, faults: SandboxRail(
        folder / "rail.sqlite3", seed=7, fault_share=faults, starting_float_minor=1_000_000_00
    ),
    "daraja": AskedAndPosted,
}


@pytest.fixture(params=sorted(RAILS))
def open_rail(request, tmp_path):
    return lambda faults=0.0: RAILS[request.param](tmp_path, faults)


def ask(rail: PaymentRail, attempt_id: UUID | None = None, amount: int = 1_250_00, currency: str = "KES") -> RailAnswer:
    return rail.submit(PayoutRequest(attempt_id or new_id(), PHONE, amount, currency, "Kiwanda test"))


def settled(rail: PaymentRail, attempt_id: UUID, answer: RailAnswer, times: int = 10) -> RailAnswer:
    for _ in range(times):
        if answer.outcome not in (Outcome.ACCEPTED, Outcome.UNKNOWN):
            break
        answer = rail.query(attempt_id)
    return answer


def fee_of(rail: PaymentRail, amount_minor: int) -> int:
    return rail.fee(amount_minor) if isinstance(rail, AskedAndPosted) else 0


def test_it_has_a_name_and_sensible_limits(open_rail):
    rail = open_rail()
    assert rail.name
    assert len(rail.name) <= 20
    assert 0 < rail.smallest_minor < rail.largest_minor


def test_a_payment_leaves_the_float_once_with_a_receipt_and_its_amount(open_rail):
    rail = open_rail()
    before = rail.balance_minor()
    attempt = new_id()
    answer = settled(rail, attempt, ask(rail, attempt))
    assert answer.outcome is Outcome.PAID
    assert answer.receipt_ref
    assert len(answer.receipt_ref) <= 40
    assert answer.amount_minor == 1_250_00
    assert before - rail.balance_minor() >= 1_250_00


def test_the_same_attempt_never_pays_twice(open_rail):
    rail = open_rail()
    attempt = new_id()
    first = settled(rail, attempt, ask(rail, attempt))
    balance = rail.balance_minor()
    again = settled(rail, attempt, ask(rail, attempt))
    assert (again.outcome, again.receipt_ref) == (first.outcome, first.receipt_ref)
    assert rail.balance_minor() == balance


def test_the_same_attempt_with_another_amount_is_not_paid(open_rail):
    rail = open_rail()
    attempt = new_id()
    settled(rail, attempt, ask(rail, attempt, 1_000_00))
    balance = rail.balance_minor()
    again = ask(rail, attempt, 2_000_00)
    assert again.outcome is not Outcome.PAID or again.amount_minor == 1_000_00, "what is told is of the first request"
    assert rail.balance_minor() == balance


def test_it_remembers_after_a_restart(open_rail):
    attempt = new_id()
    rail = open_rail()
    paid = settled(rail, attempt, ask(rail, attempt))
    balance = rail.balance_minor()
    again = open_rail()
    assert again.query(attempt).receipt_ref == paid.receipt_ref
    assert settled(again, attempt, ask(again, attempt)).receipt_ref == paid.receipt_ref
    assert again.balance_minor() == balance


def test_an_attempt_it_never_saw_is_unknown_not_failed(open_rail):
    assert open_rail().query(new_id()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("off", [-1, 1])
def test_amounts_beyond_its_limits_are_not_paid(open_rail, off):
    rail = open_rail()
    before = rail.balance_minor()
    amount = rail.smallest_minor - 1 if off < 0 else rail.largest_minor + 1
    assert ask(rail, amount=amount).outcome in (Outcome.FAILED, Outcome.REFUSED)
    assert rail.balance_minor() == before


def test_the_limits_themselves_are_paid(open_rail):
    rail = open_rail()
    for amount in (rail.smallest_minor, rail.largest_minor):
        attempt = new_id()
        assert settled(rail, attempt, ask(rail, attempt, amount)).outcome is Outcome.PAID


def test_another_currency_is_not_paid(open_rail):
    rail = open_rail()
    before = rail.balance_minor()
    assert ask(rail, currency="USD").outcome in (Outcome.FAILED, Outcome.REFUSED)
    assert rail.balance_minor() == before


def test_an_empty_float_pays_nobody(open_rail):
    rail = open_rail()
    paid = 0
    for _ in range(6):
        attempt = new_id()
        answer = settled(rail, attempt, ask(rail, attempt, rail.largest_minor))
        paid += answer.outcome is Outcome.PAID
    assert 0 < paid < 6
    assert rail.balance_minor() >= 0


def test_whatever_goes_wrong_what_is_told_is_true_in_the_end(open_rail):
    rail = open_rail(0.9)
    start = rail.balance_minor()
    answers = {}
    for number in range(300):
        attempt = uuid5(SPACE, str(number))
        answers[attempt] = settled(rail, attempt, ask(rail, attempt, 100_00 + number * rail.unit_minor))
    paid = {attempt: answer for attempt, answer in answers.items() if answer.outcome is Outcome.PAID}
    others = [answer for answer in answers.values() if answer.outcome is not Outcome.PAID]
    assert {answer.outcome for answer in others} >= {Outcome.FAILED, Outcome.REFUSED}
    assert len({answer.receipt_ref for answer in paid.values()}) == len(paid)
    assert not any(answer.receipt_ref for answer in others)
    asked = {uuid5(SPACE, str(number)): 100_00 + number * rail.unit_minor for number in range(300)}
    assert all(answer.amount_minor == asked[attempt] for attempt, answer in paid.items())
    assert start - rail.balance_minor() == sum(asked[attempt] + fee_of(rail, asked[attempt]) for attempt in paid)
    # Asking once more changes nothing any more.
    assert {attempt: rail.query(attempt).outcome for attempt in paid} == dict.fromkeys(paid, Outcome.PAID)


def test_many_at_once_with_the_same_id_pay_once(open_rail):
    rail = open_rail()
    before = rail.balance_minor()
    attempt = new_id()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: settled(rail, attempt, ask(rail, attempt)), range(16)))
    assert len({answer.receipt_ref for answer in answers if answer.outcome is Outcome.PAID}) == 1
    assert before - rail.balance_minor() == 1_250_00 + fee_of(rail, 1_250_00)


@pytest.mark.parametrize("path", ["", "x", "-", "0" * 32 + "-r-" + "0" * 32, "../../etc", "é-r-é"])
def test_a_post_to_an_address_it_never_gave_is_refused(open_rail, path):
    with pytest.raises(PostRefused):
        open_rail().read_post(path, b'{"Result": {"ResultCode": 0}}')


def test_amounts_that_are_no_multiple_of_its_unit_are_not_paid(open_rail):
    rail = open_rail()
    if rail.unit_minor == 1:
        pytest.skip("every amount is a multiple of one")
    before = rail.balance_minor()
    assert ask(rail, amount=1_250_01).outcome in (Outcome.FAILED, Outcome.REFUSED)
    assert rail.balance_minor() == before


@pytest.mark.parametrize("content", [b"", b"nothing,of,the,kind", b"\x00\xff" * 50])
def test_a_file_that_is_no_statement_is_refused_with_a_sentence(open_rail, content):
    with pytest.raises(NoStatement, match=r"\w+ \w+"):
        open_rail().read_statement(content)
