"""What every room's router reads from a request. The API that mounts them authenticates to an :class:`Actor`."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, Invalid

MOST_ROWS = 500
FARTHEST_ROW = 10**9


def caller(request: HttpRequest) -> Actor:
    """The actor the API's authentication gave to the request."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def command_id(request: HttpRequest) -> UUID | None:
    """The ``Idempotency-Key`` header: a UUID, or nothing."""
    text = request.headers.get("Idempotency-Key")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(CoreError.MALFORMED, field="Idempotency-Key", reason="not a UUID") from None


def page(limit: int, offset: int) -> slice:
    """At most :data:`MOST_ROWS` rows from ``offset``."""
    offset = min(max(offset, 0), FARTHEST_ROW)
    return slice(offset, offset + min(max(limit, 1), MOST_ROWS))
