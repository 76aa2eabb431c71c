from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.network import queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import PersonExported
from kiwanda.factory.network.models import Artisan


@command(roles={Role.ADMINISTRATOR})
def export_person(ctx: Context, *, artisan_id: UUID) -> Artisan:
    """Note that everything held about a person is handed out for her; the file itself is read, not kept."""
    artisan = queries.artisan(ctx.actor, artisan_id)
    if artisan.state == "erased":
        raise Rejected(NetworkError.ERASED)
    ctx.emit(PersonExported(artisan_id=artisan.id, workshop_id=artisan.workshop_id))
    return artisan
