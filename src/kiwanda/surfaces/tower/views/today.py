"""Today: what needs somebody, first."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kiwanda.core import clock
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.queries import activity
from kiwanda.surfaces.tower.queries.figures import figures
from kiwanda.surfaces.tower.queries.today import cards, kinds
from kiwanda.surfaces.tower.views.shell import page

PARTS = {"exceptions", "figures", "latest"}
LATEST = 9


def _context(request: HttpRequest, part: str = "") -> dict[str, object]:
    actor, now = actor_of(request), clock.now()
    context: dict[str, object] = {"only": request.GET.get("only", "")}
    if part in ("", "exceptions"):
        found = kinds(actor, now)
        context |= {
            "kinds": found,
            "cards": cards(found, request.GET.get("only", "")),
            "total": sum(kind.count for kind in found),
        }
    if part in ("", "figures"):
        context["figures"] = figures(actor, now)
    if part in ("", "latest"):
        context["latest"] = activity.sentences(actor, activity.log(actor, quiet=True)[:LATEST])
    return context


@require_GET
@staff_only
def today(request: HttpRequest) -> HttpResponse:
    """The screen."""
    hour = clock.now().astimezone(clock.FACTORY_ZONE).hour
    return page(request, "tower/today.html", "today", {**_context(request), "hour": hour})


@require_GET
@staff_only
def part(request: HttpRequest, part: str) -> HttpResponse:
    """One section of the screen, when it refreshes itself."""
    if part not in PARTS:
        raise Http404
    return page(request, f"tower/parts/today_{part}.html", "today", _context(request, part))
