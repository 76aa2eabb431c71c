"""Getting the database ready: folder, tables, role groups, static files."""

from __future__ import annotations

import io

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from kiwanda.core.actors import STAFF_ROLES


def prepare() -> None:
    """Create the data folder, migrate, and make sure every staff role has its group."""
    settings.CONFIG.home.mkdir(parents=True, exist_ok=True)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
    known = set(Group.objects.values_list("name", flat=True))
    Group.objects.bulk_create([Group(name=role.value) for role in STAFF_ROLES if role.value not in known])


def wipe() -> None:
    """Drop every table of the PostgreSQL database (demo only)."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
