from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, require_range
from kiwanda.factory.conversations.contacts import contact_of
from kiwanda.factory.conversations.events import QuietHoursSet
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.network import queries as network


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def set_quiet_hours(ctx: Context, *, artisan_id: UUID, quiet_from: int | None, quiet_until: int | None) -> Contact:
    """Whole hours of Nairobi in which she is not written to; both None for the house's hours, equal for none at all."""
    artisan = network.artisan(ctx.actor, artisan_id)
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(CoreError.MISSING, field="quiet_until" if quiet_until is None else "quiet_from")
    if quiet_from is not None and quiet_until is not None:
        require_range("quiet_from", quiet_from, 0, 23)
        require_range("quiet_until", quiet_until, 0, 23)
    row = contact_of(artisan.id, lock=True)
    row.quiet_from, row.quiet_until = quiet_from, quiet_until
    row.save(update_fields=["quiet_from", "quiet_until"])
    ctx.emit(
        QuietHoursSet(
            artisan_id=artisan.id, workshop_id=artisan.workshop_id, quiet_from=quiet_from, quiet_until=quiet_until
        )
    )
    return row
