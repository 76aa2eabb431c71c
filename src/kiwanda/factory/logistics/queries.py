"""Reads of logistics: what waits for packing, cartons, shipments. Staff see all; artisans have no business here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from kiwanda.core.actors import Actor, Role
from kiwanda.factory.logistics.models import Carton, Piece, Shipment
from kiwanda.factory.planning.models import Peg


def cartons(actor: Actor) -> QuerySet[Carton]:
    """Cartons the actor may see."""
    return Carton.objects.all() if actor.is_staff or actor.has(Role.SYSTEM) else Carton.objects.none()


def shipments(actor: Actor) -> QuerySet[Shipment]:
    """Shipments the actor may see."""
    return Shipment.objects.all() if actor.is_staff or actor.has(Role.SYSTEM) else Shipment.objects.none()


@dataclass(frozen=True, slots=True)
class Packable:
    """``quantity`` finished pieces at one hub that one order line still waits for."""

    hub_id: UUID
    hub_code: str
    line_id: UUID
    order_number: str
    sku: str
    due_on: date
    quantity: int


def packable(hub_id: UUID | None = None) -> list[Packable]:
    """Finished, unpacked pieces matched to the lines their production orders are pegged to, earliest due first."""
    unpacked = Piece.objects.filter(carton=None)
    if hub_id is not None:
        unpacked = unpacked.filter(hub_id=hub_id)
    stock = {
        (row["production_order_id"], row["hub_id"]): [row["n"], row["hub__code"]]
        for row in unpacked.values("production_order_id", "hub_id", "hub__code").annotate(n=Count("id"))
    }
    if not stock:
        return []
    orders = {key[0] for key in stock}
    packed = packed_per_peg(orders)
    pegs = (
        Peg.objects.filter(production_order_id__in=orders)
        .exclude(line__state="cancelled")
        .select_related("line__order", "line__variant")
        .order_by("line__due_on", "line_id")
    )
    found: list[Packable] = []
    for peg in pegs:
        open_quantity = peg.quantity - packed.get((peg.production_order_id, peg.line_id), 0)
        for (order_id, hub), entry in stock.items():
            if order_id != peg.production_order_id or open_quantity <= 0 or entry[0] <= 0:
                continue
            take = min(open_quantity, entry[0])
            entry[0] -= take
            open_quantity -= take
            sku = peg.line.variant.sku if peg.line.variant else peg.line.external_sku
            found.append(Packable(hub, entry[1], peg.line_id, peg.line.order.number, sku, peg.line.due_on, take))
    return found


def packed_per_peg(production_order_ids: set[UUID]) -> dict[tuple[UUID, UUID], int]:
    """Pieces already packed per (production order, order line)."""
    rows = (
        Piece.objects.filter(production_order_id__in=production_order_ids, carton__isnull=False)
        .values("production_order_id", "line_id")
        .annotate(n=Count("id"))
    )
    return {(row["production_order_id"], row["line_id"]): row["n"] for row in rows}


def pieces_per_line(line_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """``{line: {"packed": n, "shipped": m}}`` (shipped pieces are not counted as packed)."""
    rows = (
        Piece.objects.filter(line_id__in=line_ids)
        .values("line_id")
        .annotate(
            shipped=Count("id", filter=Q(carton__state="shipped")), packed=Count("id", filter=Q(carton__state="packed"))
        )
    )
    return {row["line_id"]: {"packed": row["packed"], "shipped": row["shipped"]} for row in rows}


def needed_by_line(line_id: UUID) -> int:
    """Pieces of an order line that are not packed yet."""
    from kiwanda.factory.demand.models import OrderLine

    line = OrderLine.objects.annotate(packed=Count("pieces")).filter(pk=line_id).values("quantity", "packed").first()
    return 0 if line is None else line["quantity"] - line["packed"]


def waiting_hand_over() -> QuerySet[Shipment]:
    """Open shipments, oldest first."""
    return Shipment.objects.filter(state="open").annotate(n=Count("cartons")).order_by(F("created_at").asc())
