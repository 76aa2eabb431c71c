"""Sending runs in the worker, a few seconds behind what happened."""

from __future__ import annotations

from kiwanda.core.jobs import every, job
from kiwanda.factory.conversations import sending


@job()
def send_queued(limit: int = 1000) -> int:
    """Send what is due now."""
    return sending.send_queued(limit)


@every(seconds=3)
def send_messages() -> int:
    """The worker's regular round."""
    return sending.send_queued()
