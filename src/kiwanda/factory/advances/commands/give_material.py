"""Material or a tool in kind, paid back from earnings."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.advances import requesting
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries as network


@command(roles={Role.COORDINATOR})
def give_material(ctx: Context, *, workshop_id: UUID, value_minor: int, about: str) -> Advance:
    """Enter an artisan's wish for material or tools worth ``value_minor`` at cost, from her own hub.

    Another person decides. Material that is issued for an order is not this: that stays the house's.
    """
    workshop = network.workshop(ctx.actor, workshop_id)
    owner = network.owner_of(workshop.pk)
    if owner is None:
        raise Rejected(AdvancesError.NOT_OWNER)
    return requesting.request(
        ctx, owner, "material", value_minor, fields.text("about", about, 200), hub_code=workshop.hub.code
    )
