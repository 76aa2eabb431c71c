"""The last refused action of a reader, kept until the next page shows it beside the action it belongs to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

#: Session key.
KEPT = "tower_refused"


def keep(request: HttpRequest, key: str, message: str, code: str = "") -> None:
    """Keep a refusal of the action called ``key``."""
    request.session[KEPT] = {"key": key, "message": message, "code": code}


def take(request: HttpRequest | None, *prefixes: str) -> dict[str, Any] | None:
    """The kept refusal when its key begins with one of ``prefixes`` (any, when none is given); shown once."""
    kept = request.session.get(KEPT) if request is not None and hasattr(request, "session") else None
    if request is None or not kept or (prefixes and not kept["key"].startswith(prefixes)):
        return None
    del request.session[KEPT]
    return dict(kept)


def take_exactly(request: HttpRequest | None, key: str) -> dict[str, Any] | None:
    """The kept refusal of the action called ``key``."""
    kept = request.session.get(KEPT) if request is not None and hasattr(request, "session") else None
    return take(request, key) if kept and kept["key"] == key else None
