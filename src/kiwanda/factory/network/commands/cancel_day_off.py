from __future__ import annotations

from datetime import date
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import DayOffCancelled


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def cancel_day_off(ctx: Context, *, workshop_id: UUID, on: date) -> str:
    """The workshop works on that day after all. Returns the day."""
    workshop = queries.workshop(ctx.actor, workshop_id)
    if fields.day("on", on) < ctx.today:
        raise Invalid(NetworkError.DAY_PAST, field="on", on=on.isoformat())
    if workshop.days_off.filter(on=on).delete()[0] == 0:
        raise NotFound(CoreError.NOT_FOUND, what="day off")
    ctx.emit(DayOffCancelled(workshop_id=workshop.id, on=on))
    return on.isoformat()
