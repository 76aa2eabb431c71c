"""The ledger: balanced by construction, idempotent by key, never edited."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import make_workshop
from kiwanda.factory.settlement import checks, ledger
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.ledger import CLEARING_PAYOUTS, COST_PIECEWORK, Move, payable
from kiwanda.factory.settlement.models import Account, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(noon):
    return payable(make_workshop("W1").code)


def earning(owed, amount=100, key="k", currency="KES"):
    return ledger.post(key, "earning", SUBJECT, [Move(COST_PIECEWORK, owed, amount, currency)], clock.now())


SUBJECT = new_id()


def test_an_account_is_made_when_first_named_and_keeps_its_balance(owed):
    earning(owed, 100, "a")
    earning(owed, 50, "b")
    account = Account.objects.get(code=owed)
    assert (account.kind, account.tracked, account.balance_minor) == ("liability", True, 150)
    assert account.owner_id is not None
    assert ledger.balance_minor(COST_PIECEWORK) == 150
    assert Account.objects.get(code=COST_PIECEWORK).balance_minor == 0
    assert list(checks.balances_summed()) == []


def test_the_same_key_books_once_and_with_other_content_never(owed):
    first = earning(owed)
    assert earning(owed) == first
    for amount, currency in ((101, "KES"), (100, "USD")):
        with pytest.raises(Rejected) as refused:
            earning(owed, amount, currency=currency)
        assert refused.value.error is SettlementError.KEY_REUSED
    assert Transfer.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post("k", "earning", SUBJECT, [Move(COST_PIECEWORK, owed, 1, "KES")], clock.now(), fresh=True)


def test_an_account_has_one_currency(owed):
    earning(owed)
    with pytest.raises(Rejected) as refused:
        earning(owed, key="dollars", currency="USD")
    assert refused.value.error is SettlementError.CURRENCY_MIXED


def test_nobody_is_paid_more_than_she_is_owed(owed):
    earning(owed, 100)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post("out", "payout_hold", SUBJECT, [Move(owed, CLEARING_PAYOUTS, 101, "KES")], clock.now())
    assert ledger.balance_minor(owed) == 100


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_cannot_be_booked(owed, amount):
    with pytest.raises(IntegrityError), transaction.atomic():
        earning(owed, amount)


def test_a_reversal_mirrors_its_entry_once(owed):
    entry = earning(owed, 100)
    back = ledger.reverse(entry, "back", clock.now())
    assert back.reverses == entry
    assert ledger.balance_minor(owed) == ledger.balance_minor(COST_PIECEWORK) == 0
    assert ledger.reverse(entry, "back", clock.now()) == back
    with pytest.raises(Rejected) as refused:
        ledger.reverse(entry, "back again", clock.now())
    assert refused.value.error is SettlementError.ALREADY_REVERSED
    assert list(checks.entries_whole()) == []


@pytest.mark.parametrize("statement", [
    "DELETE FROM settlement_transfer",
    "UPDATE settlement_transfer SET amount_minor = 1",
    "DELETE FROM settlement_ledgerentry",
    "UPDATE settlement_ledgerentry SET kind = 'gift'",
])  # fmt: skip
def test_the_database_refuses_to_edit_the_ledger(owed, statement):
    earning(owed)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ledger.balance_minor(owed) == 100


def test_a_rolled_back_account_is_made_again(owed):
    with transaction.atomic():
        earning(owed)
        transaction.set_rollback(True)
    assert not Account.objects.filter(code=owed).exists()
    earning(owed)
    assert ledger.balance_minor(owed) == 100


def test_a_forged_balance_is_found(owed):
    earning(owed, 100)
    Account.objects.filter(code=owed).update(balance_minor=90)
    assert list(checks.balances_summed()) == [f"account {owed} keeps 90, its transfers sum to 100"]


MOVES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 10**9), st.booleans()).filter(
        lambda move: move[0] != move[1]
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_is_posted_and_reversed_the_books_balance(db, moves):
    """Balances equal an independent sum, all accounts together sum to zero, no owed balance is below zero."""
    with transaction.atomic():
        workshops = [payable(make_workshop(f"P{n}").code) for n in (1, 2)]
        codes = [COST_PIECEWORK, CLEARING_PAYOUTS, *workshops]
        expected: dict[str, int] = defaultdict(int)
        for number, (debit, credit, amount, undo) in enumerate(moves):
            move = Move(codes[debit], codes[credit], amount, "KES")
            try:
                with transaction.atomic():
                    entry = ledger.post(f"m{number}", "test", SUBJECT, [move], clock.now())
                    if undo:
                        ledger.reverse(entry, f"u{number}", clock.now())
            except IntegrityError:
                assert codes[debit] in workshops
                assert expected[codes[debit]] < amount
                continue
            if not undo:
                expected[codes[debit]] -= amount
                expected[codes[credit]] += amount
        for account in Account.objects.all():
            credit_side = expected[account.code]
            natural = credit_side if account.kind == "liability" else -credit_side
            assert ledger.summed_balance(account) == natural
            if account.tracked:
                assert account.balance_minor == natural >= 0
        assert sum(expected.values()) == 0
        transaction.set_rollback(True)
