from __future__ import annotations

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Forbidden
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import fields
from kiwanda.factory.conversations.commands.record_incoming import CHANNELS, clean_phone
from kiwanda.factory.conversations.events import CallRequested
from kiwanda.factory.conversations.models import CallRequest


@command(roles={Role.ARTISAN, Role.SYSTEM})
def request_call(ctx: Context, *, channel: str, phone: str = "") -> CallRequest:
    """"Call me back." Who asks again while nobody has called yet waits in the same place in the row.

    The system asks for strangers, naming the ``phone`` they wrote from; an artisan is called at her own number.
    """
    channel = fields.choice("channel", channel, CHANNELS)
    if ctx.actor.kind == "artisan":
        if ctx.actor.id is None:
            raise Forbidden(CoreError.NOT_ALLOWED)
        waiting = CallRequest.objects.filter(artisan_id=ctx.actor.id, state="open").first()
        if waiting is not None:
            return waiting
    row = CallRequest.objects.create(
        id=new_id(),
        artisan_id=ctx.actor.id,
        workshop_id=ctx.actor.workshop_id,
        channel=channel,
        requested_at=ctx.now,
    )
    if ctx.actor.id is None:
        vault.put(row.id, vault.CONTACT, clean_phone(phone))
    ctx.emit(
        CallRequested(
            call_id=row.id, artisan_id=row.artisan_id, workshop_id=row.workshop_id, requested_by=channel
        )
    )
    return row
