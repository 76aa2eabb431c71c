"""A checker proves anew who she is before money moves: her second factor, at most five minutes old.

A session left open, or a stolen password, approves nothing. Concerned are the commands only a finance checker may give
(``separate`` duties). The suspended request goes on by itself once the code was typed (allauth's re-authentication).
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiwanda.core.actors import Role
from kiwanda.core.commands import Command

NO_FACTOR = _(
    "Approving money needs a second factor. Set one up first: your account, Two-step log-in, authenticator app."
)


def is_guarded(command: Command[Any, Any]) -> bool:
    """Whether ``command`` is a checker's alone."""
    return Role.FINANCE_CHECKER in command.roles and Role.ADMINISTRATOR not in command.roles


def wanting(request: HttpRequest, command: Command[Any, Any]) -> Any | None:
    """None when ``command`` may be given now, or the sentence that says what is missing for good.

    Raises :class:`ImmediateHttpResponse` (the way to the code's page; the request is kept) when only the code is due.
    """
    if not (settings.KIWANDA_STEP_UP and is_guarded(command)) or not request.user.is_authenticated:
        return None
    if not is_mfa_enabled(request.user):
        return NO_FACTOR
    if not is_fresh(request):
        raise ImmediateHttpResponse(suspend_request(request, reverse("mfa_reauthenticate")))
    return None


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session has seen the second factor within the last minutes (a password does not count)."""
    seen = [
        record["at"] for record in get_authentication_records(request, request.user) if record.get("method") == "mfa"
    ]
    return bool(seen) and time.time() - max(seen) < app_settings.REAUTHENTICATION_TIMEOUT
