"""The page behind a piece's QR code: only what is proved and consented."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from kiwanda.core import clock, gs1
from kiwanda.factory.traceability import epcis, queries
from kiwanda.factory.traceability.queries import PassportView

#: Withdrawn consent must vanish within minutes: caches may keep a page no longer than this (seconds).
FRESH = 60


@require_GET
def piece(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
    """The passport of one piece."""
    return _page(request, _piece(gtin, serial))


@require_GET
def batch(request: HttpRequest, gtin: str, batch: str) -> HttpResponse:
    """The passport of a whole batch."""
    return _page(request, _batch(gtin, batch))


@require_GET
def piece_epcis(request: HttpRequest, gtin: str, serial: str) -> JsonResponse:
    """The piece's EPCIS 2.0 document."""
    return _epcis(_piece(gtin, serial))


@require_GET
def batch_epcis(request: HttpRequest, gtin: str, batch: str) -> JsonResponse:
    """The batch's EPCIS 2.0 document."""
    return _epcis(_batch(gtin, batch))


@require_GET
def piece_qr(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
    """The QR code to print on the piece's card: its Digital Link on this site."""
    _piece(gtin, serial)
    link = settings.KIWANDA_PUBLIC_URL + reverse("passport:piece", args=[gtin, serial])
    drawing = io.BytesIO()
    segno.make(link, error="m").save(drawing, kind="svg", scale=6, border=4, dark="#1d1a16")
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


def _piece(gtin: str, serial: str) -> PassportView:
    found = (
        queries.passport_of_piece(gtin, serial, clock.today())
        if gs1.is_valid(gtin, 14) and serial.isascii() and serial.isprintable() and len(serial) <= 20
        else None
    )
    if found is None:
        raise Http404
    return found


def _batch(gtin: str, code: str) -> PassportView:
    known = gs1.is_valid(gtin, 14) and code.isprintable()
    found = queries.passport_of_batch(gtin, code, clock.today()) if known else None
    if found is None:
        raise Http404
    return found


def _epcis(view: PassportView) -> JsonResponse:
    document = epcis.document(view.way, settings.KIWANDA_PUBLIC_URL, clock.now())
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/ld+json"
    response.headers["Cache-Control"] = f"max-age={FRESH}"
    return response


def _page(request: HttpRequest, view: PassportView) -> HttpResponse:
    variant = view.passport.production_order.variant
    context: dict[str, Any] = {
        "view": view,
        "variant": variant,
        "style": variant.style,
        "picture": variant.picture or variant.style.picture,
        "claims": view.claims,
        "makers": _steps(view),
        "lots": sorted(
            {
                (lot.material.name_en, lot.material.name_sw, lot.recycled_percent, lot.material.origin)
                for lot in view.way.lots
                if lot.receipt_ref
            }
        ),
        "shipment": view.piece.carton.shipment if view.piece and view.piece.carton else None,
    }
    response = render(request, "passport/piece.html", context)
    response.headers["Cache-Control"] = f"max-age={FRESH}"
    response.headers["Link"] = f'<{request.path}/epcis.json>; rel="https://gs1.org/voc/traceability"'
    return response


def _steps(view: PassportView) -> list[dict[str, Any]]:
    """Makers grouped by operation, in routing order."""
    steps: dict[str, dict[str, Any]] = {}
    for maker in view.makers:
        step = steps.setdefault(
            maker.operation_en,
            {"en": maker.operation_en, "sw": maker.operation_sw, "makers": [], "on": maker.finished_on},
        )
        if maker not in step["makers"]:
            step["makers"].append(maker)
        step["on"] = max(step["on"], maker.finished_on)
    return list(steps.values())
