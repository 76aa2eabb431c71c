"""Payouts: accepted is not paid, unknown is never sent again, nothing is paid twice."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from kiwanda.core import clock, vault
from kiwanda.core.errors import Forbidden, Invalid, Rejected
from kiwanda.core.models import Event
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import coordinator, make_bench
from kiwanda.factory.settlement import ledger, queries
from kiwanda.factory.settlement.commands import (
    query_payout,
    record_attempt,
    record_rail_answer,
    retry_payout,
    send_payout,
    settle_review,
)
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.jobs import ask_about_payout, query_waiting_payouts, send_ready_payouts
from kiwanda.factory.settlement.models import Payout, PayoutAttempt
from kiwanda.factory.settlement.tests.factories import CAST_RATE, approved, earn, ready_payout, system
from kiwanda.ports.payments import Outcome, RailAnswer

pytestmark = pytest.mark.django_db

OWED = 10 * CAST_RATE


@pytest.fixture
def payout(noon, rail):
    return ready_payout(10)


def fresh(payout):
    return Payout.objects.select_related("workshop", "batch").get(pk=payout.pk)


def books(payout):
    """What is owed, on its way, and gone from the float."""
    return (
        ledger.balance_minor(ledger.payable(payout.workshop.code)),
        ledger.balance_minor(ledger.CLEARING_PAYOUTS),
        -ledger.balance_minor(ledger.float_at("scripted")),
    )


def send(payout):
    return send_payout(actor=system(), payout_id=payout.pk)


def test_paid_at_once(payout, rail):
    assert send(payout).state == "paid"
    now = fresh(payout)
    assert now.receipt_ref
    assert now.paid_at == clock.now()
    assert books(payout) == (0, 0, OWED)
    assert now.batch.state == "done"
    request = rail.submitted[0]
    assert (request.amount_minor, request.currency) == (OWED, "KES")
    assert request.phone == vault.get(payout.payee_id, vault.PHONE)
    assert request.phone not in str([event.data for event in Event.objects.all()])
    assert audit("settlement") == []


def test_accepted_is_not_paid(payout, rail, noon):
    rail.answers = ["accepted+paid"]
    assert send(payout).state == "accepted"
    assert books(payout) == (0, OWED, 0)
    assert audit("settlement") == []
    assert query_waiting_payouts() == 0
    with clock.at(noon + timedelta(minutes=5)):
        assert query_waiting_payouts() == 1
    assert books(payout) == (0, 0, OWED)


def test_unknown_is_asked_about_with_growing_pauses_and_never_sent_again(payout, rail, noon):
    rail.answers = ["unknown"]
    send(payout)
    asked = []
    moment = noon
    while fresh(payout).state == "unknown":
        moment = fresh(payout).next_query_at
        asked.append(moment - noon)
        with clock.at(moment):
            send_ready_payouts()
            query_waiting_payouts()
    assert len(rail.submitted) == 1
    assert fresh(payout).state == "review"
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=6)
    assert timedelta(hours=72) <= moment - noon <= timedelta(hours=78)
    assert books(payout) == (0, OWED, 0)
    assert Event.objects.filter(type="settlement.PayoutStuck").count() == 2
    assert list(queries.stuck(coordinator())) == [payout]
    assert audit("settlement") == []


def test_paid_without_an_answer_is_found_out(payout, rail, noon):
    rail.answers = ["unknown+paid"]
    assert send(payout).state == "unknown"
    with clock.at(noon + timedelta(minutes=2)):
        query_waiting_payouts()
    assert fresh(payout).state == "paid"
    assert books(payout) == (0, 0, OWED)


def test_proven_failure_gives_the_money_back_and_may_be_tried_again(payout, rail):
    rail.answers = ["failed", "failed", "paid"]
    assert send(payout).state == "failed"
    assert books(payout) == (OWED, 0, 0)
    assert audit("settlement") == []
    for _ in range(2):
        retry_payout(actor=finance_maker(), payout_id=payout.pk)
        assert books(payout) == (0, OWED, 0)
        send(payout)
    assert fresh(payout).state == "paid"
    assert PayoutAttempt.objects.count() == 3
    assert len({request.attempt_id for request in rail.submitted}) == 3
    assert books(payout) == (0, 0, OWED)
    assert audit("settlement") == []


@pytest.mark.parametrize("answer", ["accepted", "unknown", "paid"])
def test_nothing_but_a_proven_failure_is_tried_again(payout, rail, answer):
    rail.answers = [answer]
    send(payout)
    with pytest.raises(Rejected):
        retry_payout(actor=finance_maker(), payout_id=payout.pk)
    with pytest.raises(Rejected):
        send(payout)
    assert len(rail.submitted) == 1


def test_a_refusal_at_the_gate_is_sent_again_later_and_not_for_ever(payout, rail, noon):
    rail.answers = ["refused"] * 9
    assert send(payout).state == "ready"
    assert send_ready_payouts() == 0
    moment = noon
    while fresh(payout).state == "ready":
        moment = fresh(payout).next_query_at
        with clock.at(moment):
            send_ready_payouts()
    assert fresh(payout).state == "failed"
    assert len(rail.submitted) == 5
    assert books(payout) == (OWED, 0, 0)
    assert audit("settlement") == []


def test_without_a_number_nothing_is_sent(payout, rail):
    vault.erase(payout.payee_id)
    assert send(payout).state == "failed"
    assert rail.submitted == []
    assert books(payout) == (OWED, 0, 0)


def test_a_rail_that_breaks_leaves_an_unknown(payout, rail):
    def crash(moment):
        if moment == "after":
            raise ConnectionResetError("gone")

    rail.interrupt = crash
    assert send(payout).state == "unknown"
    assert books(payout) == (0, OWED, 0)
    rail.interrupt = lambda moment: None
    assert ask_about_payout(str(payout.pk)) == "paid"


def test_the_same_answer_twice_changes_nothing(payout, rail):
    send(payout)
    attempt = PayoutAttempt.objects.get()
    before = books(payout), Event.objects.count()
    record_rail_answer(actor=system(), attempt_id=attempt.pk, answer=rail.query(attempt.pk))
    assert (books(payout), Event.objects.count()) == before


def test_another_amount_goes_to_people(payout, rail):
    rail.amount_off = -1
    assert send(payout).state == "review"
    assert books(payout) == (0, OWED, 0)
    assert Event.objects.filter(type="settlement.PayoutConflict").exists()
    settle_review(actor=finance_checker(), payout_id=payout.pk, outcome="paid", receipt_ref="QX1", note="Statement.")
    assert fresh(payout).receipt_ref == "QX1"
    assert books(payout) == (0, 0, OWED)
    assert audit("settlement") == []


def test_a_receipt_pays_one_payout_only(noon, rail):
    first = ready_payout(10)
    send(first)
    receipt = fresh(first).receipt_ref
    earn(5, make_bench(sku="OTHER"))
    second = approved().payouts.get()
    attempt = record_attempt(actor=system(), payout_id=second.pk)
    answer = RailAnswer(Outcome.PAID, receipt_ref=receipt, amount_minor=second.amount_minor)
    assert record_rail_answer(actor=system(), attempt_id=attempt.pk, answer=answer).state == "review"
    with pytest.raises(Rejected) as refused:
        settle_review(actor=finance_checker(), payout_id=second.pk, outcome="paid", receipt_ref=receipt, note="x")
    assert refused.value.error is SettlementError.RECEIPT_TAKEN
    assert audit("settlement") == []


def test_a_late_success_after_a_failure_goes_to_people_and_is_never_undone(payout, rail):
    rail.answers = ["failed"]
    send(payout)
    first = PayoutAttempt.objects.get()
    late = RailAnswer(Outcome.PAID, receipt_ref="LATE1", amount_minor=OWED)
    record_rail_answer(actor=system(), attempt_id=first.pk, answer=late)
    assert fresh(payout).state == "review"
    assert books(payout) == (OWED, 0, 0)
    assert audit("settlement") == []
    with pytest.raises(Rejected):
        retry_payout(actor=finance_maker(), payout_id=payout.pk)
    settle_review(actor=finance_checker(), payout_id=payout.pk, outcome="paid", receipt_ref="LATE1", note="Statement.")
    assert books(payout) == (0, 0, OWED)
    denial = RailAnswer(Outcome.FAILED, code="17")
    record_rail_answer(actor=system(), attempt_id=first.pk, answer=denial)
    assert fresh(payout).state == "paid"
    assert audit("settlement") == []


def test_a_late_success_stops_the_second_attempt_on_its_way(payout, rail):
    rail.answers = ["failed"]
    send(payout)
    first = PayoutAttempt.objects.get()
    retry_payout(actor=finance_maker(), payout_id=payout.pk)
    late = RailAnswer(Outcome.PAID, receipt_ref="LATE1", amount_minor=OWED)
    record_rail_answer(actor=system(), attempt_id=first.pk, answer=late)
    assert fresh(payout).state == "review"
    assert send_ready_payouts() == 0
    assert len(rail.submitted) == 1
    assert audit("settlement") == []


def test_people_settle_with_evidence_only(payout, rail, noon):
    rail.answers = ["unknown"]
    send(payout)
    settle = {"actor": finance_checker(), "payout_id": payout.pk, "note": "Statement of the 26th."}
    with pytest.raises(Rejected):
        settle_review(**settle, outcome="failed")
    with clock.at(noon + timedelta(hours=80)):
        query_waiting_payouts()
        with pytest.raises(Invalid):
            settle_review(**settle, outcome="paid")
        with pytest.raises(Invalid):
            settle_review(**settle, outcome="maybe")
        with pytest.raises(Invalid):
            settle_review(**settle | {"note": " "}, outcome="failed")
        with pytest.raises(Forbidden):
            settle_review(**settle | {"actor": finance_maker()}, outcome="failed")
        settle_review(**settle, outcome="failed")
    assert books(payout) == (OWED, 0, 0)
    assert PayoutAttempt.objects.get().state == "failed"
    retry_payout(actor=finance_maker(), payout_id=payout.pk)
    assert audit("settlement") == []


def test_one_live_attempt_a_payout_even_behind_the_commands(payout, rail):
    record_attempt(actor=system(), payout_id=payout.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutAttempt.objects.create(payout=payout, rail="scripted", recorded_at=clock.now())


def test_finance_may_have_the_rail_asked_now(payout, rail):
    rail.answers = ["unknown+paid"]
    with pytest.raises(Rejected):
        query_payout(actor=finance_maker(), payout_id=payout.pk)
    send(payout)
    query_payout(actor=finance_maker(), payout_id=payout.pk)
    from django_tasks_db.models import DBTaskResult

    names = [row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()]
    assert names.count("settlement.ask_about_payout") == 1
    with pytest.raises(Forbidden):
        query_payout(actor=coordinator(), payout_id=payout.pk)


def test_sending_refuses_to_run_inside_a_transaction(payout, rail):
    with transaction.atomic(), pytest.raises(RuntimeError):
        send(payout)
    assert rail.submitted == []
