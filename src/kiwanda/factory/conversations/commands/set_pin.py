from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Forbidden, Invalid, Rejected
from kiwanda.factory.conversations.contacts import contact_of
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.events import PinSet
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.network import queries as network

DIGITS = 4
#: The first ones anybody tries.
GUESSED = frozenset({"1234", "4321"} | {digit * DIGITS for digit in "0123456789"})


@command(roles={Role.ARTISAN})
def set_pin(ctx: Context, *, pin: str) -> Contact:
    """An artisan chooses her PIN. Once: a new one needs the hub (``reset_pin``), or the finder of a phone could.

    Call it without a command id: a receipt would keep a fast hash of four digits.
    """
    if ctx.actor.id is None:
        raise Forbidden(CoreError.NOT_ALLOWED)
    artisan = network.artisan(ctx.actor, ctx.actor.id)
    if not is_pin(pin) or pin in GUESSED:
        raise Invalid(ConversationsError.PIN_FORM, field="pin")
    row = contact_of(artisan.id, lock=True)
    if row.pin_hash:
        raise Rejected(ConversationsError.PIN_SET)
    row.pin_hash, row.pin_set_at = pin_hash(artisan.id, pin), ctx.now
    row.pin_failures, row.pin_locked_until = 0, None
    row.save(update_fields=["pin_hash", "pin_set_at", "pin_failures", "pin_locked_until"])
    ctx.emit(PinSet(artisan_id=artisan.id, workshop_id=artisan.workshop_id))
    return row


def is_pin(text: object) -> bool:
    """Four ASCII digits."""
    return isinstance(text, str) and len(text) == DIGITS and text.isascii() and text.isdigit()


def pin_hash(artisan_id: UUID, pin: str) -> str:
    """Keyed, and bound to the person: a copied database tells nobody a PIN."""
    key = hashlib.sha256(b"kiwanda-pin" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{artisan_id}\x1f{pin}".encode(), hashlib.sha256).hexdigest()
