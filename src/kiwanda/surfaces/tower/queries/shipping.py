"""Shipping as the tower shows it: what lies at the hubs for which order line, cartons, shipments and whose they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from kiwanda.core.actors import Actor
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.logistics import queries as logistics
from kiwanda.factory.logistics.models import Carton, Piece, Shipment
from kiwanda.factory.network.models import Hub

#: Lines one hub's form shows at most; the earliest due come first and the rest follow when those are packed.
LINES_PER_HUB = 60
#: Order numbers named beside a carton or shipment before "and more".
ORDERS_NAMED = 3


@dataclass(slots=True)
class PackLine:
    """``quantity`` finished pieces at a hub that one order line waits for."""

    line: OrderLine
    sku: str
    due_on: date
    quantity: int


@dataclass(slots=True)
class Shelf:
    """What can be packed at one hub, earliest due first; ``hidden`` lines are beyond :data:`LINES_PER_HUB`."""

    code: str
    name: str
    lines: list[PackLine] = field(default_factory=list)
    pieces: int = 0
    hidden: int = 0


@dataclass(slots=True)
class Shelves:
    """The shelves shown, and ``by_hub``: (code, name, pieces) of every hub where something can be packed."""

    shown: list[Shelf]
    by_hub: list[tuple[str, str, int]]


def shelves(actor: Actor, *, hub: str = "", order: str = "") -> Shelves:
    """Packable pieces by hub, the hub with the most urgent line first; of one ``hub`` code or ``order`` number.

    A line may wait for pieces of several production orders at one hub: it is one row, because a carton names it once.
    """
    rows = logistics.packable()
    quantities: Counter[tuple[str, UUID]] = Counter()
    pieces: Counter[str] = Counter()
    for row in rows:
        if not order or row.order_number == order:
            quantities[row.hub_code, row.line_id] += row.quantity
            pieces[row.hub_code] += row.quantity
    names = dict(Hub.objects.filter(code__in=list(pieces)).values_list("code", "name"))
    wanted = {line for code, line in quantities if not hub or code == hub}
    lines = demand.lines(actor).select_related("order", "variant__style").in_bulk(wanted)
    found: dict[str, Shelf] = {}
    done: set[tuple[str, UUID]] = set()
    for row in rows:
        key = (row.hub_code, row.line_id)
        if key in done or key not in quantities or row.line_id not in lines or (hub and row.hub_code != hub):
            continue
        done.add(key)
        shelf = found.setdefault(row.hub_code, Shelf(row.hub_code, names[row.hub_code]))
        shelf.pieces += quantities[key]
        if len(shelf.lines) < LINES_PER_HUB:
            shelf.lines.append(PackLine(lines[row.line_id], row.sku, row.due_on, quantities[key]))
        else:
            shelf.hidden += 1
    return Shelves(list(found.values()), sorted((code, names[code], count) for code, count in pieces.items()))


@dataclass(slots=True)
class OrdersInside:
    """Whose pieces a box holds: the first orders (id, number), how many more, and the pieces."""

    named: list[tuple[UUID, str]]
    more: int
    pieces: int


def cartons_waiting(actor: Actor, *, hub: str = "", text: str = "") -> QuerySet[Carton]:
    """Packed cartons that are in no shipment, oldest first; of one hub, or found by SSCC or order number."""
    rows = logistics.cartons(actor).filter(state="packed", shipment=None).select_related("hub")
    if hub:
        rows = rows.filter(hub__code=hub)
    if text:
        holding = Piece.objects.filter(line__order__number__icontains=text, carton__shipment=None)
        rows = rows.filter(Q(sscc__icontains=text) | Q(pk__in=holding.values("carton_id")))
    return rows.order_by("packed_at", "pk")


def hubs_with_cartons(actor: Actor) -> list[tuple[str, str, int]]:
    """(code, name, cartons) of hubs where packed cartons wait for a shipment."""
    waiting = logistics.cartons(actor).filter(state="packed", shipment=None).order_by()
    rows = waiting.values_list("hub__code", "hub__name").annotate(n=Count("pk")).order_by("hub__code")
    return [(code, name, count) for code, name, count in rows]


def shipments_of(actor: Actor, *, state: str, text: str = "") -> QuerySet[Shipment]:
    """Shipments in ``state`` with ``carton_count`` and ``piece_count``; found by code, tracking, place or order."""
    rows = logistics.shipments(actor).filter(state=state)
    if text:
        holding = Piece.objects.filter(line__order__number__icontains=text, carton__shipment__state=state)
        rows = rows.filter(
            Q(code__icontains=text)
            | Q(tracking_ref__icontains=text)
            | Q(destination__icontains=text)
            | Q(pk__in=holding.values("carton__shipment_id"))
        )
    rows = rows.annotate(carton_count=Count("cartons"), piece_count=Sum("cartons__piece_count"))
    order = {"open": "created_at", "dispatched": "dispatched_at"}.get(state, "-delivered_at")
    return rows.order_by(order, "pk")


def shipment_counts(actor: Actor) -> dict[str, int]:
    """Shipments by state."""
    return dict(logistics.shipments(actor).order_by().values_list("state").annotate(n=Count("pk")))


def orders_inside(by: str, boxes: Iterable[Carton | Shipment]) -> dict[UUID, OrdersInside]:
    """Whose pieces lie in each of ``boxes``; ``by`` is ``carton`` or ``carton__shipment``. One query."""
    rows = (
        Piece.objects.filter(**{f"{by}__in": list(boxes)})
        .order_by()
        .values_list(by, "line__order_id", "line__order__number")
        .annotate(n=Count("pk"))
    )
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    pieces: Counter[UUID] = Counter()
    for box, order_id, number, count in sorted(rows, key=lambda row: str(row[2])):
        found[box].append((order_id, number))
        pieces[box] += count
    return {
        box: OrdersInside(orders[:ORDERS_NAMED], max(0, len(orders) - ORDERS_NAMED), pieces[box])
        for box, orders in found.items()
    }
