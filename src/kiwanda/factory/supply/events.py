"""What supply tells. Quantities are decimals in the material's unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class MaterialLotReceived(DomainEvent, subject="material_lot"):
    material_lot_id: UUID
    material: str
    hub_id: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class MaterialIssued(DomainEvent, subject="work_order"):
    """The kit of a work order left the store. ``parts``: ``{"issue_id", "lot_id", "material", "quantity"}`` each."""

    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    parts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class MaterialConfirmed(DomainEvent, subject="issue"):
    """Both sides agree on what arrived (``lost_quantity`` went missing on the way)."""

    issue_id: UUID
    work_order_id: UUID
    workshop_id: UUID
    material: str
    received_quantity: Decimal
    lost_quantity: Decimal


@dataclass(frozen=True, slots=True)
class MaterialDisputed(DomainEvent, subject="issue"):
    """The workshop got another amount than was given out."""

    issue_id: UUID
    work_order_id: UUID
    workshop_id: UUID
    material: str
    quantity: Decimal
    received_quantity: Decimal


@dataclass(frozen=True, slots=True)
class MaterialReturned(DomainEvent, subject="issue"):
    issue_id: UUID
    work_order_id: UUID
    workshop_id: UUID
    material_lot_id: UUID
    material: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class StockAdjusted(DomainEvent, subject="material_lot"):
    """A count found another amount (``kind`` adjust), or material was scrapped."""

    material_lot_id: UUID
    material: str
    kind: str
    change: Decimal
    remaining: Decimal
