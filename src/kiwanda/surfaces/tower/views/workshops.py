"""Workshops: list, map, profile."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.commands import cancel_day_off as cancel_day_off_command
from kiwanda.factory.network.commands import pause_workshop, reopen_workshop
from kiwanda.factory.network.commands import take_days_off as take_days_off_command
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.settlement import queries as settlement
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.workshops import DAY_OFF_REASONS, DaysOffForm, PauseForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.queries import activity
from kiwanda.surfaces.tower.queries import workshops as reads
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30
BUSY = {
    "busy": gettext_lazy("With work"),
    "idle": gettext_lazy("Without work"),
    "late": gettext_lazy("Late"),
}
STATES = {"active": gettext_lazy("Active"), "paused": gettext_lazy("Paused"), "closed": gettext_lazy("Closed")}
TABS = {
    "work": gettext_lazy("Work"),
    "quality": gettext_lazy("Quality"),
    "pay": gettext_lazy("Pay"),
    "craft": gettext_lazy("People and craft"),
    "calendar": gettext_lazy("Calendar"),
    "activity": gettext_lazy("Activity"),
}
ROWS = 25


@require_GET
@staff_only
def workshop_list(request: HttpRequest) -> HttpResponse:
    """The list beside the map; the map follows every filter but its own."""
    actor, query = actor_of(request), request.GET
    county = int(query["county"]) if query.get("county", "").isdigit() else None
    filters: dict[str, Any] = {
        "text": query.get("q", "").strip()[:80],
        "technique": query.get("technique", ""),
        "hub": query.get("hub", ""),
        "state": query.get("state") if query.get("state") in STATES else "",
        "busy": query.get("busy") if query.get("busy") in BUSY else "",
    }
    rows = reads.listed(actor, county=county, sort=query.get("sort", "name"), **filters)
    found = Paginator(rows, PER_PAGE).get_page(query.get("page"))
    hubs = list(network.hubs())
    context = {
        "page": found,
        "techniques_of": reads.techniques_of(list(found.object_list)),
        "per_county": reads.per_county(actor, reads.listed(actor, **filters)),
        "county": county,
        "hubs": hubs,
        "hub_dots": [{"name": hub.name, "latitude": hub.latitude, "longitude": hub.longitude} for hub in hubs],
        "techniques": Technique.objects.all(),
        "busy_choices": BUSY,
        "state_choices": STATES,
        "default_sort": "name",
        **filters,
    }
    return page(request, "tower/workshops.html", "workshops", context)


def _workshop(request: HttpRequest, workshop_id: UUID) -> Workshop:
    rows = network.workshops(actor_of(request)).select_related("hub", "county", "calendar")
    found = rows.filter(pk=workshop_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_only
def profile(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """One workshop: figures above, one part below."""
    actor, shown = actor_of(request), _workshop(request, workshop_id)
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "work"
    context: dict[str, Any] = {
        "workshop": shown,
        "profile": reads.profile(actor, shown, clock.now()),
        "tab": tab,
        "tabs": [
            {"label": label, "href": f"?tab={key}" if key != "work" else request.path, "current": key == tab}
            for key, label in TABS.items()
        ],
        "today": clock.today(),
    }
    context |= _PARTS[tab or "work"](request, shown)
    return page(request, "tower/workshop.html", "workshops", context)


def _work(request: HttpRequest, shown: Workshop) -> dict[str, Any]:
    actor = actor_of(request)
    named = ("operation", "production_order__variant")
    return {
        "work_orders": dispatch.work_orders(actor).filter(workshop=shown).select_related(*named)
        .order_by("closed_at", "due_on")[:ROWS],
        "offers": dispatch.live_offers(actor).filter(workshop=shown)[:ROWS],
    }  # fmt: skip


def _quality(request: HttpRequest, shown: Workshop) -> dict[str, Any]:
    actor = actor_of(request)
    verdicts = quality.inspections(actor).filter(work_order__workshop=shown)
    chart = reads.profile(actor, shown, clock.now()).pieces_weekly
    return {
        "inspections": verdicts.select_related("work_order__operation").prefetch_related("defects__code")[:ROWS],
        "weeks": [formats.date_format(on, "j M") for on, _good, _bad in chart],
        "series": [
            {"name": _("Accepted"), "values": [good for _on, good, _bad in chart], "tone": "green"},
            {"name": _("Not accepted"), "values": [bad for _on, _good, bad in chart], "tone": "terracotta"},
        ],
    }


def _pay(request: HttpRequest, shown: Workshop) -> dict[str, Any]:
    actor = actor_of(request)
    chart = reads.profile(actor, shown, clock.now()).weekly
    return {
        "earnings": settlement.earnings(actor).filter(workshop=shown)
        .select_related("work_order__operation", "payout")[:ROWS],
        "payouts": settlement.payouts(actor).filter(workshop=shown).select_related("batch")[:ROWS],
        "weeks": [formats.date_format(on, "j M") for on, _amount in chart],
        "series": [{"name": _("Earned"), "values": [amount / 100 for _on, amount in chart], "tone": "brass"}],
    }  # fmt: skip


def _craft(request: HttpRequest, shown: Workshop) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "people": network.people(actor, shown.pk),
        "capabilities": network.capabilities(actor).filter(workshop=shown).select_related("technique")
        .order_by("grade", "technique_id"),
    }  # fmt: skip


def _calendar(request: HttpRequest, shown: Workshop) -> dict[str, Any]:
    return {
        "weeks": reads.calendar(actor_of(request), shown, clock.today()),
        "form": DaysOffForm(),
        "reasons": dict(DAY_OFF_REASONS),
    }


def _activity(request: HttpRequest, shown: Workshop) -> dict[str, Any]:
    actor = actor_of(request)
    ids = [shown.pk, *dispatch.work_orders(actor).filter(workshop=shown).order_by("-accepted_at")
           .values_list("pk", flat=True)[:50]]  # fmt: skip
    ids += list(dispatch.offers(actor).filter(workshop=shown).values_list("pk", flat=True)[:50])
    events = activity.log(actor).filter(subject_id__in=ids)[:40]
    return {"events": activity.sentences(actor, events)}


_PARTS = {
    "work": _work,
    "quality": _quality,
    "pay": _pay,
    "craft": _craft,
    "calendar": _calendar,
    "activity": _activity,
}


@require_POST
@staff_only
def pause(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """No new work for now."""
    form, back = PauseForm(request.POST), reverse("tower:workshop", args=[workshop_id])
    if not form.is_valid():
        keep(request, "workshop", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, pause_workshop, key="workshop", done=_("The workshop is paused."), back=back,
        workshop_id=workshop_id, reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_POST
@staff_only
def reopen(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """Planned for again."""
    return give(
        request, reopen_workshop, key="workshop", done=_("The workshop is planned for again."),
        back=reverse("tower:workshop", args=[workshop_id]), workshop_id=workshop_id,
    )  # fmt: skip


@require_POST
@staff_only
def take_days_off(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """Note an absence a workshop told us of."""
    form, back = DaysOffForm(request.POST), reverse("tower:workshop", args=[workshop_id]) + "?tab=calendar"
    if not form.is_valid():
        keep(request, "days-off", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, take_days_off_command, key="days-off", done=_("The days off are noted."), back=back,
        workshop_id=workshop_id, days=form.days(), reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_POST
@staff_only
def cancel_day_off(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """She works on that day after all."""
    back = reverse("tower:workshop", args=[workshop_id]) + "?tab=calendar"
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        raise Http404 from None
    return give(
        request, cancel_day_off_command, key="days-off", done=_("That day is a working day again."), back=back,
        workshop_id=workshop_id, on=on,
    )  # fmt: skip
