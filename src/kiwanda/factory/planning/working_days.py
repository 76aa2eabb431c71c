"""Working minutes of every calendar as plain lists, and the days one workshop works."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from kiwanda.factory.network.calendars import calendar_minutes
from kiwanda.factory.network.models import Calendar, DayOff, Workshop


def minutes_by_calendar(start_on: date, days: int) -> dict[str, list[int]]:
    """Minutes a day of each calendar for ``days`` days from ``start_on``."""
    codes = list(Calendar.objects.order_by("code").values_list("code", flat=True))
    tables = calendar_minutes(codes, start_on, days)
    return {code: tables[code].tolist() for code in codes}


def days_worked(workshop_id: UUID, first: date, days: int) -> list[date]:
    """The days from ``first`` on, of ``days``, on which a workshop works: its calendar's, without its days off."""
    calendar = Workshop.objects.filter(pk=workshop_id).values_list("calendar_id", flat=True).get()
    minutes = calendar_minutes([calendar], first, days)[calendar].tolist()
    last = first + timedelta(days=days - 1)
    off = set(DayOff.objects.filter(workshop=workshop_id, on__range=(first, last)).values_list("on", flat=True))
    every = (first + timedelta(days=number) for number in range(days))
    return [on for on, worked in zip(every, minutes, strict=True) if worked and on not in off]
