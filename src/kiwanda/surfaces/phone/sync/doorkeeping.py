"""Whose phone it is, and how often it may knock."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from kiwanda.core import rows
from kiwanda.core.actors import Actor, Channel, artisan
from kiwanda.factory.devices.models import Device
from kiwanda.factory.network.models import Artisan
from kiwanda.surfaces.limits import Limit
from kiwanda.surfaces.phone.sync.http import REVOKED, TOO_OFTEN, Refused


@dataclass(frozen=True, slots=True)
class Caller:
    """An artisan on one of her phones."""

    device: Device
    artisan: Artisan
    actor: Actor

    @property
    def id(self) -> UUID:
        return self.artisan.id

    @property
    def language(self) -> str:
        return self.artisan.language


def new_token() -> tuple[str, str]:
    """A fresh device token and the hash that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def caller_of(request: HttpRequest) -> Caller:
    """Who calls, by her device's token; 401 for a token that is unknown, revoked or of somebody who left."""
    found = known_caller(request)
    if found is None:
        raise Refused(401, "device_revoked", REVOKED)
    return found


def known_caller(request: HttpRequest) -> Caller | None:
    """The same, None for a stranger. Two prepared statements."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 20 <= len(token) <= 100:
        return None
    device = rows.fetch(Device, token_hash=hash_of(token.strip()))
    if device is None or device.state != "active":
        return None
    person = rows.fetch(Artisan, id=device.artisan_id)
    if person is None or person.state != "active" or person.workshop_id != device.workshop_id:
        return None
    return Caller(device, person, artisan(person.id, person.workshop_id, Channel.PHONE))


class Limiter:
    """At most ``most`` knocks in ``seconds`` by one key, counted in this process (several processes let through as
    many times more): it keeps a broken phone from drowning the others, it is no lock.
    """

    KEPT = 20_000

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def knock(self, key: str) -> None:
        """Count one; 429 with ``Retry-After`` once it is too many."""
        now = time.monotonic()
        with self._lock:
            since, count = self._windows.pop(key, (now, 0))
            if now - since >= self.seconds:
                since, count = now, 0
            self._windows[key] = (since, count + 1)
            if len(self._windows) > self.KEPT:
                self._windows.popitem(last=False)
        if count >= self.most:
            wait = max(1, int(self.seconds - (now - since)) + 1)
            raise Refused(429, "too_often", TOO_OFTEN, {"Retry-After": str(wait)})

    def forget(self) -> None:
        self._windows.clear()


class Shared:
    """The same, counted by all processes together: for the doors somebody might try to force."""

    def __init__(self, name: str, most: int, seconds: int) -> None:
        self.limit = Limit(name, most, seconds)

    def knock(self, key: str) -> None:
        if wait := self.limit.knock(key):
            raise Refused(429, "too_often", TOO_OFTEN, {"Retry-After": str(wait)})


#: A carrier puts thousands of phones behind one address; a number's own limits are the network's.
CODES = Shared("app-codes", 300, 3600)
LOGINS = Shared("app-log-ins", 600, 3600)
SYNCS = Limiter(240, 60)
CHUNKS = Limiter(1200, 60)
