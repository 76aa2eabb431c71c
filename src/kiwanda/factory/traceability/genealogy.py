"""The way of a piece or batch, read from the factory's tables: which work orders, lots, inspections, cartons.

Pure rows out; nothing personal: a maker is the opaque id of a workshop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.logistics.models import Carton, Piece
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.production.models import ComponentIssue
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.supply.models import Issue, MaterialLot


@dataclass(frozen=True, slots=True)
class Way:
    """Everything that led to ``pieces`` (all of a production order, or one).

    ``work_orders`` are in routing order; ``components`` are (from work order, to work order, quantity, at).
    """

    production_order: ProductionOrder
    work_orders: list[WorkOrder]
    components: list[tuple[UUID, UUID, int, datetime]]
    issues: list[Issue]
    lots: list[MaterialLot]
    inspections: list[Inspection]
    pieces: list[Piece]
    cartons: list[Carton]
    inputs_of: dict[UUID, list[tuple[UUID, int]]] = field(default_factory=dict)

    def mass_by_lot(self) -> dict[UUID, Decimal]:
        """Quantity taken from each lot, in the material's unit."""
        total: dict[UUID, Decimal] = {}
        for issue in self.issues:
            taken = issue.received_quantity if issue.received_quantity is not None else issue.quantity
            total[issue.lot_id] = total.get(issue.lot_id, Decimal(0)) + taken
        return total


def way_of_batch(production_order: ProductionOrder) -> Way:
    """The way of every piece of a production order."""
    orders = list(_work_orders().filter(production_order=production_order))
    return _way(
        production_order, orders, list(production_order.pieces.select_related("carton", "hub").order_by("serial"))
    )


def way_of_piece(piece: Piece) -> Way:
    """The way of one piece: its last work order and, through component issues, all that fed it."""
    everything = {order.pk: order for order in _work_orders().filter(production_order_id=piece.production_order_id)}
    feeds: dict[UUID, set[UUID]] = {}
    for source, target in ComponentIssue.objects.filter(work_order_id__in=everything).values_list(
        "hand_in__work_order_id", "work_order_id"
    ):
        feeds.setdefault(target, set()).add(source)
    wanted: set[UUID] = set()
    frontier = [piece.work_order_id]
    while frontier:
        current = frontier.pop()
        if current not in wanted:
            wanted.add(current)
            frontier.extend(feeds.get(current, ()))
    orders = [order for key, order in everything.items() if key in wanted]
    return _way(piece.production_order, orders, [piece])


def _work_orders():  # type: ignore[no-untyped-def]
    return (
        WorkOrder.objects.filter(accepted_quantity__gt=0)
        .select_related("operation__technique", "workshop__county", "workshop__hub")
        .order_by("operation__sequence", "accepted_at")
    )


def _way(production_order: ProductionOrder, orders: list[WorkOrder], pieces: list[Piece]) -> Way:
    ids = [order.pk for order in orders]
    components = list(
        ComponentIssue.objects.filter(work_order_id__in=ids)
        .order_by("issued_at")
        .values_list("hand_in__work_order_id", "work_order_id", "quantity", "issued_at")
    )
    inputs: dict[UUID, list[tuple[UUID, int]]] = {}
    for source, target, quantity, _ in components:
        inputs.setdefault(target, []).append((source, quantity))
    issues = list(
        Issue.objects.filter(work_order_id__in=ids).select_related("lot__material", "lot__hub").order_by("issued_at")
    )
    lots = {issue.lot_id: issue.lot for issue in issues}
    inspections = list(
        Inspection.objects.filter(work_order_id__in=ids)
        .select_related("hand_in__hub", "work_order__operation")
        .prefetch_related("defects__code")
        .order_by("inspected_at")
    )
    if len(pieces) == 1:
        inspections = [
            row
            for row in inspections
            if row.work_order_id != pieces[0].work_order_id or row.pk == pieces[0].inspection_id
        ]
    cartons = list(
        Carton.objects.filter(pk__in={piece.carton_id for piece in pieces if piece.carton_id})
        .select_related("hub", "shipment")
        .order_by("packed_at")
    )
    return Way(production_order, orders, components, issues, list(lots.values()), inspections, pieces, cartons, inputs)
