"""Write down what the engine promises."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning.promising import NewPromise, record


@command(roles={Role.MERCHANDISER, Role.COORDINATOR, Role.SYSTEM})
def record_promises(ctx: Context, *, promises: list[NewPromise]) -> int:
    """Promises for lines that are open and have none; lines promised or released meanwhile are left alone."""
    return record(ctx, [NewPromise(*item) for item in promises])
