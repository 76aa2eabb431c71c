"""What stands on every page: a person to speak to. And what a page without work owes its reader: why."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.factory.conversations.commands import request_call
from kiwanda.factory.devices import queries as devices
from kiwanda.factory.devices.idleness import MOST_REASONS, with_work
from kiwanda.factory.planning.explaining import Said, sentence, this_monday, why_no_work
from kiwanda.surfaces.actors import command_id_of
from kiwanda.surfaces.phone.session import artisan_required, attempt, back_to, workshop_of


@require_POST
@artisan_required
def call_me(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask to be called; asking again while nobody has called yet changes nothing."""
    attempt(
        request,
        _("We call you back on your number."),
        lambda: request_call(actor=actor, command_id=command_id_of(request), channel="app"),
    )
    return redirect(back_to(request))


@artisan_required
def why_idle(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Why there is no work this week, in sentences."""
    workshop = workshop_of(actor)
    has_work = bool(with_work({workshop}))
    language = translation.get_language() or "sw"
    reasons = [] if has_work else [sentence(said, language) for said in _reasons(actor)]
    return render(request, "phone/idle.html", {"tab": "offers", "reasons": reasons, "has_work": has_work})


def _reasons(actor: Actor) -> list[Said]:
    """As the worker found them this week, or found now."""
    week = devices.idle_week(workshop_of(actor))
    if week is not None and clock.today() - week.monday < timedelta(days=7):
        return [Said(code, facts) for code, facts in week.said]
    return list(why_no_work(workshop_of(actor), this_monday()).reasons[:MOST_REASONS])
