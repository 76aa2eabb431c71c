"""What billing tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class InvoiceIssued(DomainEvent, subject="invoice"):
    invoice_id: UUID
    shipment_id: UUID
    order_id: UUID
    code: str
    amount_minor: int
    currency: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PaymentReceived(DomainEvent, subject="brand_payment"):
    """``suspense_minor`` of it no invoice explains yet."""

    brand_payment_id: UUID
    channel: str
    amount_minor: int
    suspense_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentMatched(DomainEvent, subject="invoice"):
    invoice_id: UUID
    brand_payment_id: UUID
    code: str
    amount_minor: int
    left_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentReturned(DomainEvent, subject="brand_payment"):
    brand_payment_id: UUID
    amount_minor: int
    currency: str
    receipt_ref: str


@dataclass(frozen=True, slots=True)
class InvoiceReminded(DomainEvent, subject="invoice"):
    invoice_id: UUID
    code: str
    step: int
    days_late: int


@dataclass(frozen=True, slots=True)
class InvoiceContactSet(DomainEvent, subject="invoice_contact"):
    """The address itself lies in the vault under the contact's id."""

    invoice_contact_id: UUID
    channel: str
    known: bool


@dataclass(frozen=True, slots=True)
class ReminderLetterSettled(DomainEvent, subject="invoice"):
    """``state``: sent, failed or unknown."""

    invoice_id: UUID
    code: str
    step: int
    state: str
    error: str


@dataclass(frozen=True, slots=True)
class InvoiceEnded(DomainEvent, subject="invoice"):
    """``state``: credited or written_off."""

    invoice_id: UUID
    code: str
    state: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShipmentCostRecorded(DomainEvent, subject="shipment"):
    shipment_id: UUID
    kind: str
    amount_minor: int
    currency: str
