"""An hour's pay as the books and the standard minutes tell it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kiwanda.core import clock
from kiwanda.core.ids import new_id
from kiwanda.factory.network.models import Capability
from kiwanda.factory.production.tests.factories import hand_in_and_receive, make_bench
from kiwanda.factory.quality.tests.factories import judge
from kiwanda.factory.records import hourly
from kiwanda.factory.records.hourly import HourlyPay
from kiwanda.factory.settlement.tests.conftest import rail as rail

pytestmark = pytest.mark.django_db


def test_rejected_pieces_took_time_and_a_fast_worker_less(noon):
    bench = make_bench()
    work = bench.work("cast", 20)
    judge(hand_in_and_receive(work, 20), accepted=15, rejected=5)
    since, until = noon - timedelta(days=1), clock.now()
    (row,) = hourly.rows(since, until)
    # 15 pieces at 42 shillings for 20 × 12 minutes.
    assert (row.net_minor, row.minutes, row.hourly_minor) == (630_00, Decimal(240), 157_50)
    Capability.objects.filter(workshop=work.workshop_id, technique="cast").update(speed=Decimal(2))
    (row,) = hourly.rows(since, until)
    assert row.hourly_minor == 315_00
    assert hourly.rows(since - timedelta(days=9), since) == []


def test_the_spread_names_the_slowest_tenth_and_the_share_below_the_floor(noon):
    make_bench()
    kind = (new_id(), "cast")
    found = [HourlyPay(new_id(), kind, value * 100, Decimal(60)) for value in range(160, 180)]
    spread = hourly.spread(found, noon)
    # The benchmark hour is 35,518 / 208 = 170.75 shillings.
    assert (spread.count, spread.p10_minor, spread.median_minor, spread.floor_minor) == (20, 161_00, 169_50, 17075)
    assert (spread.below, spread.below_share) == (11, 0.55)
    assert hourly.spread([], noon) is None


def test_a_workshop_s_operations_are_summed_by_time():
    one, kind = new_id(), (new_id(), "cast")
    rows = [HourlyPay(one, kind, 100_00, Decimal(60)), HourlyPay(one, (kind[0], "bead"), 400_00, Decimal(120))]
    (row,) = hourly.by_workshop(rows)
    assert row.hourly_minor == 166_66
