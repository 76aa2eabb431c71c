"""Thousands of seeded schedules of payouts a run; ``bench/payout_schedules.py`` plays as many as one has time for."""

from __future__ import annotations

from itertools import count

import pytest
from django.db import connection

from kiwanda.factory.settlement.models import Payout, PayoutAttempt
from tests.scenarios import mpesa, paydays
from tests.scenarios.mpesa import rail_bound

__all__ = ["rail_bound"]

#: Payouts in one world; each is a schedule of its own.
PAYOUTS = 50
#: Schedules of the quick run and of the slow one (a part of it on PostgreSQL, whose commits are dearer), in parts for
#: several processes.
QUICK, SLOW, SLOW_ON_POSTGRES, PARTS = 200, 10_000, 2_000, 4


def play_until(folder, schedules, first, step):
    paydays.prepare(folder, PAYOUTS)
    played, ends = 0, set()
    for seed in count(first, step):
        told = paydays.play(folder, seed)
        played += PAYOUTS
        ends |= set(told.ends)
        assert Payout.objects.filter(state="ready").count() == PAYOUTS, "a world leaves something behind"
        if played >= schedules:
            break
    assert {"paid", "failed", "review"} <= ends, "the seeds are too tame to show anything"


@pytest.mark.django_db
def test_no_seed_pays_twice_or_loses_pay(rail_bound, tmp_path):
    play_until(tmp_path, QUICK, 1_000_000, 1)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_schedules(part, rail_bound, tmp_path):
    schedules = SLOW if connection.vendor == "sqlite" else SLOW_ON_POSTGRES
    play_until(tmp_path, schedules // PARTS, part, PARTS)


@pytest.mark.django_db
def test_a_factory_that_sends_again_what_it_knows_nothing_of_is_caught(rail_bound, tmp_path, monkeypatch):
    """The check can fail: the classical mistake is planted."""

    def send_again() -> int:
        lost = Payout.objects.filter(state="unknown")
        PayoutAttempt.objects.filter(payout__in=lost).update(state="failed")
        return lost.update(state="ready")

    paydays.prepare(tmp_path, PAYOUTS)
    monkeypatch.setattr(mpesa, "query_waiting_payouts", send_again)
    with pytest.raises(AssertionError, match="was paid 2 times"):
        [paydays.play(tmp_path, seed) for seed in range(20)]
