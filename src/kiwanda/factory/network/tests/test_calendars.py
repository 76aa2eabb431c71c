"""Which minutes a workshop works on which day."""

from __future__ import annotations

import time
from datetime import date, timedelta

import numpy as np
import pytest

from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.network import commands
from kiwanda.factory.network.calendars import capacity_minutes, public_holidays, working_minutes
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import (
    artisan_of,
    coordinator,
    make_calendar,
    make_workshop,
    make_workshops,
)

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 12, 19)


def week_of(workshop, first=SATURDAY, days=9):
    return working_minutes([workshop], first, days)[0].tolist()


def test_week_holidays_exceptions_and_days_off_in_that_order(noon):
    workshop = make_workshop()
    # Saturday 19 to Sunday 27 December 2026: Christmas on Friday, Boxing Day on Saturday.
    assert week_of(workshop) == [480, 0, 480, 480, 480, 480, 0, 0, 0]
    commands.set_calendar_day(
        actor=coordinator(), calendar_code="six", on=date(2026, 12, 26), minutes=240, reason="Christmas market"
    )
    commands.set_calendar_day(
        actor=coordinator(), calendar_code="six", on=date(2026, 12, 21), minutes=0, reason="gazetted"
    )
    assert week_of(workshop) == [480, 0, 0, 480, 480, 480, 0, 240, 0]
    commands.take_days_off(
        actor=artisan_of(workshop), workshop_id=workshop.id, days=[date(2026, 12, 22), date(2026, 12, 26)],
        reason="planting",
    )
    assert week_of(workshop) == [480, 0, 0, 0, 480, 480, 0, 0, 0]
    # The neighbour works on.
    assert week_of(make_workshop())[3] == 480


def test_a_calendar_may_ignore_public_holidays():
    make_calendar("always", [600] * 7, keeps_public_holidays=False)
    assert week_of(make_workshop(calendar="always")) == [600] * 9


def test_a_holiday_on_a_sunday_moves_to_monday():
    # Labour Day 2022 fell on a Sunday.
    assert date(2022, 5, 2) in public_holidays(2022)


def test_capacity_counts_people_and_stops_while_paused():
    workshop = make_workshop(capacity_factor="2.5")
    assert capacity_minutes([workshop], SATURDAY, 2).tolist() == [[1200.0, 0.0]]
    paused = commands.pause_workshop(actor=coordinator(), workshop_id=workshop.id, reason="rebuilding")
    assert not capacity_minutes([paused], SATURDAY, 2).any()
    with pytest.raises(Rejected) as refused:
        commands.pause_workshop(actor=coordinator(), workshop_id=workshop.id)
    assert refused.value.error is CoreError.WRONG_STATE
    again = commands.reopen_workshop(actor=coordinator(), workshop_id=workshop.id)
    assert capacity_minutes([again], SATURDAY, 2)[0, 0] == 1200


def test_twelve_weeks_of_2300_workshops_take_a_moment_and_three_queries(django_assert_num_queries):
    make_workshops(23)
    rows = list(Workshop.objects.all()) * 100
    with django_assert_num_queries(3):
        started = time.process_time()
        minutes = working_minutes(rows, SATURDAY, 84)
        assert time.process_time() - started < 0.5
    assert minutes.shape == (2300, 84)
    assert minutes.dtype == np.int32


def test_a_day_off_taken_twice_is_one_and_can_be_cancelled(noon):
    workshop = make_workshop()
    actor = artisan_of(workshop)
    tomorrow = noon.date() + timedelta(days=1)
    for reason in ("ill", "market"):
        (row,) = commands.take_days_off(actor=actor, workshop_id=workshop.id, days=[tomorrow, tomorrow], reason=reason)
        assert row.reason == "ill"
    commands.cancel_day_off(actor=actor, workshop_id=workshop.id, on=tomorrow)
    assert not workshop.days_off.exists()
    with pytest.raises(Rejected) as refused:
        commands.cancel_day_off(actor=actor, workshop_id=workshop.id, on=tomorrow)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("offset", "reason", "error"),
    [(-1, "ill", NetworkError.DAY_PAST), (366, "ill", NetworkError.DAY_FAR), (1, "boredom", CoreError.MALFORMED)],
)
def test_days_off_that_cannot_be(noon, offset, reason, error):
    workshop = make_workshop()
    with pytest.raises(Rejected) as refused:
        commands.take_days_off(
            actor=artisan_of(workshop), workshop_id=workshop.id, days=[noon.date() + timedelta(days=offset)],
            reason=reason,
        )
    assert refused.value.error is error


def test_nobody_takes_days_off_for_a_neighbour(noon):
    mine, other = make_workshop(), make_workshop()
    with pytest.raises(Rejected) as refused:
        commands.take_days_off(actor=artisan_of(mine), workshop_id=other.id, days=[noon.date()], reason="ill")
    assert refused.value.status == 404


@pytest.mark.parametrize("week", [[480] * 6, [480] * 8, [480, 480, 480, 480, 480, 480, -1], [480.5] + [0] * 6])
def test_a_week_that_is_none(week):
    with pytest.raises(Rejected) as refused:
        make_calendar("odd", week)
    assert refused.value.error is NetworkError.WEEK_WRONG
