"""From a web request to the actor of a command."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from kiwanda.core.actors import Actor, Channel, Role, public, staff

#: Session keys of an artisan's log-in on the phone pages.
ARTISAN_ID = "artisan_id"
WORKSHOP_ID = "workshop_id"

_STAFF = frozenset(role.value for role in Role)


def actor_of(request: HttpRequest, channel: Channel = Channel.TOWER) -> Actor:
    """The signed-in member of staff with her roles, or the public. One query a request, kept on it."""
    known: Actor | None = getattr(request, "_kiwanda_actor", None)
    if known is not None:
        return known
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        actor = public()
    else:
        names = user.groups.values_list("name", flat=True)
        actor = staff(user.pk, *(Role(name) for name in names if name in _STAFF), channel=channel)
    request._kiwanda_actor = actor  # type: ignore[attr-defined]
    return actor


def command_id_of(request: HttpRequest) -> UUID | None:
    """The caller's command id from the form field or header; None when absent or malformed."""
    text = request.POST.get("command_id") or request.headers.get("Idempotency-Key") or ""
    try:
        return UUID(text)
    except ValueError:
        return None
