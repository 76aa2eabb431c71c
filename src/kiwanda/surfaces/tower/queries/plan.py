"""The plan as the tower shows it: the board, who makes what, what a proposal changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from kiwanda.core.actors import Actor
from kiwanda.factory.catalog.models import Operation, Technique
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import Hub
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder
from kiwanda.surfaces.tower.queries.stages import Counts, StepCounts, stand, steps_of


@dataclass(frozen=True, slots=True)
class Week:
    """One column: ``label`` is ISO (2026-W48), ``begins_on`` its Monday."""

    label: str
    number: int
    begins_on: date


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One technique or hub: ``cells`` are (week label, load, capacity) in hours."""

    code: str
    name: Any
    cells: list[tuple[str, float, float]]
    share: float


@dataclass(frozen=True, slots=True)
class Board:
    """Load against capacity, in hours of work."""

    weeks: list[Week]
    techniques: list[BoardRow]
    hubs: list[BoardRow]


def board(run: PlanRun) -> Board | None:
    """The board of a plan, or None where it has no summary (it failed or is not done). Two queries."""
    load = run.summary
    if not load.get("weeks"):
        return None
    weeks = [week_of(label) for label in load["weeks"]]
    techniques = Technique.objects.in_bulk()
    hubs = {hub.code: hub for hub in Hub.objects.all()}
    return Board(
        weeks,
        [_row(row, techniques.get(row["code"], row["code"]), weeks) for row in load.get("techniques", [])],
        [_row(row, getattr(hubs.get(row["code"]), "name", row["code"]), weeks) for row in load.get("hubs", [])],
    )


def weekly(board: Board) -> dict[str, Any]:
    """Hours of all techniques by week, for the chart: categories, load and capacity."""
    weeks = range(len(board.weeks))
    return {
        "categories": [board.weeks[index].begins_on for index in weeks],
        "load": [round(sum(row.cells[index][1] for row in board.techniques)) for index in weeks],
        "capacity": [round(sum(row.cells[index][2] for row in board.techniques)) for index in weeks],
    }


def week_of(label: str) -> Week:
    """``2026-W48`` → its number and Monday; ValueError for anything else."""
    year, number = label.split("-W")
    return Week(label, int(number), date.fromisocalendar(int(year), int(number), 1))


def _row(row: dict[str, Any], name: Any, weeks: list[Week]) -> BoardRow:
    cells = [
        (week.label, load / 60, capacity / 60)
        for week, load, capacity in zip(weeks, row["load"], row["capacity"], strict=True)
    ]
    capacity = sum(cell[2] for cell in cells)
    return BoardRow(row["code"], name, cells, sum(cell[1] for cell in cells) / capacity if capacity else 0.0)


def lots(
    actor: Actor, run: PlanRun, *, technique: str = "", hub: str = "", week: Week | None = None, text: str = ""
) -> QuerySet[Allocation]:
    """Lots of a plan: of one technique, hub or week, or of a workshop or production order by its code or name."""
    rows = planning.allocations(actor, run.pk).select_related(
        "production_order__variant__style", "operation__technique", "workshop__hub"
    )
    if technique:
        rows = rows.filter(operation__technique_id=technique)
    if hub:
        rows = rows.filter(workshop__hub__code=hub)
    if week:
        rows = rows.filter(start_on__lt=week.begins_on + timedelta(days=7), finish_on__gte=week.begins_on)
    if text:
        rows = rows.filter(production_order__code__icontains=text) | rows.filter(workshop__trade_name__icontains=text)
    return rows


def makers(actor: Actor, run: PlanRun, limit: int = 12) -> list[Any]:
    """Workshops with the most planned minutes in ``run``: name, minutes, pieces, lots."""
    return list(
        planning.allocations(actor, run.pk)
        .order_by()
        .values("workshop_id", "workshop__trade_name", "workshop__code")
        .annotate(total_minutes=Sum("minutes"), pieces=Sum("quantity"), lot_count=Count("pk"))
        .order_by("-total_minutes")[:limit]
    )


@dataclass(slots=True)
class StepRow:
    """One operation of a production order with the people at work on it."""

    operation: Operation
    counts: StepCounts
    offers: list[Offer]
    work_orders: list[WorkOrder]
    lots: list[Allocation]
    open_quantity: int = 0
    """Pieces of this operation that nobody makes or is asked to make (the books of planning)."""


@dataclass(slots=True)
class MakingPage:
    """Everything on a production order's page."""

    order: ProductionOrder
    stages: Counts
    steps: list[StepRow]
    lines: list[tuple[OrderLine, int]]


def making_page(actor: Actor, production_order_id: UUID) -> MakingPage | None:
    """A production order step by step, and whom its pieces are for."""
    order = (
        planning.production_orders(actor)
        .select_related("variant__style", "tech_pack")
        .filter(pk=production_order_id)
        .first()
    )
    if order is None:
        return None
    steps = steps_of(actor, [order])[order.pk]
    rows = {operation.pk: StepRow(operation, counts, [], [], []) for operation, counts in steps}
    for offer in dispatch.offers(actor).filter(production_order=order).select_related("workshop"):
        # Answered offers stay for a while as the story of how the work found its maker.
        rows[offer.operation_id].offers.append(offer)
    for work_order in dispatch.work_orders(actor).filter(production_order=order).select_related("workshop"):
        rows[work_order.operation_id].work_orders.append(work_order)
    planned = Allocation.objects.filter(production_order=order, state="tentative").select_related("workshop")
    for lot in planned.order_by("start_on"):
        rows[lot.operation_id].lots.append(lot)
    if order.state == "open":
        books = load_books([order.pk])
        for row in rows.values():
            row.open_quantity = books[order.pk, row.operation.pk].open
    pegs = order.pegs.select_related("line__order").order_by("line__due_on")
    return MakingPage(
        order,
        stand(order.quantity, [counts for _, counts in steps]),
        list(rows.values()),
        [(peg.line, peg.quantity) for peg in pegs],
    )
