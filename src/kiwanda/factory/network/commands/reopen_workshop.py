from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import WorkshopReopened
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.states import WORKSHOP


@command(roles={Role.COORDINATOR})
def reopen_workshop(ctx: Context, *, workshop_id: UUID) -> Workshop:
    """A paused workshop is planned for again."""
    workshop = WORKSHOP.move(queries.workshop(ctx.actor, workshop_id), "active")
    ctx.emit(WorkshopReopened(workshop_id=workshop.id))
    return workshop
