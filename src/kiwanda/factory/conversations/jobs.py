"""Sending runs in the worker, a few seconds behind what happened."""

from __future__ import annotations

from kiwanda.core import actors
from kiwanda.core.jobs import every, job
from kiwanda.factory.conversations import inbox, menus, notices, sending
from kiwanda.factory.conversations.commands import fall_back


@job()
def send_queued(limit: int = 1000) -> int:
    """Send what is due now."""
    return sending.send_queued(limit)


@every(seconds=3)
def send_messages() -> int:
    """The worker's regular round."""
    return sending.send_queued()


@every(seconds=20)
def say_again_by_sms() -> int:
    """What did not arrive in time goes out by SMS."""
    return fall_back(actor=actors.system())


@every(seconds=3)
def send_notices() -> int:
    """Notices to the staff's chat room."""
    return notices.send_waiting()


@every(seconds=1800)
def forget() -> int:
    """Raw posts after a month, menu screens after a day."""
    return inbox.forget_old() + menus.forget_old()
