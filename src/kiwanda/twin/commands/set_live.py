from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.twin.errors import TwinError
from kiwanda.twin.events import LiveModeSet
from kiwanda.twin.models import Play
from kiwanda.twin.play_id import PLAY_ID


@command(roles={Role.COORDINATOR, Role.ADMINISTRATOR})
def set_live(ctx: Context, *, live: bool) -> Play:
    """Switch the slow live mode: while on, the worker plays what is due by the factory's clock about every minute."""
    play = Play.objects.first()
    if play is None:
        raise Rejected(TwinError.NOT_A_DEMO)
    Play.objects.filter(pk=play.pk).update(is_live=live)
    play.is_live = live
    ctx.emit(LiveModeSet(play_id=PLAY_ID, live=live))
    return play
