from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.conversations import queries
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.events import MessageRequeued
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.states import MESSAGE


@command(roles={Role.COORDINATOR})
def send_again(ctx: Context, *, message_id: UUID) -> Message:
    """Queue a failed message once more, for example after a number was put right. Log-in codes are asked for anew."""
    message = queries.messages(ctx.actor).filter(pk=message_id, direction="out").select_related("thread").first()
    if message is None:
        raise NotFound(CoreError.NOT_FOUND, what="message")
    if message.state not in ("failed", "withheld") or message.template == "login_code":
        raise Rejected(ConversationsError.NOT_FAILED)
    MESSAGE.move(message, "queued", attempts=0, retry_at=None, error="")
    ctx.emit(
        MessageRequeued(
            message_id=message.id, artisan_id=message.artisan_id, workshop_id=message.thread.workshop_id
        )
    )
    return message
