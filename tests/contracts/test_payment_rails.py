"""What every payment rail must do, whatever stands behind it. A new adapter adds one line to ``RAILS``.

A rail in these tests starts with KES 1,000,000, reaches a wallet at :data:`PHONE` and, where it can be told to,
misbehaves in every way it knows for the share of attempts given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kiwanda.adapters.daraja import Credentials, DarajaRail, Gateway
from kiwanda.adapters.daraja.simulator import Books, Simulator, SimulatorTransport
from kiwanda.adapters.daraja.simulator.books import fee
from kiwanda.adapters.gsma_mm import GsmaCredentials, GsmaRail, GsmaSimulator
from kiwanda.adapters.mtn_momo import MomoCredentials, MomoSimulator, MtnMomoRail
from kiwanda.adapters.mtn_momo.rail import reference
from kiwanda.adapters.payments_sandbox import SandboxRail
from kiwanda.adapters.rail_kit import Course as KitCourse
from kiwanda.adapters.rail_kit import SimulatedMoney
from kiwanda.adapters.rail_kit import SimulatorTransport as KitTransport
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
#: A number each rail pays; the others refuse it or have another country's form.
PHONES = {"mtn_momo": "+256772000123"}
SECRET = "an unguessable secret"
SPACE = UUID("00000000-0000-5000-8000-00000000a11e")

#: One key for all tests: making one takes a while.
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class AskedAndPosted:
    """A rail whose truth comes by post, as the factory uses it: posts are read, the newest answer counts.

    The clock stands by the simulator: after every question it moves on until nothing more is to be posted.
    """

    def __init__(self, open_both: Callable[[AskedAndPosted, Path, float], tuple[Any, Any]], folder: Path,
                 faults: float) -> None:
        self.now = 1_790_000_000.0
        self.told: dict[UUID, RailAnswer] = {}
        self.asked: dict[UUID, int] = {}
        self.lock = threading.RLock()
        self.rail, self.simulator = open_both(self, folder, faults)
        self.name, self.unit_minor, self.currency = self.rail.name, self.rail.unit_minor, self.rail.currency
        self.smallest_minor, self.largest_minor = self.rail.smallest_minor, self.rail.largest_minor
        self.capabilities = self.rail.capabilities

    def take(self, url: str, body: bytes) -> bool:
        try:
            post = self.rail.read_post(url.rpartition("/")[2], body)
        except PostRefused:
            return False
        answer = post.answer
        # As the factory does: a "paid" that names another amount or wallet proves nothing.
        if answer.outcome is Outcome.PAID and (
            self.asked.get(post.attempt_id, answer.amount_minor) != answer.amount_minor
            or answer.payee not in ("", PHONES.get(self.name, PHONE)[1:])
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
            self._let_time_pass()
            answer = self.rail.query(attempt_id)
            self._let_time_pass()
            if answer.outcome in (Outcome.PAID, Outcome.FAILED):
                # Some rails say what became of it at once, others post it.
                self.told[attempt_id] = answer
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
        return fee(amount_minor) if self.name == "daraja" else 0

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


def daraja(driver: AskedAndPosted, folder: Path, faults: float) -> tuple[Any, Any]:
    books = Books(folder / "daraja.sqlite3", 1_000_000_00)
    simulator = Simulator(
        books, driver.take, seed=7, fault_share=faults, clock=lambda: driver.now, private_key=RSA_KEY
    )
    credentials = Credentials("key", "secret", "600992", "testapi", "Safaricom999!*!", simulator.certificate)
    gateway = Gateway(
        "https://daraja.test", credentials, folder / "keys" / "token.json",
        transport=SimulatorTransport(simulator), clock=lambda: driver.now,
    )
    rail = DarajaRail(
        gateway, post_url="https://factory.test/hooks/pay/daraja", secret=SECRET,
        state_path=folder / "keys" / "balance.json", clock=lambda: driver.now,
    )
    return rail, simulator


def mtn_momo(driver: AskedAndPosted, folder: Path, faults: float) -> tuple[Any, Any]:
    money = SimulatedMoney(folder / "momo.sqlite3", 12_500_000, lambda: driver.now, seed=7, fault_share=faults)
    simulator = MomoSimulator(money, driver.take)
    rail = MtnMomoRail(
        "https://momo.test", MomoCredentials("subscription", "user", "key"),
        post_url="https://factory.test/hooks/pay/mtn_momo", secret=SECRET,
        transport=KitTransport(simulator), clock=lambda: driver.now,
    )
    return rail, simulator


def gsma_mm(driver: AskedAndPosted, folder: Path, faults: float) -> tuple[Any, Any]:
    money = SimulatedMoney(folder / "gsma.sqlite3", 1_000_000_00, lambda: driver.now, seed=7, fault_share=faults)
    simulator = GsmaSimulator(money, driver.take)
    rail = GsmaRail(
        "https://gsma.test", GsmaCredentials("key", "accountid@2000"),
        post_url="https://factory.test/hooks/pay/gsma_mm", secret=SECRET, number=r"\+254[17]\d{8}",
        transport=KitTransport(simulator), clock=lambda: driver.now,
    )
    return rail, simulator


#: name → function(folder, share of faults) that opens the rail; opening it again must find what it did before.
RAILS: dict[str, Callable[[Path, float], PaymentRail]] = {
    "sandbox": lambda folder, faults: SandboxRail(
        folder / "rail.sqlite3", seed=7, fault_share=faults, starting_float_minor=1_000_000_00
    ),
    "daraja": partial(AskedAndPosted, daraja),
    "mtn_momo": partial(AskedAndPosted, mtn_momo),
    "gsma_mm": partial(AskedAndPosted, gsma_mm),
}


@pytest.fixture(params=sorted(RAILS))
def open_rail(request, tmp_path):
    return lambda faults=0.0: RAILS[request.param](tmp_path, faults)


def ask(
    rail: PaymentRail, attempt_id: UUID | None = None, amount: int = 1_250_00, currency: str = "", phone: str = ""
) -> RailAnswer:
    return rail.submit(
        PayoutRequest(
            attempt_id or new_id(), phone or PHONES.get(rail.name, PHONE), amount, currency or rail.currency,
            "Kiwanda test",
        )
    )


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


@pytest.mark.parametrize(
    "phone", ["", "+", "0", "12", "not a number", "+2547000001234567890", "+25470000012٣", "+254 700 000 123\n"]
)
def test_what_is_no_number_is_not_paid(open_rail, phone):
    rail = open_rail()
    if rail.name == "sandbox":
        pytest.skip("the sandbox pays nobody, whatever the number")
    before = rail.balance_minor()
    answer = rail.submit(PayoutRequest(new_id(), phone, 1_250_00, rail.currency, "Kiwanda test"))
    assert answer.outcome in (Outcome.FAILED, Outcome.REFUSED)
    assert rail.balance_minor() == before


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"1e309", b"\xff\xfe\x00", b"[" * 50_000, b"{" + b'"a":{' * 20_000, b"x" * 10_000_000,
     b'{"status": {"a": 1}}', b'{"status": true}', b'{"transactionStatus": ["completed"]}',
     b'{"status": "SUCCESSFUL", "amount": "NaN", "financialTransactionId": "TX1"}',
     b'{"transactionStatus": "completed", "amount": "1e309", "transactionReference": "TX1"}',
     b'{"transactionStatus": "completed", "amount": "12.505", "transactionReference": "TX1"}'],
)
def test_garbage_to_a_true_address_pays_and_fails_nobody(open_rail, body):
    rail = open_rail()
    if not rail.capabilities.posts:
        pytest.skip("it never posts")
    attempt = new_id()
    addresses = {
        "daraja": lambda: rail.rail.address(attempt, "r"),
        "mtn_momo": lambda: rail.rail._addresses.of(attempt),
        "gsma_mm": lambda: rail.rail._addresses.of(attempt),
    }
    path = addresses[rail.name]().rpartition("/")[2]
    assert rail.is_address(path)
    try:
        answer = rail.read_post(path, body).answer
    except PostRefused:
        return
    assert answer.outcome in (Outcome.UNKNOWN, Outcome.PENDING)


def test_a_failure_inside_a_good_answer_is_no_failure(tmp_path):
    """HTTP 200 that says "failed", for a payment that happens all the same: only a question settles it."""
    for name in ("mtn_momo", "gsma_mm"):
        rail = RAILS[name](tmp_path / name, 0.0)
        attempt = new_id()
        known = str(reference(attempt)) if name == "mtn_momo" else str(attempt)
        rail.simulator.money.courses[known] = KitCourse.FAILURE_INSIDE_200
        first = rail.rail.submit(PayoutRequest(attempt, PHONES.get(name, PHONE), 1_250_00, rail.currency, "Test"))
        assert first.outcome is Outcome.UNKNOWN
        assert settled(rail, attempt, first).outcome is Outcome.PAID


def test_mtn_gets_a_reference_of_the_only_kind_it_takes():
    attempt = new_id()
    assert attempt.version == 7
    assert reference(attempt).version == 4
    assert reference(attempt) == reference(attempt) != reference(new_id())
