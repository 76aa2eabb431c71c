"""What the twin tells about itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class NextDayRequested(DomainEvent, subject="play"):
    """Somebody pressed the button."""

    play_id: UUID


@dataclass(frozen=True, slots=True)
class LiveModeSet(DomainEvent, subject="play"):
    """The slow live mode was switched."""

    play_id: UUID
    live: bool
