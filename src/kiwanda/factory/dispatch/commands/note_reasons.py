"""Keep with an offer why its workshop was chosen, so that the phone can say it without asking the engine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.dispatch.models import Offer


@command(roles={Role.SYSTEM})
def note_reasons(ctx: Context, *, reasons: list[tuple[UUID, list[Any]]]) -> int:
    """Write ``[(offer, [[code, facts], …]), …]``; offers that have reasons keep theirs. Returns how many were new."""
    return sum(Offer.objects.filter(pk=offer, why=[]).update(why=why) for offer, why in reasons)
