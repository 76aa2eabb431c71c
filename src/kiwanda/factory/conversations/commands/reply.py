from __future__ import annotations

from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, NotFound
from kiwanda.core.ids import derived_id
from kiwanda.factory.conversations import queries
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.rules import REPLY
from kiwanda.factory.conversations.states import MESSAGE

LONGEST = 1024


@command(roles={Role.SYSTEM})
def reply(
    ctx: Context, *, message_id: UUID, body: str, buttons: list[list[str]], understood: bool = True
) -> Message:
    """Answer what somebody wrote, on the channel she wrote on. One answer a message, however often it is handled.

    ``buttons`` are ``[id, title]`` pairs for channels that have them. A stranger's number follows in the vault. What
    was not ``understood`` stays unread, for staff.
    """
    asked = queries.messages(ctx.actor).filter(pk=message_id, direction="in").first()
    if asked is None:
        raise NotFound(CoreError.NOT_FOUND, what="message")
    if not isinstance(body, str) or not body.strip():
        raise Invalid(CoreError.MISSING, field="body")
    identifier = derived_id("reply", asked.id)
    known = Message.objects.filter(pk=identifier).first()
    if known is not None:
        return known
    answer = Message.objects.create(
        id=identifier,
        thread_id=asked.thread_id,
        direction="out",
        artisan_id=asked.artisan_id,
        channel="whatsapp" if asked.channel == "whatsapp" else "sms",
        language=asked.language,
        template=REPLY,
        body=body[:LONGEST],
        buttons=buttons,
        answers=asked,
        state="queued",
        created_at=ctx.now,
    )
    if understood and asked.state == "delivered":
        MESSAGE.move(asked, "read")
    if asked.artisan_id is None:
        for field in (vault.CONTACT, "whatsapp"):
            value = vault.get(asked.id, field)
            if value:
                vault.put(answer.id, field, value)
    return answer
