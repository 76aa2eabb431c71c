"""What production tells: pieces made, handed in, counted, and passed on as parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class ProgressReported(DomainEvent, subject="work_order"):
    """``made_quantity`` pieces are made so far (absolute). A ``correction`` may lower the count."""

    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    made_quantity: int
    correction: bool


@dataclass(frozen=True, slots=True)
class HandInDeclared(DomainEvent, subject="hand_in"):
    """The workshop says it gave ``quantity`` pieces away, to a hub or to ``to_work_order_id``."""

    hand_in_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    hub_id: UUID
    to_work_order_id: UUID | None
    quantity: int
    is_rework: bool


@dataclass(frozen=True, slots=True)
class HandInReceived(DomainEvent, subject="hand_in"):
    """The receiver counted exactly what was declared."""

    hand_in_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    hub_id: UUID
    quantity: int
    received_quantity: int
    is_rework: bool


@dataclass(frozen=True, slots=True)
class HandInDisputed(DomainEvent, subject="hand_in"):
    """The receiver counted ``received_quantity``, not the ``quantity`` declared. No counter moves until it is settled.
    """

    hand_in_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    hub_id: UUID
    quantity: int
    received_quantity: int
    is_rework: bool


@dataclass(frozen=True, slots=True)
class DiscrepancySettled(DomainEvent, subject="hand_in"):
    """A disputed hand-in counts as ``received_quantity``; the ``short_quantity`` missing pieces are lost.

    This *is* the receipt: no ``HandInReceived`` follows. Pieces lost from a rework hand-in leave the rework counter.
    """

    hand_in_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    hub_id: UUID
    received_quantity: int
    short_quantity: int
    is_rework: bool


@dataclass(frozen=True, slots=True)
class ComponentsIssued(DomainEvent, subject="work_order"):
    """Accepted pieces of earlier operations went to this work order.

    ``parts`` is a list of ``{"hand_in_id", "work_order_id", "operation_id", "quantity"}``: where each part came from.
    """

    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    parts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ComponentsReturned(DomainEvent, subject="work_order"):
    """A work order closed before it used all its parts; the unused ones wait at the hub again (``parts`` as above)."""

    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    parts: list[dict[str, Any]]
