"""The tiles above Today: how the factory does in figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Sum

from kiwanda.core.actors import Actor
from kiwanda.core.clock import local_date, local_midnight
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.settlement import queries as settlement


@dataclass(frozen=True, slots=True)
class Figures:
    """The row of tiles. Shares are 0–1 or None without data; weeks are the last seven, oldest first."""

    in_the_making: int
    live_work: int
    on_time: float | None
    on_time_weeks: list[float]
    rejected: float | None
    rejected_weeks: list[float]
    accepted_today: int
    paid_minor: int
    paid_workshops: int
    currency: str


def figures(actor: Actor, now: datetime) -> Figures:
    """Tiles of Today. Work is on time when its last piece was handed in by the due day. Four queries."""
    today = local_date(now)
    since = local_midnight(today - timedelta(days=28))
    live = dispatch.live_work(actor).order_by()
    open_pieces = F("quantity") - F("accepted_quantity") - F("rejected_quantity") - F("short_quantity")
    making = live.aggregate(pieces=Sum(open_pieces), orders=Count("pk"))
    closed = [
        (at, due, last)
        for at, due, last in dispatch.work_orders(actor)
        .order_by()
        .filter(closed_at__gte=since - timedelta(days=21), state="done")
        .values_list("closed_at", "due_on", "last_sign_at")
        if at
    ]
    verdicts = list(
        quality.inspections(actor)
        .order_by()
        .filter(inspected_at__gte=since - timedelta(days=21))
        .values_list("inspected_at", "quantity", "accepted_quantity", "rejected_quantity")
    )
    recent = [(due, last) for at, due, last in closed if at >= since]
    judged = [row for row in verdicts if row[0] >= since]
    pieces = sum(row[1] for row in judged)
    midnight = local_midnight(today)
    paid = (
        settlement.payouts(actor)
        .order_by()
        .filter(state="paid", paid_at__gte=local_midnight(today - timedelta(days=6)), currency="KES")
        .aggregate(total=Sum("amount_minor"), workshops=Count("workshop", distinct=True))
    )
    return Figures(
        in_the_making=making["pieces"] or 0,
        live_work=making["orders"] or 0,
        on_time=sum(local_date(last) <= due for due, last in recent) / len(recent) if recent else None,
        on_time_weeks=list(_weekly([(at, local_date(last) <= due, 1) for at, due, last in closed], today)),
        rejected=sum(row[3] for row in judged) / pieces if pieces else None,
        rejected_weeks=list(_weekly([(row[0], row[3], row[1]) for row in verdicts], today)),
        accepted_today=sum(row[2] for row in verdicts if row[0] >= midnight),
        paid_minor=paid["total"] or 0,
        paid_workshops=paid["workshops"] or 0,
        currency="KES",
    )


def _weekly(rows: list[tuple[datetime, Any, int]], today: date) -> Iterator[float]:
    """Share of ``part`` in ``whole`` over each of the last seven weeks that has data."""
    for back in range(6, -1, -1):
        start, end = today - timedelta(days=7 * back + 6), today - timedelta(days=7 * back)
        inside = [(part, whole) for at, part, whole in rows if start <= local_date(at) <= end]
        if whole := sum(whole for _, whole in inside):
            yield sum(part for part, _ in inside) / whole
