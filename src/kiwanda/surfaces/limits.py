"""How often one address may knock at the doors that stand open to everybody.

Counted in windows in Django's cache, which all processes share. Log-in of staff is counted by allauth, in the same
cache, and by user name too; a phone number's codes are counted by the network.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` knocks in ``seconds`` by one key."""

    name: str
    most: int
    seconds: int

    def knock(self, key: str, now: float | None = None) -> int:
        """Count one. Returns 0 when it may come in, otherwise the seconds to wait."""
        if not settings.KIWANDA_LIMITS:
            return 0
        now = time.time() if now is None else now
        window, passed = divmod(int(now), self.seconds)
        entry = f"knock:{self.name}:{window}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        cache.add(entry, 0, timeout=2 * self.seconds)
        try:
            count = cache.incr(entry)
        except ValueError:
            # Thrown out between the two: the next one counts again.
            return 0
        return 0 if count <= self.most else self.seconds - passed


@dataclass(frozen=True, slots=True)
class Door:
    """Addresses of the site under one limit. ``refused_only``: only what the view turned away is counted."""

    path: re.Pattern[str]
    methods: frozenset[str]
    limit: Limit
    refused_only: bool = False


READ = frozenset({"GET", "HEAD"})
SENT = frozenset({"POST", "PUT", "PATCH", "DELETE"})

#: A mobile carrier puts thousands of phones behind one address: these stop floods, not busy towns.
DOORS = (
    Door(re.compile(r"/accounts/"), SENT, Limit("log-in", 30, 60)),
    Door(re.compile(r"/m/login"), SENT, Limit("codes", 300, 3600)),
    Door(re.compile(r"/records/"), SENT, Limit("prove", 30, 60)),
    Door(re.compile(r"/records/"), READ, Limit("records", 240, 60)),
    Door(re.compile(r"/p/"), READ, Limit("passport", 300, 60)),
    Door(re.compile(r"/api/"), READ | SENT, Limit("api", 1200, 60)),
    Door(re.compile(r"/hooks/"), READ | SENT, Limit("webhook", 60, 60), refused_only=True),
)
#: How a view turns a post away that is not from whom it says.
TURNED_AWAY = frozenset({401, 403, 404})


def address_of(request: HttpRequest) -> str:
    """The caller's address, an IPv6 one by its network of 64 bits.

    Behind ``KIWANDA_PROXIES`` proxies of ours it is what the outermost of them wrote; what callers write themselves
    stands left of it and is not believed.
    """
    remote = str(request.META.get("REMOTE_ADDR", ""))
    if settings.KIWANDA_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= settings.KIWANDA_PROXIES:
            remote = hops[-settings.KIWANDA_PROXIES]
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote[:60]
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


class LimitsMiddleware:
    """429 with ``Retry-After`` for an address that knocks too often.

    A webhook is looked at however many bad ones came before it: a provider's true post is never turned away because
    somebody behind the same address guesses; only the answers to the bad ones change.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = _door(request)
        if door is None:
            return self.get_response(request)
        if door.refused_only:
            response = self.get_response(request)
            if response.status_code not in TURNED_AWAY:
                return response
            wait = door.limit.knock(address_of(request))
            return too_often(request, wait) if wait else response
        wait = door.limit.knock(address_of(request))
        return too_often(request, wait) if wait else self.get_response(request)


def _door(request: HttpRequest) -> Door | None:
    for door in DOORS:
        if request.method in door.methods and door.path.match(request.path):
            return door
    return None


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """The answer, in the form the caller reads, with the seconds to wait."""
    message = _("Too many requests from your network. Please wait %(seconds)s seconds.") % {"seconds": wait}
    response: HttpResponse
    if request.path.startswith(("/api/", "/hooks/")) or "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({"code": "surfaces.too_often", "message": message, "field": None}, status=429)
    else:
        response = render(request, "kw/rejected.html", {"code": "surfaces.too_often", "message": message}, status=429)
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    return response
