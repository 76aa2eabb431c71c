"""Write down what the engine promises."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning.promising import NewPromise, record


@command(roles={Role.MERCHANDISER, Role.COORDINATOR, Role.SYSTEM})
def record_promises(
    ctx: Context, *, promises: list[NewPromise], refusals: list[tuple[UUID, str]] | None = None
) -> int:
    """Promises for lines that are open and have none; lines promised or released meanwhile are left alone.

    ``refusals`` are lines nobody can promise a day for, with the code of the reason.
    """
    return record(ctx, promises, refusals or ())
