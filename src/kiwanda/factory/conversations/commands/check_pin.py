from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from kiwanda.core import clock
from kiwanda.core.actors import Actor, Role
from kiwanda.core.commands import Command, Context
from kiwanda.core.errors import Rejected
from kiwanda.factory.conversations.commands.set_pin import is_pin, pin_hash
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.models import Contact

MOST_FAILURES = 5
LOCK = timedelta(minutes=30)
R = TypeVar("R")


class CountedPin(Command[Any, R]):
    """Every try counts, also the refused ones: it is counted before the command, in a transaction of its own."""

    def __call__(self, *, actor: Actor, command_id: UUID | None = None, **arguments: Any) -> R:
        if self.allows(actor) and actor.id is not None:
            now = clock.now()
            with transaction.atomic():
                row = Contact.objects.filter(pk=actor.id).exclude(pin_hash="").select_for_update().first()
                if row is not None:
                    if row.pin_locked_until is not None and row.pin_locked_until <= now:
                        row.pin_failures, row.pin_locked_until = 0, None
                    row.pin_failures = min(row.pin_failures + 1, MOST_FAILURES + 1)
                    if row.pin_failures > MOST_FAILURES and row.pin_locked_until is None:
                        row.pin_locked_until = now + LOCK
                    row.save(update_fields=["pin_failures", "pin_locked_until"])
        return super().__call__(actor=actor, command_id=command_id, **arguments)


def proven(ctx: Context, pin: str) -> Contact:
    """The contact of the artisan whose PIN this is; its tries are forgiven. Refused otherwise."""
    if ctx.actor.id is None:
        raise Rejected(ConversationsError.PIN_UNSET)
    row = Contact.objects.filter(pk=ctx.actor.id).exclude(pin_hash="").select_for_update().first()
    if row is None:
        raise Rejected(ConversationsError.PIN_UNSET)
    if row.pin_failures > MOST_FAILURES:
        raise Rejected(ConversationsError.PIN_LOCKED)
    if not is_pin(pin) or not hmac.compare_digest(row.pin_hash, pin_hash(ctx.actor.id, pin)):
        raise Rejected(ConversationsError.PIN_WRONG, field="pin")
    row.pin_failures, row.pin_locked_until = 0, None
    row.save(update_fields=["pin_failures", "pin_locked_until"])
    return row


def _check_pin(ctx: Context, *, pin: str) -> bool:
    """Whether this is the artisan's PIN: True, or refused. Five wrong ones lock it for half an hour.

    Call it without a command id, like ``set_pin``.
    """
    proven(ctx, pin)
    return True


_check_pin.__name__ = "check_pin"
check_pin = CountedPin(_check_pin, frozenset({Role.ARTISAN}))
