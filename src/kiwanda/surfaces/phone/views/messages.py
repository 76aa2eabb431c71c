"""What the factory wrote to her, and what staff did in her name, which she may contest."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiwanda.core.actors import Actor
from kiwanda.factory.conversations import behalf, queries
from kiwanda.factory.conversations.commands import contest_action
from kiwanda.surfaces.actors import command_id_of
from kiwanda.surfaces.phone.session import artisan_required, attempt, saw

SHOWN = 40
DEEDS = 15


@artisan_required
def feed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest messages; looking at them is reading them."""
    found = queries.messages(actor).filter(direction="out", replaces=None).exclude(template="login_code")
    rows = list(found.order_by("-created_at", "-pk")[:SHOWN])
    deeds = behalf.deeds(list(queries.actions(actor)[:DEEDS]), translation.get_language() or "sw")
    saw(actor, messages=[row.pk for row in rows if row.channel == "app" and row.state != "read"])
    return render(request, "phone/messages.html", {"tab": "me", "rows": rows, "deeds": deeds})


@require_POST
@artisan_required
def contest(request: HttpRequest, actor: Actor, action_id: UUID) -> HttpResponse:
    """She does not agree with what staff did for her."""
    attempt(
        request,
        _("Written down. Somebody else will look at it."),
        lambda: contest_action(
            actor=actor,
            command_id=command_id_of(request),
            action_id=action_id,
            reason=request.POST.get("reason", "")[:200],
        ),
    )
    return redirect("phone:messages")
