"""Work that waits for parts or material which do not come is due later."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.production.due_days import settle, waiting


@command(roles={Role.SYSTEM})
def move_waiting_due_days(ctx: Context) -> int:
    """Move the due days that waiting work can no longer hold; returns how many. The workshops are told."""
    return settle(ctx, waiting(ctx.today))
