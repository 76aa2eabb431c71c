"""The demo's doors: who may enter it, for the log-in page. Empty in a factory with real people."""

from __future__ import annotations

from django import template
from django.conf import settings

from kiwanda.surfaces.navigation import ROLE_NAMES
from kiwanda.twin.accounts import StaffAccount
from kiwanda.twin.cast import DEMO_PASSWORD, STAFF
from kiwanda.twin.models import Play

register = template.Library()

#: The doors shown first, in the order in which a visitor understands the factory.
ORDER = ("coordinator", "merchandiser", "inspector", "finance-maker", "finance-checker", "auditor", "admin")


@register.simple_tag
def demo_doors() -> list[tuple[StaffAccount, str]]:
    """``[(account, role in words)]`` of a demo database, one account a role."""
    if not settings.KIWANDA_DEMO or not Play.objects.exists():
        return []
    doors = []
    for name in ORDER:
        if name in STAFF:
            role = STAFF[name][0][0].value
            doors.append((StaffAccount(name, DEMO_PASSWORD, role), str(ROLE_NAMES[role])))
    return doors
