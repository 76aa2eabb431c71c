"""Port to mobile-money rails. Reference: docs on mobile money; *accepted* is not *paid*."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

#: What people call each rail; adapters, accounts and attempts carry the short name.
RAIL_NAMES = {"daraja": "M-Pesa", "mtn_momo": "MTN MoMo", "gsma_mm": "GSMA Mobile Money", "sandbox": "Sandbox"}


class Outcome(StrEnum):
    """What is known about one attempt."""

    ACCEPTED = "accepted"
    PAID = "paid"
    FAILED = "failed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    PENDING = "pending"


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
    ``UNKNOWN`` is everything else (time-outs, garbage): only a query may settle it. ``PENDING`` says nothing new: the
    rail was asked and will answer by a post of its own. ``payee`` is the number that was paid as far as the rail shows
    it: digits, with asterisks where it is masked.
    """

    outcome: Outcome
    rail_ref: str = ""
    receipt_ref: str = ""
    code: str = ""
    message: str = ""
    amount_minor: int | None = None
    payee: str = ""


@dataclass(frozen=True, slots=True)
class RailPost:
    """A post of the rail, read: what it says about one attempt."""

    attempt_id: UUID
    answer: RailAnswer


class PostRefused(ValueError):
    """A post that is not the rail's (a wrong token), or that cannot be read; the message says which."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a rail's own statement.

    ``amount_minor`` is positive for money in, negative for money out; a line that is not ``completed`` moved nothing,
    whatever its amount. ``balance_minor`` is the account's after it, None where the layout has none. ``payee`` may hold
    asterisks. Several lines may share a receipt: a payment and its fee.
    """

    row: int
    receipt_ref: str
    completed_at: datetime
    completed: bool
    amount_minor: int
    balance_minor: int | None
    is_fee: bool
    payee: str
    details: str
    linked_ref: str = ""


@dataclass(frozen=True, slots=True)
class StatementProblem:
    """A row of a statement that could not be read, and why."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A rail's statement, oldest line first."""

    lines: tuple[StatementLine, ...]
    problems: tuple[StatementProblem, ...]


class NoStatement(ValueError):
    """A file that is no statement of the rail; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a rail can do. ``posts``: it tells results by itself; ``statements``: people can download its statement."""

    posts: bool = False
    statements: bool = False


class PaymentRail(Protocol):
    """A way to pay a phone number. Calls may block on the network: only jobs make them."""

    name: str
    capabilities: Capabilities
    smallest_minor: int
    largest_minor: int
    #: Payments are multiples of this many minor units: 100 where only whole shillings can be paid.
    unit_minor: int

    def submit(self, request: PayoutRequest) -> RailAnswer:
        """Ask for a payment. Never raises for a rail's failure: it answers ``UNKNOWN`` or ``REFUSED``."""
        ...

    def query(self, attempt_id: UUID) -> RailAnswer:
        """Ask what became of an attempt."""
        ...

    def balance_minor(self) -> int | None:
        """Float left at the rail, minor units of KES; None where the rail has not told yet."""
        ...

    def is_address(self, path: str) -> bool:
        """Whether the rail made ``path`` up itself: only then is a post kept."""
        ...

    def read_post(self, path: str, body: bytes) -> RailPost:
        """Read what came to the address the rail was given; ``path`` is the part of it that the rail made up.

        Raises :class:`PostRefused`. A rail that never posts refuses everything.
        """
        ...

    def read_statement(self, content: bytes) -> Statement:
        """Read a statement as people download it from the rail. Raises :class:`NoStatement`."""
        ...
