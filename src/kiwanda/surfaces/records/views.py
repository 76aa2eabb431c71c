"""Signed histories: anybody checks one, an artisan takes hers away.

The check runs in the visitor's browser: the page carries the house's public keys, the history stands behind the ``#``
of the address, which browsers never send. Without JavaScript the form posts it here; it is looked at and forgotten.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.core.errors import NotFound, Rejected
from kiwanda.factory.catalog import prices
from kiwanda.factory.catalog import queries as catalog
from kiwanda.factory.catalog.commands import appeal_rate
from kiwanda.factory.records import facts, printing, queries, signing, wording
from kiwanda.factory.records.commands import issue_record
from kiwanda.surfaces.actors import command_id_of
from kiwanda.surfaces.phone.session import artisan_required, attempt

#: Keys change rarely; a day in a cache is no harm, since retired ones stay published.
KEYS_FRESH = 24 * 3600


def _language() -> str:
    return "sw" if (translation.get_language() or "en").startswith("sw") else "en"


@csrf_exempt
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The public page that proves a history. Nobody is logged in and nothing is changed: no CSRF token is needed."""
    context: dict[str, Any] = {
        "keys": signing.published_keys(),
        "labels": {name: facts.label(name, _language()) for name in facts.FACTS},
        "words": {
            "good": _("Signed by Kiwanda, and unchanged"),
            "bad": _("Not proved"),
            "issued": _("Issued"),
            "unreadable": _("This is not a signed history."),
            "key": _("It was signed with a foreign key."),
            "forged": _("Its signature is wrong: somebody changed it."),
            "since": _("since"),
            "first": _("At first inspection"),
            "grade": _("grade"),
            "type": signing.TYPE,
            "lang": "sw-KE" if _language() == "sw" else "en-GB",
        },
    }
    if request.method == "POST":
        sent = request.FILES.get("file")
        given = sent.read(signing.LONGEST + 1) if isinstance(sent, UploadedFile) else b""
        context |= _outcome(given or request.POST.get("text", ""))
    response = render(request, "records/check.html", context)
    response.headers["Cache-Control"] = "no-store" if request.method == "POST" else "max-age=300"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _outcome(text: str | bytes) -> dict[str, Any]:
    try:
        proved = signing.verify(text)
    except Rejected as refusal:
        return {"refusal": refusal.message(_language()), "posted": True}
    shown = [
        (facts.label(name, _language()), wording.lines(name, value, _language()))
        for name, value in proved.facts.items()
    ]
    return {"proved": proved, "shown": shown, "posted": True}


@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """The house's public keys as a JSON Web Key Set, for those who check without this page."""
    response = JsonResponse(signing.published_keys())
    response.headers["Content-Type"] = "application/jwk-set+json"
    response.headers["Cache-Control"] = f"max-age={KEYS_FRESH}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@require_http_methods(["GET", "POST"])
@artisan_required
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The artisan chooses what her history shows and takes it away."""
    if request.method == "POST":
        chosen = request.POST.getlist("fact")
        made = attempt(
            request,
            _("Your history is ready. Take it with you."),
            lambda: issue_record(actor=actor, command_id=command_id_of(request), fields=chosen, language=_language()),
        )
        return redirect(reverse("records:mine") + (f"#{made.pk}" if made else ""))
    rows = [
        {"row": row, "facts": ", ".join(facts.label(name, _language()) for name in row.fields)}
        for row in queries.records(actor)[:10]
    ]
    choices = [(name, facts.label(name, _language()), name not in ("name", "months")) for name in facts.FACTS]
    return render(request, "records/mine.html", {"tab": "me", "records": rows, "choices": choices})


@require_GET
@artisan_required
def download(request: HttpRequest, actor: Actor, record_id: UUID, kind: str) -> HttpResponse:
    """One of her histories as PDF, JSON or bare SD-JWT."""
    try:
        row, token = queries.signed(actor, record_id)
    except NotFound:
        raise Http404 from None
    if kind == "pdf":
        body, content_type = printing.pdf(token, row.language), "application/pdf"
    elif kind == "json":
        text = json.dumps(signing.as_json(token), ensure_ascii=False, indent=1)
        body, content_type = text.encode(), "application/json"
    elif kind == "sdjwt":
        body, content_type = token.encode(), "application/dc+sd-jwt"
    else:
        raise Http404
    response = HttpResponse(body, content_type=content_type)
    day = row.issued_at.date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="kiwanda-history-{day}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@artisan_required
def price(request: HttpRequest, actor: Actor, operation_id: UUID) -> HttpResponse:
    """How the price of an operation is made; the artisan may object to it and is answered with reasons."""
    if request.method == "POST":
        attempt(
            request,
            _("Your objection is filed. You get an answer with reasons within two weeks."),
            lambda: appeal_rate(
                actor=actor, command_id=command_id_of(request), operation_id=operation_id,
                reason=request.POST.get("reason", ""),
            ),
        )  # fmt: skip
        return redirect("records:price", operation_id)
    try:
        operation = catalog.operation(actor, operation_id)
    except NotFound:
        raise Http404 from None
    made = prices.price_made(operation, clock.today())
    appeals = catalog.rate_appeals(actor).filter(operation=operation).order_by("-filed_at")
    context = {
        "tab": "offers",
        "operation": operation,
        "name": operation.name_sw if _language() == "sw" and operation.name_sw else operation.name_en,
        "lines": made.sentences(_language()) if made else [],
        "appeals": appeals,
        "open": any(row.state == "open" for row in appeals),
    }
    return render(request, "records/price.html", context)
