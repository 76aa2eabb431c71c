"""Who calls the API: a signed-in member of staff or an artisan's session. ``request.auth`` is the command's actor."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie

from kiwanda.core.actors import Actor, Channel, Role, for_artisan
from kiwanda.surfaces import stepping_up
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
        if settings.KIWANDA_STEP_UP and not stepping_up.is_fresh(request):
            # Nobody types a code into an API: a checker is one for the minutes after she did so on the screens.
            actor = replace(actor, roles=actor.roles - {Role.FINANCE_CHECKER})
        reason = request.headers.get("On-Behalf-Reason", "")
        return for_artisan(actor, reason) if reason else actor
