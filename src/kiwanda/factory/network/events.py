"""What the network tells. No names, no numbers, no places: those are in the vault under the same ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class CountiesImported(DomainEvent, subject="network"):
    network_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class HubOpened(DomainEvent, subject="hub"):
    hub_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class TransferTimesSet(DomainEvent, subject="network"):
    network_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class CalendarCreated(DomainEvent, subject="calendar"):
    calendar_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class CalendarDaySet(DomainEvent, subject="calendar"):
    calendar_id: UUID
    code: str
    on: date
    minutes: int


@dataclass(frozen=True, slots=True)
class WorkshopRegistered(DomainEvent, subject="workshop"):
    workshop_id: UUID
    code: str
    hub_id: UUID
    artisan_ids: list[UUID]
    techniques: list[str]


@dataclass(frozen=True, slots=True)
class WorkshopPaused(DomainEvent, subject="workshop"):
    workshop_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class WorkshopReopened(DomainEvent, subject="workshop"):
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class WorkshopClosed(DomainEvent, subject="workshop"):
    workshop_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ArtisanAdded(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class ArtisanLeft(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class PersonErased(DomainEvent, subject="artisan"):
    """Whatever a room keeps of her beside the vault's entry goes in the same transaction."""

    artisan_id: UUID
    workshop_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class PersonExported(DomainEvent, subject="artisan"):
    """Everything held about her was put into a file for her."""

    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class PhoneChanged(DomainEvent, subject="artisan"):
    """The number before waits in the vault under ``old_number_id`` until it was written to."""

    artisan_id: UUID
    workshop_id: UUID
    old_number_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ContactPreferenceSet(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID
    language: str
    reached_by: str


@dataclass(frozen=True, slots=True)
class CapabilitySet(DomainEvent, subject="workshop"):
    workshop_id: UUID
    technique: str
    speed: str
    yield_share: str
    grade: str


@dataclass(frozen=True, slots=True)
class DaysOffTaken(DomainEvent, subject="workshop"):
    workshop_id: UUID
    days: list[date]
    reason: str


@dataclass(frozen=True, slots=True)
class DayOffCancelled(DomainEvent, subject="workshop"):
    workshop_id: UUID
    on: date


@dataclass(frozen=True, slots=True)
class ConsentGiven(DomainEvent, subject="consent"):
    consent_id: UUID
    artisan_id: UUID
    workshop_id: UUID
    field: str
    shown_on: str
    purpose: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(DomainEvent, subject="consent"):
    consent_id: UUID
    artisan_id: UUID
    workshop_id: UUID
    field: str
    shown_on: str


@dataclass(frozen=True, slots=True)
class LoginCodeRequested(DomainEvent, subject="login_code"):
    """The code itself waits, sealed, in the vault under ``login_code_id`` until it was sent."""

    login_code_id: UUID
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class ArtisanLoggedIn(DomainEvent, subject="artisan"):
    artisan_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class StaffUserCreated(DomainEvent, subject="user"):
    user_id: UUID
    roles: list[str]


@dataclass(frozen=True, slots=True)
class StaffRolesSet(DomainEvent, subject="user"):
    user_id: UUID
    before: list[str]
    after: list[str]
