"""What quality tells: verdicts and appeals. Counters, earnings and serials follow these in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class InspectionRecorded(DomainEvent, subject="inspection"):
    """Every received piece of a hand-in is judged: ``quantity = accepted + rework + rejected``.

    For ``is_rework`` the pieces come out of the work order's rework counter; for a first hand-in out of its open ones.
    """

    inspection_id: UUID
    hand_in_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    hub_id: UUID
    quantity: int
    accepted_quantity: int
    rework_quantity: int
    rejected_quantity: int
    is_rework: bool
    piece_rate_minor: int
    currency: str
    is_last_operation: bool


@dataclass(frozen=True, slots=True)
class AppealFiled(DomainEvent, subject="appeal"):
    appeal_id: UUID
    inspection_id: UUID
    work_order_id: UUID
    workshop_id: UUID
    rejected_quantity: int


@dataclass(frozen=True, slots=True)
class AppealDecided(DomainEvent, subject="appeal"):
    """``granted_quantity`` rejected pieces of the inspection are accepted after all (0: the verdict stands)."""

    appeal_id: UUID
    inspection_id: UUID
    hand_in_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    hub_id: UUID
    granted_quantity: int
    is_rework: bool
    piece_rate_minor: int
    currency: str
    is_last_operation: bool


@dataclass(frozen=True, slots=True)
class ReworkClosed(DomainEvent, subject="rework"):
    """All pieces sent back by one inspection were handed in again, lost on the way or written off."""

    rework_id: UUID
    inspection_id: UUID
    work_order_id: UUID
    quantity: int
