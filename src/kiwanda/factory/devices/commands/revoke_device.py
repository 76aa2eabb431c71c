from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.devices import feed, queries
from kiwanda.factory.devices.events import DeviceRevoked
from kiwanda.factory.devices.models import Device, PushSubscription
from kiwanda.factory.devices.pushing import forget
from kiwanda.factory.devices.states import DEVICE


@command(roles={Role.COORDINATOR})
def revoke_device(ctx: Context, *, device_id: UUID) -> Device:
    """A lost or stolen phone speaks for her no more: its next word is refused, what it had not sent stays unsent."""
    return revoke(ctx, queries.device(ctx.actor, device_id), "lost")


def revoke(ctx: Context, row: Device, reason: str) -> Device:
    """active → revoked. With the last phone the feed goes, too."""
    DEVICE.move(row, "revoked", revoked_at=ctx.now, revoked_by=ctx.actor.id)
    for subscription in PushSubscription.objects.filter(device=row):
        forget(subscription)
    if not feed.has_phone(row.artisan_id):
        feed.end(row.artisan_id)
    ctx.emit(DeviceRevoked(device_id=row.id, artisan_id=row.artisan_id, workshop_id=row.workshop_id, reason=reason))
    return row
