from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.devices import queries
from kiwanda.factory.devices.commands.revoke_device import revoke
from kiwanda.factory.devices.models import Device


@command(roles={Role.ARTISAN})
def log_out_device(ctx: Context, *, device_id: UUID) -> Device:
    """An artisan leaves a phone of hers; logging out twice is no fault."""
    row = queries.device(ctx.actor, device_id)
    return row if row.state == "revoked" else revoke(ctx, row, "left")
