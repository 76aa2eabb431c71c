"""What we last asked somebody. An answer is looked up here, so that a "2" can only mean what was listed under 2.

A question lasts a day; the next one on the same channel takes its place.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.core.ids import new_id
from kiwanda.factory.conversations.models import Question

LASTS = timedelta(hours=24)


def ask(artisan_id: UUID, channel: str, choices: list[dict[str, Any]]) -> Question:
    """Pin ``choices`` (``label``, ``do`` and ids each) until they are answered, replaced or a day old."""
    now = clock.now()
    row, _ = Question.objects.update_or_create(
        artisan_id=artisan_id,
        channel=channel,
        defaults={"choices": choices, "asked_at": now, "expires_at": now + LASTS},
        create_defaults={"id": new_id(), "choices": choices, "asked_at": now, "expires_at": now + LASTS},
    )
    return row


def pending(artisan_id: UUID, channel: str) -> Question | None:
    """What is still to be answered."""
    rows = Question.objects.filter(artisan_id=artisan_id, channel=channel, expires_at__gt=clock.now())
    return rows.first()


def close(artisan_id: UUID, channel: str) -> None:
    Question.objects.filter(artisan_id=artisan_id, channel=channel).delete()


def is_yes_or_no(row: Question) -> bool:
    """Whether it was "do you …? 1 yes, 2 no"."""
    return len(row.choices) == 2 and row.choices[1].get("do") == "nothing"
