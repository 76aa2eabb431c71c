"""Wake-ups: the server's key, and where a phone's push service takes them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kiwanda.factory.devices import pushing
from kiwanda.factory.devices.commands import drop_push, subscribe_push
from kiwanda.surfaces.phone.sync.doorkeeping import caller_of
from kiwanda.surfaces.phone.sync.http import Refused, answer, body_of, door, malformed, nothing

BODY = 4096
OFF = ("Phones are not woken by this server.", "Mfumo huu hauamshi simu.")


@door("GET")
def key(request: HttpRequest) -> HttpResponse:
    """The public key to subscribe with."""
    found = pushing.key()
    if found is None:
        raise Refused(404, "push_off", OFF)
    return answer({"key": found})


@door("POST", "DELETE")
def subscription(request: HttpRequest) -> HttpResponse:
    """Keep or forget where this phone is woken."""
    caller = caller_of(request)
    if request.method == "DELETE":
        drop_push(actor=caller.actor, device_id=caller.device.id)
        return nothing()
    if pushing.key() is None:
        raise Refused(404, "push_off", OFF)
    data = body_of(request, BODY)
    keys = data.get("keys")
    if not isinstance(keys, dict):
        raise malformed("keys")
    endpoint, p256dh, auth = data.get("endpoint"), keys.get("p256dh"), keys.get("auth")
    if not isinstance(endpoint, str) or not isinstance(p256dh, str) or not isinstance(auth, str):
        raise malformed("endpoint, keys")
    subscribe_push(actor=caller.actor, device_id=caller.device.id, endpoint=endpoint, p256dh=p256dh, auth=auth)
    return nothing()
