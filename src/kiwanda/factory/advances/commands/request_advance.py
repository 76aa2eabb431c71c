"""An artisan asks for an advance."""

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
from kiwanda.factory.network.models import Artisan


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def request_advance(
    ctx: Context, *, amount_minor: int, kind: str = "pay", about: str = "", artisan_id: UUID | None = None
) -> Advance:
    """Ask for early pay (free of charge) or, where a licensed lender is connected, for a loan.

    A door that an artisan comes through checks her PIN first (``conversations.check_pin``). Staff who ask for her name
    her. The limit and the terms are those of this moment (``queries.can_ask``) and are kept with the advance.
    """
    fields.choice("kind", kind, ("pay", "loan"))
    asked_by = ctx.actor.id if ctx.actor.workshop_id is not None else fields.uuid("artisan_id", artisan_id)
    assert asked_by is not None
    person: Artisan = network.artisan(ctx.actor, asked_by)
    if person.role != "owner" or person.state != "active":
        raise Rejected(AdvancesError.NOT_OWNER)
    return requesting.request(ctx, person, kind, amount_minor, fields.text("about", about, 200, required=False))
