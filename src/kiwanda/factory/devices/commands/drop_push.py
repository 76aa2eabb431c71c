from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.devices import queries
from kiwanda.factory.devices.models import PushSubscription
from kiwanda.factory.devices.pushing import forget


@command(roles={Role.ARTISAN, Role.SYSTEM})
def drop_push(ctx: Context, *, device_id: UUID) -> bool:
    """No more wake-ups for this phone: she does not want them, or its push service says the address is gone."""
    device = queries.device(ctx.actor, device_id)
    found = list(PushSubscription.objects.filter(device=device))
    for row in found:
        forget(row)
    return bool(found)
