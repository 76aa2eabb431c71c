"""What planning shows, scoped by who asks: staff see plans, artisans see offers (dispatch), never plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.core.actors import Actor, Role
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.planning.models import Allocation, Peg, PlanRun, ProductionOrder, Scenario


def _sees(actor: Actor) -> bool:
    return actor.is_staff or actor.has(Role.SYSTEM)


def plan_runs(actor: Actor) -> QuerySet[PlanRun]:
    """Plan runs, newest first."""
    runs = PlanRun.objects.all()
    return runs if _sees(actor) else runs.none()


def plan_run(actor: Actor, plan_run_id: UUID) -> PlanRun:
    """One plan run, or :class:`NotFound`."""
    found = plan_runs(actor).filter(pk=plan_run_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="plan")
    return found


def published_plan(actor: Actor) -> PlanRun | None:
    """The plan in force."""
    return plan_runs(actor).filter(state="published").first()


def scenarios(actor: Actor) -> QuerySet[Scenario]:
    """What-ifs, newest first; without their answers, which are large and fetched when asked for."""
    found = Scenario.objects.defer("base", "result")
    return found if _sees(actor) else found.none()


def scenario(actor: Actor, scenario_id: UUID) -> Scenario:
    """One what-if, or :class:`NotFound`."""
    found = scenarios(actor).filter(pk=scenario_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="scenario")
    return found


def production_orders(actor: Actor) -> QuerySet[ProductionOrder]:
    """Production orders by due day."""
    orders = ProductionOrder.objects.all()
    return orders if _sees(actor) else orders.none()


def production_order(actor: Actor, production_order_id: UUID) -> ProductionOrder:
    """One production order, or :class:`NotFound`."""
    found = production_orders(actor).filter(pk=production_order_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="production order")
    return found


def late_orders(actor: Actor) -> QuerySet[ProductionOrder]:
    """Open production orders that the plan in force finishes after their due day, or not at all; the latest first."""
    orders = production_orders(actor).filter(state="open").exclude(forecast_on__lte=F("due_on"))
    return orders.order_by(F("forecast_on").desc(nulls_first=True), "due_on")


def allocations(actor: Actor, plan_run_id: UUID) -> QuerySet[Allocation]:
    """The lots of one plan with what they are of."""
    lots = Allocation.objects.filter(plan_run=plan_run_id).select_related("production_order", "operation", "workshop")
    return lots.order_by("start_on", "workshop__code") if _sees(actor) else lots.none()


def with_pegged(orders: QuerySet[ProductionOrder]) -> QuerySet[Any]:
    """``orders`` annotated with ``pegged``: how many of their pieces have a buyer."""
    pegged = (
        Peg.objects.filter(production_order=OuterRef("pk"))
        .values("production_order")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    return orders.annotate(pegged=Coalesce(Subquery(pegged), 0, output_field=IntegerField()))
