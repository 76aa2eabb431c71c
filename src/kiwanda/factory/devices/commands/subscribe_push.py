from __future__ import annotations

import json
from uuid import UUID

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.ids import new_id
from kiwanda.factory.devices import queries
from kiwanda.factory.devices.models import PushSubscription
from kiwanda.factory.devices.pushing import ADDRESS, checked_address, forget


@command(roles={Role.ARTISAN})
def subscribe_push(ctx: Context, *, device_id: UUID, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """The browser's push service takes wake-ups for this phone at ``endpoint``. One a phone: the newest counts.

    The address lets anybody who knows it and the keys reach the phone, so it is sealed in the vault.
    """
    device = queries.device(ctx.actor, device_id)
    address = checked_address(endpoint, p256dh, auth)
    for earlier in PushSubscription.objects.filter(device=device):
        forget(earlier)
    row = PushSubscription.objects.create(id=new_id(), device=device, artisan_id=device.artisan_id, created_at=ctx.now)
    vault.put(row.id, ADDRESS, json.dumps(address))
    return row
