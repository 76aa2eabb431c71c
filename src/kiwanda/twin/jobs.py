"""The twin's wake-ups: one more day when somebody asked for it, and the slow live mode."""

from __future__ import annotations

from kiwanda.core.jobs import every, job
from kiwanda.twin import day, mpesa
from kiwanda.twin.models import Play

#: In live mode the worker looks about this often (seconds) whether something is due.
LIVE_EVERY = 60.0

_playing = False


@job(retries=0)
def play_next_day() -> None:
    """Play the day that ``request_next_day`` asked for."""
    global _playing
    if _playing:
        return
    _playing = True
    try:
        day.advance_day()
    finally:
        _playing = False


@every(LIVE_EVERY)
def live() -> None:
    """Play what is due by the factory's clock, where live mode is on. Playing runs jobs itself: never twice at once."""
    global _playing
    if _playing or not Play.objects.filter(pk=1, is_live=True).exists():
        return
    _playing = True
    try:
        day.play_what_is_due()
    finally:
        _playing = False


@every(5)
def deliver_mpesa_results() -> int:
    """The demo's M-Pesa posts what is due to the factory's own webhook. Returns how many posts were taken."""
    local = mpesa.paying()
    return 0 if local is None or _playing else local.deliver_over_http()
