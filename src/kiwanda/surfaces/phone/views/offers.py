"""Offers: what is there to take, what it pays, and the three answers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.commands import accept_offer, counter_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import DECLINE_REASONS
from kiwanda.surfaces.actors import command_id_of
from kiwanda.surfaces.phone.session import artisan_required, attempt, saw
from kiwanda.surfaces.phone.shown import OfferCard, reason_choices

SHOWN = 50


def _open_offers(actor: Actor):  # type: ignore[no-untyped-def]
    return queries.offers(actor).select_related("operation__technique", "production_order__variant__style")


@artisan_required
def feed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open offers, the nearest deadline first."""
    rows = list(_open_offers(actor).filter(state__in=["sent", "countered"]).order_by("expires_at")[:SHOWN])
    saw(actor, about=[row.pk for row in rows])
    return render(
        request, "phone/offers.html", {"tab": "offers", "cards": [OfferCard(row, clock.now()) for row in rows]}
    )


@artisan_required
def detail(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    """One offer with pictures, pay and the answers."""
    offer = get_object_or_404(_open_offers(actor), pk=offer_id)
    saw(actor, about=[offer.pk])
    return render(
        request,
        "phone/offer.html",
        {
            "tab": "offers",
            "card": OfferCard(offer, clock.now()),
            "reasons": reason_choices(DECLINE_REASONS),
            "today": clock.today(),
        },
    )


@require_POST
@artisan_required
def accept(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    order = attempt(
        request,
        _("The work is yours."),
        lambda: accept_offer(actor=actor, command_id=command_id_of(request), offer_id=offer_id),
    )
    if order is None:
        return redirect("phone:offers")
    return redirect("phone:work_order", work_order_id=order.pk)


@require_POST
@artisan_required
def decline(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    attempt(
        request,
        _("Thank you for telling us. Others will be asked."),
        lambda: decline_offer(
            actor=actor,
            command_id=command_id_of(request),
            offer_id=offer_id,
            reason=request.POST.get("reason", "")[:20],
            note=request.POST.get("note", "")[:200],
        ),
    )
    return redirect("phone:offers")


@require_POST
@artisan_required
def counter(request: HttpRequest, actor: Actor, offer_id: UUID) -> HttpResponse:
    offer = get_object_or_404(Offer, pk=offer_id, workshop_id=actor.workshop_id)
    quantity = request.POST.get("quantity", "").strip()
    due = _day(request.POST.get("due_on", ""))
    sent = attempt(
        request,
        _("Your proposal was sent. You will get an answer."),
        lambda: counter_offer(
            actor=actor,
            command_id=command_id_of(request),
            offer_id=offer.pk,
            quantity=int(quantity) if quantity.isascii() and quantity.isdigit() and len(quantity) < 7 else None,
            due_on=due,
            note=request.POST.get("note", "")[:200],
        ),
    )
    return redirect("phone:offers") if sent is not None else redirect("phone:offer", offer_id=offer_id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
