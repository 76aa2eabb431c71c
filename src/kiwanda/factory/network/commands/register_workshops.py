from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.network.registration import WorkshopSpec, register


@command(roles={Role.COORDINATOR})
def register_workshops(ctx: Context, *, specs: list[WorkshopSpec]) -> int:
    """Many workshops at once, all or none. Returns how many."""
    return len(register(ctx, specs))
