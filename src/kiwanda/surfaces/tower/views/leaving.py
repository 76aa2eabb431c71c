"""Goodbyes and what is held: a person's page (her data, that she left, erasing her), closing a workshop."""

from __future__ import annotations

import tempfile
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kiwanda.core import clock, personal_file
from kiwanda.core.actors import Actor
from kiwanda.core.commands import Command
from kiwanda.core.errors import Forbidden, NotFound, Rejected
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.commands import artisan_left, close_workshop, erase_person, export_person
from kiwanda.factory.network.models import Artisan
from kiwanda.surfaces.actors import actor_of, command_id_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.leaving import GoodbyeForm
from kiwanda.surfaces.tower.giving import first_error, give
from kiwanda.surfaces.tower.views.shell import page


class _OnlyAsked(Exception):
    """Ends the transaction of a command that was only tried."""


def objection(actor: Actor, command: Command[Any, Any], **arguments: Any) -> str:
    """The sentence with which ``command`` would be refused now, "" when it would go through. Nothing is changed."""
    try:
        with transaction.atomic():
            command(actor=actor, **arguments)
            raise _OnlyAsked
    except _OnlyAsked:
        return ""
    except Rejected as refusal:
        return refusal.message(get_language() or "en")


def _artisan(request: HttpRequest, artisan_id: UUID) -> Artisan:
    try:
        return network.artisan(actor_of(request), artisan_id)
    except NotFound:
        raise Http404 from None


@require_GET
@staff_only
def person(request: HttpRequest, artisan_id: UUID) -> HttpResponse:
    """One person: what may be done with what is held about her."""
    actor, shown = actor_of(request), _artisan(request, artisan_id)
    people = {row.id: row for row in network.people(actor, shown.workshop_id)}
    context = {
        "person": shown,
        "known": people.get(shown.pk),
        "workshop": shown.workshop,
        "refused_erasing": "" if not erase_person.allows(actor) else objection(
            actor, erase_person, artisan_id=shown.pk, reason="?"
        ),
        "may_export": export_person.allows(actor),
        "may_erase": erase_person.allows(actor),
    }  # fmt: skip
    return page(request, "tower/person.html", "workshops", context)


@require_POST
@staff_only
def export(request: HttpRequest, artisan_id: UUID) -> HttpResponseBase:
    """The file with everything held about her. That it was made stands in the log, what was opened among the looks."""
    actor = actor_of(request)
    back = reverse("tower:person", args=[artisan_id])
    try:
        found = export_person(actor=actor, command_id=command_id_of(request), artisan_id=artisan_id)
    except Forbidden:
        return render(request, "403.html", status=403)
    except NotFound:
        raise Http404 from None
    except Rejected as refusal:
        keep(request, "export", refusal.message(get_language() or "en"), refusal.code)
        return HttpResponseRedirect(back)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    personal_file.write(network.person_of(found), file)
    file.seek(0)
    name = f"kiwanda-{found.workshop.code}-{clock.today():%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_only
def left(request: HttpRequest, artisan_id: UUID) -> HttpResponse:
    """She does not belong to the workshop any more."""
    return give(
        request, artisan_left, key="left", done=_("It is noted that she left."),
        back=reverse("tower:person", args=[artisan_id]), artisan_id=artisan_id,
    )  # fmt: skip


@require_POST
@staff_only
def erase(request: HttpRequest, artisan_id: UUID) -> HttpResponse:
    """Forget her, after the workshop's code was typed."""
    shown = _artisan(request, artisan_id)
    back = reverse("tower:person", args=[artisan_id])
    form = GoodbyeForm(request.POST, expected=shown.workshop.code)
    if not form.is_valid():
        keep(request, "erase", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, erase_person, key="erase", done=_("She is erased. Nothing in the house leads to her any more."),
        back=back, artisan_id=artisan_id, reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@staff_only
def closing(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """What closing a workshop means and what stands against it; POST closes it, after its code was typed."""
    actor = actor_of(request)
    try:
        shown = network.workshop(actor, workshop_id)
    except NotFound:
        raise Http404 from None
    here = reverse("tower:close_workshop", args=[workshop_id])
    if request.method == "POST":
        form = GoodbyeForm(request.POST, expected=shown.code)
        if not form.is_valid():
            keep(request, "close", first_error(form))
            return HttpResponseRedirect(here)
        return give(
            request, close_workshop, key="close", done=_("The workshop is closed for good."), back=here,
            workshop_id=workshop_id, reason=form.cleaned_data["reason"],
        )  # fmt: skip
    may_close = close_workshop.allows(actor)
    context = {
        "workshop": shown,
        "people": [row for row in network.people(actor, shown.pk) if row.state == "active"],
        "may_close": may_close,
        "refused_closing": objection(actor, close_workshop, workshop_id=shown.pk, reason="?")
        if may_close and shown.state != "closed"
        else "",
    }
    return page(request, "tower/close_workshop.html", "workshops", context)
