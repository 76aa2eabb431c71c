"""The next day, on demand, and the slow live mode."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.twin.errors import TwinError
from kiwanda.twin.models import Play
from kiwanda.twin.player import Player, Progress

#: Engine time for the plan runs of a single day.
PLAN_SECONDS = 2.0


def advance_day(days: int = 1, progress: Progress | None = None) -> None:
    """Play ``days`` more days and leave the factory's clock there. Raises ``Rejected`` where nothing is played."""
    _player().play_until(_moved(days), progress)


def _moved(days: int) -> datetime:
    moment = clock.now() + timedelta(days=days)
    clock.move_to(moment)
    return moment


def play_what_is_due() -> None:
    """Live mode: play up to the present moment of the factory's clock."""
    _player().play_until(clock.now())


def _player() -> Player:
    if not Play.objects.filter(pk=1).exists():
        raise Rejected(TwinError.NOT_A_DEMO)
    return Player(PLAN_SECONDS)
