"""Who calls the API: a signed-in member of staff or an artisan's session. ``request.auth`` is the command's actor."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import APIKeyCookie

from kiwanda.core.actors import Actor, Channel, for_artisan
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.phone.session import artisan_of


class SessionActor(APIKeyCookie):
    """The session cookie, with Django's CSRF check on unsafe methods.

    Staff who do what is an artisan's to do say why in the header ``On-Behalf-Reason``; she is told.
    """

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor = actor_of(request, Channel.API)
        if not actor.is_staff:
            return artisan_of(request)
        reason = request.headers.get("On-Behalf-Reason", "")
        return for_artisan(actor, reason) if reason else actor
