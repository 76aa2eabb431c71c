"""Why? Answers that take a moment, as a part of the page they are asked on or as a page of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.network import queries as network
from kiwanda.factory.planning.commands import set_priority
from kiwanda.factory.planning.explaining import this_monday
from kiwanda.factory.planning.warming import is_ready
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.giving import give
from kiwanda.surfaces.tower.queries import promises
from kiwanda.surfaces.tower.queries import why as reads
from kiwanda.surfaces.tower.views.shell import page

#: Weeks ahead that can be asked about.
MOST_WEEKS = 16


def _warming(request: HttpRequest, place: str, title: str, back: str, *, standing: bool = False) -> HttpResponse | None:
    """What stands there while a server that has just started makes the engine ready; None where it is."""
    if is_ready(standing=standing):
        return None
    return _answer(request, place, title, back, warming=True)


def _answer(request: HttpRequest, place: str, title: str, back: str, **context: Any) -> HttpResponse:
    context |= {"title": title, "back_url": back}
    if request.headers.get("HX-Request"):
        return render(request, f"tower/parts/why{'_warming' if context.get('warming') else ''}.html", context)
    return page(request, "tower/why.html", place, context)


@require_GET
@staff_only
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Why this workshop was asked."""
    row = dispatch.offers(actor_of(request)).select_related("workshop").filter(pk=offer_id).first()
    if row is None:
        raise Http404
    title = _("Why %(workshop)s?") % {"workshop": row.workshop.trade_name}
    # Most offers carry their reasons; the others are asked of the plan.
    waiting = None if row.why else _warming(request, "work", title, reverse("tower:offers"))
    return waiting or _answer(request, "work", title, reverse("tower:offers"), answers=[reads.why_offer(row)])


@require_GET
@staff_only
def allocation(request: HttpRequest, allocation_id: UUID) -> HttpResponse:
    """Why the plan gave a lot to its workshop."""
    if waiting := _warming(request, "plan", _("Why this workshop?"), reverse("tower:plan")):
        return waiting
    found = reads.why_allocation(actor_of(request), allocation_id)
    if found is None:
        raise Http404
    return _answer(request, "plan", _("Why this workshop?"), reverse("tower:plan"), answers=[found])


@require_GET
@staff_only
def workshop(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """Why a workshop has no more work in a week: this one, or ``?week=1`` the next."""
    row = network.workshops(actor_of(request)).filter(pk=workshop_id).first()
    if row is None:
        raise Http404
    text = request.GET.get("week", "0")
    week = min(int(text), MOST_WEEKS) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    monday = this_monday() + timedelta(weeks=week)
    if waiting := _warming(request, "workshops", _("Why no more work?"), reverse("tower:workshop", args=[row.pk])):
        return waiting
    return _answer(
        request, "workshops", _("Why no more work?"), reverse("tower:workshop", args=[row.pk]),
        answers=[reads.why_no_work(row.pk, monday)], monday=monday,
        next_week=f"{request.path}?week={week + 1}", last_week=f"{request.path}?week={week - 1}" if week else "",
    )  # fmt: skip


@require_GET
@staff_only
def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Why an order line is late, and what would save it."""
    row = promises.line_of(actor_of(request), line_id)
    if row is None:
        raise Http404
    remedies = request.GET.get("remedies") == "1"
    back = reverse("tower:order", args=[row.order_id])
    if waiting := _warming(request, "orders", _("Why is it late?"), back, standing=True):
        return waiting
    return _answer(
        request, "orders", _("Why is it late?"), back,
        answers=reads.why_late_line(actor_of(request), row, remedies=remedies), can_ask_remedies=not remedies,
        remedies_url=f"{request.path}?remedies=1",
    )  # fmt: skip


@require_GET
@staff_only
def making(request: HttpRequest, production_order_id: UUID) -> HttpResponse:
    """The same for a production order."""
    row = reads.production_order_of(actor_of(request), production_order_id)
    if row is None:
        raise Http404
    remedies = request.GET.get("remedies") == "1"
    back = reverse("tower:production_order", args=[row.pk])
    if waiting := _warming(request, "plan", _("Why is it late?"), back, standing=True):
        return waiting
    return _answer(
        request, "plan", _("Why is it late?"), back,
        answers=reads.why_late_orders(actor_of(request), [row.pk], remedies=remedies), can_ask_remedies=not remedies,
        remedies_url=f"{request.path}?remedies=1",
    )  # fmt: skip


@require_POST
@staff_only
def priority(request: HttpRequest, production_order_id: UUID) -> HttpResponse:
    """Let an order's delay count more in the next plan."""
    try:
        factor = float(request.POST.get("factor", ""))
    except ValueError:
        factor = 0.0
    return give(
        request, set_priority, key="making", back=reverse("tower:production_order", args=[production_order_id]),
        done=_("It counts more from the next plan on. Ask for a new plan to see what comes of it."),
        production_order_id=production_order_id, factor=factor,
    )  # fmt: skip
