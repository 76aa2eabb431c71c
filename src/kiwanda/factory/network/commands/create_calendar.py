from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import CalendarCreated
from kiwanda.factory.network.models import Calendar
from kiwanda.factory.network.subjects import calendar_subject

MINUTES_A_DAY = 1440


@command(roles={Role.COORDINATOR})
def create_calendar(
    ctx: Context,
    *,
    code: str,
    name_en: str,
    name_sw: str,
    weekday_minutes: list[int] | tuple[int, ...],
    keeps_public_holidays: bool = True,
) -> Calendar:
    """A working week: seven numbers of minutes, Monday first."""
    code = fields.code("code", code, 30)
    if Calendar.objects.filter(pk=code).exists():
        raise Rejected(NetworkError.CODE_TAKEN, field="code", code=code)
    minutes = list(weekday_minutes)
    whole = all(isinstance(m, int) and not isinstance(m, bool) and 0 <= m <= MINUTES_A_DAY for m in minutes)
    if len(minutes) != 7 or not whole:
        raise Invalid(NetworkError.WEEK_WRONG, field="weekday_minutes")
    calendar = Calendar.objects.create(
        code=code,
        name_en=fields.text("name_en", name_en, 80),
        name_sw=fields.text("name_sw", name_sw, 80),
        weekday_minutes=minutes,
        keeps_public_holidays=bool(keeps_public_holidays),
    )
    ctx.emit(CalendarCreated(calendar_id=calendar_subject(code), code=code))
    return calendar
