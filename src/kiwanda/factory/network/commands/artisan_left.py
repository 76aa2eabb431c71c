from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.network import queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import ArtisanLeft
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.states import ARTISAN


@command(roles={Role.COORDINATOR})
def artisan_left(ctx: Context, *, artisan_id: UUID) -> Artisan:
    """A member does not belong to the workshop any more; her number is free for her next one."""
    artisan = queries.artisan(ctx.actor, artisan_id)
    if artisan.role == "owner" and artisan.workshop.state != "closed":
        raise Rejected(NetworkError.OWNER_STAYS)
    ARTISAN.move(artisan, "left")
    ctx.emit(ArtisanLeft(artisan_id=artisan.id, workshop_id=artisan.workshop_id))
    return artisan
