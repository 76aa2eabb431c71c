"""Who is on the phone: the artisan of the session, or the log-in page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages as page_messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from kiwanda.core import rows
from kiwanda.core.actors import Actor, Channel, artisan
from kiwanda.core.errors import Rejected
from kiwanda.factory.conversations import queries as conversations
from kiwanda.factory.conversations.commands import record_arrivals
from kiwanda.factory.devices import feed
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


def back_to(request: HttpRequest) -> str:
    """The page a form stood on, when it is one of ours."""
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) and back.startswith("/m/")
    return back if safe else "phone:offers"


def saw(actor: Actor, *, messages: Sequence[UUID] = (), about: Sequence[UUID] = ()) -> None:
    """She has these messages, or those about these offers, before her eyes: no SMS needs to say them again."""
    if not messages and not about:
        return
    waiting = conversations.messages(actor).filter(direction="out", channel="app", state__in=["sent", "delivered"])
    shown = Q(pk__in=messages) | Q(template="offer_sent", thread__subject_id__in=about)
    if not waiting.filter(shown).exists():
        return
    read = record_arrivals(actor=actor, message_ids=list(messages), subject_ids=list(about), read=True)
    if actor.id is not None:
        artisan_id = actor.id
        feed.touch_pairs((artisan_id, ("msg", message)) for message in read)


def attempt(request: HttpRequest, done: str, action: Callable[[], Any]) -> Any:
    """Run a command; its refusal becomes a sentence on the next page. Returns the result or None."""
    try:
        result = action()
    except Rejected as refusal:
        page_messages.error(request, refusal.message(translation.get_language() or "sw"))
        return None
    page_messages.success(request, done)
    return result if result is not None else True
