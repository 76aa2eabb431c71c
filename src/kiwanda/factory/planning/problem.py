"""The engine's question, built from the database: open production orders, work in progress, capacity.

Reads columns, never objects, and never asks per row: 2,300 workshops and 5,000 live work orders take under a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from kiwanda.factory.planning import in_progress
from kiwanda.factory.planning.allowance import worth_making
from kiwanda.factory.planning.capacity import Capacity, load_capacity
from kiwanda.factory.planning.filling import Filler
from kiwanda.factory.planning.in_progress import Commitment
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.routings import Step, downstream, load_routings

#: Income is compared over this many weeks.
INCOME_WEEKS = 8
#: Decent work: nobody is planned for more than 48 hours a week.
WEEK_MINUTES_CAP = 2880


class OrderRow(NamedTuple):
    """An open production order; in a question ``quantity`` is what is planned for, allowance included."""

    id: UUID
    code: str
    tech_pack_id: UUID
    quantity: int
    release_on: date
    due_on: date
    weight: float
    allowance: int = 0


@dataclass(frozen=True)
class Question:
    """The problem as the engine's file format (``kiwanda-problem/1``) and what its ids stand for (they are UUIDs)."""

    data: dict[str, Any]
    capacity: Capacity
    orders: dict[UUID, OrderRow]
    steps: dict[UUID, Step]


def load_question(start_on: date, days: int, now: datetime) -> Question:
    """Read everything and build the problem for ``days`` days from ``start_on``."""
    orders = [
        OrderRow(*row[:-2], float(row[-2]), row[-1])
        for row in ProductionOrder.objects.filter(state="open").order_by("due_on", "code").values_list(
            "id", "code", "tech_pack_id", "quantity", "release_on", "due_on", "weight", "allowance"
        )
    ]
    routings = load_routings({order.tech_pack_id for order in orders})
    capacity = load_capacity(start_on, days)
    work = in_progress.work_in_progress()
    commitments = list(work.commitments())
    losses = work.losses()
    incomes = work.incomes(now - timedelta(weeks=INCOME_WEEKS))
    orders = with_allowance(orders, routings, commitments, losses)
    steps = {step.id: step for routing in routings.values() for step in routing}
    fixed, occupied = fixed_lots(orders, routings, commitments, losses, capacity)
    data = {
        "format": "kiwanda-problem/1",
        "start_on": start_on.isoformat(),
        "days": days,
        "week_minutes_cap": WEEK_MINUTES_CAP,
        "techniques": capacity.techniques,
        "hubs": capacity.hubs,
        "transfer_days": capacity.transfer_days,
        "calendars": capacity.calendars,
        "workshops": workshop_dicts(capacity, incomes, occupied),
        "orders": [order_dict(order, routings[order.tech_pack_id], start_on) for order in orders],
        "fixed": fixed,
    }
    return Question(data, capacity, {order.id: order for order in orders}, steps)


def with_allowance(
    orders: Iterable[OrderRow],
    routings: dict[UUID, list[Step]],
    commitments: Iterable[Commitment],
    losses: Any,
) -> list[OrderRow]:
    """``orders`` with the quantities to plan for: what buyers want and what is still worth making of the allowance."""
    given_out: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for item in commitments:
        given_out[item.production_order_id, item.operation_id] += item.quantity
    return [
        order._replace(
            quantity=order.quantity
            + worth_making(
                order.id, order.quantity, order.allowance, routings[order.tech_pack_id], given_out, losses
            )
        )
        for order in orders
    ]


def workshop_dicts(capacity: Capacity, incomes: Any, occupied: set[UUID]) -> list[dict[str, Any]]:
    """Workshops that work; paused ones only where they still have work, and then without capabilities."""
    rows = []
    for row in capacity.workshops:
        if not row.works and row.id not in occupied:
            continue
        rows.append(
            {
                "id": str(row.id),
                "hub": row.hub,
                "calendar": row.calendar,
                "capacity_factor": row.capacity_factor,
                "off_days": sorted(capacity.off_days.get(row.id, ())),
                "income_to_date": incomes.get(row.id, 0),
                "target_weekly_income": row.target_minor,
                "on_time": row.on_time,
                "acceptance": row.acceptance,
                "capabilities": [
                    {"technique": skill.technique, "speed": skill.speed, "yield": skill.yield_share}
                    | ({"max_lot": skill.max_lot} if skill.max_lot is not None else {})
                    for skill in (capacity.skills.get(row.id, ()) if row.works else ())
                ],
            }
        )
    return rows


