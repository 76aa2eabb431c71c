from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.catalog import fields
from kiwanda.factory.network import queries
from kiwanda.factory.network.events import ArtisanLeft, WorkshopClosed
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.states import ARTISAN, WORKSHOP


@command(roles={Role.COORDINATOR})
def close_workshop(ctx: Context, *, workshop_id: UUID, reason: str) -> Workshop:
    """The workshop works for us no more, for good; its people are free to join another.

    Rooms downstream object while something is open between us: work in hand, pay on its way, an advance.
    """
    workshop = queries.workshop(ctx.actor, workshop_id)
    reason = fields.text("reason", reason, 200)
    WORKSHOP.move(workshop, "closed")
    ctx.emit(WorkshopClosed(workshop_id=workshop.id, reason=reason))
    for artisan in workshop.artisans.filter(state="active").order_by("pk"):
        ARTISAN.move(artisan, "left")
        ctx.emit(ArtisanLeft(artisan_id=artisan.id, workshop_id=workshop.id))
    return workshop
