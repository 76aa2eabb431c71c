"""Work: work orders and offers, and what a coordinator does about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import (
    accept_offer,
    answer_counter,
    close_work_order,
    move_due_day,
    offer_elsewhere,
    withdraw_offer,
)
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network import queries as network
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.commands import hand_in as hand_in_command
from kiwanda.factory.production.commands import report_progress
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.settlement import queries as settlement
from kiwanda.factory.settlement.commands import call_off_work
from kiwanda.factory.settlement.models import KillFee
from kiwanda.factory.supply import queries as supply
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.orders import ReasonForm
from kiwanda.surfaces.tower.forms.pay import CorrectionForm
from kiwanda.surfaces.tower.forms.work import CallOffForm, DueDayForm, HandInForm, ReportForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.queries import activity
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 30
SHOWS = {
    "live": gettext_lazy("Under way"),
    "late": gettext_lazy("Late"),
    "silent": gettext_lazy("Silent"),
    "done": gettext_lazy("Done"),
    "cancelled": gettext_lazy("Cancelled"),
}
OFFER_STATES = {
    "live": gettext_lazy("Waiting for an answer"),
    "countered": gettext_lazy("Counter-offers"),
    "accepted": gettext_lazy("Accepted"),
    "declined": gettext_lazy("Declined"),
    "expired": gettext_lazy("Expired"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
SORTS = {"due": "due_on", "code": "code", "workshop": "workshop__trade_name", "quantity": "quantity"}


def _shown(request: HttpRequest, show: str) -> QuerySet[WorkOrder]:
    actor = actor_of(request)
    if show == "late":
        return dispatch.late_work(actor, clock.today())
    if show == "silent":
        return dispatch.silent_work(actor, clock.now(), clock.today())
    if show in ("done", "cancelled"):
        return dispatch.work_orders(actor).filter(state=show)
    return dispatch.live_work(actor)


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    actor = actor_of(request)
    return [
        {
            "label": _("Work orders"),
            "href": reverse("tower:work"),
            "current": current == "work",
            "count": dispatch.live_work(actor).order_by().count(),
        },
        {
            "label": _("Offers"),
            "href": reverse("tower:offers"),
            "current": current == "offers",
            "count": dispatch.live_offers(actor).order_by().count(),
        },
    ]


@require_GET
@staff_only
def work_list(request: HttpRequest) -> HttpResponse:
    """Work orders."""
    query = request.GET
    show = query.get("show") if query.get("show") in SHOWS else "live"
    rows = _shown(request, show or "live").select_related("workshop__hub", "operation", "production_order__variant")
    if text := query.get("q", "").strip()[:60]:
        rows = rows.filter(workshop__trade_name__icontains=text) | rows.filter(code__icontains=text)
    if hub := query.get("hub", ""):
        rows = rows.filter(workshop__hub__code=hub)
    sort = query.get("sort", "")
    if sort.lstrip("-") in SORTS:
        rows = rows.order_by(f"{'-' if sort.startswith('-') else ''}{SORTS[sort.lstrip('-')]}", "code")
    elif show == "done":
        rows = rows.order_by("-closed_at")
    context = {
        "tabs": _tabs(request, "work"),
        "page": Paginator(rows, PER_PAGE).get_page(query.get("page")),
        "shows": [(key, label, _shown(request, key).order_by().count()) for key, label in SHOWS.items()],
        "show": show,
        "q": query.get("q", ""),
        "hubs": network.hubs(),
        "hub": hub,
        "today": clock.today(),
        "default_sort": "due",
    }
    return page(request, "tower/work.html", "work", context)


@require_GET
@staff_only
def offer_list(request: HttpRequest) -> HttpResponse:
    """Offers, most urgent first while they wait."""
    actor, query = actor_of(request), request.GET
    state = query.get("state") if query.get("state") in OFFER_STATES else "live"
    named = ("workshop__hub", "operation", "production_order__variant")
    rows: QuerySet[Offer] = dispatch.live_offers(actor)
    if state == "countered":
        rows = dispatch.counters(actor)
    elif state != "live":
        rows = dispatch.offers(actor).filter(state=state).order_by("-answered_at", "-sent_at")
        rows = rows.annotate(went_on=Exists(Offer.objects.filter(replaces=OuterRef("pk"))))
    if text := query.get("q", "").strip()[:60]:
        rows = rows.filter(workshop__trade_name__icontains=text) | rows.filter(production_order__code__icontains=text)
    counts = dict(dispatch.offers(actor).order_by().values_list("state").annotate(n=Count("pk")))
    counts["live"] = counts.get("sent", 0) + counts.get("countered", 0)
    context = {
        "tabs": _tabs(request, "offers"),
        "page": Paginator(rows.select_related(*named), PER_PAGE).get_page(query.get("page")),
        "states": [(key, label, counts.get(key, 0)) for key, label in OFFER_STATES.items()],
        "state": state,
        "q": query.get("q", ""),
    }
    return page(request, "tower/offers.html", "work", context)


@require_GET
@staff_only
def work_order(request: HttpRequest, work_order_id: UUID) -> HttpResponse:
    """One work order from offer to pay."""
    actor = actor_of(request)
    named = ("workshop__hub", "operation__technique", "production_order__variant__style", "offer")
    found = dispatch.work_orders(actor).select_related(*named).filter(pk=work_order_id).first()
    if found is None:
        raise Http404
    people = network.people(actor, found.workshop_id)
    hand_ins = list(production.hand_ins(actor).filter(work_order=found).select_related("hub").order_by("-declared_at"))
    events = activity.log(actor).filter(subject_id__in=[found.pk, found.offer_id, *(row.pk for row in hand_ins)])[:40]
    context = {
        "work": found,
        "owner": next((person for person in people if person.role == "owner"), None),
        "hand_ins": hand_ins,
        "inspections": quality.inspections(actor).filter(work_order=found).prefetch_related("defects__code"),
        "earnings": settlement.earnings(actor).filter(work_order=found).select_related("payout"),
        "corrections": settlement.corrections(actor).filter(earning__work_order=found).order_by("-proposed_at"),
        "correction_form": CorrectionForm(),
        "issues": supply.issues(actor).filter(work_order=found).select_related("lot__material"),
        "reports": production.progress_reports(actor).filter(work_order=found)[:10],
        "events": activity.sentences(actor, events),
        "reassignments": dispatch.reassignments(actor).filter(work_order=found),
        "today": clock.today(),
        "report_form": ReportForm(initial={"made_quantity": found.made_quantity}),
        "hand_in_form": HandInForm(),
        "due_form": DueDayForm(initial={"due_on": max(found.due_on, clock.today()) + timedelta(days=3)}),
        "call_off_form": CallOffForm(initial={"made": max(0, found.made_quantity - found.handed_in_quantity)}),
        "kill_fee": KillFee.objects.filter(work_order=found).first(),
        "is_live": found.state in ("accepted", "in_progress"),
    }
    return page(request, "tower/work_order.html", "work", context)


def _key(offer_id: UUID) -> str:
    return f"offer-{offer_id.hex}"


@require_POST
@staff_only
def withdraw(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Take an offer back."""
    return give(
        request, withdraw_offer, key=_key(offer_id), done=_("The offer was withdrawn."), back=reverse("tower:offers"),
        offer_id=offer_id, note=request.POST.get("note", "")[:200],
    )  # fmt: skip