def order_dict(order: OrderRow, steps: Sequence[Step], start_on: date) -> dict[str, Any]:
    """One production order with its routing."""
    return {
        "id": str(order.id),
        "quantity": order.quantity,
        "release_day": max(0, (order.release_on - start_on).days),
        "due_day": (order.due_on - start_on).days,
        "weight": order.weight,
        "operations": [
            {
                "id": str(step.id),
                "technique": step.technique,
                "minutes": step.minutes,
                "piece_rate": step.piece_rate_minor,
                "after": [str(source) for source in step.after],
                "min_lot": step.min_lot,
                "max_lot": step.max_lot,
            }
            for step in steps
        ],
    }


def fixed_lots(
    orders: Iterable[OrderRow],
    routings: dict[UUID, list[Step]],
    commitments: Iterable[Commitment],
    losses: Any,
    capacity: Capacity,
) -> tuple[list[dict[str, Any]], set[UUID]]:
    """Work in progress as the engine's fixed lots, and the workshops it stands at.

    Accepted pieces are counted less those lost downstream, so that every operation's lots add up to the order's
    quantity. What exceeds it (a buyer cancelled, an appeal was granted) is left out, the least certain pieces first.
    """
    grouped: dict[tuple[UUID, UUID], list[Commitment]] = defaultdict(list)
    for item in commitments:
        if item.workshop_id in capacity.place:
            grouped[item.production_order_id, item.operation_id].append(item)
    filler = Filler(capacity, WEEK_MINUTES_CAP)
    made: list[dict[str, Any]] = []
    running: list[tuple[Commitment, int, Step]] = []
    for order in orders:
        steps = routings[order.tech_pack_id]
        later = downstream(steps)
        for step in steps:
            items = grouped.get((order.id, step.id))
            if not items:
                continue
            lost = sum(losses.get((order.id, key), 0) for key in later[step.id])
            left = order.quantity
            for item, quantity in net(items, lost):
                quantity = min(quantity, left)
                left -= quantity
                if quantity <= 0:
                    continue
                if item.kind == in_progress.ACCEPTED:
                    made.append(_lot(item, quantity, -1, -1, []))
                else:
                    running.append((item, quantity, step))
    # Earlier due work takes its hours first.
    running.sort(key=lambda row: (row[0].due_on or capacity.start_on, row[0].workshop_id.bytes))
    lots = made
    for item, quantity, step in running:
        minutes = min(quantity, item.unmade_quantity) * step.minutes / _rate(capacity, item.workshop_id, step.technique)
        start = max(0, capacity.day(item.start_on)) if item.start_on else 0
        due = max(start, capacity.day(item.due_on)) if item.due_on else start
        days, last = filler.fill(item.workshop_id, minutes, start)
        lots.append(_lot(item, quantity, start, max(due, last), days))
    return lots, {UUID(lot["workshop"]) for lot in lots}


def net(items: Iterable[Commitment], lost: int) -> list[tuple[Commitment, int]]:
    """``items`` from the surest to the least sure with their quantities, ``lost`` pieces taken off the surest."""
    sure = {in_progress.ACCEPTED: 0, in_progress.WAITING: 1, in_progress.WORKING: 2, in_progress.OFFERED: 3}
    result = []
    for item in sorted(items, key=lambda row: (sure[row.kind], -row.quantity, row.workshop_id.bytes)):
        taken = min(lost, item.quantity)
        lost -= taken
        result.append((item, item.quantity - taken))
    return result


def _lot(item: Commitment, quantity: int, start: int, finish: int, minutes: list[list[float]]) -> dict[str, Any]:
    return {
        "order": str(item.production_order_id),
        "operation": str(item.operation_id),
        "workshop": str(item.workshop_id),
        "quantity": quantity,
        "start_day": start,
        "finish_day": finish,
        "minutes": minutes,
    }


def _rate(capacity: Capacity, workshop_id: UUID, technique: str) -> float:
    """Good standard minutes per minute; 1 where the workshop has since given the technique up."""
    for skill in capacity.skills.get(workshop_id, ()):
        if skill.technique == technique:
            return skill.rate
    return 1.0
