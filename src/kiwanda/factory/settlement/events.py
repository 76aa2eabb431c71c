"""What settlement tells: batches, and each payout's way to a wallet.

An earning has no event of its own: it is booked with ``quality.InspectionRecorded`` or ``quality.AppealDecided``, which
carry the pieces and the rate, in their transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class PayoutBatchCreated(DomainEvent, subject="payout_batch"):
    """``waiting_count`` workshops earned too little for a payment or have no payee; their earnings stay payable."""

    payout_batch_id: UUID
    payout_count: int
    total_minor: int
    currency: str
    up_to: datetime
    waiting_count: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class PayoutBatchApproved(DomainEvent, subject="payout_batch"):
    payout_batch_id: UUID
    payout_count: int
    total_minor: int
    currency: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class PayoutBatchCancelled(DomainEvent, subject="payout_batch"):
    payout_batch_id: UUID


@dataclass(frozen=True, slots=True)
class PayoutBatchDone(DomainEvent, subject="payout_batch"):
    """Every payout of the batch reached its wallet."""

    payout_batch_id: UUID


@dataclass(frozen=True, slots=True)
class RailStatementImported(DomainEvent, subject="rail_statement"):
    """A rail's own statement was brought in; its fees are booked."""

    rail_statement_id: UUID
    rail: str
    lines: int
    new_lines: int
    fees_minor: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class PayoutAttempted(DomainEvent, subject="payout"):
    """An attempt is on record; the rail is asked next."""

    payout_id: UUID
    attempt_id: UUID
    workshop_id: UUID
    rail: str


@dataclass(frozen=True, slots=True)
class PayoutPaid(DomainEvent, subject="payout"):
    payout_id: UUID
    attempt_id: UUID | None
    workshop_id: UUID
    payee_id: UUID
    amount_minor: int
    currency: str
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class PayoutFailed(DomainEvent, subject="payout"):
    """Proven not paid; the money is payable to the workshop again."""

    payout_id: UUID
    attempt_id: UUID | None
    workshop_id: UUID
    amount_minor: int
    currency: str
    code: str


@dataclass(frozen=True, slots=True)
class PayoutStuck(DomainEvent, subject="payout"):
    """Nobody knows yet whether this payout arrived (``unknown``), or people must look (``review``)."""

    payout_id: UUID
    attempt_id: UUID | None
    workshop_id: UUID
    amount_minor: int
    currency: str
    state: str
    code: str


@dataclass(frozen=True, slots=True)
class PayoutConflict(DomainEvent, subject="payout"):
    """The rail contradicts what was settled before (a late success, another receipt). Nothing is undone by it."""

    payout_id: UUID
    attempt_id: UUID
    workshop_id: UUID
    known: str
    told: str
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class PayoutRetried(DomainEvent, subject="payout"):
    payout_id: UUID
    workshop_id: UUID
    amount_minor: int
    currency: str
