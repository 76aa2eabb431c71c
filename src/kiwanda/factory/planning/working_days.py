"""Working minutes of every calendar as plain lists."""

from __future__ import annotations

from datetime import date

from kiwanda.factory.network.calendars import calendar_minutes
from kiwanda.factory.network.models import Calendar


def minutes_by_calendar(start_on: date, days: int) -> dict[str, list[int]]:
    """Minutes a day of each calendar for ``days`` days from ``start_on``."""
    codes = list(Calendar.objects.order_by("code").values_list("code", flat=True))
    tables = calendar_minutes(codes, start_on, days)
    return {code: tables[code].tolist() for code in codes}
