"""Planning over HTTP. Parse, call, answer. ``request.auth`` is the :class:`Actor`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from kiwanda.factory.catalog import http
from kiwanda.factory.planning import commands, queries
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder

router = Router(tags=["planning"])


class Page(Schema):
    """Which rows of a long list."""

    offset: int = 0
    limit: int = 100

    def cut(self, rows: Any) -> list[Any]:
        return list(rows[http.page(self.limit, self.offset)])


class ProductionOrderOut(Schema):
    id: UUID
    code: str
    variant_id: UUID
    tech_pack_id: UUID
    quantity: int
    release_on: date
    due_on: date
    forecast_on: date | None
    weight: Decimal
    state: str


class PlanRunOut(Schema):
    id: UUID
    number: int
    state: str
    reason: str
    start_on: date
    days: int
    seed: int
    budget_seconds: Decimal
    progress_percent: int
    message: str
    objective: dict[str, Any]
    bound: dict[str, Any]
    summary: dict[str, Any]
    requested_at: datetime
    finished_at: datetime | None
    published_at: datetime | None


class PlanDetailOut(PlanRunOut):
    order_results: list[dict[str, Any]]


class AllocationOut(Schema):
    id: UUID
    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    start_on: date
    finish_on: date
    minutes: Decimal
    state: str


class NewPlanIn(Schema):
    days: int = 56
    seed: int = 0
    budget_seconds: Decimal = Decimal(2)
    reason: str = ""


class ReasonIn(Schema):
    reason: str


class CountOut(Schema):
    count: int


@router.post("/release-demand", response=CountOut)
def release_demand(request: HttpRequest) -> dict[str, int]:
    """Turn open order lines into production orders."""
    return {"count": commands.release_demand(actor=http.caller(request), command_id=http.command_id(request))}


@router.get("/production-orders", response=list[ProductionOrderOut])
def production_orders(
    request: HttpRequest, page: Query[Page], state: str = "open", late: bool = False
) -> list[ProductionOrder]:
    """Production orders by due day; ``late``: those the plan in force finishes too late."""
    actor = http.caller(request)
    return page.cut(queries.late_orders(actor) if late else queries.production_orders(actor).filter(state=state))


@router.post("/production-orders/{production_order_id}/cancel", response=ProductionOrderOut)
def cancel_production_order(request: HttpRequest, production_order_id: UUID, body: ReasonIn) -> ProductionOrder:
    """Stop a production order before anybody works on it."""
    return commands.cancel_production_order(
        actor=http.caller(request), command_id=http.command_id(request), production_order_id=production_order_id,
        reason=body.reason,
    )


@router.get("/plans", response=list[PlanRunOut])
def plans(request: HttpRequest, page: Query[Page]) -> list[PlanRun]:
    """Plan runs, newest first."""
    return page.cut(queries.plan_runs(http.caller(request)).defer("order_results"))


@router.post("/plans", response=PlanRunOut)
def request_plan(request: HttpRequest, body: NewPlanIn) -> PlanRun:
    """Ask for a plan; poll it until it is proposed or failed."""
    return commands.request_plan(actor=http.caller(request), command_id=http.command_id(request), **body.dict())


@router.get("/plans/{plan_run_id}", response=PlanDetailOut)
def plan(request: HttpRequest, plan_run_id: UUID) -> PlanRun:
    """One plan run with what becomes of each order."""
    return queries.plan_run(http.caller(request), plan_run_id)


@router.get("/plans/{plan_run_id}/allocations", response=list[AllocationOut])
def allocations(request: HttpRequest, plan_run_id: UUID, page: Query[Page]) -> list[Allocation]:
    """The plan's lots: who makes what, when."""
    return page.cut(queries.allocations(http.caller(request), plan_run_id))


@router.post("/plans/{plan_run_id}/publish", response=PlanRunOut)
def publish_plan(request: HttpRequest, plan_run_id: UUID) -> PlanRun:
    """Put a proposed plan in force."""
    return commands.publish_plan(
        actor=http.caller(request), command_id=http.command_id(request), plan_run_id=plan_run_id
    )


@router.post("/plans/{plan_run_id}/discard", response=PlanRunOut)
def discard_plan(request: HttpRequest, plan_run_id: UUID) -> PlanRun:
    """Put a proposal aside."""
    return commands.discard_plan(
        actor=http.caller(request), command_id=http.command_id(request), plan_run_id=plan_run_id
    )
