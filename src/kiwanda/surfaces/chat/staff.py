"""Buttons pressed in the staff's chat room. A press has the rights of the person it is linked to, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kiwanda.core.actors import Actor, Channel, Role
from kiwanda.core.actors import staff as staff_actor
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.core.models import User
from kiwanda.factory.conversations.commands import close_call, send_again
from kiwanda.factory.conversations.models import StaffContact
from kiwanda.factory.dispatch.commands import answer_counter
from kiwanda.ports import bound
from kiwanda.ports.messaging import StaffAction, StaffChat

#: Button → (argument that takes the value, command, further arguments, what is said when it is done).
ACTIONS: dict[str, tuple[str, Callable[..., Any], dict[str, Any], str]] = {
    "accept_counter": ("offer_id", answer_counter, {"accept": True}, "agreed to the other terms"),
    "refuse_counter": ("offer_id", answer_counter, {"accept": False}, "refused the other terms"),
    "close_call": ("call_id", close_call, {}, "called back"),
    "send_again": ("message_id", send_again, {}, "sends the message again"),
}
_ROLES = frozenset(role.value for role in Role)


def handle(body: bytes) -> None:
    """Do what was pressed and say under the notice what came of it."""
    chat: StaffChat | None = bound("staff_chat")
    if chat is None:
        return
    for press in chat.read(body):
        said = do(press)
        if said and press.answer_url:
            chat.answer(press.answer_url, said)


def do(press: StaffAction) -> str:
    """The sentence for the room; empty for buttons that only lead somewhere."""
    if press.action not in ACTIONS:
        return ""
    person = member(press.person)
    if person is None:
        return "Nobody at Kiwanda is linked to this name yet. An administrator can link it in the tower."
    user, actor = person
    argument, command, more, done = ACTIONS[press.action]
    try:
        identifier = UUID(press.value)
    except ValueError:
        return "This button is of an older kind; please use the tower."
    try:
        command(actor=actor, command_id=derived_id("staff-press", press.ref), **{argument: identifier}, **more)
    except Rejected as refusal:
        return refusal.message("en")
    return f"{user.username} {done}."


def member(chat_id: str) -> tuple[User, Actor] | None:
    """The member of staff linked to a name in the room, with the roles she has now."""
    link = StaffContact.objects.filter(chat_id=chat_id).first()
    user = User.objects.filter(pk=link.user_id, is_active=True).first() if link is not None else None
    if user is None:
        return None
    names = user.groups.values_list("name", flat=True)
    return user, staff_actor(user.pk, *(Role(name) for name in names if name in _ROLES), channel=Channel.SLACK)
