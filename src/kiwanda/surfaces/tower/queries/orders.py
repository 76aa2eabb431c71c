"""Orders as the tower shows them: pieces by stage, what was promised, what the plan forecasts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.demand.models import OrderLine, Promise, SalesOrder
from kiwanda.factory.demand.order_life import LIVE
from kiwanda.factory.logistics.models import Shipment
from kiwanda.factory.planning.models import Peg, ProductionOrder
from kiwanda.surfaces.tower.queries.promises import why_no_promise
from kiwanda.surfaces.tower.queries.stages import Counts, Standing, add, standing

#: Columns the list can be sorted by.
SORTS = {
    "due": "due_on",
    "number": "number",
    "ordered": "ordered_at",
    "pieces": "pieces",
    "forecast": "forecast_on",
}
#: Lines that are to be made or were.
COUNTED = ~Q(lines__state__in=["cancelled", "ignored", "history"])


@dataclass(slots=True)
class OrderRow:
    """One order in the list. ``state``: on_time, at_risk, late, waiting, fulfilled or cancelled."""

    order: SalesOrder
    pieces: int
    stages: Counts
    due_on: date | None
    promised_on: date | None
    forecast_on: date | None
    waiting_lines: int
    state: str
    currency: str
    value_minor: int


def listed(
    actor: Actor, *, show: str = "open", text: str = "", channel: str = "", sku: str = "", sort: str = "due"
) -> QuerySet[SalesOrder]:
    """Orders for the list: of a state, late ones, those that wait for a mapping; searched and sorted."""
    rows = demand.orders(actor).filter(is_history=False).select_related("channel")
    if show in ("open", "fulfilled", "cancelled"):
        rows = rows.filter(state=show)
    elif show in ("late", "unmapped"):
        rows = rows.filter(state="open")
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(external_id__icontains=text) | Q(country__icontains=text))
    if channel:
        rows = rows.filter(channel_id=channel)
    if sku:
        rows = rows.filter(pk__in=OrderLine.objects.filter(variant__sku=sku).values("order_id"))
    making = Peg.objects.filter(line__order=OuterRef("pk"), production_order__state="open").order_by()
    forecast = making.values("line__order").annotate(last=Max("production_order__forecast_on")).values("last")
    rows = rows.annotate(
        pieces=Coalesce(Sum("lines__quantity", filter=COUNTED), 0),
        value_minor=Coalesce(Sum(F("lines__unit_price_minor") * F("lines__quantity_units"), filter=COUNTED), 0),
        waiting_lines=Count("lines", filter=Q(lines__state="unmapped")),
        due_on=Min("lines__due_on", filter=Q(lines__state__in=LIVE)),
        forecast_on=Subquery(forecast),
    )
    if show == "late":
        late = Peg.objects.filter(
            line__state__in=LIVE, production_order__state="open", production_order__forecast_on__gt=F("line__due_on")
        )
        rows = rows.filter(pk__in=late.values("line__order_id"))
    if show == "unmapped":
        rows = rows.filter(waiting_lines__gt=0)
    name = SORTS.get(sort.lstrip("-"), "due_on")
    column: Any = F(name).desc(nulls_last=True) if sort.startswith("-") else F(name).asc(nulls_last=True)
    return rows.order_by(column, "number", "pk")


def order_rows(actor: Actor, orders: list[Any]) -> list[OrderRow]:
    """The rows of one page of :func:`listed`. A fixed number of queries."""
    lines: dict[UUID, list[OrderLine]] = defaultdict(list)
    for line in demand.lines(actor).filter(order__in=orders):
        lines[line.order_id].append(line)
    every = [line for found in lines.values() for line in found]
    known = standing(actor, [line.pk for line in every])
    promises = demand.latest_promises([line.pk for line in every])
    return [_row(order, lines[order.pk], known, promises) for order in orders]


def _row(order: Any, lines: list[OrderLine], known: Standing, promises: dict[UUID, Promise]) -> OrderRow:
    live = [line for line in lines if line.state in LIVE]
    stages: Counts = {}
    for line in lines:
        add(stages, line_stages(line, known))
    promised = [promised_on(line, promises) for line in live]
    states = [line_state(line, known, promises) for line in live]
    state = order.state
    if order.state == "open":
        state = next((name for name in ("late", "waiting", "at_risk") if name in states), "on_time")
    forecasts = [known.forecast.get(line.pk) for line in live if line.state == "in_production"]
    return OrderRow(
        order=order,
        pieces=order.pieces,
        stages=stages,
        due_on=order.due_on,
        promised_on=max(promised, default=None),
        forecast_on=max((on for on in forecasts if on), default=None) if all(forecasts) else None,
        waiting_lines=order.waiting_lines,
        state=state,
        currency=order.currency,
        value_minor=order.value_minor,
    )


def line_stages(line: OrderLine, known: Standing) -> Counts:
    """A line's pieces by stage. Pieces in no production order yet are open; what left before is shipped."""
    if line.state in ("cancelled", "ignored", "history"):
        return {}
    counts = dict(known.by_line.get(line.pk, {}))
    missing = line.quantity - sum(counts.values())
    if line.state == "fulfilled":
        counts["shipped"] = counts.get("shipped", 0) + max(0, missing)
    elif missing > 0:
        counts["open"] = counts.get("open", 0) + missing
    return counts


