"""The factory's clock. Time is UTC inside, shown in the reader's zone; nothing deeper than a command asks for it.

A running factory follows the system clock. The demo's clock runs at an offset kept in the database (the twin plays
whole weeks in minutes), and tests freeze it with :func:`at`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

#: The factory floor's zone: due dates, days off and pay weeks are days in Nairobi.
FACTORY_ZONE = ZoneInfo("Africa/Nairobi")

_frozen: ContextVar[datetime | None] = ContextVar("kiwanda_frozen_clock", default=None)
#: The moment shown last by whichever thread froze its clock: what its servers go by (:func:`shown`).
_shown: datetime | None = None

#: Seconds for which a process trusts the offset it read; moving the demo clock shows everywhere within this time.
OFFSET_TTL = 1.0
_cached: tuple[float, timedelta] | None = None


def now() -> datetime:
    """The factory's present moment, UTC."""
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    return datetime.now(UTC) + _offset()


def shown() -> datetime:
    """:func:`now`, but a clock frozen in another thread counts here too: for a simulator's server, whose threads answer
    somebody who plays another day.
    """
    return _frozen.get() or _shown or now()


def today() -> date:
    """The day it is on the factory floor (Nairobi)."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The Nairobi calendar day of ``moment``."""
    return moment.astimezone(FACTORY_ZONE).date()


def local_midnight(day: date) -> datetime:
    """The UTC instant at which ``day`` begins in Nairobi."""
    return datetime(day.year, day.month, day.day, tzinfo=FACTORY_ZONE).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Freeze the clock at ``moment`` inside the block (tests, the twin)."""
    if moment.tzinfo is None:
        raise ValueError("The clock takes moments with a time zone.")
    global _shown
    token, before = _frozen.set(moment.astimezone(UTC)), _shown
    _shown = _frozen.get()
    try:
        yield
    finally:
        _frozen.reset(token)
        _shown = before


def move_to(moment: datetime) -> None:
    """Set the persistent offset so that the factory's clock shows ``moment`` from now on (demo only)."""
    global _cached
    from kiwanda.core.models import ClockOffset

    offset = moment - datetime.now(UTC)
    ClockOffset.objects.update_or_create(pk=1, defaults={"seconds": int(offset.total_seconds())})
    _cached = None


def forget_cache() -> None:
    """Drop the cached offset (after a database was replaced under the process)."""
    global _cached
    _cached = None


def _offset() -> timedelta:
    global _cached
    instant = time.monotonic()
    if _cached is not None and instant - _cached[0] < OFFSET_TTL:
        return _cached[1]
    from kiwanda.core.models import ClockOffset

    seconds = ClockOffset.objects.filter(pk=1).values_list("seconds", flat=True).first() or 0
    offset = timedelta(seconds=seconds)
    _cached = (instant, offset)
    return offset
