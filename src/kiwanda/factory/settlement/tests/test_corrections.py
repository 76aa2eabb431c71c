"""Earnings corrected after the fact, called-off work, and what may be taken off an earning."""

from __future__ import annotations

import pytest

from kiwanda.core import clock
from kiwanda.core.commands import Context
from kiwanda.core.errors import Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import artisan_of, finance_checker, finance_maker, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.commands import report_progress
from kiwanda.factory.production.tests.factories import coordinator, hand_in_and_receive, make_bench
from kiwanda.factory.quality.tests.factories import judge
from kiwanda.factory.settlement import adjustments, ledger, statements
from kiwanda.factory.settlement.commands import (
    Stage,
    answer_correction,
    call_off_work,
    create_payout_batch,
    decide_correction,
    propose_correction,
)
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import Adjustment, KillFee
from kiwanda.factory.settlement.tests.factories import CAST_RATE, approved, earn, system

pytestmark = pytest.mark.django_db


def propose(earning, pieces=4):
    return propose_correction(actor=finance_maker(), earning_id=earning.pk, quantity=pieces, reason="Cracked in use.")


def paid(bench, pieces=10, workshop=None):
    earning = earn(pieces, bench, workshop)
    approved()
    send_ready_payouts()
    earning.refresh_from_db()
    return earning


def owed(workshop):
    return ledger.balance_minor(ledger.payable(workshop.code))


class TestBeforePay:
    def test_a_second_person_books_it_and_the_earning_is_reversed(self, noon, rail):
        earning = earn(10)
        row = propose(earning)
        assert owed(earning.workshop) == 10 * CAST_RATE
        decide_correction(actor=finance_checker(), correction_id=row.pk, outcome="booked")
        assert owed(earning.workshop) == 6 * CAST_RATE == ledger.balance_minor(ledger.COST_PIECEWORK)
        assert approved().total_minor == 6 * CAST_RATE
        assert audit("settlement") == []

    def test_no_piece_is_corrected_twice(self, noon, rail):
        earning = earn(10)
        propose(earning, 7)
        with pytest.raises(Rejected) as refused:
            propose(earning, 4)
        assert refused.value.error is SettlementError.TOO_MANY_PIECES

    def test_what_waits_for_approval_is_left_alone(self, noon, rail):
        earning = earn(10)
        row = propose(earning)
        create_payout_batch(actor=finance_maker())
        with pytest.raises(Rejected) as refused:
            decide_correction(actor=finance_checker(), correction_id=row.pk, outcome="booked")
        assert refused.value.error is SettlementError.IN_A_BATCH


class TestAfterPay:
    def test_nothing_is_taken_without_consent(self, noon, rail):
        bench = make_bench(80)
        earning = paid(bench)
        row = propose(earning)
        with pytest.raises(Rejected):
            decide_correction(actor=finance_checker(), correction_id=row.pk, outcome="booked")
        answer_correction(actor=artisan_of(earning.workshop), correction_id=row.pk, consent=False)
        later = earn(10, bench, earning.workshop)
        assert owed(later.workshop) == 10 * CAST_RATE
        decide_correction(actor=finance_checker(), correction_id=row.pk, outcome="written_off")
        assert ledger.balance_minor(ledger.COST_WRITTEN_OFF) == 4 * CAST_RATE
        assert audit("settlement") == []

    def test_with_consent_a_quarter_of_each_later_earning_until_it_is_made_good(self, noon, rail):
        bench = make_bench(80)
        earning = paid(bench)
        row = propose(earning)
        answer_correction(actor=artisan_of(earning.workshop), correction_id=row.pk, consent=True)
        assert ledger.balance_minor(ledger.recover(earning.workshop.code)) == 4 * CAST_RATE
        second = paid(bench, 12, earning.workshop)
        assert second.payout.amount_minor == 9 * CAST_RATE
        third = paid(bench, 12, earning.workshop)
        assert third.payout.amount_minor == 11 * CAST_RATE
        row.refresh_from_db()
        assert row.recovered_minor == row.amount_minor
        assert ledger.balance_minor(ledger.recover(earning.workshop.code)) == 0
        totals = statements.totals(earning.workshop_id)
        assert (totals.earned_minor, totals.deducted_minor, totals.paid_minor) == (
            34 * CAST_RATE, 4 * CAST_RATE, 30 * CAST_RATE,
        )
        assert audit("settlement") == []

    def test_only_the_workshop_itself_consents(self, noon, rail):
        bench = make_bench(80)
        row = propose(paid(bench))
        with pytest.raises(Forbidden):
            answer_correction(actor=finance_checker(), correction_id=row.pk, consent=True)
        stranger = artisan_of(make_workshop(techniques=["cast"]))
        with pytest.raises(NotFound):
            answer_correction(actor=stranger, correction_id=row.pk, consent=True)


