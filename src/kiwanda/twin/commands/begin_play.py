from __future__ import annotations

from datetime import date, datetime

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.twin.errors import TwinError
from kiwanda.twin.models import Play


@command(roles={Role.ADMINISTRATOR, Role.SYSTEM})
def begin_play(
    ctx: Context, *, seed: int, workshops: int, order_share: float, built_on: date, begins_at: datetime
) -> Play:
    """Write down what this database plays. Once per database; a factory with real people never does it."""
    if Play.objects.exists():
        raise Rejected(TwinError.ALREADY_PLAYING)
    return Play.objects.create(
        seed=seed, workshops=workshops, order_share=order_share, built_on=built_on, played_until=begins_at
    )
