"""What an order or a style brought, and where the money went: labour, material, moving it, and what is left.

Every cost is what the books say, per piece of the production order it was made in: earnings (with work that was made
again), material issued at its lots' cost less what came back, and the shipment's bills shared by pieces. Costs are in
shillings, prices mostly in dollars: they are converted at the newest recorded rate, and where none is recorded the
margin is left open rather than guessed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from kiwanda.factory.billing.models import InvoiceLine, ShipmentCost
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.settlement import fx
from kiwanda.factory.settlement.models import Earning, FxRate
from kiwanda.factory.supply.models import StockMovement

COSTS_IN = "KES"


@dataclass(slots=True)
class Breakdown:
    """Sums over ``pieces`` shipped: revenue by currency, costs in minor units of :data:`COSTS_IN`.

    ``revenue_minor`` is None where a currency of the revenue has no recorded rate.
    """

    label: str
    pieces: int = 0
    revenue: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    labour_minor: int = 0
    material_minor: int = 0
    moving_minor: int = 0
    revenue_minor: int | None = None

    @property
    def costs_minor(self) -> int:
        return self.labour_minor + self.material_minor + self.moving_minor

    @property
    def margin_minor(self) -> int | None:
        return None if self.revenue_minor is None else self.revenue_minor - self.costs_minor

    def share(self, part_minor: int) -> float | None:
        """``part_minor`` as a share of the revenue."""
        return part_minor / self.revenue_minor if self.revenue_minor else None

    @property
    def margin_share(self) -> float | None:
        margin = self.margin_minor
        return None if margin is None else self.share(margin)

    @property
    def labour_share(self) -> float | None:
        return self.share(self.labour_minor)


def by_order(order_ids: list[UUID], now: datetime) -> dict[UUID, Breakdown]:
    """The breakdown of what was invoiced of each order."""
    lines = InvoiceLine.objects.filter(invoice__order__in=order_ids)
    return _broken_down(lines, "invoice__order_id", "invoice__order__number", now)


def by_style(now: datetime) -> dict[UUID, Breakdown]:
    """The breakdown of everything invoiced, by style."""
    return _broken_down(InvoiceLine.objects.all(), "line__variant__style_id", "line__variant__style__name_en", now)


def _broken_down(lines: QuerySet[InvoiceLine], key: str, label: str, now: datetime) -> dict[Any, Breakdown]:
    rows = lines.exclude(invoice__state="credited").values_list(
        key, label, "line_id", "invoice__shipment_id", "invoice__currency", "amount_minor"
    )
    found: dict[Any, Breakdown] = {}
    where: dict[tuple[UUID, UUID], Any] = {}
    for group, name, line, shipment, currency, amount in rows:
        row = found.setdefault(group, Breakdown(str(name)))
        row.revenue[currency] += amount
        where[line, shipment] = group
    shipments = {shipment for _, shipment in where}
    pieces = list(
        Piece.objects.filter(line__in={line for line, _ in where}, carton__shipment__in=shipments)
        .order_by()
        .values_list("line_id", "carton__shipment_id", "production_order_id")
        .annotate(n=Count("pk"))
    )
    orders = {row[2] for row in pieces}
    labour, material = _per_piece(orders)
    moving = _moving(shipments, now)
    for line, shipment, order, count in pieces:
        group = where.get((line, shipment))
        if group is None:
            continue
        row = found[group]
        row.pieces += count
        row.labour_minor += round(labour.get(order, Decimal(0)) * count)
        row.material_minor += round(material.get(order, Decimal(0)) * count)
        row.moving_minor += round(moving.get(shipment, Decimal(0)) * count)
    for row in found.values():
        # Templates ask a dictionary for its keys first: one that makes up values would answer wrongly.
        row.revenue = dict(row.revenue)
        worth = [_in_costs_currency(amount, currency, now) for currency, amount in row.revenue.items()]
        row.revenue_minor = None if None in worth else sum(value for value in worth if value is not None)
    return found


def _per_piece(orders: set[UUID]) -> tuple[dict[UUID, Decimal], dict[UUID, Decimal]]:
    """Labour and material of one finished piece of each production order."""
    made = dict(Piece.objects.filter(production_order__in=orders).order_by().values_list("production_order")
                .annotate(n=Count("pk")))  # fmt: skip
    earned = dict(
        Earning.objects.filter(work_order__production_order__in=orders, currency=COSTS_IN)
        .order_by().values_list("work_order__production_order").annotate(n=Sum("amount_minor"))
    )  # fmt: skip
    used = dict(
        StockMovement.objects.filter(
            issue__work_order__production_order__in=orders, lot__currency=COSTS_IN, kind__in=["issue", "return"]
        )
        .order_by().values_list("issue__work_order__production_order")
        .annotate(n=Sum(F("quantity") * F("lot__unit_cost_minor")))
    )  # fmt: skip
    labour = {order: Decimal(earned.get(order, 0)) / count for order, count in made.items()}
    # Stock movements are signed: what was issued left the stock.
    material = {order: -Decimal(used.get(order) or 0) / count for order, count in made.items()}
    return labour, material


def _moving(shipments: set[UUID], now: datetime) -> dict[UUID, Decimal]:
    """A piece's share of its shipment's bills; bills in a currency without a rate are left out."""
    pieces = dict(Piece.objects.filter(carton__shipment__in=shipments).order_by().values_list("carton__shipment")
                  .annotate(n=Count("pk")))  # fmt: skip
    sums: dict[UUID, int] = defaultdict(int)
    for shipment, currency, amount in ShipmentCost.objects.filter(shipment__in=shipments).values_list(
        "shipment_id", "currency", "amount_minor"
    ):
        sums[shipment] += _in_costs_currency(amount, currency, now) or 0
    return {shipment: Decimal(total) / pieces[shipment] for shipment, total in sums.items() if pieces.get(shipment)}


def _in_costs_currency(minor: int, currency: str, now: datetime) -> int | None:
    if currency == COSTS_IN:
        return minor
    rates = FxRate.objects.filter(quoted_at__lte=now).order_by("-quoted_at")
    rate = rates.filter(base=currency, quote=COSTS_IN).values_list("rate", flat=True).first()
    if rate is None:
        turned = rates.filter(base=COSTS_IN, quote=currency).values_list("rate", flat=True).first()
        rate = None if turned is None else 1 / turned
    return None if rate is None else fx.converted(minor, currency, COSTS_IN, rate)
