"""The way of a piece or batch, read from the factory's tables: which work orders, lots, inspections, cartons.

Pure rows out; nothing personal: a maker is the opaque id of a workshop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.logistics.models import Carton, Piece
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.production.models import ComponentIssue
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.supply.models import Issue, MaterialLot


@dataclass(frozen=True, slots=True)
class Way:
    """Everything that led to ``pieces`` (all of a production order, or one), in routing and time order.

    ``inputs_of`` maps a work order to the (work order, quantity) pairs whose accepted pieces went into it.
    """

    production_order: ProductionOrder
    work_orders: list[WorkOrder]
    issues: list[Issue]
    lots: list[MaterialLot]
    inspections: list[Inspection]
    pieces: list[Piece]
    cartons: list[Carton]
    inputs_of: dict[UUID, list[tuple[UUID, int]]]

    def mass_by_lot(self) -> dict[UUID, Decimal]:
        """Quantity taken from each lot, in the material's unit."""
        total: dict[UUID, Decimal] = {}
        for issue in self.issues:
            taken = issue.received_quantity if issue.received_quantity is not None else issue.quantity
            total[issue.lot_id] = total.get(issue.lot_id, Decimal(0)) + taken
        return total


def way_of_batch(production_order: ProductionOrder) -> Way:
    """The way of every piece of a production order."""
    components = list(ComponentIssue.objects.filter(work_order__production_order=production_order))
    inspections = _inspections().filter(work_order__production_order=production_order)
    pieces = list(production_order.pieces.select_related("carton", "hub").order_by("serial"))
    return _way(production_order, inspections, components, pieces)


def way_of_piece(piece: Piece) -> Way:
    """The way of one piece: its own verdict and, step by step back, every hand-in its components may have come from.

    Pieces of a lot are not told apart on the bench, so all hand-ins that had reached the maker before this piece was
    handed in belong to its way; later ones cannot.
    """
    order_id = piece.production_order_id
    issued: dict[UUID, list[ComponentIssue]] = {}
    for component in ComponentIssue.objects.filter(work_order__production_order_id=order_id).select_related("hand_in"):
        issued.setdefault(component.work_order_id, []).append(component)
    last = Inspection.objects.select_related("hand_in").get(pk=piece.inspection_id)
    hand_ins = {last.hand_in_id}
    used: dict[UUID, ComponentIssue] = {}
    frontier: list[tuple[UUID, datetime]] = [(last.work_order_id, last.hand_in.declared_at)]
    while frontier:
        work_order, before = frontier.pop()
        for component in issued.get(work_order, ()):
            if component.issued_at <= before and component.pk not in used:
                used[component.pk] = component
                hand_ins.add(component.hand_in_id)
                frontier.append((component.hand_in.work_order_id, component.hand_in.declared_at))
    inspections = _inspections().filter(hand_in_id__in=hand_ins)
    return _way(piece.production_order, inspections, used.values(), [piece])


def _inspections() -> QuerySet[Inspection]:
    return (
        Inspection.objects.select_related("hand_in__hub", "work_order__operation")
        .prefetch_related("defects__code")
        .order_by("inspected_at")
    )


def _way(
    production_order: ProductionOrder,
    verdicts: QuerySet[Inspection],
    components: Iterable[ComponentIssue],
    pieces: list[Piece],
) -> Way:
    inspections = list(verdicts)
    made = {row.work_order_id for row in inspections if row.accepted_quantity}
    orders = list(
        WorkOrder.objects.filter(pk__in=made)
        .select_related("operation__technique", "workshop__county", "workshop__hub")
        .order_by("operation__sequence", "accepted_at")
    )
    source_of = {row.hand_in_id: row.work_order_id for row in inspections}
    inputs: dict[UUID, list[tuple[UUID, int]]] = {}
    for component in sorted(components, key=lambda row: (row.issued_at, row.pk)):
        if component.hand_in_id in source_of:
            inputs.setdefault(component.work_order_id, []).append((source_of[component.hand_in_id], component.quantity))
    issues = list(
        Issue.objects.filter(work_order_id__in=made)
        .select_related("lot__material", "lot__hub", "work_order")
        .order_by("issued_at")
    )
    lots = {issue.lot_id: issue.lot for issue in issues}
    cartons = list(
        Carton.objects.filter(pk__in={piece.carton_id for piece in pieces if piece.carton_id})
        .select_related("hub", "shipment")
        .order_by("packed_at")
    )
    return Way(production_order, orders, issues, list(lots.values()), inspections, pieces, cartons, inputs)
