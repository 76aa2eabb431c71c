"""What ``kiwanda audit`` proves about production orders and plans."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from kiwanda.core.audit import check
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.planning.models import Allocation, Peg, PlanRun, ProductionOrder, Scenario
from kiwanda.factory.planning.queries import with_pegged


@check("No production order promises more pieces to buyers than it makes.")
def pegs_within_orders() -> Iterator[str]:
    for order in with_pegged(ProductionOrder.objects.exclude(state="cancelled")).filter(pegged__gt=F("quantity")):
        yield f"{order.code} makes {order.quantity} pieces and {order.pegged} are pegged to order lines"


@check("Every line in production is pegged in full, and no line for more than it wants.")
def lines_pegged() -> Iterator[str]:
    live = Q(pegs__production_order__state__in=["open", "done"])
    lines = OrderLine.objects.annotate(pegged=Coalesce(Sum("pegs__quantity", filter=live), 0)).order_by("pk")
    for line in lines.filter(state="in_production").exclude(pegged=F("quantity")):
        yield f"order line {line.pk} in production wants {line.quantity} pieces, {line.pegged} are pegged"
    for line in lines.filter(pegged__gt=F("quantity")).exclude(state="in_production"):
        yield f"order line {line.pk} ({line.state}) wants {line.quantity} pieces, {line.pegged} are pegged"


@check("No pieces are pegged to a cancelled line that nothing was shipped for.")
def cancelled_lines_let_go() -> Iterator[str]:
    pegs = Peg.objects.filter(
        line__state="cancelled", production_order__state__in=["open", "done"], quantity__gt=F("line__shipped_quantity")
    )
    for peg in pegs.select_related("production_order"):
        yield f"{peg.production_order.code} still makes {peg.quantity} pieces for cancelled line {peg.line_id}"


@check("Only the published plan has lots waiting to be offered, and only for open production orders.")
def tentative_lots() -> Iterator[str]:
    stray = Allocation.objects.filter(state="tentative").exclude(plan_run__state="published")
    for row in stray.values("plan_run__number", "plan_run__state").annotate(lots=Count("pk")).order_by():
        yield f"plan {row['plan_run__number']} is {row['plan_run__state']} and has {row['lots']} lots waiting"
    for lot in Allocation.objects.filter(state="tentative").exclude(production_order__state="open").select_related(
        "production_order"
    ):
        yield f"a lot of {lot.production_order.state} order {lot.production_order.code} waits to be offered"


@check("No plan run stands in the middle: proposals have results, published plans a day, failures a reason.")
def plan_runs_whole() -> Iterator[str]:
    for run in PlanRun.objects.filter(state__in=["proposed", "published", "superseded"], finished_at=None):
        yield f"plan {run.number} is {run.state} without having finished"
    for run in PlanRun.objects.filter(state__in=["published", "superseded"], published_at=None):
        yield f"plan {run.number} is {run.state} without a day of publication"
    for run in PlanRun.objects.filter(state="failed", message=""):
        yield f"plan {run.number} failed without saying why"
    for run in PlanRun.objects.filter(state__in=["queued", "running"], allocations__isnull=False).distinct():
        yield f"plan {run.number} is {run.state} and already has lots"


@check("No what-if stands in the middle: answers have both plans, failures a reason, drafts no answer.")
def scenarios_whole() -> Iterator[str]:
    for row in Scenario.objects.filter(state="ready").only("number", "base", "result"):
        if not row.base or not row.result:
            yield f"what-if {row.number} is ready without both of its plans"
    for row in Scenario.objects.filter(state="failed", message=""):
        yield f"what-if {row.number} failed without saying why"
    for row in Scenario.objects.filter(state="draft").only("number", "base", "result"):
        if row.base or row.result:
            yield f"what-if {row.number} is a draft and still has the answer to another question"
