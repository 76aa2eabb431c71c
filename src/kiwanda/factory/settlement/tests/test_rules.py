"""Limits, the switch, a restored backup, changed numbers, and paying at once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.commands import change_phone
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker, make_workshop, owner
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import coordinator, make_bench
from kiwanda.factory.settlement import rules
from kiwanda.factory.settlement.commands import (
    approve_instant_pay,
    approve_payout_batch,
    create_payout_batch,
    decide_number,
    end_instant_pay,
    pay_at_once,
    propose_instant_pay,
    resume_payouts,
    send_payout,
    set_pay_limits,
    stop_payouts,
)
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import NumberHold, Payout, PayoutAttempt
from kiwanda.factory.settlement.tests.factories import CAST_RATE, approved, earn, ready_payout, system

pytestmark = pytest.mark.django_db


def refused(call):
    with pytest.raises(Rejected) as caught:
        call()
    return caught.value.error


class TestLimits:
    def test_a_payout_is_cut_at_the_limit_and_a_batch_leaves_those_beyond_waiting(self, noon, rail):
        bench = make_bench(80)
        earn(10, bench)
        earn(4, bench, make_workshop(techniques=["cast"]))
        set_pay_limits(actor=finance_checker(), payout_minor=6 * CAST_RATE, batch_minor=10 * CAST_RATE)
        batch = create_payout_batch(actor=finance_maker())
        assert sorted(batch.payouts.values_list("amount_minor", flat=True)) == [5 * CAST_RATE, 5 * CAST_RATE]

    def test_a_draft_from_before_the_limit_is_not_approved_beyond_it(self, noon, rail):
        earn(10)
        batch = create_payout_batch(actor=finance_maker())
        for limits, error in (
            ({"payout_minor": 9 * CAST_RATE}, SettlementError.OVER_PAYOUT_LIMIT),
            ({"batch_minor": 9 * CAST_RATE}, SettlementError.OVER_BATCH_LIMIT),
            ({"day_minor": 9 * CAST_RATE}, SettlementError.OVER_DAY_LIMIT),
        ):
            set_pay_limits(actor=finance_checker(), **limits)
            assert refused(
                lambda: approve_payout_batch(
                    actor=finance_checker(), batch_id=batch.pk, content_hash=batch.content_hash
                )
            ) is error

    def test_the_days_limit_begins_anew_at_midnight_in_nairobi(self, noon, rail):
        set_pay_limits(actor=finance_checker(), day_minor=10 * CAST_RATE)
        bench = make_bench(80)
        late = noon.replace(hour=20, minute=59)
        with clock.at(late):
            earn(10, bench)
            approved()
            earn(10, bench)
            assert refused(approved) is SettlementError.OVER_DAY_LIMIT
        with clock.at(late + timedelta(minutes=1)):
            draft = Payout.objects.get(state="draft").batch
            approve_payout_batch(actor=finance_checker(), batch_id=draft.pk, content_hash=draft.content_hash)

    @pytest.mark.parametrize("amount", [0, -1, True, "5", 1.5])
    def test_a_limit_is_a_whole_amount_above_nothing(self, amount):
        with pytest.raises(Rejected):
            set_pay_limits(actor=finance_checker(), payout_minor=amount)


class TestSwitch:
    def test_nothing_leaves_while_payments_are_stopped_and_what_was_asked_is_followed(self, noon, rail):
        payout = ready_payout()
        stop_payouts(actor=finance_maker(), reason="The portal looks odd.")
        assert send_ready_payouts() == 0
        assert refused(lambda: send_payout(actor=system(), payout_id=payout.pk)) is SettlementError.PAYING_STOPPED
        assert rail.submitted == []
        resume_payouts(actor=finance_checker(), note="Looked at; all is well.")
        assert send_ready_payouts() == 1

    def test_who_stopped_does_not_resume(self, noon, rail):
        both = actors.staff(new_id(), Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
        stop_payouts(actor=both, reason="Stop")
        assert refused(lambda: resume_payouts(actor=both, note="Go on")) is SettlementError.STOPPER_RESUMES

    def test_nothing_is_approved_while_stopped(self, noon, rail):
        earn(10)
        stop_payouts(actor=finance_maker(), reason="Stop")
        assert refused(approved) is SettlementError.PAYING_STOPPED


class TestRestoredBackup:
    @pytest.fixture
    def marker(self, settings, tmp_path):
        settings.KIWANDA_PAY_MARKER = str(tmp_path / "keys" / "payouts.json")
        return tmp_path / "keys" / "payouts.json"

    def test_a_database_that_does_not_know_the_last_attempt_is_frozen(self, noon, rail, marker):
        first = ready_payout()
        send_ready_payouts()
        noted = json.loads(marker.read_text())
        assert noted["attempt"] == str(first.attempts.get().pk)
        # The machine went on after the backup was taken: the marker names an attempt this copy does not have.
        marker.write_text(json.dumps(noted | {"attempt": str(new_id())}))
        second = ready_payout(10, make_bench(sku="OTHER"))
        assert send_ready_payouts() == 0
        assert len(rail.submitted) == 1
        assert rules.current().frozen_at == noon
        resume_payouts(actor=finance_checker(), note="This rail has no statements; its books were looked at.")
        assert send_ready_payouts() == 1
        second.refresh_from_db()
        assert second.state == "paid"

    def test_a_marker_that_is_gone_freezes_too(self, noon, rail, marker):
        ready_payout()
        send_ready_payouts()
        marker.unlink()
        ready_payout(10, make_bench(sku="OTHER"))
        assert send_ready_payouts() == 0
        assert not rules.current().sending

    def test_another_databases_marker_says_nothing(self, noon, rail, marker):
        marker.parent.mkdir()
        marker.write_text(json.dumps({"house": str(new_id()), "attempt": str(new_id())}))
        ready_payout()
        assert send_ready_payouts() == 1

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"house": 1, "attempt": "x"}'])
    def test_an_unreadable_marker_counts_as_gone(self, noon, rail, marker, content):
        ready_payout()
        send_ready_payouts()
        marker.write_text(content)
        assert rules.is_older_than_sent(rules.current())


class TestNumbers:
    def change(self, payout_or_earning, by=None):
        person = owner(payout_or_earning.workshop)
        change_phone(actor=by or coordinator(), artisan_id=person.pk, phone="+254711222333")
        return NumberHold.objects.get(artisan_id=person.pk, state="held")

    def test_a_changed_number_is_paid_after_a_second_persons_word_and_48_hours(self, noon, rail):
        payout = ready_payout()
        hold = self.change(payout)
        assert send_ready_payouts() == 0
        assert rail.submitted == []
        decide_number(actor=finance_checker(), number_hold_id=hold.pk, confirmed=True, note="Called her.")
        for hours, sent in ((47, 0), (48, 1)):
            with clock.at(noon + timedelta(hours=hours)):
                assert send_ready_payouts() == sent
        assert rail.submitted[0].phone == "+254711222333"

    def test_time_alone_does_not_confirm_it(self, noon, rail):
        self.change(ready_payout())
        with clock.at(noon + timedelta(days=30)):
            assert send_ready_payouts() == 0

    def test_who_changed_it_does_not_confirm_it(self, noon, rail):
        me = actors.staff(new_id(), Role.COORDINATOR, Role.FINANCE_CHECKER)
        hold = self.change(ready_payout(), by=me)
        assert refused(
            lambda: decide_number(actor=me, number_hold_id=hold.pk, confirmed=True, note="I know her.")
        ) is SettlementError.SAME_PERSON

    def test_a_held_payee_waits_for_the_next_batch(self, noon, rail):
        self.change(earn(10))
        assert refused(lambda: create_payout_batch(actor=finance_maker())) is SettlementError.NOTHING_TO_PAY

    def test_a_second_change_begins_a_new_hold(self, noon, rail):
        earning = earn(10)
        first = self.change(earning)
        decide_number(actor=finance_checker(), number_hold_id=first.pk, confirmed=True, note="Called her.")
        with clock.at(noon + timedelta(hours=49)):
            change_phone(actor=coordinator(), artisan_id=owner(earning.workshop).pk, phone="+254711222334")
            assert refused(lambda: create_payout_batch(actor=finance_maker())) is SettlementError.NOTHING_TO_PAY

    def test_the_attempt_remembers_the_number_it_was_made_for(self, noon, rail):
        payout = ready_payout()
        send_ready_payouts()
        attempt = PayoutAttempt.objects.get(payout=payout)
        assert attempt.payee_mark == payout.payee_mark != ""
        assert attempt.payee_masked.count("*") == 4


class TestInstantPay:
    def agree(self, payout=50 * CAST_RATE, day=60 * CAST_RATE):
        row = propose_instant_pay(actor=finance_maker(), payout_limit_minor=payout, day_limit_minor=day)
        return approve_instant_pay(actor=finance_checker(), standing_order_id=row.pk)

    def test_what_is_accepted_is_paid_at_once_in_both_peoples_names(self, noon, rail):
        order = self.agree()
        earn(10)
        batch = pay_at_once(actor=system())
        send_ready_payouts()
        assert (batch.created_by, batch.approved_by) == (order.proposed_by, order.approved_by)
        assert rail.paid
        assert pay_at_once(actor=system()) is None
        assert audit("settlement") == []

    def test_beyond_its_limits_it_waits_for_an_ordinary_batch(self, noon, rail):
        self.agree(payout=9 * CAST_RATE, day=12 * CAST_RATE)
        bench = make_bench(80)
        earn(10, bench)
        assert pay_at_once(actor=system()) is None
        earn(8, bench, make_workshop(techniques=["cast"]))
        assert pay_at_once(actor=system()).total_minor == 8 * CAST_RATE
        earn(8, bench, make_workshop(techniques=["cast"]))
        assert pay_at_once(actor=system()) is None
        assert create_payout_batch(actor=finance_maker()).total_minor == 18 * CAST_RATE

    def test_it_takes_two_people_and_either_ends_it(self, noon, rail):
        both = actors.staff(new_id(), Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
        row = propose_instant_pay(actor=both, payout_limit_minor=100, day_limit_minor=100)
        assert refused(
            lambda: approve_instant_pay(actor=both, standing_order_id=row.pk)
        ) is SettlementError.SAME_PERSON
        end_instant_pay(actor=both, standing_order_id=row.pk)
        order = self.agree()
        end_instant_pay(actor=finance_maker(), standing_order_id=order.pk)
        earn(10)
        assert pay_at_once(actor=system()) is None

    def test_not_while_payments_are_stopped(self, noon, rail):
        self.agree()
        earn(10)
        stop_payouts(actor=finance_maker(), reason="Stop")
        assert pay_at_once(actor=system()) is None
