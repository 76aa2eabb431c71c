"""What conversations tell. Words stay on the message; the log knows only that there was one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class MessageReceived(DomainEvent, subject="message"):
    """Somebody wrote to us; ``artisan_id`` is None for a number nobody is registered with."""

    message_id: UUID
    artisan_id: UUID | None
    workshop_id: UUID | None
    received_by: str


@dataclass(frozen=True, slots=True)
class MessageFailed(DomainEvent, subject="message"):
    """A message could not be delivered and is not tried again by itself: somebody should call."""

    message_id: UUID
    artisan_id: UUID | None
    workshop_id: UUID | None
    template: str
    error: str


@dataclass(frozen=True, slots=True)
class MessageRequeued(DomainEvent, subject="message"):
    message_id: UUID
    artisan_id: UUID | None
    workshop_id: UUID | None
