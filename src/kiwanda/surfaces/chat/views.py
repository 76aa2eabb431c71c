"""Where providers post. Genuine or not is settled at the door; what is genuine is kept as it came and answered at once;
what it says is read later, by the worker.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kiwanda.core import clock
from kiwanda.factory.conversations import inbox
from kiwanda.ports import bound
from kiwanda.ports.messaging import StaffChat, Webhook


@csrf_exempt
@require_POST
def sms_incoming(request: HttpRequest, secret: str) -> HttpResponse:
    """An SMS to us."""
    return _kept(request, bound("sms_webhook"), "sms_incoming", secret)


@csrf_exempt
@require_POST
def sms_delivery(request: HttpRequest, secret: str) -> HttpResponse:
    """What became of an SMS of ours."""
    return _kept(request, bound("sms_webhook"), "sms_delivery", secret)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def whatsapp(request: HttpRequest) -> HttpResponse:
    """Meta's question whether this address is ours (GET), and its news (POST)."""
    webhook = bound("whatsapp_webhook")
    if request.method == "GET":
        answer = webhook.challenge({name: value for name, value in request.GET.items() if isinstance(value, str)})
        if answer is None:
            return HttpResponseForbidden("no")
        return HttpResponse(answer, content_type="text/plain")
    return _kept(request, webhook, "whatsapp", "")


@csrf_exempt
@require_POST
def slack(request: HttpRequest) -> HttpResponse:
    """A button pressed in the staff's room. Slack waits three seconds; the answer follows in the room."""
    chat: StaffChat | None = bound("staff_chat")
    body = request.body
    if chat is None or not chat.genuine(request.headers, body, now=wall_clock()):
        return HttpResponseForbidden("no")
    if len(body) > inbox.LARGEST:
        return HttpResponse(status=413)
    inbox.keep("slack", body)
    return HttpResponse("", content_type="text/plain")


def _kept(request: HttpRequest, webhook: Webhook, source: str, secret: str) -> HttpResponse:
    body = request.body
    remote = request.META.get("REMOTE_ADDR", "")
    if not webhook.genuine(request.headers, body, secret=secret, remote=remote, now=clock.now()):
        return HttpResponseForbidden("no")
    if len(body) > inbox.LARGEST:
        return HttpResponse(status=413)
    inbox.keep(source, body)
    return HttpResponse("ok", content_type="text/plain")


def wall_clock() -> datetime:
    """Slack signs the time of day; the demo's clock may show another week."""
    return datetime.now(UTC)
