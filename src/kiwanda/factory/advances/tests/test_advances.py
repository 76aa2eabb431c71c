"""Asking, deciding, paying back: what an advance does and never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.events import events_about
from kiwanda.core.ids import new_id
from kiwanda.factory.advances import checks, commands, queries, terms
from kiwanda.factory.advances.commands import request_advance
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.jobs import pay_out_loan
from kiwanda.factory.advances.models import Advance, Instalment
from kiwanda.factory.advances.tests.factories import deducted, make_earner, running
from kiwanda.factory.network.commands import add_artisan, close_workshop
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.tests.factories import artisan_of, finance_checker, finance_maker, fresh_phone
from kiwanda.factory.production.tests.factories import coordinator
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.commands import create_payout_batch, decide_correction, propose_correction
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import Account
from kiwanda.factory.settlement.tests.conftest import rail as rail
from kiwanda.factory.settlement.tests.factories import approved, earn
from kiwanda.ports.lending import LoanAnswer, LoanOutcome, LoanTerms

pytestmark = pytest.mark.django_db


@pytest.fixture
def earner(noon):
    return make_earner()


def audit():
    return [
        *checks.advances_add_up(), *checks.advances_in_the_ledger(), *checks.ceilings_hold(), *checks.two_people(),
    ]  # fmt: skip


def error(refused):
    return refused.value.error


def test_the_limit_follows_the_median_week_and_the_terms_are_said_first(earner, noon):
    _, workshop = earner
    assert terms.median_week_minor(workshop.pk, noon) == 1680_00
    can = queries.can_ask(artisan_of(workshop), noon, language="en")
    assert (can.least_minor, can.most_minor, can.currency) == (500_00, 3360_00, "KES")
    assert can.terms[0] == "It costs nothing: you pay back exactly what you get."
    assert len(can.terms) == len(queries.can_ask(artisan_of(workshop), noon, language="sw").terms) == 6
    with pytest.raises(Rejected) as refused:
        request_advance(actor=artisan_of(workshop), amount_minor=3360_01)
    assert error(refused) is AdvancesError.OVER_LIMIT
    with pytest.raises(Rejected) as refused:
        request_advance(actor=artisan_of(workshop), amount_minor=499_99)
    assert error(refused) is AdvancesError.TOO_LITTLE
    for amount in (0, -1, 0.5, True):
        with pytest.raises(Rejected):
            request_advance(actor=artisan_of(workshop), amount_minor=amount)


def test_a_workshop_that_earned_in_five_of_twelve_weeks_has_a_median_of_nothing(noon):
    bench, workshop = make_earner(weeks=4)
    with clock.at(noon - timedelta(weeks=12)):
        earn(40, bench)
    assert terms.median_week_minor(workshop.pk, noon) == 0
    assert queries.can_ask(artisan_of(workshop), noon) is None
    with pytest.raises(Rejected) as refused:
        request_advance(actor=artisan_of(workshop), amount_minor=500_00)
    assert error(refused) is AdvancesError.NOTHING_FREE


@pytest.mark.parametrize(("weeks", "median_minor"), [(1, 0), (2, 840_00), (3, 1680_00), (6, 1680_00)])
def test_a_newcomer_s_weeks_count_from_her_first_earning_and_as_four_at_least(noon, weeks, median_minor):
    _, workshop = make_earner(weeks=weeks)
    assert terms.median_week_minor(workshop.pk, noon) == median_minor


def test_early_pay_is_in_the_next_payout_and_comes_back_a_quarter_at_a_time(earner, rail):
    bench, workshop = earner
    approved()
    advance = running(workshop, 2000_00)
    assert (advance.state, advance.fee_minor) == ("running", 0)
    first = earn(40, bench)
    assert deducted(first) == 420_00
    payout = create_payout_batch(actor=finance_maker()).payouts.get()
    assert payout.amount_minor == 1680_00 + 2000_00 - 420_00
    advance.refresh_from_db()
    assert advance.left_minor == 1580_00
    assert [row.next_minor for row in queries.shown(artisan_of(workshop), clock.now())] == [420_00]
    for _ in range(4):
        earn(40, bench)
    advance.refresh_from_db()
    assert (advance.state, advance.left_minor) == ("settled", 0)
    # 4 × 420 and a last one of 320; nothing of the sixth earning.
    assert deducted(earn(40, bench)) == 0
    assert sorted(Instalment.objects.values_list("amount_minor", flat=True)) == [320_00, 420_00, 420_00, 420_00, 420_00]
    assert Account.objects.get(code=f"advance:{workshop.code}").balance_minor == 0
    assert audit() == []


def test_no_work_takes_nothing_and_adds_nothing(earner, noon):
    _, workshop = earner
    advance = running(workshop, 1000_00)
    with clock.at(noon + timedelta(days=200)):
        advance.refresh_from_db()
        assert (advance.left_minor, advance.state) == (1000_00, "running")
        # No roll-over: no second one of a kind, and what is owed counts against the limit.
        assert queries.can_ask(artisan_of(workshop), clock.now()) is None
        with pytest.raises(Rejected) as refused:
            request_advance(actor=artisan_of(workshop), amount_minor=500_00)
        assert error(refused) is AdvancesError.ONE_ALREADY


def test_a_pause_takes_nothing_and_ends_by_itself_or_at_once(earner, noon):
    bench, workshop = earner
    advance = running(workshop)
    maker = artisan_of(workshop)
    commands.pause_advance(actor=maker, advance_id=advance.pk, until=noon.date() + timedelta(days=30))
    assert deducted(earn(10, bench)) == 0
    (row,) = queries.shown(maker, noon)
    assert (row.state, row.next_minor) == ("paused", 0)
    with clock.at(noon + timedelta(days=30)):
        assert deducted(earn(10, bench)) == 105_00
    commands.pause_advance(actor=maker, advance_id=advance.pk, until=noon.date())
    assert deducted(earn(10, bench)) == 105_00
    with pytest.raises(Rejected) as refused:
        commands.pause_advance(actor=maker, advance_id=advance.pk, until=noon.date() + timedelta(days=93))
    assert error(refused) is AdvancesError.PAUSE_TOO_LONG
    other = actors.artisan(new_id(), new_id())
    with pytest.raises(Rejected) as refused:
        commands.pause_advance(actor=other, advance_id=advance.pk, until=noon.date())
    assert error(refused) is CoreError.NOT_FOUND


def test_early_payoff_is_free_and_never_too_much(earner):
    _, workshop = earner
    advance = running(workshop, 1000_00)
    with pytest.raises(Rejected) as refused:
        commands.record_pay_off(actor=finance_maker(), advance_id=advance.pk, amount_minor=1000_01, receipt_ref="R1")
    assert error(refused) is AdvancesError.MORE_THAN_LEFT
    commands.record_pay_off(actor=finance_maker(), advance_id=advance.pk, amount_minor=400_00, receipt_ref="R1")
    with pytest.raises(Rejected) as refused:
        commands.record_pay_off(actor=finance_maker(), advance_id=advance.pk, amount_minor=100_00, receipt_ref="R1")
    assert error(refused) is AdvancesError.RECEIPT_TAKEN
    commands.record_pay_off(actor=finance_maker(), advance_id=advance.pk, amount_minor=600_00, receipt_ref="R2")
    advance.refresh_from_db()
    assert advance.state == "settled"
    assert ledger.balance_minor("bank:KES") == 1000_00
    assert audit() == []


def test_above_a_sum_two_people_decide(earner, noon):
    _, workshop = earner
    commands.set_advance_terms(
        actor=finance_checker(), kind="pay", valid_from=noon.date(), weeks=2, least_minor=100_00,
        most_minor=5000_00, second_person_above_minor=1000_00,
    )  # fmt: skip
    asked = request_advance(actor=artisan_of(workshop), amount_minor=1000_01)
    both = actors.staff(new_id(), Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
    decided = commands.decide_advance(actor=both, advance_id=asked.pk, approve=True)
    assert decided.state == "decided"
    assert ledger.balance_minor(f"advance:{workshop.code}") == 0
    with pytest.raises(Rejected) as refused:
        commands.confirm_advance(actor=both, advance_id=asked.pk, approve=True)
    assert error(refused) is AdvancesError.NEEDS_SECOND
    assert commands.confirm_advance(actor=finance_checker(), advance_id=asked.pk, approve=True).state == "running"
    assert ledger.balance_minor(f"advance:{workshop.code}") == 1000_01
    assert audit() == []


def test_declining_takes_an_answer_and_a_withdrawn_request_is_over(earner):
    _, workshop = earner
    asked = request_advance(actor=artisan_of(workshop), amount_minor=1000_00)
    with pytest.raises(Rejected):
        commands.decide_advance(actor=finance_maker(), advance_id=asked.pk, approve=False)
    commands.withdraw_advance(actor=artisan_of(workshop), advance_id=asked.pk)
    with pytest.raises(Rejected) as refused:
        commands.decide_advance(actor=finance_maker(), advance_id=asked.pk, approve=True)
    assert error(refused) is CoreError.WRONG_STATE
    again = request_advance(actor=artisan_of(workshop), amount_minor=1000_00)
    commands.decide_advance(actor=finance_maker(), advance_id=again.pk, approve=False, answer="Let us talk first.")
    assert events_about(again.pk).last().data["state"] == "declined"


def test_only_the_owner_binds_the_workshop_s_earnings(earner):
    _, workshop = earner
    add_artisan(actor=coordinator(), workshop_id=workshop.pk, name="Baraka", phone=fresh_phone())
    member = Artisan.objects.get(workshop=workshop, role="member")
    actor = actors.artisan(member.pk, workshop.pk)
    assert queries.can_ask(actor, clock.now()) is None
    with pytest.raises(Rejected) as refused:
        request_advance(actor=actor, amount_minor=500_00)
    assert error(refused) is AdvancesError.NOT_OWNER


def test_material_comes_from_the_hub_and_may_carry_one_fee(earner, noon):
    bench, workshop = earner
    commands.set_advance_terms(
        actor=finance_checker(), kind="material", valid_from=noon.date(), weeks=2, least_minor=100_00,
        most_minor=5000_00, second_person_above_minor=5000_00, share_percent=10, fee_percent="2.5",
    )  # fmt: skip
    clerk = coordinator()
    asked = commands.give_material(actor=clerk, workshop_id=workshop.pk, value_minor=1000_00, about="A torch")
    row = commands.decide_advance(actor=finance_maker(), advance_id=asked.pk, approve=True)
    assert (row.principal_minor, row.fee_minor, row.share_percent) == (1000_00, 25_00, 10)
    assert ledger.balance_minor("income:advance-fees") == 25_00
    assert ledger.balance_minor("material:NBI") == -1000_00
    assert deducted(earn(40, bench)) == 168_00
    assert audit() == []


def test_two_advances_together_take_a_quarter_at_most(earner):
    bench, workshop = earner
    running(workshop, 1000_00)
    asked = commands.give_material(actor=coordinator(), workshop_id=workshop.pk, value_minor=1000_00, about="Wire")
    commands.decide_advance(actor=finance_maker(), advance_id=asked.pk, approve=True)
    assert deducted(earn(40, bench)) == 420_00
    assert Instalment.objects.count() == 1
    assert audit() == []


def test_a_corrected_earning_gets_its_instalment_back(earner, rail):
    bench, workshop = earner
    approved()
    advance = running(workshop, 500_00)
    earning = earn(40, bench)
    assert deducted(earning) == 420_00
    wrong = propose_correction(actor=finance_maker(), earning_id=earning.pk, quantity=30, reason="They tarnished.")
    decide_correction(actor=finance_checker(), correction_id=wrong.pk, outcome="booked")
    advance.refresh_from_db()
    # Ten pieces are left: 420 shillings, a quarter of which is 105.
    assert advance.repaid_minor == 105_00
    assert Instalment.objects.get().returned_minor == 315_00
    assert audit() == []


def test_what_is_left_is_written_off_by_somebody_else(earner):
    _, workshop = earner
    advance = running(workshop, 1000_00)
    commands.write_off_advance(actor=finance_checker(), advance_id=advance.pk, reason="The owner died.")
    assert ledger.balance_minor("cost:advances-written-off") == 1000_00
    assert ledger.balance_minor(f"advance:{workshop.code}") == 0
    assert audit() == []


@pytest.mark.parametrize(
    "change", [{"repaid_minor": 2000_01}, {"fee_minor": 1}, {"share_percent": 26}, {"repaid_minor": -1}]
)
def test_the_database_keeps_the_ceilings_itself(earner, change):
    _, workshop = earner
    advance = running(workshop, 2000_00)
    with pytest.raises(IntegrityError), transaction.atomic():
        Advance.objects.filter(pk=advance.pk).update(**change)


def test_an_instalment_of_more_than_a_quarter_cannot_be_written(earner):
    bench, workshop = earner
    running(workshop)
    earn(10, bench)
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.update(amount_minor=105_01)


# ── The licensed lender ─────────────────────────────────────────────────────────────────────────────────────────────


class Lender:
    name = "sacco"
    licence = "CBK/123"

    def __init__(self, outcome=LoanOutcome.PAID):
        self.outcome, self.paid = outcome, {}

    def terms(self, amount_minor, currency):
        return LoanTerms(amount_minor // 20, currency)

    def pay_out(self, request):
        if self.outcome is LoanOutcome.PAID:
            self.paid[request.loan_id] = request.amount_minor
        return LoanAnswer(self.outcome, "L-1", "too young")


def test_loans_are_off_without_a_licensed_lender(earner, noon):
    _, workshop = earner
    assert terms.lender() is None
    assert queries.can_ask(artisan_of(workshop), noon, kind="loan") is None
    with pytest.raises(Rejected) as refused:
        request_advance(actor=artisan_of(workshop), amount_minor=1000_00, kind="loan")
    assert error(refused) is AdvancesError.NO_LENDER


def test_a_lender_pays_the_loan_and_gets_the_instalments(earner, monkeypatch):
    bench, workshop = earner
    lender = Lender()
    monkeypatch.setattr(terms, "lender", lambda: lender)
    loan = running(workshop, 1000_00, kind="loan")
    assert (loan.state, loan.fee_minor, loan.lender) == ("sending", 50_00, "sacco")
    assert pay_out_loan(str(loan.pk)) == "running"
    assert pay_out_loan(str(loan.pk)) == "not waiting"
    assert lender.paid == {loan.pk: 1000_00}
    assert deducted(earn(40, bench)) == 420_00
    assert ledger.balance_minor("lender:sacco") == 420_00
    assert ledger.balance_minor(f"advance:{workshop.code}") == 0
    assert audit() == []


def test_a_lender_that_does_not_answer_is_asked_again_and_one_that_refuses_ends_it(earner, monkeypatch):
    _, workshop = earner
    lender = Lender(LoanOutcome.UNKNOWN)
    monkeypatch.setattr(terms, "lender", lambda: lender)
    loan = running(workshop, 1000_00, kind="loan")
    with pytest.raises(RuntimeError):
        pay_out_loan(str(loan.pk))
    loan.refresh_from_db()
    assert loan.state == "sending"
    lender.outcome = LoanOutcome.REFUSED
    assert pay_out_loan(str(loan.pk)) == "declined"


def test_a_workshop_with_an_advance_does_not_close_before_it_is_ended(earner, noon, rail):
    _, workshop = earner
    row = running(workshop)
    approved()
    send_ready_payouts()
    with pytest.raises(Rejected) as refused:
        close_workshop(actor=coordinator(), workshop_id=workshop.pk, reason="Moved away.")
    assert error(refused) is AdvancesError.STILL_OPEN
    assert "2,000" in str(refused.value)
    commands.write_off_advance(actor=finance_checker(), advance_id=row.pk, reason="Moved away.")
    assert close_workshop(actor=coordinator(), workshop_id=workshop.pk, reason="Moved away.").state == "closed"
    assert audit() == []
