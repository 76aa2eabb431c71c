"""What all answers to the app have in common: JSON, a header that proves they are ours, refusals with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from kiwanda.core.errors import Rejected

log = structlog.get_logger(__name__)

#: An answer without it comes from a stranger on the way (a captive portal).
MARK = "X-Kiwanda"

View = Callable[..., HttpResponse]


class Refused(Exception):
    """An answer that is not 2xx. ``sentence`` is English and Swahili."""

    def __init__(
        self, status: int, code: str, sentence: tuple[str, str], headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        self.status = status
        self.code = code
        self.sentence = sentence
        self.headers = headers or {}
        self.more = more
        super().__init__(code)


MALFORMED = ("The request is not readable.", "Ombi halisomeki.")
REVOKED = (
    "This phone is logged out. Log in again with your number.",
    "Simu hii imetolewa. Ingia tena kwa namba yako.",
)
TOO_LARGE = ("That is too much at once.", "Hiyo ni nyingi mno kwa mara moja.")
TOO_OFTEN = ("Please wait a little.", "Tafadhali subiri kidogo.")
OLD_APP = ("This app is too old. Please update it.", "Programu hii ni ya zamani. Tafadhali isasishe.")
WRONG_METHOD = ("That is not asked like this.", "Hilo haliulizwi hivi.")


def malformed(what: str) -> Refused:
    """400: ``what`` names the field."""
    return Refused(400, "malformed", (f"{MALFORMED[0]} ({what})", f"{MALFORMED[1]} ({what})"))


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """JSON as short as it gets."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, status=status, content_type="application/json", headers=headers)


def nothing(status: int = 204, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(status=status, headers=headers)


def door(*methods: str) -> Callable[[View], View]:
    """A view for the app: only ``methods``, no cookies and so no CSRF token; whatever goes wrong is an answer."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Refused(405, "method", WRONG_METHOD, {"Allow": ", ".join(methods)})
                response = view(request, *args, **kwargs)
            except Refused as refused:
                english, swahili = refused.sentence
                body = {
                    "code": refused.code,
                    "message": swahili if _language().startswith("sw") else english,
                    **refused.more,
                }
                response = answer(body, refused.status, refused.headers)
            except Rejected as refusal:
                body = {"code": refusal.code, "message": refusal.message(_language())}
                response = answer(body, 400 if refusal.status == 422 else refusal.status)
            response.headers[MARK] = "1"
            response.headers["Cache-Control"] = "no-store"
            return response

        return csrf_exempt(guarded)

    return guard


def _language() -> str:
    return translation.get_language() or "sw"


def body_of(request: HttpRequest, most: int) -> dict[str, Any]:
    """The JSON object of a request of at most ``most`` bytes."""
    try:
        announced = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        raise malformed("Content-Length") from None
    if announced > most:
        raise Refused(413, "too_large", TOO_LARGE)
    raw = request.read(most + 1)
    if len(raw) > most:
        raise Refused(413, "too_large", TOO_LARGE)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise malformed("JSON") from None
    if not isinstance(data, dict):
        raise malformed("JSON")
    return data
