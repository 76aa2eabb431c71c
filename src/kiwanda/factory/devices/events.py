"""What devices tell. No numbers, no addresses, no tokens."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class DeviceRegistered(DomainEvent, subject="device"):
    """Somebody logged in on a phone; from now on it holds a copy of her work."""

    device_id: UUID
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class DeviceRevoked(DomainEvent, subject="device"):
    """A phone no longer speaks for her: she logged out, lost it, or left."""

    device_id: UUID
    artisan_id: UUID
    workshop_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class StepLearned(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID
    technique: str
    step: int
