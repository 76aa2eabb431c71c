"""Working minutes of workshops day by day: the week, Kenya's public holidays, exceptions, days off.

Arrays are workshops × days; three queries however many of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import holidays
import numpy as np
from numpy.typing import NDArray

from kiwanda.factory.network.models import Calendar, CalendarDay, DayOff, Workshop


@lru_cache(maxsize=32)
def public_holidays(year: int) -> frozenset[date]:
    """Kenya's public holidays of a year, with the Monday after one that falls on a Sunday.

    Source: the ``holidays`` package; Islamic feasts are computed and may differ from the sighting of the moon by a
    day. Holidays gazetted at short notice are entered with ``set_calendar_day``.
    """
    # expand would pull neighbouring years in and out; each year stands alone here.
    return frozenset(holidays.country_holidays("KE", years=year, expand=False))


def working_minutes(workshops: Sequence[Workshop], first: date, days: int) -> NDArray[np.int32]:
    """Minutes each of ``workshops`` is open on each of ``days`` days from ``first``; shape (workshops, days).

    A calendar's exception overrules its week and the public holidays; a day off overrules everything.
    """
    by_calendar = calendar_minutes(sorted({row.calendar_id for row in workshops}), first, days)
    minutes = np.zeros((len(workshops), days), dtype=np.int32)
    index = {}
    for row, workshop in enumerate(workshops):
        minutes[row] = by_calendar[workshop.calendar_id]
        index[workshop.pk] = row
    last = first + timedelta(days=days - 1)
    for workshop_id, on in DayOff.objects.filter(on__range=(first, last)).values_list("workshop_id", "on"):
        if workshop_id in index:
            minutes[index[workshop_id], (on - first).days] = 0
    return minutes


def capacity_minutes(workshops: Sequence[Workshop], first: date, days: int) -> NDArray[np.float64]:
    """Minutes each workshop gives to this work: open minutes × its capacity factor; none while paused or closed."""
    factors = np.array([float(row.capacity_factor) if row.state == "active" else 0.0 for row in workshops])
    minutes: NDArray[np.float64] = working_minutes(workshops, first, days) * factors[:, None]
    return minutes


def calendar_minutes(codes: Sequence[str], first: date, days: int) -> dict[str, NDArray[np.int32]]:
    """Minutes of each calendar on each day, by code."""
    dates = [first + timedelta(days=offset) for offset in range(days)]
    weekdays = np.array([day.weekday() for day in dates], dtype=np.intp)
    free = np.array([day in public_holidays(day.year) for day in dates], dtype=bool)
    tables: dict[str, NDArray[np.int32]] = {}
    for calendar in Calendar.objects.filter(pk__in=codes):
        minutes = np.array(calendar.weekday_minutes, dtype=np.int32)[weekdays]
        if calendar.keeps_public_holidays:
            minutes[free] = 0
        tables[calendar.code] = minutes
    last = first + timedelta(days=days - 1)
    exceptions = CalendarDay.objects.filter(calendar__in=list(tables), on__range=(first, last))
    for code, on, exception in exceptions.values_list("calendar_id", "on", "minutes"):
        tables[code][(on - first).days] = exception
    return tables
