"""Language per person, the one way a refused command becomes an answer, and who looked at personal data."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from kiwanda.core import looks
from kiwanda.core.errors import Rejected

LANGUAGE_COOKIE = "kiwanda_language"
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


class LanguageMiddleware:
    """English unless the cookie, the session's person or the browser prefers Swahili."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        if chosen not in LANGUAGES:
            header = request.headers.get("Accept-Language", "")[:200].lower()
            first = header.split(",")[0].strip()[:2]
            chosen = first if first in LANGUAGES else "en"
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response


class RejectionMiddleware:
    """A :class:`Rejected` that a view let through becomes a page or JSON with its code and sentence, never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL takes no NUL in text. The screens read their filters with care; the API's go straight to a query.
        if request.path.startswith("/api/") and "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse("The address holds a NUL character.", status=400, content_type="text/plain")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Rejected):
            return None
        language = translation.get_language() or "en"
        message = exception.message(language)
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(
                {"code": exception.code, "message": message, "field": exception.field}, status=exception.status
            )
        if request.headers.get("HX-Request"):
            response = HttpResponse(message, status=exception.status, content_type="text/plain; charset=utf-8")
            response.headers["HX-Reswap"] = "none"
            return response
        return render(
            request, "kw/rejected.html", {"code": exception.code, "message": message}, status=exception.status
        )


class LooksMiddleware:
    """Writes down whose personal data a member of staff was shown, whichever view showed it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with looks.watched() as facts:
            try:
                return self.get_response(request)
            finally:
                user = getattr(request, "user", None) if facts else None
                if user is not None and user.is_authenticated:
                    match = request.resolver_match
                    looks.record(user.pk, match.view_name if match else request.path, facts)
