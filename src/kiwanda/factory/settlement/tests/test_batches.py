"""Batches: one person prepares, another approves exactly that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import Forbidden, Invalid, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker, make_workshop, owner
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import batches, ledger
from kiwanda.factory.settlement.commands import approve_payout_batch, cancel_payout_batch, create_payout_batch
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Earning, Payout, PayoutBatch
from kiwanda.factory.settlement.tests.factories import CAST_RATE, approved, earn

database = pytest.mark.django_db


def approve(batch, by=None, content_hash=None):
    return approve_payout_batch(
        actor=by or finance_checker(), batch_id=batch.pk, content_hash=content_hash or batch.content_hash
    )


@database
def test_a_batch_pays_every_workshop_its_unpaid_earnings_to_its_owner(noon, rail):
    bench = make_bench()
    first, second = earn(10, bench), earn(5, bench)
    other = earn(4, bench, make_workshop(techniques=["cast"]))
    batch = create_payout_batch(actor=finance_maker())
    amounts = dict(batch.payouts.values_list("workshop_id", "amount_minor"))
    assert amounts == {first.workshop_id: 15 * CAST_RATE, other.workshop_id: 4 * CAST_RATE}
    assert (batch.number, batch.total_minor, batch.payout_count) == (1, 19 * CAST_RATE, 2)
    payout = batch.payouts.get(workshop=first.workshop)
    assert payout.payee_id == owner(first.workshop).pk
    assert set(payout.earnings.all()) == {first, second}
    with pytest.raises(Rejected) as refused:
        create_payout_batch(actor=finance_maker())
    assert refused.value.error is SettlementError.NOTHING_TO_PAY
    assert audit("settlement") == []


@database
def test_only_what_was_earned_up_to_the_moment_is_in_it(noon, rail):
    bench = make_bench()
    early = earn(10, bench)
    with clock.at(noon + timedelta(hours=1)):
        late = earn(5, bench)
        create_payout_batch(actor=finance_maker(), up_to=noon)
    early.refresh_from_db()
    late.refresh_from_db()
    assert early.payout is not None
    assert late.payout is None
    with pytest.raises(Invalid):
        create_payout_batch(actor=finance_maker(), up_to=datetime(2026, 11, 23, 12))  # noqa: DTZ001


@database
def test_too_little_waits_for_the_next_batch(noon, rail):
    bench = make_bench()
    rail.smallest_minor = 12 * CAST_RATE
    earn(10, bench)
    with pytest.raises(Rejected) as refused:
        create_payout_batch(actor=finance_maker())
    assert refused.value.error is SettlementError.NOTHING_TO_PAY
    earn(2, bench)
    assert create_payout_batch(actor=finance_maker()).total_minor == 12 * CAST_RATE


@database
def test_too_much_is_cut_and_a_single_large_earning_goes_in_parts(noon, rail):
    bench = make_bench(80)
    rail.largest_minor = 12 * CAST_RATE
    small, large, last = earn(7, bench), earn(30, bench), earn(6, bench)
    batch = create_payout_batch(actor=finance_maker())
    amounts = sorted(batch.payouts.values_list("amount_minor", flat=True))
    assert amounts == sorted([7 * CAST_RATE, 6 * CAST_RATE, *[10 * CAST_RATE] * 3])
    assert all(payout.amount_minor <= rail.largest_minor for payout in batch.payouts.all())
    large.refresh_from_db()
    assert [part.amount_minor for part in large.payout.parts.all()] == [10 * CAST_RATE] * 2
    assert batch.total_minor == 43 * CAST_RATE
    assert Earning.objects.filter(payout=None).count() == 0
    assert {small.pk, last.pk} <= set(Earning.objects.exclude(payout=large.payout).values_list("pk", flat=True))
    approve(batch)
    assert audit("settlement") == []


@database
def test_a_workshop_without_an_owner_waits(noon, rail):
    earning = earn(10)
    Artisan.objects.filter(workshop=earning.workshop).update(state="left")
    with pytest.raises(Rejected):
        create_payout_batch(actor=finance_maker())


@database
def test_approval_holds_the_money_and_needs_a_second_person(noon, rail):
    earning = earn(10)
    both = actors.staff(new_id(), Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
    batch = create_payout_batch(actor=both)
    with pytest.raises(Rejected) as refused:
        approve(batch, by=both)
    assert refused.value.error is SettlementError.SAME_PERSON
    approve(batch)
    assert Payout.objects.get().state == "ready"
    assert ledger.balance_minor(ledger.payable(earning.workshop.code)) == 0
    assert ledger.balance_minor(ledger.CLEARING_PAYOUTS) == 10 * CAST_RATE
    with pytest.raises(Rejected):
        approve(batch)
    assert audit("settlement") == []


@database
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR])
def test_money_is_for_finance_alone(noon, rail, role):
    earn(10)
    with pytest.raises(Forbidden):
        create_payout_batch(actor=actors.staff(new_id(), role))
    batch = create_payout_batch(actor=finance_maker())
    for actor in (actors.staff(new_id(), role), finance_maker()):
        with pytest.raises(Forbidden):
            approve(batch, by=actor)


@database
def test_approval_binds_what_was_looked_at(noon, rail):
    earn(10)
    batch = create_payout_batch(actor=finance_maker())
    with pytest.raises(Rejected) as refused:
        approve(batch, content_hash="0" * 64)
    assert refused.value.error is SettlementError.BATCH_CHANGED
    Payout.objects.update(amount_minor=999_00)
    with pytest.raises(Rejected) as refused:
        approve(batch)
    assert refused.value.error is SettlementError.BATCH_CHANGED
    assert PayoutBatch.objects.get().state == "draft"


@database
def test_a_cancelled_batch_gives_its_earnings_to_the_next(noon, rail):
    earn(10)
    batch = create_payout_batch(actor=finance_maker())
    cancel_payout_batch(actor=finance_maker(), batch_id=batch.pk)
    with pytest.raises(Rejected):
        approve(batch)
    again = approved()
    assert again.total_minor == 10 * CAST_RATE
    with pytest.raises(Rejected):
        cancel_payout_batch(actor=finance_maker(), batch_id=again.pk)
    assert audit("settlement") == []


@dataclass
class Owed:
    amount_minor: int


@given(
    amounts=st.lists(st.integers(1, 5_000), min_size=1, max_size=30),
    smallest=st.integers(1, 50),
    room=st.integers(0, 2_000),
)
def test_cutting_loses_nothing_and_keeps_the_limits(amounts, smallest, room):
    largest = 2 * smallest + room
    owed = [Owed(amount) for amount in amounts]
    shares = batches.cut(owed, smallest, largest)
    covered = [id(earning) for share in shares for earning in share.earnings]
    assert len(set(covered)) == len(covered)
    for share in shares:
        payments = [share.amount_minor, *share.extra]
        assert sum(payments) == sum(earning.amount_minor for earning in share.earnings)
        assert all(smallest <= payment <= largest for payment in payments)
    left = sum(earning.amount_minor for earning in owed if id(earning) not in covered)
    # What waits is less than the smallest payment for every cut that was made, at the most one a payment.
    assert left < smallest * (len(shares) + 1)