def promised_on(line: OrderLine, promises: dict[UUID, Promise]) -> date:
    """What the buyer was told last, or the day asked for."""
    promise = promises.get(line.pk)
    return promise.promised_on if promise else line.due_on


def line_state(line: OrderLine, known: Standing, promises: dict[UUID, Promise]) -> str:
    """``waiting`` for a mapping; ``late`` by forecast, or made and not sent by the promised day; ``at_risk`` without a
    forecast; else ``on_time``."""
    if line.state == "unmapped":
        return "waiting"
    if line.state not in ("open", "in_production"):
        return line.state
    stages = known.by_line.get(line.pk, {})
    if stages and sum(stages.get(stage, 0) for stage in ("inspected", "packed", "shipped")) >= line.quantity:
        sent = stages.get("shipped", 0) >= line.quantity
        return "on_time" if sent or clock.today() <= promised_on(line, promises) else "late"
    forecast = known.forecast.get(line.pk)
    if forecast is None:
        return "at_risk"
    return "late" if forecast > promised_on(line, promises) else "on_time"


@dataclass(slots=True)
class LineRow:
    """One line on the order's page."""

    line: OrderLine
    stages: Counts
    promise: Promise | None
    promised_on: date
    forecast_on: date | None
    state: str
    making: list[ProductionOrder] = field(default_factory=list)
    no_promise: str = ""


@dataclass(slots=True)
class OrderPage:
    """Everything on one order's page."""

    order: SalesOrder
    lines: list[LineRow]
    stages: Counts
    shipments: list[Shipment]
    pieces: int
    value_minor: int


def order_page(actor: Actor, order: SalesOrder) -> OrderPage:
    """Lines with their stages, promises and production orders; shipments that carry pieces of it."""
    lines = list(demand.lines(actor).filter(order=order).select_related("variant__style").order_by("due_on", "pk"))
    known = standing(actor, [line.pk for line in lines])
    promises = demand.latest_promises([line.pk for line in lines])
    ids = {pk for found in known.production_orders.values() for pk in found}
    making = ProductionOrder.objects.in_bulk(ids)
    total: Counts = {}
    rows = []
    for line in lines:
        stages = line_stages(line, known)
        add(total, stages)
        rows.append(
            LineRow(
                line=line,
                stages=stages,
                promise=promises.get(line.pk),
                promised_on=promised_on(line, promises),
                forecast_on=known.forecast.get(line.pk),
                state=line_state(line, known, promises),
                making=[making[pk] for pk in known.production_orders.get(line.pk, [])],
                no_promise=" ".join(why_no_promise(line)[:2]) if line.pk not in promises else "",
            )
        )
    shipments = list(
        Shipment.objects.filter(cartons__pieces__line__order=order).distinct().order_by("-created_at")[:20]
    )
    counted = [line for line in lines if line.state not in ("cancelled", "ignored", "history")]
    return OrderPage(
        order=order,
        lines=rows,
        stages=total,
        shipments=shipments,
        pieces=sum(line.quantity for line in counted),
        value_minor=sum(line.unit_price_minor * line.quantity_units for line in counted),
    )


def show_counts(actor: Actor) -> dict[str, int]:
    """How many orders each chip of the list leads to."""
    rows = demand.orders(actor).filter(is_history=False).order_by()
    counts = dict(rows.values_list("state").annotate(n=Count("pk")))
    counts["late"] = listed(actor, show="late").order_by().count()
    counts["unmapped"] = rows.filter(state="open", lines__state="unmapped").values("pk").distinct().count()
    return counts
