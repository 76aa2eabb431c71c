from __future__ import annotations

from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import PhoneChanged
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.phones import normalised
from kiwanda.factory.network.registration import refuse_taken_phones


@command(roles={Role.COORDINATOR})
def change_phone(ctx: Context, *, artisan_id: UUID, phone: str) -> Artisan:
    """An artisan has another number. A coordinator who knows her enters it: log-in and money follow the number."""
    artisan = queries.artisan(ctx.actor, artisan_id)
    if artisan.state != "active":
        raise Rejected(CoreError.WRONG_STATE, state=artisan.state)
    number = normalised(phone)
    refuse_taken_phones([number], but=artisan.id)
    vault.put(artisan.id, vault.PHONE, number)
    ctx.emit(PhoneChanged(artisan_id=artisan.id, workshop_id=artisan.workshop_id))
    return artisan
