"""Finding what the rooms register: each app may have a module of a given name, imported for its registrations."""

from __future__ import annotations

import importlib
from functools import cache

from django.apps import apps


@cache
def import_from_rooms(module: str) -> None:
    """Import ``<app>.<module>`` of every Kiwanda app that has one, once in a process.

    A room without the module is passed over; a module that is there and does not import is an error.
    """
    for config in apps.get_app_configs():
        if not config.name.startswith("kiwanda."):
            continue
        name = f"{config.name}.{module}"
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
