from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import WorkshopPaused
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.states import WORKSHOP


@command(roles={Role.COORDINATOR})
def pause_workshop(ctx: Context, *, workshop_id: UUID, reason: str = "") -> Workshop:
    """No new work is planned for the workshop until it is reopened; work it has goes on."""
    workshop = queries.workshop(ctx.actor, workshop_id)
    reason = fields.text("reason", reason, 200, required=False)
    WORKSHOP.move(workshop, "paused")
    ctx.emit(WorkshopPaused(workshop_id=workshop.id, reason=reason))
    return workshop
