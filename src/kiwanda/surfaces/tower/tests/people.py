"""Signed-in staff for tests of the screens."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.test import Client

from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.core.models import User


def staff_client(*roles: Role, language: str = "en") -> Client:
    """A browser in which somebody with ``roles`` is signed in and reads ``language``."""
    user = User.objects.create(username=f"staff-{new_id().hex[-10:]}")
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["kiwanda_language"] = language
    return client
