"""Production's work outside requests."""

from __future__ import annotations

from kiwanda.core import actors
from kiwanda.core.jobs import every
from kiwanda.factory.production.commands.move_waiting_due_days import move_waiting_due_days


@every(6 * 3600)
def move_waiting_due_days_timer() -> None:
    """Some times a day: whoever waits for parts or material does not count as late for it."""
    move_waiting_due_days(actor=actors.system())
