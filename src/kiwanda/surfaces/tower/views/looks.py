"""Looks: whose personal data was seen by whom. For auditors and administrators."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kiwanda.core import looks
from kiwanda.core.actors import Role
from kiwanda.core.models import User
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.queries.looks import shown
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 60


@require_GET
@staff_only
def log(request: HttpRequest) -> HttpResponse:
    """Newest first; ``who`` narrows it to one member of staff, ``person`` to one artisan."""
    if not actor_of(request).has(Role.AUDITOR, Role.ADMINISTRATOR):
        return render(request, "403.html", status=403)
    users = list(User.objects.filter(is_active=True).order_by("username").values_list("pk", "username"))
    who, person = _uuid(request.GET.get("who", "")), _uuid(request.GET.get("person", ""))
    found = Paginator(looks.looks(at=person, by=who), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "rows": shown(found.object_list),
        "users": [(str(pk), name) for pk, name in users],
        "who": str(who or ""),
        "person": str(person or ""),
        "kept_days": looks.KEPT.days,
    }
    return page(request, "tower/looks.html", "activity", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
