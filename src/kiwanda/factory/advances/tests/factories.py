"""Advances for tests, built through the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kiwanda.core import clock
from kiwanda.factory.advances.commands import decide_advance, request_advance
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import artisan_of, finance_maker
from kiwanda.factory.production.tests.factories import Bench, make_bench
from kiwanda.factory.settlement.models import Earning
from kiwanda.factory.settlement.tests.factories import earn

#: Castings at 42 shillings: what one of them earns.
CAST_RATE = 42_00


def earned_for_weeks(bench: Bench, weeks: int = 12, pieces: int = 40) -> Workshop:
    """A caster who earned for ``pieces`` castings in each of the last ``weeks`` weeks."""
    now = clock.now()
    for week in range(weeks, 0, -1):
        with clock.at(now - timedelta(weeks=week)):
            earn(pieces, bench)
    return bench.workshops["cast"]


def make_earner(weeks: int = 12, pieces: int = 40) -> tuple[Bench, Workshop]:
    """See :func:`earned_for_weeks`; 1,680 shillings a week unless asked otherwise."""
    bench = make_bench(400)
    return bench, earned_for_weeks(bench, weeks, pieces)


def running(workshop: Workshop, amount_minor: int = 2000_00, **more: Any) -> Advance:
    """Early pay asked for by the owner and approved by finance."""
    asked = request_advance(actor=artisan_of(workshop), amount_minor=amount_minor, **more)
    return decide_advance(actor=finance_maker(), advance_id=asked.pk, approve=True)


def deducted(earning: Earning) -> int:
    """Everything taken off an earning."""
    return -sum(earning.deductions.values_list("amount_minor", flat=True))
