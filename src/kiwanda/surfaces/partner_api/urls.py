"""The HTTP API: every room's router under its name, one way of saying no, OpenAPI at ``/api/v1/openapi.json``."""

from __future__ import annotations

import importlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from ninja import NinjaAPI

from kiwanda.core.errors import Rejected
from kiwanda.surfaces.partner_api.auth import SessionActor

api = NinjaAPI(
    title="Kiwanda",
    version="1",
    description="The virtual factory's commands and reads. Amounts are integer minor units with an ISO currency; "
    "times are UTC; send an `Idempotency-Key` header (a UUID) with every command, and `On-Behalf-Reason` (staff only) "
    "with what you do for an artisan: she is told, with the reason.",
    auth=SessionActor(),
    urls_namespace="api-1",
)


@api.exception_handler(Rejected)
def refuse(request: HttpRequest, refusal: Rejected) -> HttpResponse:
    """A refused command as JSON: stable code, sentence in the caller's language, field."""
    return api.create_response(
        request,
        {
            "code": refusal.code,
            "message": refusal.message(translation.get_language() or "en"),
            "field": refusal.field,
        },
        status=refusal.status,
    )


for room in settings.FACTORY_ROOMS:
    try:
        module = importlib.import_module(f"kiwanda.factory.{room}.api")
    except ModuleNotFoundError as missing:
        if missing.name != f"kiwanda.factory.{room}.api":
            raise
    else:
        api.add_router(f"/{room}", module.router, tags=[room])

urlpatterns = [path("", api.urls)]
