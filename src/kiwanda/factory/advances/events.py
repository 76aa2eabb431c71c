"""What advances tell. Opaque ids and amounts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class AdvanceTermsSet(DomainEvent, subject="advance_terms"):
    advance_terms_id: UUID
    kind: str
    valid_from: date
    fee_percent: str
    share_percent: int


@dataclass(frozen=True, slots=True)
class AdvanceRequested(DomainEvent, subject="advance"):
    advance_id: UUID
    workshop_id: UUID
    kind: str
    amount_minor: int
    fee_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class AdvanceDecided(DomainEvent, subject="advance"):
    """``state``: decided (a second person confirms), sending, running or declined."""

    advance_id: UUID
    workshop_id: UUID
    kind: str
    amount_minor: int
    currency: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class AdvanceWithdrawn(DomainEvent, subject="advance"):
    advance_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class AdvanceBegun(DomainEvent, subject="advance"):
    """The workshop has it: early pay is on its way with the next payout, material is handed over, a loan was paid."""

    advance_id: UUID
    workshop_id: UUID
    kind: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class InstalmentTaken(DomainEvent, subject="advance"):
    advance_id: UUID
    workshop_id: UUID
    earning_id: UUID
    amount_minor: int
    left_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class InstalmentReturned(DomainEvent, subject="advance"):
    """The earning it came from was corrected: so much is owed to the workshop again, and left to pay."""

    advance_id: UUID
    workshop_id: UUID
    earning_id: UUID
    amount_minor: int
    left_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class AdvancePaidOff(DomainEvent, subject="advance"):
    advance_id: UUID
    workshop_id: UUID
    amount_minor: int
    left_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class AdvancePaused(DomainEvent, subject="advance"):
    """No instalment is taken before ``until``."""

    advance_id: UUID
    workshop_id: UUID
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class AdvanceSettled(DomainEvent, subject="advance"):
    advance_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class AdvanceWrittenOff(DomainEvent, subject="advance"):
    advance_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str
    reason: str
