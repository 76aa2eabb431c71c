"""Stored pictures over HTTP: a design's pictures are public, a photo of work is for staff and the workshop it shows."""

from __future__ import annotations

import re

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from kiwanda.core import files
from kiwanda.core.models import StoredFile
from kiwanda.factory.catalog.models import Style, TechPack, Variant
from kiwanda.factory.production.models import HandIn, ProgressReport
from kiwanda.factory.quality.models import Appeal, Defect
from kiwanda.surfaces.actors import ARTISAN_ID, WORKSHOP_ID, actor_of
from kiwanda.surfaces.phone.sync.doorkeeping import known_caller

SHA256 = re.compile(r"[0-9a-f]{64}")
KINDS = frozenset({"image/jpeg", "image/png", "image/webp", "image/svg+xml"})


@require_GET
def picture(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The bytes of a picture the reader may see; 404 otherwise, so that a guess learns nothing."""
    if not SHA256.fullmatch(sha256) or not (_is_public(sha256) or _is_theirs(request, sha256)):
        raise Http404
    stored = StoredFile.objects.filter(pk=sha256).first()
    if stored is None or stored.content_type not in KINDS or not files.path_of(sha256).exists():
        raise Http404
    response = FileResponse(files.path_of(sha256).open("rb"), content_type=stored.content_type)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    # An SVG opened by itself must not run scripts on our origin.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _is_public(sha256: str) -> bool:
    return (
        Variant.objects.filter(picture=sha256).exists()
        or Style.objects.filter(picture=sha256).exists()
        or TechPack.objects.filter(state="released", pictures__icontains=sha256).exists()
    )


def _is_theirs(request: HttpRequest, sha256: str) -> bool:
    if actor_of(request).is_staff:
        return True
    workshop = request.session.get(WORKSHOP_ID) if request.session.get(ARTISAN_ID) else None
    if workshop is None:
        # The app asks with its device's token.
        caller = known_caller(request)
        if caller is None:
            return False
        workshop = str(caller.actor.workshop_id)
    own = Q(inspection__work_order__workshop_id=workshop)
    return (
        Defect.objects.filter(own, photo=sha256).exists()
        or Appeal.objects.filter(own, photo=sha256).exists()
        or ProgressReport.objects.filter(work_order__workshop_id=workshop, photo=sha256).exists()
        or HandIn.objects.filter(work_order__workshop_id=workshop, photo=sha256).exists()
    )
