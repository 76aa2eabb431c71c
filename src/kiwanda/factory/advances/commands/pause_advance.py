"""In hardship no instalment is taken for a while."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.advances import queries
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.events import AdvancePaused
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.catalog import fields
from kiwanda.factory.production.queries import one

#: A pause can be renewed; one lasts so many days at most.
LONGEST_DAYS = 92


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def pause_advance(ctx: Context, *, advance_id: UUID, until: date, reason: str = "") -> Advance:
    """Take no instalment before ``until``; today ends a pause. Nothing is added for it and no proof is asked."""
    day = fields.day("until", until)
    why = fields.text("reason", reason, 200, required=False)
    row = one(queries.advances(ctx.actor).order_by(), advance_id, "advance")
    if row.state != "running":
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    latest = ctx.today + timedelta(days=LONGEST_DAYS)
    if day > latest:
        raise Rejected(AdvancesError.PAUSE_TOO_LONG, field="until", latest=latest.isoformat())
    row.paused_until = day if day > ctx.today else None
    Advance.objects.filter(pk=row.pk, state="running").update(paused_until=row.paused_until)
    ctx.emit(AdvancePaused(row.pk, row.workshop_id, day, why))
    return row
