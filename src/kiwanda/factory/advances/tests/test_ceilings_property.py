"""No schedule of earnings, corrections, pauses and pay-offs breaks a ceiling or takes more than principal and fee."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core import clock
from kiwanda.core.errors import Forbidden, Rejected
from kiwanda.factory.advances import checks, commands
from kiwanda.factory.advances.models import Advance, AdvanceTerms
from kiwanda.factory.advances.tests.factories import CAST_RATE, deducted, earned_for_weeks, running
from kiwanda.factory.network.tests.factories import artisan_of, finance_checker, finance_maker
from kiwanda.factory.production.tests.factories import coordinator, make_bench
from kiwanda.factory.settlement import checks as money
from kiwanda.factory.settlement.commands import answer_correction, decide_correction, propose_correction
from kiwanda.factory.settlement.models import Correction, Earning
from kiwanda.factory.settlement.tests.conftest import rail as rail
from kiwanda.factory.settlement.tests.factories import approved, earn

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STEPS = st.one_of(
    st.tuples(st.just("earn"), st.integers(1, 60)),
    st.tuples(st.just("correct"), st.integers(0, 9), st.integers(1, 40)),
    st.tuples(st.just("pause"), st.integers(0, 40)),
    st.tuples(st.just("pay off"), st.integers(1, 800_00)),
    st.tuples(st.just("advance"), st.integers(100_00, 2500_00)),
    st.tuples(st.just("material"), st.integers(100_00, 2500_00)),
    st.tuples(st.just("pay out")),
    st.tuples(st.just("days"), st.integers(1, 30)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=9), share=st.integers(1, 25), fee=st.integers(0, 10))
def test_no_schedule_breaks_the_ceilings(rail, steps, share, fee):
    with transaction.atomic(), clock.at(START):
        _play([("advance", 2000_00), *steps], share, fee)
        transaction.set_rollback(True)


def _play(steps, share, fee):
    bench = make_bench(400)
    workshop = earned_for_weeks(bench, weeks=7, pieces=30)
    for kind in ("pay", "material"):
        AdvanceTerms.objects.create(
            kind=kind, valid_from=START.date() - timedelta(days=90), fee_percent=fee if kind == "material" else 0,
            share_percent=share, weeks=4, least_minor=100_00, most_minor=5000_00, second_person_above_minor=10_000_00,
            set_at=START,
        )  # fmt: skip
    now = START
    for number, (step, *given_) in enumerate(steps):
        with clock.at(now):
            try:
                with transaction.atomic():
                    _step(bench, workshop, number, step, *given_)
            except Forbidden:
                raise
            except Rejected:
                # Over a limit, nothing left, one already: an answer, too.
                pass
        if step == "days":
            now += timedelta(days=given_[0])
        _holds()


def _step(bench, workshop, number, step, *given_):
    if step == "earn":
        earning = earn(given_[0], bench)
        assert deducted(earning) * 3 <= earning.amount_minor == given_[0] * CAST_RATE
        assert sum(earning.instalments.values_list("amount_minor", flat=True)) * 4 <= earning.amount_minor
    elif step == "correct":
        rows = Earning.objects.order_by("-earned_at", "pk")
        row = rows[given_[0] % rows.count()]
        found = propose_correction(
            actor=finance_maker(), earning_id=row.pk, quantity=min(given_[1], row.quantity), reason="Faulty."
        )
        if found.after_pay:
            answer_correction(actor=artisan_of(workshop), correction_id=found.pk, consent=True)
        else:
            decide_correction(actor=finance_checker(), correction_id=found.pk, outcome="booked")
    elif step in ("advance", "material"):
        if step == "advance":
            running(workshop, given_[0])
        else:
            asked = commands.give_material(
                actor=coordinator(), workshop_id=workshop.pk, value_minor=given_[0], about="Wire"
            )
            commands.decide_advance(actor=finance_maker(), advance_id=asked.pk, approve=True)
    elif step == "pay out":
        approved()
    elif step in ("pause", "pay off"):
        advance = Advance.objects.filter(state="running").order_by("begun_at").first()
        if advance is not None and step == "pause":
            until = clock.today() + timedelta(days=given_[0])
            commands.pause_advance(actor=artisan_of(workshop), advance_id=advance.pk, until=until)
        elif advance is not None:
            commands.record_pay_off(
                actor=finance_maker(), advance_id=advance.pk, amount_minor=given_[0], receipt_ref=f"R{number}"
            )


def _holds():
    for row in Advance.objects.all():
        assert 0 <= row.repaid_minor <= row.principal_minor + row.fee_minor
    assert Correction.objects.filter(state="booked", after_pay=True).count() == 0
    assert [
        *checks.advances_add_up(), *checks.advances_in_the_ledger(), *checks.ceilings_hold(),
        *money.owed_is_earned_less_paid(),
    ] == []  # fmt: skip
