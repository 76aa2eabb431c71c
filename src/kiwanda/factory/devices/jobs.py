"""What runs beside the requests: wake-ups, reasons for idle weeks, tidying."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.jobs import every, job
from kiwanda.factory.devices import idleness, photos, pushing, tidying


class NotTaken(Exception):
    """No push service took a wake-up; the job tries again a few times, and an SMS follows in any case."""


@job(retries=4)
def wake(artisan_id: str, kind: str, thing: str) -> int:
    """Wake one person's phones."""
    woken = pushing.wake(UUID(artisan_id), kind, thing)
    if woken.again:
        raise NotTaken(kind)
    return woken.taken


@job(retries=3)
def explain_idle() -> int:
    """Say to everybody with the app and without work why there was none."""
    return idleness.explain()


@every(seconds=3600)
def tidy() -> int:
    """Photos that never came, commands long answered, phones never seen again."""
    return photos.expire() + tidying.forget_old()
