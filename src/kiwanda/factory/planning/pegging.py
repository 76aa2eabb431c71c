"""Which pieces are for which order line: batching open demand, giving pieces without a buyer away, letting lines go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Sum

from kiwanda.core.commands import Context
from kiwanda.factory.catalog.models import TechPack
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.planning.books import load_books, most_committed
from kiwanda.factory.planning.events import PiecesRepegged, ProductionOrderCancelled, ProductionOrderReduced
from kiwanda.factory.planning.models import Allocation, Peg, ProductionOrder
from kiwanda.factory.planning.queries import with_pegged
from kiwanda.factory.planning.states import PRODUCTION_ORDER

#: Orders of one variant and one week are made together up to this many pieces.
LARGEST_BATCH = 600
#: A day's delay of goods worth this much (minor units of the price list) counts 1.
VALUE_PER_WEIGHT = 10_000


class Want(NamedTuple):
    """Pieces of an open order line that nobody makes yet."""

    line_id: UUID
    variant_id: UUID
    style_id: UUID
    price_minor: int
    quantity: int
    due_on: date


@dataclass(slots=True)
class Batch:
    """Wants that become one production order."""

    variant_id: UUID
    tech_pack_id: UUID
    price_minor: int
    due_on: date
    quantity: int = 0
    pegs: list[tuple[UUID, int]] = field(default_factory=list)

    @property
    def weight(self) -> Decimal:
        """How much a day late costs: by value, never below a tenth."""
        value = Decimal(self.quantity * self.price_minor) / VALUE_PER_WEIGHT
        return min(Decimal("99999.99"), max(Decimal("0.1"), value)).quantize(Decimal("0.01"))


def open_wants() -> list[Want]:
    """What open order lines still want beyond their pegs, earliest due first."""
    lines = OrderLine.objects.filter(state="open", variant__isnull=False, order__is_history=False)
    pegged = dict(
        Peg.objects.filter(line__state="open", production_order__state__in=["open", "done"])
        .values_list("line_id")
        .annotate(total=Sum("quantity"))
    )
    rows = lines.order_by("due_on", "id").values_list(
        "id", "variant_id", "variant__style_id", "variant__price_minor", "quantity", "due_on"
    )
    wants = [Want(key, variant, style, price, quantity - pegged.get(key, 0), due)
             for key, variant, style, price, quantity, due in rows]
    return [want for want in wants if want.quantity > 0]


def released_tech_packs() -> dict[UUID, UUID]:
    """Style → its released tech pack, for released styles."""
    packs = TechPack.objects.filter(state="released", style__state="released", operations__isnull=False).distinct()
    return dict(packs.values_list("style_id", "id"))


def batches(wants: Iterable[Want], tech_packs: dict[UUID, UUID]) -> list[Batch]:
    """Wants of one variant due in one ISO week together, cut at :data:`LARGEST_BATCH`; due with the first of them."""
    current: dict[tuple[UUID, int, int], Batch] = {}
    result: list[Batch] = []
    for want in wants:
        pack = tech_packs.get(want.style_id)
        if pack is None:
            continue
        year, week, _ = want.due_on.isocalendar()
        key = (want.variant_id, year, week)
        left = want.quantity
        while left > 0:
            batch = current.get(key)
            if batch is None or batch.quantity >= LARGEST_BATCH:
                batch = current[key] = Batch(want.variant_id, pack, want.price_minor, want.due_on)
                result.append(batch)
            pieces = min(left, LARGEST_BATCH - batch.quantity)
            batch.quantity += pieces
            batch.pegs.append((want.line_id, pieces))
            left -= pieces
    return result


def give_away(ctx: Context, wants: list[Want]) -> tuple[list[Want], set[UUID]]:
    """Peg pieces without a buyer to ``wants`` of the same variant, the soonest pieces to the first line.

    Returns what is still wanted and the lines that now have all they want.
    """
    orders = with_pegged(ProductionOrder.objects.filter(state__in=["open", "done"])).filter(quantity__gt=F("pegged"))
    spare: dict[UUID, list[list[object]]] = defaultdict(list)
    for key, variant, quantity, pegged in orders.order_by("-state", "due_on").values_list(
        "id", "variant_id", "quantity", "pegged"
    ):
        spare[variant].append([key, quantity - pegged])
    given: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    variants: dict[UUID, UUID] = {}
    left: list[Want] = []
    full: set[UUID] = set()
    for want in wants:
        wanted = want.quantity
        for item in spare.get(want.variant_id, []):
            order, free = item
            assert isinstance(order, UUID)
            assert isinstance(free, int)
            pieces = min(free, wanted)
            if pieces > 0:
                item[1] = free - pieces
                wanted -= pieces
                given[order].append((want.line_id, pieces))
                variants[order] = want.variant_id
        if wanted:
            left.append(want._replace(quantity=wanted))
        else:
            full.add(want.line_id)
    for order, lines in given.items():
        for line, pieces in lines:
            add_peg(order, line, pieces)
        ctx.emit(PiecesRepegged(production_order_id=order, variant_id=variants[order], lines=lines))
    return left, full


def add_peg(production_order_id: UUID, line_id: UUID, quantity: int) -> None:
    """Peg pieces to a line, adding to the peg that is there."""
    known = Peg.objects.filter(production_order=production_order_id, line=line_id)
    if not known.update(quantity=F("quantity") + quantity):
        Peg.objects.create(production_order_id=production_order_id, line_id=line_id, quantity=quantity)


def let_go(ctx: Context, line_id: UUID) -> None:
    """A buyer cancelled: take the line's pegs off, but for pieces already shipped, and make fewer where that can be.

    Work that workshops have accepted or were asked to do goes on; its pieces wait for another line.
    """
    shipped = OrderLine.objects.filter(pk=line_id).values_list("shipped_quantity", flat=True).first() or 0
    pegs = list(
        Peg.objects.filter(line=line_id, production_order__state__in=["open", "done"]).order_by("production_order_id")
    )
    live = {
        order.id: order
        for order in ProductionOrder.objects.select_for_update(of=("self",))
        .filter(pk__in=[peg.production_order_id for peg in pegs])
        .order_by("pk")
    }
    books = load_books([key for key, order in live.items() if order.state == "open"])
    least = most_committed(books, {key: order.quantity for key, order in live.items()})
    for peg in pegs:
        kept = min(peg.quantity, shipped)
        shipped -= kept
        freed = peg.quantity - kept
        if freed == 0:
            continue
        if kept:
            Peg.objects.filter(pk=peg.pk).update(quantity=kept)
        else:
            peg.delete()
        order = live[peg.production_order_id]
        if order.state == "open":
            _reduce(ctx, order, line_id, freed, least.get(order.id, 0))


def _reduce(ctx: Context, order: ProductionOrder, line_id: UUID, freed: int, least: int) -> None:
    quantity = max(order.quantity - freed, least)
    if quantity <= 0:
        PRODUCTION_ORDER.move(order, "cancelled")
        Allocation.objects.filter(production_order=order, state="tentative").update(state="superseded")
        ctx.emit(
            ProductionOrderCancelled(
                production_order_id=order.id, quantity=order.quantity, reason="The buyer cancelled.", line_ids=[]
            )
        )
        return
    unpegged = freed - (order.quantity - quantity)
    if quantity < order.quantity:
        ProductionOrder.objects.filter(pk=order.pk).update(quantity=quantity)
        order.quantity = quantity
    ctx.emit(
        ProductionOrderReduced(production_order_id=order.id, line_id=line_id, quantity=quantity, unpegged=unpegged)
    )
