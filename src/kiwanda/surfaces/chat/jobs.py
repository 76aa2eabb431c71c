"""The worker's round over what came in."""

from __future__ import annotations

from kiwanda.core.jobs import every
from kiwanda.surfaces.chat.handling import handle_waiting


@every(seconds=1)
def handle_posts() -> int:
    """Somebody waits for an answer: every second."""
    return handle_waiting()
