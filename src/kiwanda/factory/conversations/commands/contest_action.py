from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.catalog import fields
from kiwanda.factory.conversations import queries
from kiwanda.factory.conversations.events import ActionContested
from kiwanda.factory.conversations.models import OnBehalf
from kiwanda.factory.conversations.states import ON_BEHALF


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def contest_action(ctx: Context, *, action_id: UUID, reason: str) -> OnBehalf:
    """told → contested, once: she does not agree with what staff did for her. Somebody else on the staff answers it."""
    text = fields.text("reason", reason, 200)
    row = queries.action(ctx.actor, action_id)
    ON_BEHALF.move(row, "contested", contest=text, contested_at=ctx.now)
    ctx.emit(
        ActionContested(
            action_id=row.id, command=row.command, artisan_id=row.artisan_id, workshop_id=row.workshop_id
        )
    )
    return row
