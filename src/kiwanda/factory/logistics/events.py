"""What logistics tells: pieces got their serials, cartons were packed, shipments left and arrived."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class PiecesSerialised(DomainEvent, subject="production_order"):
    """Accepted pieces of the last operation became serialised pieces ``first_serial … last_serial``."""

    production_order_id: UUID
    work_order_id: UUID
    inspection_id: UUID
    variant_id: UUID
    gtin: str
    first_serial: str
    last_serial: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CartonPacked(DomainEvent, subject="carton"):
    carton_id: UUID
    sscc: str
    hub_id: UUID
    quantity: int
    lines: dict[str, int]


@dataclass(frozen=True, slots=True)
class CartonUnpacked(DomainEvent, subject="carton"):
    carton_id: UUID
    sscc: str
    lines: dict[str, int]


@dataclass(frozen=True, slots=True)
class ShipmentCreated(DomainEvent, subject="shipment"):
    shipment_id: UUID
    destination: str
    carton_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class ShipmentDispatched(DomainEvent, subject="shipment"):
    """``lines`` are pieces per order line that left with it."""

    shipment_id: UUID
    carton_ids: list[UUID]
    lines: dict[str, int]


@dataclass(frozen=True, slots=True)
class ShipmentDelivered(DomainEvent, subject="shipment"):
    shipment_id: UUID
    carton_ids: list[UUID]
