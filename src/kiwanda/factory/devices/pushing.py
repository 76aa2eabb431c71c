"""Wake-ups by web push: a kind and an id, nothing that may be read on the way. What there is to know, the sync brings.

A wake-up is worth trying, not relying on: whatever must be heard is said again by SMS after a while.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from kiwanda.core import actors, vault
from kiwanda.core.errors import Invalid
from kiwanda.core.ids import derived_id
from kiwanda.factory.devices.errors import DevicesError
from kiwanda.factory.devices.models import PushSubscription
from kiwanda.ports import bound
from kiwanda.ports.messaging import Messaging, OutgoingMessage

#: The vault's field of a subscription's address and keys.
ADDRESS = "push"
LONGEST = 1000
#: Lengths of the browser's public key and of its secret, as RFC 8291 has them.
KEY_BYTES, SECRET_BYTES = 65, 16


def checked_address(endpoint: object, p256dh: object, auth: object) -> dict[str, str]:
    """The three parts when they are well-formed; :class:`Invalid` otherwise. Only https goes out."""
    if not isinstance(endpoint, str) or not isinstance(p256dh, str) or not isinstance(auth, str):
        raise Invalid(DevicesError.PUSH_ADDRESS, field="endpoint")
    try:
        parts = urlsplit(endpoint)
        # Touching the port checks it.
        safe = parts.scheme == "https" and bool(parts.hostname) and (parts.port or 443) > 0
    except ValueError:
        safe = False
    if not safe or len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable():
        raise Invalid(DevicesError.PUSH_ADDRESS, field="endpoint")
    if len(unpadded(p256dh)) != KEY_BYTES or unpadded(p256dh)[:1] != b"\x04" or len(unpadded(auth)) != SECRET_BYTES:
        raise Invalid(DevicesError.PUSH_ADDRESS, field="keys")
    return {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}


def unpadded(text: str) -> bytes:
    """URL-safe base64 with or without padding; nothing for anything else."""
    if len(text) > 200 or not text.isascii():
        return b""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def forget(row: PushSubscription) -> None:
    """Delete a subscription and its address."""
    vault.erase(row.id)
    row.delete()


def key() -> str | None:
    """The server's public VAPID key, None where push is switched off."""
    provider = bound("push")
    return None if provider is None else str(provider.public_key)


@dataclass(frozen=True, slots=True)
class Woken:
    """What came of waking one person's phones: how many services took it, and whether one is worth asking again."""

    taken: int
    again: bool


def wake(artisan_id: UUID, kind: str, thing: str) -> Woken:
    """Give ``{type, id}`` to the push service of each of her phones; drop what the service calls gone.

    Outside of any transaction: jobs only.
    """
    provider: Messaging | None = bound("push")
    if provider is None:
        return Woken(0, again=False)
    taken, again = 0, False
    found = list(PushSubscription.objects.filter(artisan_id=artisan_id, device__state="active"))
    addresses = vault.get_many([row.id for row in found], ADDRESS)
    for row in found:
        address = addresses.get(row.id)
        if address is None:
            continue
        result = provider.send(_written(row, address, kind, thing))
        taken += result.ok
        if result.permanent:
            _drop(row.device_id)
        else:
            again = again or not result.ok
    return Woken(taken, again and not taken)


def _written(row: PushSubscription, address: str, kind: str, thing: str) -> OutgoingMessage:
    body: dict[str, Any] = {"type": kind, "id": thing}
    return OutgoingMessage(
        id=derived_id("push", row.id, kind, thing),
        channel="push",
        phone="",
        language="",
        template=kind,
        body=json.dumps(body),
        address=address,
    )


def _drop(device_id: UUID) -> None:
    from kiwanda.factory.devices.commands import drop_push

    drop_push(actor=actors.system(), device_id=device_id)
