from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Forbidden, Invalid, require_range
from kiwanda.core.ids import new_id
from kiwanda.factory.catalog import fields
from kiwanda.factory.devices import feed
from kiwanda.factory.devices.commands.revoke_device import revoke
from kiwanda.factory.devices.events import DeviceRegistered
from kiwanda.factory.devices.models import Device
from kiwanda.factory.network import queries as network

#: More phones than this at once are none a person has in use: the one not seen for longest goes.
MOST = 6
HASH_LENGTH = 64


@command(roles={Role.ARTISAN})
def register_device(ctx: Context, *, token_hash: str, name: str = "", app_version: int = 0) -> Device:
    """A phone on which an artisan has just proved her number. Only the token's hash comes here.

    Give it without a command id: a replay could not hand the token out again.
    """
    if ctx.actor.id is None:
        raise Forbidden(CoreError.NOT_ALLOWED)
    artisan = network.artisan(ctx.actor, ctx.actor.id)
    if not isinstance(token_hash, str) or len(token_hash) != HASH_LENGTH:
        raise Invalid(CoreError.MALFORMED, field="token", reason="a hash is expected")
    row = Device.objects.create(
        id=new_id(),
        artisan_id=artisan.id,
        workshop_id=artisan.workshop_id,
        token_hash=token_hash,
        name=fields.text("name", name, 60, required=False),
        app_version=require_range("ver", app_version, 0, 1_000_000),
        registered_at=ctx.now,
        seen_at=ctx.now,
    )
    feed.begin(artisan.id, artisan.workshop_id, artisan.language, ctx.now)
    ctx.emit(DeviceRegistered(device_id=row.id, artisan_id=artisan.id, workshop_id=artisan.workshop_id))
    for surplus in Device.objects.filter(artisan_id=artisan.id, state="active").order_by("-seen_at", "-pk")[MOST:]:
        revoke(ctx, surplus, "many")
    return row
