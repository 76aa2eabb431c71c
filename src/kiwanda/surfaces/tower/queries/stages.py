"""Where an order's pieces are: from the books of its production orders to one count per stage and order line.

A production order of several operations has pieces at several steps at once. A piece stands at the furthest stage any
of its operations has reached: for each operation we count how many pieces reached each stage or went beyond it, take
the greatest over the operations, and the differences between neighbouring stages are the pieces that stand there.
Only the last operation can bring a piece to the hub as a finished one; accepted components count as "making".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from kiwanda.core.actors import Actor
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.planning.models import Allocation, Peg, ProductionOrder
from kiwanda.factory.production import queries as production

#: Stages of one production order, the furthest first. Packing and shipping are counted per line.
FURTHEST_FIRST = ("inspected", "at_hub", "making", "accepted", "offered", "planned", "open")
Counts = dict[str, int]


@dataclass(slots=True)
class StepCounts:
    """One operation's pieces: ``done`` accepted, ``at_hub`` given away and not judged, then live work, offers, plan."""

    is_last: bool
    done: int = 0
    at_hub: int = 0
    making: int = 0
    accepted: int = 0
    offered: int = 0
    planned: int = 0

    def reached(self, total: int) -> list[int]:
        """Pieces that reached each of :data:`FURTHEST_FIRST` or went beyond, at most ``total``."""
        finished = self.done if self.is_last else 0
        at_hub = self.at_hub if self.is_last else 0
        inside = self.making if self.is_last else self.done + self.at_hub + self.making
        running = 0
        result = []
        for here in (finished, at_hub, inside, self.accepted, self.offered, self.planned):
            running += here
            result.append(min(running, total))
        return [*result, total]


def stand(total: int, steps: Iterable[StepCounts]) -> Counts:
    """Pieces per stage of a production order of ``total`` pieces; they add up to ``total``."""
    furthest = [0] * len(FURTHEST_FIRST)
    furthest[-1] = total
    for step in steps:
        furthest = [max(a, b) for a, b in zip(furthest, step.reached(total), strict=True)]
    counts: Counts = {}
    before = 0
    for stage, reached in zip(FURTHEST_FIRST, furthest, strict=True):
        counts[stage] = reached - before
        before = reached
    return counts


@dataclass(frozen=True, slots=True)
class PeggedLine:
    """Pieces of a production order that are for this line; ``packed`` and ``shipped`` of them have left the shelf."""

    line_id: UUID
    due_on: date
    quantity: int
    packed: int = 0
    shipped: int = 0

    @property
    def waiting(self) -> int:
        return max(0, self.quantity - self.packed - self.shipped)


def share_out(counts: Counts, lines: Iterable[PeggedLine]) -> dict[UUID, Counts]:
    """Give each line its pieces of one production order: whoever is due first gets the pieces that are furthest.

    Packed and shipped pieces are the line's own; they leave the ``inspected`` ones.
    """
    ordered = sorted(lines, key=lambda line: (line.due_on, line.line_id))
    left = dict(counts)
    gone = sum(line.packed + line.shipped for line in ordered)
    left["inspected"] = max(0, left.get("inspected", 0) - gone)
    shares: dict[UUID, Counts] = {}
    for line in ordered:
        share: Counts = {"packed": line.packed, "shipped": line.shipped}
        wanted = line.waiting
        for stage in FURTHEST_FIRST:
            take = min(wanted, left.get(stage, 0))
            left[stage] = left.get(stage, 0) - take
            share[stage] = take
            wanted -= take
        # The pegs may hold more than the books say (pieces lost and not yet planned again): those are open.
        share["open"] += wanted
        shares[line.line_id] = share
    return shares


def add(into: Counts, more: Mapping[str, int]) -> None:
    for stage, count in more.items():
        into[stage] = into.get(stage, 0) + count


@dataclass(slots=True)
class Standing:
    """Everything known about the pieces of some order lines. ``orders``: the production orders they are pegged to."""

    by_line: dict[UUID, Counts] = field(default_factory=dict)
    by_production_order: dict[UUID, Counts] = field(default_factory=dict)
    forecast: dict[UUID, date | None] = field(default_factory=dict)
    production_orders: dict[UUID, list[UUID]] = field(default_factory=dict)


