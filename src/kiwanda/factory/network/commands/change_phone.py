from __future__ import annotations

from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import PhoneChanged
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.phones import normalised
from kiwanda.factory.network.registration import refuse_taken_phones


@command(roles={Role.COORDINATOR})
def change_phone(ctx: Context, *, artisan_id: UUID, phone: str) -> Artisan:
    """An artisan has another number. A coordinator who knows her enters it: log-in and money follow the number.

    The old number is told, so that a change she did not ask for does not pass unseen.
    """
    artisan = queries.artisan(ctx.actor, artisan_id)
    if artisan.state != "active":
        raise Rejected(CoreError.WRONG_STATE, state=artisan.state)
    number = normalised(phone)
    refuse_taken_phones([number], but=artisan.id)
    old = vault.get(artisan.id, vault.PHONE)
    if old == number:
        return artisan
    vault.put(artisan.id, vault.PHONE, number)
    kept = None
    if old is not None:
        kept = new_id()
        vault.put(kept, vault.CONTACT, old)
    ctx.emit(PhoneChanged(artisan_id=artisan.id, workshop_id=artisan.workshop_id, old_number_id=kept))
    return artisan
