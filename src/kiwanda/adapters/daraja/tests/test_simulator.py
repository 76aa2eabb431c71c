"""The simulator's books and chance: the same play meets the same faults, and every shilling is on the statement."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from kiwanda.adapters.daraja import Credentials, DarajaRail, Gateway
from kiwanda.adapters.daraja.simulator import Books, Course, Simulator, SimulatorTransport
from kiwanda.adapters.daraja.simulator.courses import EVERYDAY, course_of
from kiwanda.adapters.daraja.statements import read_statement
from kiwanda.ports.payments import Outcome, PayoutRequest

NOW = 1_795_000_000.0


class Till:
    """Books in a file, the simulator over them and the rail that pays through it."""

    def __init__(self, folder: Path, faults: float = 0.0, weights: dict[Course, int] | None = None) -> None:
        self.now, self.taken = NOW, []
        self.books = Books(folder / "mpesa.sqlite3", 0)
        self.simulator = Simulator(
            self.books, self._take, fault_share=faults, weights=weights, clock=lambda: self.now,
            private_key=self.books.private_key(),
        )  # fmt: skip
        credentials = Credentials("key", "secret", "600992", "testapi", "Safaricom999!*!", self.simulator.certificate)
        gateway = Gateway(
            "https://daraja.test", credentials, folder / "token.json", transport=SimulatorTransport(self.simulator),
            clock=lambda: self.now,
        )  # fmt: skip
        self.rail = DarajaRail(
            gateway, post_url="https://factory.test/hooks/pay/daraja", secret="an unguessable secret",
            state_path=folder / "balance.json", clock=lambda: self.now,
        )  # fmt: skip

    def _take(self, url: str, body: bytes) -> bool:
        self.taken.append(url)
        return True

    def pay(self, phone: str = "+254700000001", amount_minor: int = 500_00):
        return self.rail.submit(PayoutRequest(uuid4(), phone, amount_minor, "KES", "Kiwanda"))


def test_everyday_faults_come_by_their_weights():
    drawn = Counter(course_of(3, f"254700000001:{turn}", 0.2, EVERYDAY) for turn in range(20_000))
    assert drawn[Course.PAID] == pytest.approx(16_000, rel=0.02)
    whole = sum(EVERYDAY.values())
    for course, weight in EVERYDAY.items():
        assert drawn[course] == pytest.approx(4_000 * weight / whole, rel=0.35), course


def test_the_same_people_in_the_same_order_meet_the_same_faults_whatever_the_ids(tmp_path):
    phones = [f"+2547000000{number:02d}" for number in (1, 2, 3, 1, 2, 1)] * 5
    seen = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        till = Till(tmp_path / name, faults=0.6, weights=EVERYDAY)
        till.simulator.receive(100_000_00, "Organization Settlement from Bank")
        seen.append([till.pay(phone).outcome for phone in phones])
    assert seen[0] == seen[1]
    assert len(set(seen[0])) > 1


def test_one_request_meets_one_fault_however_often_it_is_sent(tmp_path):
    till = Till(tmp_path, faults=1.0, weights={Course.SWALLOWED: 1})
    request = PayoutRequest(uuid4(), "+254700000001", 500_00, "KES", "Kiwanda")
    assert {till.rail.submit(request).outcome for _ in range(3)} == {Outcome.UNKNOWN}
    assert till.books.paid() == {} and till.simulator.waiting() is None


def test_without_money_nobody_is_paid_and_every_shilling_is_on_the_statement(tmp_path):
    till = Till(tmp_path)
    assert till.pay().outcome is Outcome.ACCEPTED
    assert not till.books.paid()
    till.simulator.receive(1_000_00, "Organization Settlement from Bank")
    till.pay()
    fare = till.simulator.pay_by_hand(200_00, "Business Payment to Customer", "254700000009")
    with pytest.raises(ValueError, match="too little"):
        till.simulator.pay_by_hand(900_00, "Business Payment to Customer", "254700000009")
    lines = [line for line in read_statement(till.books.statement_csv()).lines if line.completed]
    assert sum(line.amount_minor for line in lines) == till.books.float_minor() == 295_00
    assert lines[-1].receipt_ref == fare and lines[-1].balance_minor == till.books.float_minor()


def test_a_statement_covers_the_days_it_was_asked_for(tmp_path):
    till = Till(tmp_path)
    receipts = []
    for day in range(3):
        till.now = NOW + day * 86_400
        receipts.append(till.simulator.receive(100_00, "Customer Transfer of Funds", "254700000009"))
    middle = till.books.statement_csv(since=NOW + 86_400, until=NOW + 2 * 86_400)
    assert [line.receipt_ref for line in read_statement(middle).lines] == receipts[1:2]
    assert till.books.newest_line_at() == NOW + 2 * 86_400


def test_books_opened_again_keep_money_and_key(tmp_path):
    till = Till(tmp_path)
    till.simulator.receive(1_000_00, "Organization Settlement from Bank")
    certificate = till.simulator.certificate
    till.books.close()
    again = Till(tmp_path)
    assert again.simulator.certificate == certificate
    assert again.pay().outcome is Outcome.ACCEPTED and len(again.books.paid()) == 1
