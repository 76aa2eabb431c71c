from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.conversations import queries
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.events import ActionAnswered
from kiwanda.factory.conversations.models import OnBehalf
from kiwanda.factory.conversations.states import ON_BEHALF


@command(roles={Role.COORDINATOR})
def answer_action(ctx: Context, *, action_id: UUID, answer: str) -> OnBehalf:
    """contested → answered, with a sentence to her, by somebody else than who did it.

    What is to be put right is put right by the commands it concerns; the sentence says so.
    """
    text = fields.text("answer", answer, 200)
    row = queries.action(ctx.actor, action_id)
    if row.acted_by == ctx.actor.id:
        raise Rejected(ConversationsError.OWN_ANSWER)
    ON_BEHALF.move(row, "answered", answer=text, answered_at=ctx.now, answered_by=ctx.actor.id)
    ctx.emit(
        ActionAnswered(
            action_id=row.id, command=row.command, artisan_id=row.artisan_id, workshop_id=row.workshop_id
        )
    )
    return row
