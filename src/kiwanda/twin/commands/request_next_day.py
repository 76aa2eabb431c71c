from __future__ import annotations

from kiwanda.core import jobs
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.twin.errors import TwinError
from kiwanda.twin.events import NextDayRequested
from kiwanda.twin.models import Play
from kiwanda.twin.play_id import PLAY_ID


@command(roles={Role.COORDINATOR, Role.ADMINISTRATOR, Role.SYSTEM})
def request_next_day(ctx: Context) -> None:
    """Let the demo live through one more day: the worker plays it and moves the factory's clock."""
    if not Play.objects.exists():
        raise Rejected(TwinError.NOT_A_DEMO)
    ctx.emit(NextDayRequested(play_id=PLAY_ID))
    jobs.enqueue("twin.play_next_day")
