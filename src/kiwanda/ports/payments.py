"""Port to mobile-money rails. Reference: docs on mobile money; *accepted* is not *paid*."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Outcome(StrEnum):
    """What is known about one attempt."""

    ACCEPTED = "accepted"
    PAID = "paid"
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PayoutRequest:
    """``attempt_id`` is the rail's idempotency key: the same id can never pay twice."""

    attempt_id: UUID
    phone: str
    amount_minor: int
    currency: str
    remark: str


@dataclass(frozen=True, slots=True)
class RailAnswer:
    """The rail's word. ``receipt_ref`` is set only when paid; ``code`` and ``message`` are the rail's own.

    ``REFUSED`` is proof that nothing left (safe to send again); ``FAILED`` is proof that it was tried and not paid;
    ``UNKNOWN`` is everything else (time-outs, garbage): only a query may settle it.
    """

    outcome: Outcome
    rail_ref: str = ""
    receipt_ref: str = ""
    code: str = ""
    message: str = ""
    amount_minor: int | None = None


class PaymentRail(Protocol):
    """A way to pay a phone number. Calls may block on the network: only jobs make them."""

    name: str
    smallest_minor: int
    largest_minor: int

    def submit(self, request: PayoutRequest) -> RailAnswer:
        """Ask for a payment. Never raises for a rail's failure: it answers ``UNKNOWN`` or ``REFUSED``."""
        ...

    def query(self, attempt_id: UUID) -> RailAnswer:
        """Ask what became of an attempt."""
        ...

    def balance_minor(self) -> int:
        """Float left at the rail, minor units of KES."""
        ...
