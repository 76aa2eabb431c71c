from __future__ import annotations

from datetime import date

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import CalendarDaySet
from kiwanda.factory.network.models import Calendar, CalendarDay
from kiwanda.factory.network.subjects import calendar_subject

MINUTES_A_DAY = 1440


@command(roles={Role.COORDINATOR})
def set_calendar_day(ctx: Context, *, calendar_code: str, on: date, minutes: int, reason: str) -> CalendarDay:
    """One day of a calendar as it really is: a gazetted holiday (0 minutes), a market day, a closure. It overrules
    the week and the public holidays; setting the day again replaces it.
    """
    calendar_code = fields.code("calendar_code", calendar_code, 30)
    if not Calendar.objects.filter(pk=calendar_code).exists():
        raise Invalid(NetworkError.UNKNOWN_CALENDAR, field="calendar_code", code=calendar_code)
    day, _ = CalendarDay.objects.update_or_create(
        calendar_id=calendar_code,
        on=fields.day("on", on),
        defaults={
            "minutes": require_range("minutes", minutes, 0, MINUTES_A_DAY),
            "reason": fields.text("reason", reason, 120),
        },
    )
    ctx.emit(
        CalendarDaySet(calendar_id=calendar_subject(calendar_code), code=calendar_code, on=on, minutes=minutes)
    )
    return day
