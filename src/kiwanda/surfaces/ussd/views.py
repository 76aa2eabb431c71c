"""The provider's callbacks. An answer that is no screen ends the session, so there is always a screen."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kiwanda.core import clock
from kiwanda.factory.conversations import inbox
from kiwanda.ports import bound
from kiwanda.ports.menus import Menus, MenuScreen
from kiwanda.ports.messaging import Unreadable
from kiwanda.surfaces.ussd import menu
from kiwanda.surfaces.ussd.words import word

log = structlog.get_logger(__name__)
LARGEST = 20_000


@csrf_exempt
@require_POST
def hop(request: HttpRequest, secret: str) -> HttpResponse:
    """One hop of a session."""
    menus: Menus = bound("menus")
    if not _genuine(menus, request, secret):
        return HttpResponseForbidden("no")
    try:
        asked = menus.read(request.body[:LARGEST])
    except Unreadable as why:
        return HttpResponse(f"{why}", status=400, content_type="text/plain")
    try:
        screen = menu.answer(asked)
    except Exception:
        # Whatever broke has changed nothing: effect and screen are one transaction.
        log.exception("ussd_hop_failed", session=str(asked.session_id)[:12])
        screen = MenuScreen(word("busy", "sw"), ends=True)
    return HttpResponse(menus.write(screen), content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
def ended(request: HttpRequest, secret: str) -> HttpResponse:
    """The provider tells that a session is over: kept, and read later."""
    menus: Menus = bound("menus")
    if not _genuine(menus, request, secret):
        return HttpResponseForbidden("no")
    inbox.keep("ussd_end", request.body[:LARGEST])
    return HttpResponse("ok", content_type="text/plain")


def _genuine(menus: Menus, request: HttpRequest, secret: str) -> bool:
    return menus.genuine(
        request.headers, request.body, secret=secret, remote=request.META.get("REMOTE_ADDR", ""), now=clock.now()
    )
