"""The port to a licensed lender. Lending needs a licence in Kenya; the house has none and binds no adapter by default.

Bound as ``KIWANDA_ADAPTERS["lending"]``, the lender sets its own terms within the house's ceilings, pays the artisan
itself, and is paid back what the house withholds from earnings.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class LoanOutcome(StrEnum):
    """What is known of a loan: ``UNKNOWN`` is asked about again, never sent anew under another id."""

    PAID = "paid"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """One disclosed fee in minor units, once; no interest beside it."""

    fee_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class LoanRequest:
    """``loan_id`` is the house's id and the lender's idempotency key; ``phone`` receives the money."""

    loan_id: UUID
    amount_minor: int
    fee_minor: int
    currency: str
    phone: str


@dataclass(frozen=True, slots=True)
class LoanAnswer:
    outcome: LoanOutcome
    reference: str = ""
    message: str = ""


class LicensedLender(Protocol):
    """A lender with a licence. ``name`` is a short code (it names the ledger account), ``licence`` its number."""

    name: str
    licence: str

    def terms(self, amount_minor: int, currency: str) -> LoanTerms | None:
        """The one fee of a loan, or None when the lender gives none of this size."""

    def pay_out(self, request: LoanRequest) -> LoanAnswer:
        """Pay the artisan; the same ``loan_id`` again gives the first answer."""
