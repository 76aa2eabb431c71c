from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.conversations.contacts import contact_of
from kiwanda.factory.conversations.events import PinReset
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.network import queries as network


@command(roles={Role.COORDINATOR})
def reset_pin(ctx: Context, *, artisan_id: UUID) -> Contact:
    """A coordinator who knows her forgets her PIN; she chooses a new one when she is next asked for it."""
    artisan = network.artisan(ctx.actor, artisan_id)
    row = contact_of(artisan.id, lock=True)
    row.pin_hash, row.pin_set_at, row.pin_failures, row.pin_locked_until = "", None, 0, None
    row.save(update_fields=["pin_hash", "pin_set_at", "pin_failures", "pin_locked_until"])
    ctx.emit(PinReset(artisan_id=artisan.id, workshop_id=artisan.workshop_id))
    return row
