from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries
from kiwanda.factory.network.erasing import forget
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.models import Artisan


@command(roles={Role.ADMINISTRATOR})
def erase_person(ctx: Context, *, artisan_id: UUID, reason: str) -> Artisan:
    """Forget who left: her name, numbers, words and consents. The books keep an id that leads nowhere. For good."""
    artisan = queries.artisan(ctx.actor, artisan_id)
    reason = fields.text("reason", reason, 200)
    if artisan.state == "active":
        raise Rejected(NetworkError.STILL_HERE)
    forget(ctx, artisan, reason)
    return artisan
