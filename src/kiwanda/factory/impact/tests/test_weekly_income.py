"""Income from the ledger's earnings, by week and against what workshops aim at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiwanda.core import clock
from kiwanda.factory.impact import queries
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import coordinator, make_workshops
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.quality.tests.factories import make_accepted

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)


@pytest.fixture
def earned(noon):
    """Workshop ``cast`` earned for 3 pieces in the first week and 2 in the second; ``bead`` for 1 in the second."""
    bench = make_bench()
    cast, bead = bench.work("cast"), bench.work("bead")
    # The last minute of Sunday in Nairobi, which is still Sunday evening in UTC, and the minute after it.
    boundary = clock.local_midnight(MONDAY + timedelta(days=7))
    for moment, work_order, quantity in (
        (boundary - timedelta(minutes=1), cast, 3),
        (boundary, cast, 2),
        (boundary + timedelta(days=6), bead, 1),
    ):
        with clock.at(max(moment, noon) if work_order is bead else moment):
            make_accepted(work_order, quantity)
    return bench, cast.piece_rate_minor, bead.piece_rate_minor


def test_earnings_fall_in_the_week_they_were_earned_in_nairobi(earned, django_assert_num_queries):
    bench, cast_rate, bead_rate = earned
    shops = [bench.workshops[name] for name in ("cast", "bead", "join")]
    with django_assert_num_queries(1):
        income = queries.weekly_income(shops, MONDAY, 2)
    assert income.tolist() == [[3 * cast_rate, 2 * cast_rate], [0, bead_rate], [0, 0]]
    # Other workshops' earnings are not in the answer.
    assert queries.weekly_income(shops[2:], MONDAY, 2).tolist() == [[0, 0]]


def test_who_reaches_the_target_is_counted_with_an_interval(earned):
    bench, cast_rate, _ = earned
    make_workshops(9)
    Workshop.objects.filter(pk=bench.workshops["cast"].pk).update(target_weekly_income_minor=2 * cast_rate)
    Workshop.objects.filter(pk=bench.workshops["join"].pk).update(target_weekly_income_minor=0)
    figure = queries.income_against_target(coordinator(), MONDAY, 2)
    # Nine idle workshops, the beader and the caster have a target; the joiner has none.
    assert (figure.workshops, figure.above) == (11, 1)
    assert figure.share == pytest.approx(1 / 11)
    assert figure.low < figure.share < figure.high
    assert figure.median_minor == 0
    assert figure.weeks_without_income_share == pytest.approx(19 / 22)
