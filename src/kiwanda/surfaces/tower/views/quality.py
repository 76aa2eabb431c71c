"""Quality: hand-ins that wait, the inspection form, recent results, appeals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.factory.network import queries as network
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.commands import receive_hand_in, settle_discrepancy
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.quality.commands import decide_appeal as decide_appeal_command
from kiwanda.factory.quality.commands import record_inspection
from kiwanda.factory.quality.models import DefectCode
from kiwanda.surfaces.actors import actor_of, command_id_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import may, staff_only
from kiwanda.surfaces.tower.forms.work import AppealForm, CountForm, InspectionForm, SettleForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30
SHOWS = {
    "received": gettext_lazy("To inspect"),
    "declared": gettext_lazy("To count"),
    "disputed": gettext_lazy("Counts differ"),
}
RESULTS_DAYS = 28


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    actor = actor_of(request)
    appeals_open = quality.appeals(actor).filter(state="open").count()
    return [
        {"label": _("Waiting"), "href": reverse("tower:quality"), "current": current == "waiting"},
        {"label": _("Results"), "href": reverse("tower:quality_results"), "current": current == "results"},
        {
            "label": _("Appeals"),
            "href": reverse("tower:appeals"),
            "current": current == "appeals",
            "count": appeals_open,
        },
    ]


@require_GET
@staff_only
def waiting(request: HttpRequest) -> HttpResponse:
    """Hand-ins on the bench, longest waiting first."""
    actor, query = actor_of(request), request.GET
    show = query.get("show") if query.get("show") in SHOWS else "received"
    every = production.hand_ins(actor).filter(state__in=list(SHOWS))
    if hub := query.get("hub", ""):
        every = every.filter(hub__code=hub)
    counts = dict(every.values_list("state").annotate(n=Count("pk")))
    rows = every.filter(state=show).select_related(
        "hub", "work_order__workshop", "work_order__operation", "work_order__production_order__variant__style"
    )
    context = {
        "tabs": _tabs(request, "waiting"),
        "page": Paginator(rows.order_by("received_at", "declared_at"), PER_PAGE).get_page(query.get("page")),
        "shows": [(key, label, counts.get(key, 0)) for key, label in SHOWS.items()],
        "show": show,
        "hubs": network.hubs(),
        "hub": hub,
    }
    return page(request, "tower/quality.html", "quality", context)


def _hand_in(request: HttpRequest, hand_in_id: UUID) -> HandIn:
    found = (
        production.hand_ins(actor_of(request))
        .select_related("hub", "work_order__workshop", "work_order__operation__technique",
                        "work_order__production_order__variant__style")
        .filter(pk=hand_in_id)
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@staff_only
def inspect(request: HttpRequest, hand_in_id: UUID) -> HttpResponse:
    """The inspection form."""
    actor, hand_in = actor_of(request), _hand_in(request, hand_in_id)
    received = hand_in.received_quantity or 0
    form = InspectionForm(request.POST or None, request.FILES or None, received=received, codes=quality.defect_codes())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            verdict = record_inspection(
                actor=actor, command_id=command_id_of(request), hand_in_id=hand_in_id, accepted=data["accepted"],
                rework=data["rework"], rejected=data["rejected"], defects=form.defects(), note=data["note"],
            )  # fmt: skip
        except Rejected as refusal:
            form.refused(refusal)
        else:
            messages.success(
                request,
                _("%(accepted)s of %(quantity)s pieces passed.")
                % {"accepted": verdict.accepted_quantity, "quantity": verdict.quantity},
                extra_tags="good",
            )
            return HttpResponseRedirect(reverse("tower:quality"))
    earlier = quality.inspections(actor).filter(work_order__workshop=hand_in.work_order.workshop)
    context = {
        "hand_in": hand_in,
        "received": received,
        "form": form,
        "earlier": earlier.prefetch_related("defects__code")[:5],
        "allowed": may(actor, "quality.record_inspection"),
    }
    return page(request, "tower/inspect.html", "quality", context, 422 if form.errors else 200)


@require_POST
@staff_only
def receive(request: HttpRequest, hand_in_id: UUID) -> HttpResponse:
    """Write down what the hub counted."""
    form, back = CountForm(request.POST), reverse("tower:quality") + "?show=declared"
    key = f"handin-{hand_in_id.hex}"
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, receive_hand_in, key=key, back=back, hand_in_id=hand_in_id, counted=form.cleaned_data["counted"],
        done=lambda row: _("Received.") if row.state == "received"
        else _("The counts differ: the workshop and you settle it."),
    )  # fmt: skip


@require_POST
@staff_only
def settle(request: HttpRequest, hand_in_id: UUID) -> HttpResponse:
    """Settle a difference of counts."""
    form, back = SettleForm(request.POST), reverse("tower:quality") + "?show=disputed"
    key = f"handin-{hand_in_id.hex}"
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, settle_discrepancy, key=key, done=_("The count is settled."), back=back, hand_in_id=hand_in_id,
        **form.cleaned_data,
    )  # fmt: skip


@require_GET
@staff_only
def results(request: HttpRequest) -> HttpResponse:
    """Verdicts of the last four weeks and what failed."""
    actor, query = actor_of(request), request.GET
    since = clock.now() - timedelta(days=RESULTS_DAYS)
    rows = quality.inspections(actor).filter(inspected_at__gte=since)
    total = rows.order_by().aggregate(
        pieces=Sum("quantity"), accepted=Sum("accepted_quantity"), rework=Sum("rework_quantity"),
        rejected=Sum("rejected_quantity"), n=Count("pk"),
    )  # fmt: skip
    defects = quality.defect_counts(actor, since)
    names = DefectCode.objects.in_bulk([code for code, _count in defects])
    failed = query.get("show") == "failed"
    if failed:
        rows = rows.filter(accepted_quantity__lt=F("quantity"))
    if text := query.get("q", "").strip()[:60]:
        rows = rows.filter(Q(work_order__workshop__trade_name__icontains=text) | Q(work_order__code__icontains=text))
    shown = rows.select_related("work_order__workshop", "work_order__operation", "hand_in__hub").prefetch_related(
        "defects__code"
    )
    context = {
        "tabs": _tabs(request, "results"),
        "page": Paginator(shown, PER_PAGE).get_page(query.get("page")),
        "total": total,
        "share": {key: (total[key] or 0) / total["pieces"] if total["pieces"] else None
                  for key in ("accepted", "rework", "rejected")},
        "defects": [{"label": names[code], "value": count} for code, count in defects[:8]],
        "failed": failed,
        "q": query.get("q", ""),
        "days": RESULTS_DAYS,
    }  # fmt: skip
    return page(request, "tower/quality_results.html", "quality", context)


@require_GET
@staff_only
def appeals(request: HttpRequest) -> HttpResponse:
    """Workshops' objections, open ones first."""
    actor = actor_of(request)
    rows = quality.appeals(actor).select_related(
        "inspection__work_order__workshop", "inspection__work_order__operation", "inspection__hand_in"
    )
    context = {
        "tabs": _tabs(request, "appeals"),
        "open": rows.filter(state="open"),
        "page": Paginator(rows.exclude(state="open").order_by("-decided_at"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "actor_id": actor.id,
    }
    return page(request, "tower/appeals.html", "quality", context)


@require_POST
@staff_only
def decide_appeal(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """The second inspector's answer."""
    form, back = AppealForm(request.POST), reverse("tower:appeals")
    key = f"appeal-{appeal_id.hex}"
    if not form.is_valid():
        keep(request, key, first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, decide_appeal_command, key=key, done=_("The appeal is decided."), back=back, appeal_id=appeal_id,
        **form.cleaned_data,
    )  # fmt: skip
