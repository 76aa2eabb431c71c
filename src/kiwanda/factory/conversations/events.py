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


@dataclass(frozen=True, slots=True)
class OptedOut(DomainEvent, subject="artisan"):
    """She asked not to be written to on a channel; what would be said waits for a call."""

    artisan_id: UUID
    workshop_id: UUID
    stopped: str


@dataclass(frozen=True, slots=True)
class OptedIn(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID
    resumed: str


@dataclass(frozen=True, slots=True)
class QuietHoursSet(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID
    quiet_from: int | None
    quiet_until: int | None


@dataclass(frozen=True, slots=True)
class PinSet(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class PinReset(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class ActionContested(DomainEvent, subject="action"):
    """She does not agree with what staff did for her."""

    action_id: UUID
    command: str
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class ActionAnswered(DomainEvent, subject="action"):
    action_id: UUID
    command: str
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class CallRequested(DomainEvent, subject="call"):
    """Somebody wants to be called; ``artisan_id`` is None for a stranger."""

    call_id: UUID
    artisan_id: UUID | None
    workshop_id: UUID | None
    requested_by: str


@dataclass(frozen=True, slots=True)
class CallMade(DomainEvent, subject="call"):
    call_id: UUID
    artisan_id: UUID | None
    workshop_id: UUID | None


@dataclass(frozen=True, slots=True)
class StaffChatLinked(DomainEvent, subject="user"):
    user_id: UUID