class TestDeductions:
    def deduct(self, earning, amount):
        ctx = Context(system(), clock.now(), new_id(), "test")
        return adjustments.deduct(
            ctx, kind="advance", source_id=new_id(), earning=earning, amount_minor=amount,
            to=f"advance:{earning.workshop.code}",
        )

    def test_all_together_a_third_of_an_earning_at_most(self, noon, rail):
        earning = earn(10)
        ledger.post(
            "advance-given", "advance", new_id(),
            [ledger.Move(f"advance:{earning.workshop.code}", "bank:KES", 500_00, "KES")], noon,
        )
        self.deduct(earning, 100_00)
        assert adjustments.room_minor(earning) == 40_00
        with pytest.raises(Rejected) as refused:
            self.deduct(earning, 40_01)
        assert refused.value.error is SettlementError.OVER_A_THIRD
        self.deduct(earning, 40_00)
        assert create_payout_batch(actor=finance_maker()).total_minor == 10 * CAST_RATE - 140_00
        assert Adjustment.objects.filter(payout=None).count() == 0
        assert audit("settlement") == []

    @pytest.mark.parametrize("amount", [0, -1])
    def test_a_deduction_is_more_than_nothing(self, noon, rail, amount):
        with pytest.raises(ValueError, match="more than nothing"):
            self.deduct(earn(10), amount)


class TestCalledOff:
    def test_work_in_progress_is_paid_by_stage(self, noon, rail):
        work = make_bench(40).work("cast", 20)
        judge(hand_in_and_receive(work, 5))
        report_progress(actor=artisan_of(work.workshop), work_order_id=work.pk, made_quantity=8)
        stages = [Stage(3, 100), Stage(5, 33), Stage(7, 0)]
        closed = call_off_work(
            actor=coordinator(), work_order_id=work.pk, stages=stages, reason="The buyer cancelled."
        )
        fee = KillFee.objects.get()
        # 3 whole and 5 × 33 % of KES 42.00, a part of a cent rounded up.
        assert fee.amount_minor == 3 * CAST_RATE + 69_30
        assert closed.state == "done"
        assert owed(work.workshop) == 5 * CAST_RATE + fee.amount_minor
        assert approved().total_minor == 5 * CAST_RATE + fee.amount_minor
        assert audit("settlement") == []

    def test_what_was_reported_as_made_is_finished(self, noon, rail):
        work = make_bench(40).work("cast", 10)
        report_progress(actor=artisan_of(work.workshop), work_order_id=work.pk, made_quantity=4)
        with pytest.raises(Rejected) as refused:
            call_off_work(
                actor=coordinator(), work_order_id=work.pk, stages=[Stage(3, 100), Stage(7, 90)], reason="Cancelled."
            )
        assert refused.value.error is SettlementError.MADE_IS_WHOLE

    @pytest.mark.parametrize("stages", [[], [Stage(9, 50)], [Stage(11, 50)]])
    def test_every_open_piece_is_named_once(self, noon, rail, stages):
        work = make_bench(40).work("cast", 10)
        with pytest.raises(Invalid):
            call_off_work(actor=coordinator(), work_order_id=work.pk, stages=stages, reason="Cancelled.")
