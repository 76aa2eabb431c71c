from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.core.models import User
from kiwanda.factory.catalog import fields
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.events import StaffChatLinked
from kiwanda.factory.conversations.models import StaffContact


@command(roles={Role.ADMINISTRATOR})
def link_staff_chat(ctx: Context, *, user_id: UUID, chat_id: str) -> StaffContact:
    """Say which member of staff a name in the chat room is; a pressed button has that person's rights, no more.

    ``chat_id`` is Slack's member id (``U012ABCDEF``); empty unlinks.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(CoreError.NOT_FOUND, what="user")
    name = fields.text("chat_id", chat_id, 40, required=False)
    row = StaffContact(user_id=user.pk, chat_id=name, linked_at=ctx.now)
    if not name:
        StaffContact.objects.filter(pk=user.pk).delete()
    else:
        fields.code("chat_id", name, 40)
        if StaffContact.objects.filter(chat_id=name).exclude(pk=user.pk).exists():
            raise Rejected(ConversationsError.CHAT_TAKEN, field="chat_id")
        StaffContact.objects.update_or_create(user_id=user.pk, defaults={"chat_id": name, "linked_at": ctx.now})
    ctx.emit(StaffChatLinked(user_id=user.pk))
    return row
