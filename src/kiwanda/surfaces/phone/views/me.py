"""The artisan herself: workshop, days off, what the public may see of her."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kiwanda.core import clock, vault
from kiwanda.core.actors import Actor
from kiwanda.factory.network.commands import cancel_day_off, give_consent, take_days_off, withdraw_consent
from kiwanda.factory.network.models import Artisan, Consent, DayOff
from kiwanda.surfaces.actors import command_id_of
from kiwanda.surfaces.phone.session import artisan_required, attempt, workshop_of

LONGEST_LEAVE = 60
CONSENT_DAYS = 365
REASONS = [
    ("ill", gettext_lazy("Illness")),
    ("funeral", gettext_lazy("Funeral")),
    ("family", gettext_lazy("Family")),
    ("planting", gettext_lazy("Planting or harvest")),
    ("market", gettext_lazy("Market day")),
    ("other", gettext_lazy("Other")),
]


@artisan_required
def profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Workshop, techniques, coming days off, consents."""
    person = get_object_or_404(Artisan.objects.select_related("workshop__hub", "workshop__county"), pk=actor.id)
    live = Consent.objects.filter(artisan=person, withdrawn_at=None, expires_on__gte=clock.today()).order_by("field")
    return render(
        request,
        "phone/me.html",
        {
            "tab": "me",
            "person": person,
            "name": vault.get(person.pk, vault.NAME) or "",
            "capabilities": person.workshop.capabilities.filter(state="active").select_related("technique"),
            "days_off": _runs(actor),
            "reasons": REASONS,
            "consents": live,
            "may_show_name": any(item.field == "name" for item in live),
            "today": clock.today(),
        },
    )


@require_POST
@artisan_required
def days_off(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        first = date.fromisoformat(request.POST.get("first", ""))
        last = date.fromisoformat(request.POST.get("last") or request.POST.get("first", ""))
    except ValueError:
        messages.error(request, _("Choose the first and the last day."))
        return redirect("phone:me")
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_LEAVE:
        messages.error(request, _("The last day comes before the first, or the time is longer than 60 days."))
        return redirect("phone:me")
    attempt(
        request,
        _("Your days off are written down. No work will be planned for you then."),
        lambda: take_days_off(
            actor=actor,
            command_id=command_id_of(request),
            workshop_id=actor.workshop_id,
            days=[first + timedelta(days=offset) for offset in range(length)],
            reason=request.POST.get("reason", "other")[:20],
        ),
    )
    return redirect("phone:me")


def _runs(actor: Actor) -> list[list[date]]:
    """Coming days off, those that follow each other together."""
    runs: list[list[date]] = []
    coming = DayOff.objects.filter(workshop_id=workshop_of(actor), on__gte=clock.today()).order_by("on")
    for on in coming.values_list("on", flat=True)[:LONGEST_LEAVE]:
        if runs and on - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(on)
        else:
            runs.append([on])
    return runs


@require_POST
@artisan_required
def cancel_days_off(request: HttpRequest, actor: Actor, run: str) -> HttpResponse:
    """She works after all on the days of a run (``first_last``)."""
    try:
        first, last = (date.fromisoformat(part) for part in run.split("_"))
    except ValueError:
        return redirect("phone:me")
    found = DayOff.objects.filter(workshop_id=workshop_of(actor), on__range=(max(first, clock.today()), last))
    for on in list(found.values_list("on", flat=True)[:LONGEST_LEAVE]):
        attempt(
            request,
            _("You work on %(day)s.") % {"day": formats.date_format(on, "D j M")},
            partial(cancel_day_off, actor=actor, workshop_id=workshop_of(actor), on=on),
        )
    return redirect("phone:me")


@require_POST
@artisan_required
def consent(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Allow or stop showing her name to customers; refusing never affects work."""
    if request.POST.get("withdraw"):
        try:
            identifier = UUID(request.POST["withdraw"])
        except ValueError:
            return redirect("phone:me")
        attempt(
            request,
            _("Your name is no longer shown."),
            lambda: withdraw_consent(actor=actor, command_id=command_id_of(request), consent_id=identifier),
        )
    else:
        attempt(
            request,
            _("Thank you. Your first name will be shown with what you make."),
            lambda: give_consent(
                actor=actor,
                command_id=command_id_of(request),
                artisan_id=actor.id,
                field="name",
                channel="passport",
                purpose="show who made the piece",
                language=translation.get_language() or "sw",
                expires_on=clock.today() + timedelta(days=CONSENT_DAYS),
            ),
        )
    return redirect("phone:me")
