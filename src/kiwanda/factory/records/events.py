"""What records tells: a history was issued, a key changed. Never what is in a history."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class RecordIssued(DomainEvent, subject="issued_record"):
    issued_record_id: UUID
    artisan_id: UUID
    workshop_id: UUID
    facts: list[str]
    kid: str


@dataclass(frozen=True, slots=True)
class SigningKeyRotated(DomainEvent, subject="signing_key"):
    signing_key_id: UUID
    kid: str
    retired_kid: str
