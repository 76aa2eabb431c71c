from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import DaysOffTaken
from kiwanda.factory.network.models import DayOff

REASONS = ("ill", "family", "funeral", "planting", "market", "holiday", "other")


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def take_days_off(ctx: Context, *, workshop_id: UUID, days: list[date], reason: str = "other") -> list[DayOff]:
    """Days the workshop does not work, from today up to a year ahead. A day taken before keeps its first reason."""
    workshop = queries.workshop(ctx.actor, workshop_id)
    fields.choice("reason", reason, REASONS)
    if not days:
        raise Invalid(CoreError.MISSING, field="days")
    wanted = sorted({fields.day("days", day) for day in days})
    if wanted[0] < ctx.today:
        raise Invalid(NetworkError.DAY_PAST, field="days", on=wanted[0].isoformat())
    if wanted[-1] > ctx.today + timedelta(days=365):
        raise Invalid(NetworkError.DAY_FAR, field="days", on=wanted[-1].isoformat())
    known = set(workshop.days_off.filter(on__in=wanted).values_list("on", flat=True))
    fresh = [day for day in wanted if day not in known]
    DayOff.objects.bulk_create([DayOff(workshop=workshop, on=day, reason=reason) for day in fresh])
    if fresh:
        ctx.emit(DaysOffTaken(workshop_id=workshop.id, days=fresh, reason=reason))
    return list(workshop.days_off.filter(on__in=wanted).order_by("on"))
