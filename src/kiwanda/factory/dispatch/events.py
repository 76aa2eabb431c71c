"""What happened to offers and work orders. Notes of people stay on the rows: the log holds no free text about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class WaveSent(DomainEvent, subject="plan_run"):
    """A plan's next lots went out as offers. ``dropped`` lots were no longer needed, ``waiting`` ones follow later."""

    plan_run_id: UUID
    until: date
    offers: int
    pieces: int
    dropped: int
    waiting: int


@dataclass(frozen=True, slots=True)
class OfferSent(DomainEvent, subject="offer"):
    """``replaces_offer_id``: the offer another workshop did not take."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    piece_rate_minor: int
    currency: str
    start_on: date
    due_on: date
    expires_at: datetime
    wave: int
    replaces_offer_id: UUID | None


@dataclass(frozen=True, slots=True)
class OfferAccepted(DomainEvent, subject="offer"):
    """The offer became a work order of ``quantity`` pieces; ``remainder`` pieces of it were not taken (a counter)."""

    offer_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    piece_rate_minor: int
    currency: str
    start_on: date
    due_on: date
    countered: bool
    remainder: int


@dataclass(frozen=True, slots=True)
class OfferDeclined(DomainEvent, subject="offer"):
    """``reason`` is one of the codes in ``DECLINE_REASONS``."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class OfferCountered(DomainEvent, subject="offer"):
    """The workshop would take ``counter_quantity`` pieces and/or hand them in by ``counter_due_on``."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    due_on: date
    counter_quantity: int | None
    counter_due_on: date | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CounterRefused(DomainEvent, subject="offer"):
    """Staff did not agree to the workshop's terms: the offer is closed as declined."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class OfferExpired(DomainEvent, subject="offer"):
    """Nobody answered in time: the workshop, or staff where ``countered``."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    countered: bool


@dataclass(frozen=True, slots=True)
class OfferWithdrawn(DomainEvent, subject="offer"):
    """Taken back before an answer. ``reoffer``: the work is still to be done by somebody else."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    reoffer: bool


@dataclass(frozen=True, slots=True)
class OfferedElsewhere(DomainEvent, subject="offer"):
    """Work of offer ``offer_id`` that was not taken went to other workshops. ``unfilled`` pieces found nobody."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    new_offer_ids: list[UUID]
    quantity: int
    unfilled: int


@dataclass(frozen=True, slots=True)
class WorkUnfilled(DomainEvent, subject="offer"):
    """No capable workshop has the hours: ``quantity`` pieces are open until the next plan."""

    offer_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class WorkOrderClosed(DomainEvent, subject="work_order"):
    """Every piece is accepted, rejected or short. ``state``: ``done``, or ``cancelled`` where nothing came of it.

    ``lost_quantity`` of the short pieces had been made; the operations before them make theirs again. ``by_staff``:
    closed before every piece was in. ``on_time``: the workshop handed the last piece in by the due day.
    ``reassigned``: what was open went to other workshops (:class:`WorkReassigned` tells of it).
    """

    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    state: str
    quantity: int
    accepted_quantity: int
    rejected_quantity: int
    short_quantity: int
    lost_quantity: int
    by_staff: bool
    on_time: bool
    reassigned: bool = False


@dataclass(frozen=True, slots=True)
class WorkTrimmed(DomainEvent, subject="work_order"):
    """``quantity`` pieces less: too many of the parts they need were rejected, and the order can do without them."""

    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    left_quantity: int


@dataclass(frozen=True, slots=True)
class WorkDueMoved(DomainEvent, subject="work_order"):
    """Accepted work of ``quantity`` pieces is due later than before, by nobody's fault in the workshop.

    ``reason`` is a code of ``DUE_REASONS``; ``missing_quantity`` pieces still wait for parts or material.
    """

    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    missing_quantity: int
    was_due_on: date
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class WorkReassigned(DomainEvent, subject="reassignment"):
    """``quantity`` accepted pieces that were not made yet went from one workshop to others, by its own offers.

    ``kept_quantity`` pieces stay with the workshop: made, handed in or inspected. ``reason`` is a code of
    ``REASSIGN_REASONS``.
    """

    reassignment_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    kept_quantity: int
    reason: str
    new_offer_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class ReassignmentContested(DomainEvent, subject="reassignment"):
    """The workshop says that the work should have stayed with it."""

    reassignment_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class ReassignmentAnswered(DomainEvent, subject="reassignment"):
    """Staff answered: ``given_back`` pieces are offered to the workshop again, 0 where the taking back stands."""

    reassignment_id: UUID
    work_order_id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    given_back: int
