"""Accepted pieces earn, once, at the rate agreed; nothing else does."""

from __future__ import annotations

import pytest

from kiwanda.core import actors
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import coordinator, hand_in_and_receive, make_bench
from kiwanda.factory.quality.tests.factories import judge
from kiwanda.factory.settlement import ledger, queries, statements
from kiwanda.factory.settlement.models import Earning
from kiwanda.factory.settlement.tests.factories import CAST_RATE, approved, earn

pytestmark = pytest.mark.django_db


def test_accepted_pieces_earn_in_the_verdicts_transaction(noon):
    work = make_bench().work("cast", 20)
    verdict = judge(hand_in_and_receive(work, 10), rework=2, rejected=1)
    earning = Earning.objects.get()
    assert (earning.inspection_id, earning.quantity, earning.amount_minor) == (verdict.pk, 7, 7 * CAST_RATE)
    assert ledger.balance_minor(ledger.payable(work.workshop.code)) == 7 * CAST_RATE
    assert ledger.balance_minor(ledger.COST_PIECEWORK) == 7 * CAST_RATE
    assert audit("settlement") == []


def test_rejected_pieces_earn_nothing(noon):
    judge(hand_in_and_receive(make_bench().work("cast", 5), 5), rejected=5)
    assert not Earning.objects.exists()
    assert audit("settlement") == []


def test_mended_pieces_earn_when_they_are_accepted(noon):
    work = make_bench().work("cast", 5)
    judge(hand_in_and_receive(work, 5), rework=5)
    assert not Earning.objects.exists()
    judge(hand_in_and_receive(work, 5, is_rework=True), rejected=1)
    assert Earning.objects.get().quantity == 4


def test_an_artisan_reads_her_own_pay_only(noon):
    mine, other = earn(10), earn(4, make_bench(sku="OTHER"))
    me = artisan_of(mine.workshop)
    assert list(queries.earnings(me)) == [mine]
    assert set(queries.earnings(coordinator())) == {mine, other}
    assert not queries.earnings(actors.public()).exists()
    assert not queries.payout_batches(me).exists()


def test_the_statement_says_what_was_earned_what_waits_and_what_was_paid(noon, rail):
    bench = make_bench()
    earning = earn(10, bench)
    workshop = earning.workshop
    approved()
    later = earn(5, bench)
    totals = statements.totals(workshop.pk)
    assert (totals.earned_minor, totals.on_its_way_minor, totals.waiting_minor, totals.paid_minor) == (
        15 * CAST_RATE, 10 * CAST_RATE, 5 * CAST_RATE, 0,
    )
    from kiwanda.factory.settlement.jobs import send_ready_payouts

    send_ready_payouts()
    totals = statements.totals(workshop.pk)
    assert (totals.on_its_way_minor, totals.paid_minor) == (0, 10 * CAST_RATE)
    rows = {row.earning_id: row for row in statements.rows(artisan_of(workshop))}
    assert rows[earning.pk].state == "paid"
    assert rows[earning.pk].receipt_ref
    assert rows[later.pk].state == "waiting"
    assert rows[later.pk].quantity == 5


def test_effective_pay_counts_the_time_of_pieces_that_earned_nothing(noon):
    bench = make_bench()
    work = bench.work("cast", 20)
    judge(hand_in_and_receive(work, 20), rejected=5)
    figures = statements.effective_hourly(work.workshop_id, noon, noon)
    assert figures.earned_minor == 15 * CAST_RATE
    assert figures.worked_minutes == 20 * 12
    assert figures.hourly_minor == 15 * CAST_RATE * 60 // 240
    bench.workshops["cast"].capabilities.update(speed="1.5")
    assert statements.effective_hourly(work.workshop_id, noon, noon).worked_minutes == 160
    assert statements.effective_hourly(bench.workshops["bead"].pk, noon, noon).hourly_minor is None
