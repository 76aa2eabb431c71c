"""Payouts that are given up or taken back: their money is owed again, once, and leaves under a new id."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import ledger, statements
from kiwanda.factory.settlement.commands import (
    decide_reversal,
    propose_reversal,
    record_rail_answer,
    release_payout,
    reverse_by_line,
    settle_by_line,
)
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import Adjustment, Payout, PayoutReversal, RailLine, RailStatement
from kiwanda.factory.settlement.tests.factories import CAST_RATE, approved, earn, ready_payout, system
from kiwanda.ports.payments import Outcome, RailAnswer

pytestmark = pytest.mark.django_db


def line(payout, amount=None, **more):
    statement, _ = RailStatement.objects.get_or_create(
        rail="scripted", file_sha256="a" * 64,
        defaults={"filename": "a.csv", "line_count": 1, "new_count": 1, "imported_at": clock.now()},
    )
    fields = {
        "receipt_ref": f"L{new_id().hex[-8:]}", "completed_at": clock.now() + timedelta(hours=1), "completed": True,
        "is_fee": False, "amount_minor": payout.amount_minor if amount is None else amount, "rail": "scripted",
    } | more
    return RailLine.objects.create(statement=statement, position=RailLine.objects.count(), **fields)


def paid_payout():
    payout = ready_payout()
    send_ready_payouts()
    payout.refresh_from_db()
    assert payout.state == "paid"
    return payout


def owed(payout):
    return ledger.balance_minor(ledger.payable(payout.workshop.code))


def test_a_failed_payout_given_up_goes_into_a_new_one_under_a_new_id(noon, rail):
    rail.answers = ["failed"]
    payout = ready_payout()
    send_ready_payouts()
    release_payout(actor=finance_maker(), payout_id=payout.pk)
    payout.refresh_from_db()
    payout.batch.refresh_from_db()
    assert (payout.state, payout.batch.state) == ("returned", "done")
    assert owed(payout) == payout.amount_minor
    again = approved().payouts.get()
    assert again.amount_minor == payout.amount_minor
    assert again.adjustments.get().source_id == payout.pk
    send_ready_payouts()
    again.refresh_from_db()
    assert again.state == "paid"
    assert len(rail.paid) == 1
    assert statements.totals(payout.workshop_id).paid_minor == payout.amount_minor
    assert audit("settlement") == []


def test_late_news_that_a_given_up_payout_arrived_stops_its_money_from_leaving_again(noon, rail):
    rail.answers = ["failed"]
    payout = ready_payout()
    send_ready_payouts()
    release_payout(actor=finance_maker(), payout_id=payout.pk)
    attempt = payout.attempts.get()
    answer = RailAnswer(Outcome.PAID, receipt_ref="LATE1", amount_minor=payout.amount_minor)
    record_rail_answer(actor=system(), attempt_id=attempt.pk, answer=answer)
    payout.refresh_from_db()
    assert payout.state == "review"
    assert not Adjustment.objects.exists()
    with pytest.raises(Rejected):
        approved()
    assert audit("settlement") == []


def test_a_payment_taken_back_counts_on_a_statements_line(noon, rail):
    payout = paid_payout()
    found = line(payout, linked_ref=payout.receipt_ref)
    reverse_by_line(actor=finance_maker(), payout_id=payout.pk, line_id=found.pk)
    payout.refresh_from_db()
    assert payout.state == "reversed"
    assert owed(payout) == payout.amount_minor
    assert ledger.balance_minor(ledger.float_at("scripted")) == 0
    again = approved().payouts.get()
    assert (again.pk != payout.pk, again.amount_minor) == (True, payout.amount_minor)
    # The same result told once more changes nothing.
    record_rail_answer(
        actor=system(), attempt_id=payout.attempts.get().pk,
        answer=RailAnswer(Outcome.PAID, receipt_ref=payout.receipt_ref, amount_minor=payout.amount_minor),
    )
    with pytest.raises(Rejected):
        reverse_by_line(actor=finance_maker(), payout_id=payout.pk, line_id=found.pk)
    assert audit("settlement") == []


@pytest.mark.parametrize(
    "wrong", [{"amount": 1}, {"completed": False}, {"linked_ref": "OTHER"}, {"rail": "another"},
              {"completed_at": "before"}],
)
def test_a_line_that_does_not_fit_takes_nothing_back(noon, rail, wrong):
    payout = paid_payout()
    if "completed_at" in wrong:
        wrong = {"completed_at": noon - timedelta(hours=2)}
    found = line(payout, **wrong)
    with pytest.raises(Rejected) as refused:
        reverse_by_line(actor=finance_maker(), payout_id=payout.pk, line_id=found.pk)
    assert refused.value.error is SettlementError.NOT_THIS_LINE
    assert owed(payout) == 0


def test_an_entered_receipt_needs_two_people(noon, rail):
    payout = paid_payout()
    both = actors.staff(new_id(), Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
    row = propose_reversal(actor=both, payout_id=payout.pk, receipt_ref="BACK1", note="Seen in the portal.")
    assert owed(payout) == 0
    with pytest.raises(Rejected) as refused:
        decide_reversal(actor=both, reversal_id=row.pk, confirmed=True)
    assert refused.value.error is SettlementError.SAME_PERSON
    decide_reversal(actor=finance_checker(), reversal_id=row.pk, confirmed=True)
    assert owed(payout) == payout.amount_minor
    assert audit("settlement") == []


def test_the_database_itself_refuses_a_reversal_by_one_person(noon, rail):
    payout = paid_payout()
    me = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutReversal.objects.create(
            payout=payout, state="confirmed", receipt_ref="X", note="n", proposed_at=noon, proposed_by=me,
            decided_by=me,
        )


def test_a_refused_reversal_changes_nothing_and_may_be_entered_anew(noon, rail):
    payout = paid_payout()
    row = propose_reversal(actor=finance_maker(), payout_id=payout.pk, receipt_ref="BACK1", note="Seen.")
    decide_reversal(actor=finance_checker(), reversal_id=row.pk, confirmed=False)
    payout.refresh_from_db()
    assert payout.state == "paid"
    propose_reversal(actor=finance_maker(), payout_id=payout.pk, receipt_ref="BACK1", note="Seen after all.")


def test_a_line_ends_a_payout_nobody_could_confirm(noon, rail):
    rail.answers = ["unknown+paid"]
    payout = ready_payout()
    send_ready_payouts()
    found = line(payout, amount=-payout.amount_minor)
    settle_by_line(actor=finance_checker(), payout_id=payout.pk, line_id=found.pk)
    payout.refresh_from_db()
    assert (payout.state, payout.receipt_ref) == ("paid", found.receipt_ref)
    other = ready_payout(10, make_bench(sku="OTHER"))
    with pytest.raises(Rejected):
        settle_by_line(actor=finance_checker(), payout_id=other.pk, line_id=found.pk)
    assert audit("settlement") == []


def test_what_a_restored_backup_takes_for_ready_may_be_settled_by_the_statement(noon, rail):
    payout = ready_payout()
    found = line(payout, amount=-payout.amount_minor)
    settle_by_line(actor=finance_checker(), payout_id=payout.pk, line_id=found.pk)
    send_ready_payouts()
    assert rail.submitted == []
    assert Payout.objects.get().state == "paid"
    assert audit("settlement") == []


def test_part_of_a_large_earning_that_failed_is_owed_again_by_itself(noon, rail):
    rail.largest_minor = 4 * CAST_RATE
    rail.answers = ["paid", "failed"]
    earn(6)
    batch = approved()
    send_ready_payouts()
    failed = batch.payouts.get(state="failed")
    release_payout(actor=finance_maker(), payout_id=failed.pk)
    again = approved().payouts.get()
    assert again.amount_minor == failed.amount_minor
    assert audit("settlement") == []
