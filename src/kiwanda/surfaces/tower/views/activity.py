"""Activity: everything that happened, each event as a sentence."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kiwanda.core.actors import Role
from kiwanda.core.clock import local_midnight
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.queries import activity
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 60


@require_GET
@staff_only
def log(request: HttpRequest) -> HttpResponse:
    """The log with its filters. Pages go by position, so that they do not shift while the log grows."""
    actor, query = actor_of(request), request.GET
    room = query.get("room", "") if query.get("room", "") in activity.ROOM_NAMES else ""
    day = _day(query.get("day", ""))
    rows = activity.log(
        actor,
        room=room,
        type_=query.get("type", "") if room else "",
        subject=_uuid(query.get("about", "")),
        before=int(query["before"]) if query.get("before", "").isdigit() else None,
        day=(local_midnight(day), local_midnight(day + timedelta(days=1))) if day else None,
    )
    events = list(rows[: PER_PAGE + 1])
    entries = activity.sentences(actor, events[:PER_PAGE])
    older = events[PER_PAGE - 1].position if len(events) > PER_PAGE else None
    context = {
        "entries": entries,
        "older": str(older) if older else "",
        "is_first": "before" not in query,
        "rooms": activity.ROOM_NAMES,
        "room": room,
        "types": activity.types_of(room) if room else [],
        "type": query.get("type", ""),
        "day": day.isoformat() if day else "",
        "about": query.get("about", ""),
        "sees_looks": actor.has(Role.AUDITOR, Role.ADMINISTRATOR),
    }
    return page(request, "tower/activity.html", "activity", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
