"""The event log's position, cheap enough to ask every few seconds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kiwanda.core.events import latest_position
from kiwanda.surfaces.actors import actor_of


@require_GET
def position(request: HttpRequest) -> HttpResponse:
    """204 when nothing happened since ``?since=``; otherwise the new position and the ``kw-changed`` trigger."""
    if not actor_of(request).is_staff:
        return HttpResponse(status=403)
    newest = latest_position()
    since = request.GET.get("since", "")
    if since.isdigit() and int(since) >= newest:
        return HttpResponse(status=204)
    response = HttpResponse(str(newest), content_type="text/plain")
    response.headers["HX-Trigger"] = "kw-changed"
    response.headers["Cache-Control"] = "no-store"
    return response
