"""What traceability tells."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class PassportPublished(DomainEvent, subject="passport"):
    passport_id: UUID
    production_order_id: UUID


@dataclass(frozen=True, slots=True)
class PassportWithdrawn(DomainEvent, subject="passport"):
    passport_id: UUID
    production_order_id: UUID


@dataclass(frozen=True, slots=True)
class ClaimsChecked(DomainEvent, subject="passport"):
    """``proved`` and ``unproved`` are claim kinds; told only when something changed."""

    passport_id: UUID
    proved: list[str]
    unproved: list[str]
