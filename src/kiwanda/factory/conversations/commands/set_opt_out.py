from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.catalog import fields
from kiwanda.factory.conversations.contacts import contact_of
from kiwanda.factory.conversations.events import OptedIn, OptedOut
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.network import queries as network

CHANNELS = ("sms", "whatsapp")


@command(roles={Role.ARTISAN, Role.COORDINATOR})
def set_opt_out(ctx: Context, *, artisan_id: UUID, channel: str, stopped: bool) -> Contact:
    """STOP and START: nothing but log-in codes and answers to her own words goes out on a stopped channel.

    Asking for what is so already is no fault.
    """
    artisan = network.artisan(ctx.actor, artisan_id)
    channel = fields.choice("channel", channel, CHANNELS)
    row = contact_of(artisan.id, lock=True)
    name = f"{channel}_stopped_at"
    if (getattr(row, name) is not None) == stopped:
        return row
    setattr(row, name, ctx.now if stopped else None)
    row.save(update_fields=[name])
    if stopped:
        ctx.emit(OptedOut(artisan_id=artisan.id, workshop_id=artisan.workshop_id, stopped=channel))
    else:
        ctx.emit(OptedIn(artisan_id=artisan.id, workshop_id=artisan.workshop_id, resumed=channel))
    return row
