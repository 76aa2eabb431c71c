from __future__ import annotations

from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import ArtisanAdded
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.registration import ArtisanSpec, checked_artisan, refuse_taken_phones


@command(roles={Role.COORDINATOR})
def add_artisan(
    ctx: Context,
    *,
    workshop_id: UUID,
    name: str,
    phone: str | None = None,
    gender: str = "undisclosed",
    language: str = "sw",
    channel: str = "sms",
) -> Artisan:
    """A new member of a workshop; its owner came with its registration."""
    workshop = queries.workshop(ctx.actor, workshop_id)
    if workshop.state == "closed":
        raise Rejected(CoreError.WRONG_STATE, state=workshop.state)
    name, number = checked_artisan(
        ArtisanSpec(name, phone, gender=gender, language=language, channel=channel)
    )
    if number:
        refuse_taken_phones([number])
    artisan = Artisan.objects.create(
        workshop=workshop, role="member", gender=gender, language=language, channel=channel, joined_on=ctx.today
    )
    vault.put(artisan.id, vault.NAME, name)
    if number:
        vault.put(artisan.id, vault.PHONE, number)
    ctx.emit(ArtisanAdded(artisan_id=artisan.id, workshop_id=workshop.id))
    return artisan