@require_POST
@staff_only
def answer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Agree to a workshop's terms, or not."""
    accept = request.POST.get("accept") == "1"
    return give(
        request, answer_counter, key=_key(offer_id), back=reverse("tower:offers"), offer_id=offer_id, accept=accept,
        done=_("Agreed: the work order begins.") if accept else _("Not agreed; the work looks for its next workshop."),
    )  # fmt: skip


@require_POST
@staff_only
def elsewhere(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Offer the work of a closed offer to the next best workshop."""
    return give(
        request, offer_elsewhere, key=_key(offer_id), back=reverse("tower:offers"), offer_id=offer_id,
        done=lambda offer: _("Offered to %(workshop)s.") % {"workshop": offer.workshop.trade_name}
        if offer is not None else _("Nobody can take it now; the next plan will place it."),
    )  # fmt: skip


@require_POST
@staff_only
def accept(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """A workshop said yes on the phone."""
    return give(
        request, accept_offer, key=_key(offer_id), done=_("Accepted for the workshop; it is told so."),
        back=reverse("tower:offers"), offer_id=offer_id,
    )  # fmt: skip


@require_POST
@staff_only
def close(request: HttpRequest, work_order_id: UUID) -> HttpResponse:
    """Close a work order: the open pieces are planned again."""
    form, back = ReasonForm(request.POST), reverse("tower:work_order", args=[work_order_id])
    if not form.is_valid():
        keep(request, "work-close", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, close_work_order, key="work-close", done=_("Closed. The open pieces are planned again."), back=back,
        work_order_id=work_order_id, reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_POST
@staff_only
def call_off(request: HttpRequest, work_order_id: UUID) -> HttpResponse:
    """The work is not needed any more: what was done of it is paid."""
    back = reverse("tower:work_order", args=[work_order_id])
    found = dispatch.work_orders(actor_of(request)).filter(pk=work_order_id).first()
    if found is None:
        raise Http404
    form = CallOffForm(request.POST)
    if not form.is_valid():
        keep(request, "work-call-off", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, call_off_work, key="work-call-off", done=_("Called off. What was done of it is paid next."), back=back,
        work_order_id=work_order_id, stages=form.stages(found.open_quantity), reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_POST
@staff_only
def move_due(request: HttpRequest, work_order_id: UUID) -> HttpResponse:
    """Give a workshop more time."""
    form, back = DueDayForm(request.POST), reverse("tower:work_order", args=[work_order_id])
    if not form.is_valid():
        keep(request, "work-due", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, move_due_day, key="work-due", done=_("The day is moved; the workshop is told."), back=back,
        work_order_id=work_order_id, **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def report(request: HttpRequest, work_order_id: UUID) -> HttpResponse:
    """Enter what a workshop told on the phone."""
    form, back = ReportForm(request.POST), reverse("tower:work_order", args=[work_order_id])
    if not form.is_valid():
        keep(request, "work-report", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, report_progress, key="work-report", done=_("The report is written down."), back=back,
        work_order_id=work_order_id, **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def hand_in(request: HttpRequest, work_order_id: UUID) -> HttpResponse:
    """Enter a hand-in for a workshop."""
    form, back = HandInForm(request.POST), reverse("tower:work_order", args=[work_order_id])
    if not form.is_valid():
        keep(request, "work-hand-in", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, hand_in_command, key="work-hand-in", done=_("The hand-in is declared; count it at the hub."),
        back=back, work_order_id=work_order_id, **form.cleaned_data,
    )  # fmt: skip
