"""Work in progress, as planning needs to know it. Dispatch is downstream: it registers itself here, planning asks.

The pieces' books (docs/architecture.md §4.3): ``needed = order quantity + pieces lost at every operation downstream``,
``open = needed − accepted − in live work orders − in live offers``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

ACCEPTED = "accepted"
WAITING = "waiting"
WORKING = "working"
OFFERED = "offered"


class Commitment(NamedTuple):
    """Good pieces of one operation that a workshop has made, is making or is asked to make.

    ``kind``: ``accepted`` (inspected, lying at its hub or drawn by the next operation), ``waiting`` (made, on the way
    to inspection), ``working`` (in a live work order), ``offered`` (in a live offer). ``unmade_quantity`` of them still
    take the workshop's time, from ``start_on`` to ``due_on``.
    """

    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    kind: str
    quantity: int
    unmade_quantity: int
    start_on: date | None
    due_on: date | None


class WorkInProgress(Protocol):
    """What dispatch tells planning. ``production_order_ids=None`` asks about every open production order."""

    def commitments(self, production_order_ids: Collection[UUID] | None = None) -> Iterable[Commitment]:
        """Everything made, being made or asked for."""

    def losses(self, production_order_ids: Collection[UUID] | None = None) -> Mapping[tuple[UUID, UUID], int]:
        """Pieces rejected or lost, by (production order, operation): each took a piece of every step before it."""

    def losses_by_technique(self, since: datetime) -> Mapping[str, tuple[int, int]]:
        """Pieces rejected or lost in work heard of since then, and these with the accepted ones, by technique."""

    def incomes(self, since: datetime) -> Mapping[UUID, int]:
        """Pay in minor units by workshop: accepted pieces of work closed since then, and live work in full."""

    def live_work_orders(self, production_order_id: UUID) -> int:
        """How many work orders of this production order are still open."""

    def accepted_quantity(self, production_order_id: UUID, operation_id: UUID) -> int:
        """Pieces of one operation that passed inspection."""


class NothingInProgress:
    """The factory before its first offer; also planning on its own, without dispatch."""

    def commitments(self, production_order_ids: Collection[UUID] | None = None) -> Iterable[Commitment]:
        return ()

    def losses(self, production_order_ids: Collection[UUID] | None = None) -> Mapping[tuple[UUID, UUID], int]:
        return {}

    def losses_by_technique(self, since: datetime) -> Mapping[str, tuple[int, int]]:
        return {}

    def incomes(self, since: datetime) -> Mapping[UUID, int]:
        return {}

    def live_work_orders(self, production_order_id: UUID) -> int:
        return 0

    def accepted_quantity(self, production_order_id: UUID, operation_id: UUID) -> int:
        return 0


_provider: WorkInProgress = NothingInProgress()


def register_provider(provider: WorkInProgress) -> None:
    """Tell planning who knows about work in progress (dispatch does, when the apps are ready)."""
    global _provider
    _provider = provider


def work_in_progress() -> WorkInProgress:
    """Whoever was registered last."""
    return _provider