def steps_of(actor: Actor, orders: Collection[ProductionOrder]) -> dict[UUID, list[tuple[Operation, StepCounts]]]:
    """Each production order's operations in order with their counts. Five queries for any number of orders."""
    ids = [order.pk for order in orders]
    operations: dict[UUID, list[Operation]] = defaultdict(list)
    packs = {order.tech_pack_id for order in orders}
    rows = Operation.objects.filter(tech_pack_id__in=packs).select_related("technique").order_by("sequence")
    for operation in rows:
        operations[operation.tech_pack_id].append(operation)
    found: dict[tuple[UUID, UUID], StepCounts] = {}
    result: dict[UUID, list[tuple[Operation, StepCounts]]] = {}
    for order in orders:
        steps = operations[order.tech_pack_id]
        for operation in steps:
            found[order.pk, operation.pk] = StepCounts(is_last=operation is steps[-1])
        result[order.pk] = [(operation, found[order.pk, operation.pk]) for operation in steps]
    for step, counts in _work(actor, ids):
        if (known := found.get(step)) is not None:
            known.done += counts["done"] or 0
            known.making += max(0, counts["making"] or 0)
            known.accepted += counts["accepted"] or 0
    for step, quantity in _at_hub(actor, ids):
        if (known := found.get(step)) is not None:
            known.at_hub += quantity
            known.making = max(0, known.making - quantity)
    for step, quantity in _offered(actor, ids):
        if (known := found.get(step)) is not None:
            known.offered += quantity
    for step, quantity in _planned(ids):
        if (known := found.get(step)) is not None:
            known.planned += quantity
    return result


Step = tuple[UUID, UUID]


def _work(actor: Actor, ids: list[UUID]) -> Iterable[tuple[Step, Any]]:
    open_pieces = F("quantity") - F("accepted_quantity") - F("rejected_quantity") - F("short_quantity")
    rows = (
        dispatch.work_orders(actor)
        .filter(production_order_id__in=ids)
        .order_by()
        .values("production_order_id", "operation_id")
        .annotate(
            done=Sum("accepted_quantity"),
            making=Sum(open_pieces, filter=Q(state="in_progress")),
            accepted=Sum(open_pieces, filter=Q(state="accepted")),
        )
    )
    for row in rows:
        yield (row["production_order_id"], row["operation_id"]), row


def _at_hub(actor: Actor, ids: list[UUID]) -> Iterable[tuple[Step, int]]:
    rows = (
        production.hand_ins(actor)
        .filter(
            work_order__production_order_id__in=ids,
            work_order__state__in=LIVE_WORK_ORDERS,
            state__in=["declared", "disputed", "received"],
        )
        .values_list("work_order__production_order_id", "work_order__operation_id")
        .annotate(pieces=Sum("quantity"))
    )
    for order, operation, pieces in rows:
        yield (order, operation), pieces


def _offered(actor: Actor, ids: list[UUID]) -> Iterable[tuple[Step, int]]:
    rows = (
        dispatch.offers(actor)
        .filter(production_order_id__in=ids, state__in=LIVE_OFFERS)
        .order_by()
        .values_list("production_order_id", "operation_id")
        .annotate(pieces=Sum("quantity"))
    )
    for order, operation, pieces in rows:
        yield (order, operation), pieces


def _planned(ids: list[UUID]) -> Iterable[tuple[Step, int]]:
    rows = (
        Allocation.objects.filter(production_order_id__in=ids, state="tentative", plan_run__state="published")
        .order_by()
        .values_list("production_order_id", "operation_id")
        .annotate(pieces=Sum("quantity"))
    )
    for order, operation, pieces in rows:
        yield (order, operation), pieces


def standing(actor: Actor, line_ids: Collection[UUID]) -> Standing:
    """Where the pieces of these lines are. Ten queries for any number of lines."""
    own = Peg.objects.filter(line_id__in=list(line_ids)).values_list("production_order_id", flat=True)
    orders = list(ProductionOrder.objects.filter(pk__in=set(own)))
    result = Standing()
    if not orders:
        return result
    steps = steps_of(actor, orders)
    left = _left_the_shelf([order.pk for order in orders])
    pegs: dict[UUID, list[PeggedLine]] = defaultdict(list)
    rows: Any = Peg.objects.filter(production_order__in=orders).values_list(
        "production_order_id", "line_id", "line__due_on", "quantity"
    )
    for order_id, line_id, due_on, quantity in rows:
        packed, shipped = left.get((order_id, line_id), (0, 0))
        pegs[order_id].append(PeggedLine(line_id, due_on, quantity, packed, shipped))
    wanted = set(line_ids)
    for order in orders:
        counts = stand(order.quantity, [step for _, step in steps[order.pk]])
        result.by_production_order[order.pk] = counts
        for line_id, share in share_out(counts, pegs[order.pk]).items():
            if line_id not in wanted:
                continue
            add(result.by_line.setdefault(line_id, {}), share)
            result.production_orders.setdefault(line_id, []).append(order.pk)
            if order.state == "open":
                known = result.forecast.get(line_id, order.forecast_on)
                both = known is not None and order.forecast_on is not None
                result.forecast[line_id] = max(known, order.forecast_on) if both else None  # type: ignore[type-var]
    return result


def _left_the_shelf(production_order_ids: list[UUID]) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    rows = (
        Piece.objects.filter(production_order_id__in=production_order_ids, carton__isnull=False)
        .values("production_order_id", "line_id")
        .annotate(
            packed=Count("pk", filter=~Q(carton__state="shipped")),
            shipped=Count("pk", filter=Q(carton__state="shipped")),
        )
    )
    return {(row["production_order_id"], row["line_id"]): (row["packed"], row["shipped"]) for row in rows}
