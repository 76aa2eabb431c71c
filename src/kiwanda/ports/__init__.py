"""Ports: what the factory asks of the outside world, as Protocols and plain data. Adapters are bound in the site."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=16)
def _make(path: str) -> Any:
    import importlib

    module, name = path.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)()


def bound(port: str) -> Any:
    """The adapter bound to ``port`` (``payments``, ``messaging``) by the site's settings; one instance a process."""
    from django.conf import settings

    return _make(settings.KIWANDA_ADAPTERS[port])
