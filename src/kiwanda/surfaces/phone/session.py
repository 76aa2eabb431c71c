"""Who is on the phone: the artisan of the session, or the log-in page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from kiwanda.core import rows
from kiwanda.core.actors import Actor, Channel, artisan
from kiwanda.core.errors import Rejected
from kiwanda.factory.network.models import Artisan
from kiwanda.surfaces.actors import ARTISAN_ID, WORKSHOP_ID

View = Callable[..., HttpResponse]


def artisan_of(request: HttpRequest) -> Actor | None:
    """The session's artisan while she is active in her workshop; None sends to the log-in."""
    identifier = request.session.get(ARTISAN_ID)
    if identifier is None:
        return None
    person = rows.fetch(Artisan, id=identifier, state="active")
    if person is None or str(person.workshop_id) != request.session.get(WORKSHOP_ID):
        return None
    return artisan(person.pk, person.workshop_id, Channel.PHONE)


def artisan_required(view: View) -> View:
    """Pass ``actor`` to the view, or go to the log-in page first."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = artisan_of(request)
        if actor is None:
            return redirect("phone:login")
        return view(request, actor, *args, **kwargs)

    return wrapped


def workshop_of(actor: Actor) -> UUID:
    """The workshop an artisan acts for."""
    if actor.workshop_id is None:
        raise PermissionError("only an artisan acts for a workshop")
    return actor.workshop_id


def attempt(request: HttpRequest, done: str, action: Callable[[], Any]) -> Any:
    """Run a command; its refusal becomes a sentence on the next page. Returns the result or None."""
    try:
        result = action()
    except Rejected as refusal:
        messages.error(request, refusal.message(translation.get_language() or "sw"))
        return None
    messages.success(request, done)
    return result if result is not None else True
