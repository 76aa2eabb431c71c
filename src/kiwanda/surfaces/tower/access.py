"""Who may look at the tower, and which commands a reader may give."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from kiwanda.core.actors import Actor, Role
from kiwanda.core.commands import COMMANDS, Command, load_commands
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.navigation import ROLE_NAMES

View = Callable[..., HttpResponseBase]


def staff_only(view: View) -> View:
    """Staff with at least one role see the page; others are sent to the log-in or told that it is not theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if not actor.is_staff:
            if request.headers.get("HX-Request"):
                return HttpResponse(status=403)
            return redirect_to_login(request.get_full_path())
        if not actor.roles:
            return render(request, "403.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def command_named(name: str) -> Command[Any, Any]:
    """The command called ``dispatch.withdraw_offer``; LookupError for a slip of the pen."""
    found = COMMANDS.get(name) or load_commands().get(name)
    if found is None:
        raise LookupError(f"No command is called {name}")
    return found


def who_may(command: Command[Any, Any]) -> list[str]:
    """The staff roles that may give ``command``, in words, for the sentence beside a locked button."""
    hidden = {Role.ARTISAN, Role.SYSTEM, Role.PUBLIC, Role.ADMINISTRATOR}
    return [str(ROLE_NAMES[role]) for role in sorted(command.roles) if role not in hidden]


def may(actor: Actor, name: str) -> bool:
    """Whether ``actor`` may give the command called ``name``."""
    return command_named(name).allows(actor)
