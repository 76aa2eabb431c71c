"""What every page of the tower needs: the rail's counts, the palette's search, the demo's buttons, stored pictures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock, files
from kiwanda.core.events import latest_position
from kiwanda.core.models import StoredFile
from kiwanda.factory.catalog import queries as catalog
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.network import queries as network
from kiwanda.factory.planning import queries as planning
from kiwanda.surfaces import gallery as still_life
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import may, staff_only
from kiwanda.surfaces.tower.giving import give
from kiwanda.surfaces.tower.queries.today import badge_counts
from kiwanda.twin.commands import request_next_day, set_live
from kiwanda.twin.models import Play

#: Records of each kind the palette shows.
FOUND_PER_KIND = 5


def page(request: HttpRequest, template: str, place: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a screen; ``place`` is its entry in the rail."""
    return render(
        request, template, {"place": place, "live_position": str(latest_position()), **context}, status=status
    )


@require_GET
@staff_only
def nav(request: HttpRequest) -> HttpResponse:
    """The rail and the bottom bar with their counts."""
    counts = badge_counts(actor_of(request), clock.now())
    context = {"place": request.GET.get("place", ""), "nav_counts": counts, "is_live": _is_live(request)}
    return render(request, "tower/parts/nav.html", context)


def _is_live(request: HttpRequest) -> bool | None:
    """Whether the demo lives by itself; None where there is no demo or the reader may not switch it."""
    if not settings.KIWANDA_DEMO or not may(actor_of(request), "twin.set_live"):
        return None
    return Play.objects.filter(pk=1).values_list("is_live", flat=True).first()


@require_GET
@staff_only
def search(request: HttpRequest) -> HttpResponse:
    """Records for the palette: orders, workshops, work orders, production orders, variants."""
    text = request.GET.get("q", "").strip()[:60]
    if len(text) < 2:
        return JsonResponse({"results": []})
    actor = actor_of(request)
    results = [
        {"label": row.number, "hint": _("Order"), "url": reverse("tower:order", args=[row.pk])}
        for row in demand.orders(actor)
        .filter(Q(number__icontains=text) | Q(external_id__icontains=text), is_history=False)
        .order_by("-ordered_at")[:FOUND_PER_KIND]
    ]
    results += [
        {
            "label": f"{row.trade_name} · {row.code}",
            "hint": _("Workshop"),
            "url": reverse("tower:workshop", args=[row.pk]),
        }
        for row in network.workshops(actor)
        .filter(Q(trade_name__icontains=text) | Q(code__icontains=text))
        .order_by("code")[:FOUND_PER_KIND]
    ]
    results += [
        {"label": row.code, "hint": _("Work order"), "url": reverse("tower:work_order", args=[row.pk])}
        for row in dispatch.work_orders(actor).filter(code__icontains=text).order_by("-accepted_at")[:FOUND_PER_KIND]
    ]
    results += [
        {"label": row.code, "hint": _("Production order"), "url": reverse("tower:production_order", args=[row.pk])}
        for row in planning.production_orders(actor).filter(code__icontains=text)[:FOUND_PER_KIND]
    ]
    results += [
        {
            "label": f"{row.sku} · {row.name_en}",
            "hint": _("SKU"),
            "url": reverse("tower:orders") + f"?sku={row.sku}",
        }
        for row in catalog.variants(actor)
        .filter(Q(sku__icontains=text) | Q(name_en__icontains=text))
        .order_by("sku")[:FOUND_PER_KIND]
    ]
    return JsonResponse({"results": results})


@require_POST
@staff_only
def next_day(request: HttpRequest) -> HttpResponse:
    """Ask the twin for one more day."""
    return give(
        request,
        request_next_day,
        key="next-day",
        done=_("One more day is being played; the pages follow by themselves."),
        back=reverse("tower:today"),
    )


@require_POST
@staff_only
def live_mode(request: HttpRequest) -> HttpResponse:
    """Let the demo live by itself, or stop it."""
    live = request.POST.get("live") == "1"
    return give(
        request,
        set_live,
        key="next-day",
        done=_("The factory now lives by itself.") if live else _("The factory now waits for you."),
        back=reverse("tower:today"),
        live=live,
    )


@require_GET
@staff_only
def file(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A stored picture, by its hash; nothing else is served from the files."""
    stored = StoredFile.objects.filter(pk=sha256, content_type__startswith="image/").first()
    if stored is None or not files.path_of(stored.sha256).exists():
        raise Http404
    response = FileResponse(files.path_of(stored.sha256).open("rb"), content_type=stored.content_type)
    # The name is the content: it never changes. SVG drawings of the demo must not run anything.
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@require_GET
@staff_only
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for those who build screens; shown in demo and debug only."""
    if not (settings.DEBUG or settings.KIWANDA_DEMO):
        raise Http404
    return still_life.gallery(request)
