"""What happened in planning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiwanda.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class DemandReleased(DomainEvent, subject="production_order"):
    """Order lines became a production order. ``lines`` holds ``[line id, pieces]`` pairs: its pegs."""

    production_order_id: UUID
    code: str
    variant_id: UUID
    tech_pack_id: UUID
    quantity: int
    due_on: date
    lines: list[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class PiecesRepegged(DomainEvent, subject="production_order"):
    """Pieces without a buyer (their line was cancelled) were given to other lines."""

    production_order_id: UUID
    variant_id: UUID
    lines: list[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class ProductionOrderReduced(DomainEvent, subject="production_order"):
    """A line was cancelled; ``quantity`` pieces are still made, ``unpegged`` of the cancelled ones among them."""

    production_order_id: UUID
    line_id: UUID
    quantity: int
    unpegged: int


@dataclass(frozen=True, slots=True)
class ProductionOrderCancelled(DomainEvent, subject="production_order"):
    """``line_ids``: the order lines that are open again."""

    production_order_id: UUID
    quantity: int
    reason: str
    line_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class ProductionOrderDone(DomainEvent, subject="production_order"):
    """Every piece was accepted at the last operation."""

    production_order_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class PlanRequested(DomainEvent, subject="plan_run"):
    plan_run_id: UUID
    number: int
    start_on: date
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlanStarted(DomainEvent, subject="plan_run"):
    """``again``: the run was taken up once more after its worker was lost."""

    plan_run_id: UUID
    number: int
    again: bool


@dataclass(frozen=True, slots=True)
class PlanProposed(DomainEvent, subject="plan_run"):
    plan_run_id: UUID
    number: int
    lots: int
    late_orders: int
    undone: int


@dataclass(frozen=True, slots=True)
class PlanFailed(DomainEvent, subject="plan_run"):
    plan_run_id: UUID
    number: int
    message: str


@dataclass(frozen=True, slots=True)
class PlanPublished(DomainEvent, subject="plan_run"):
    plan_run_id: UUID
    number: int
    lots: int
    superseded_plan_run_id: UUID | None


@dataclass(frozen=True, slots=True)
class PlanDiscarded(DomainEvent, subject="plan_run"):
    plan_run_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class ScenarioCreated(DomainEvent, subject="scenario"):
    scenario_id: UUID
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class ScenarioChanged(DomainEvent, subject="scenario"):
    """Something was added to a what-if, or taken out again. ``kind`` names the change."""

    scenario_id: UUID
    number: int
    kind: str
    added: bool


@dataclass(frozen=True, slots=True)
class ScenarioRequested(DomainEvent, subject="scenario"):
    scenario_id: UUID
    number: int
    changes: int


@dataclass(frozen=True, slots=True)
class ScenarioStarted(DomainEvent, subject="scenario"):
    """``again``: taken up once more after its worker was lost."""

    scenario_id: UUID
    number: int
    again: bool


@dataclass(frozen=True, slots=True)
class ScenarioAnswered(DomainEvent, subject="scenario"):
    """The engine planned the factory without and with the changes. Nothing was put in force."""

    scenario_id: UUID
    number: int
    later: int
    earlier: int


@dataclass(frozen=True, slots=True)
class ScenarioFailed(DomainEvent, subject="scenario"):
    scenario_id: UUID
    number: int
    message: str


@dataclass(frozen=True, slots=True)
class ScenarioCancelled(DomainEvent, subject="scenario"):
    """A what-if that was waiting or being worked out was stopped; it is a draft again."""

    scenario_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class ScenarioDiscarded(DomainEvent, subject="scenario"):
    scenario_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class PromiseSlipped(DomainEvent, subject="line"):
    """The published plan finishes a line's pieces after the day promised to its buyer."""

    line_id: UUID
    plan_run_id: UUID
    promised_on: date
    forecast_on: date
    days_late: int


@dataclass(frozen=True, slots=True)
class LineNotPromised(DomainEvent, subject="line"):
    """No day can be promised for an order line. ``reason``: no_tech_pack, nobody_can:<technique> or beyond."""

    line_id: UUID
    order_id: UUID
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class PrioritySet(DomainEvent, subject="production_order"):
    """A day's delay of the order counts ``weight`` from the next plan on, ``factor`` times what it counted."""

    production_order_id: UUID
    weight: str
    factor: str
