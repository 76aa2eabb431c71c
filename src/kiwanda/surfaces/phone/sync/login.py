"""Log-in on a phone: a number, a code by SMS, a token of the phone's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kiwanda.core import actors, vault
from kiwanda.core.errors import Rejected
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.devices.commands import log_out_device, register_device
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.commands import confirm_login_code, request_login_code
from kiwanda.surfaces.limits import address_of
from kiwanda.surfaces.phone.sync.doorkeeping import CODES, LOGINS, caller_of, new_token
from kiwanda.surfaces.phone.sync.http import answer, body_of, door, malformed, nothing

BODY = 4096


@door("POST")
def code(request: HttpRequest) -> HttpResponse:
    """Send a one-time code. The answer tells nobody whether the number is known."""
    CODES.knock(address_of(request))
    phone = body_of(request, BODY).get("phone")
    if not isinstance(phone, str) or not 0 < len(phone) <= 30:
        raise malformed("phone")
    request_login_code(actor=actors.public(), phone=phone)
    return nothing()


@door("POST")
def devices(request: HttpRequest) -> HttpResponse:
    """Number and code for a token, which is shown this once."""
    LOGINS.knock(address_of(request))
    data = body_of(request, BODY)
    phone, given, name, version = (data.get(key) for key in ("phone", "code", "name", "ver"))
    if not isinstance(phone, str) or not isinstance(given, str) or len(phone) > 30 or len(given) > 20:
        raise malformed("phone, code")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= 1_000_000:
        raise malformed("ver")
    label = "".join(sign for sign in name if sign.isprintable())[:60] if isinstance(name, str) else ""
    try:
        person = confirm_login_code(actor=actors.public(), phone=phone, code=given)
    except Rejected as refusal:
        body = {"code": "code_wrong", "message": refusal.message(translation.get_language() or "sw")}
        return answer(body, 400)
    token, hashed = new_token()
    actor = actors.artisan(person.id, person.workshop_id, actors.Channel.PHONE)
    device = register_device(actor=actor, token_hash=hashed, name=label, app_version=version)
    workshop = network.workshop(actor, person.workshop_id)
    return answer(
        {
            "token": token,
            "device": str(device.id),
            "artisan": str(person.id),
            "name": vault.get(person.id, vault.NAME) or "",
            "workshop": workshop.trade_name,
            "language": person.language,
            "pin": Contact.objects.filter(pk=person.id).exclude(pin_hash="").exists(),
        },
        201,
    )


@door("DELETE")
def leave(request: HttpRequest) -> HttpResponse:
    """This phone speaks for her no more."""
    caller = caller_of(request)
    log_out_device(actor=caller.actor, device_id=caller.device.id)
    return nothing()
