from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.conversations import queries
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.states import MESSAGE


@command(roles={Role.ARTISAN, Role.COORDINATOR}, staff_too=True)
def mark_read(ctx: Context, *, message_id: UUID) -> Message:
    """The reader has seen it: a coordinator what came in, an artisan what is in her app. Reading twice is no fault."""
    message = queries.messages(ctx.actor).filter(pk=message_id).first()
    if message is None or (ctx.actor.kind == "artisan") != (message.direction == "out"):
        raise NotFound(CoreError.NOT_FOUND, what="message")
    if message.state != "read":
        MESSAGE.move(message, "read")
    return message
