from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context
from kiwanda.core.errors import Invalid
from kiwanda.factory.conversations.commands.check_pin import CountedPin, proven
from kiwanda.factory.conversations.commands.set_pin import GUESSED, is_pin, pin_hash
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.events import PinSet
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.network import queries as network


def _change_pin(ctx: Context, *, old: str, pin: str) -> Contact:
    """Choose another PIN. Who does not know the ``old`` one goes to the hub (``reset_pin``); wrong tries count as those
    of ``check_pin`` do, together with them.

    Call it without a command id, like ``set_pin``.
    """
    row = proven(ctx, old)
    if not is_pin(pin) or pin in GUESSED:
        raise Invalid(ConversationsError.PIN_FORM, field="pin")
    artisan = network.artisan(ctx.actor, row.artisan_id)
    row.pin_hash, row.pin_set_at = pin_hash(artisan.id, pin), ctx.now
    row.save(update_fields=["pin_hash", "pin_set_at"])
    ctx.emit(PinSet(artisan_id=artisan.id, workshop_id=artisan.workshop_id))
    return row


_change_pin.__name__ = "change_pin"
change_pin = CountedPin(_change_pin, frozenset({Role.ARTISAN}))
