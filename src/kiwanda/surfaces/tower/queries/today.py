"""What needs somebody today, the most pressing first, and the counts beside the places of the tower."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from kiwanda.core.actors import Actor
from kiwanda.core.clock import local_date
from kiwanda.factory.demand import queries as demand
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.production import queries as production
from kiwanda.factory.settlement import queries as settlement
from kiwanda.surfaces.tower.queries import exceptions_books as books
from kiwanda.surfaces.tower.queries import exceptions_making as making
from kiwanda.surfaces.tower.queries.cards import Card, Kind

#: Of all kinds together fewer of each are shown; the rest are counted.
SHOWN_TOGETHER = 3
ORDER = {"urgent": 0, "soon": 1, "note": 2}


def kinds(actor: Actor, now: datetime) -> list[Kind]:
    """All kinds that have something, in the order of the factory's way."""
    today = local_date(now)
    found = [
        making.silent(actor, now, today),
        making.late_work(actor, today),
        making.unfilled(actor),
        making.late_orders(actor),
        books.disputed(actor),
        books.failed_inspections(actor, now),
        making.contested(actor),
        making.counters(actor, now),
        books.stuck_payouts(actor),
        books.rates(actor, now),
        books.advances(actor),
        books.unmapped(actor),
        books.unpromised(actor),
    ]
    return [kind for kind in found if kind.count]


def cards(found: list[Kind], only: str = "") -> list[Card]:
    """The cards of ``found`` (of one kind with ``only``), urgent ones first."""
    if only:
        return [card for kind in found if kind.key == only for card in kind.cards]
    rows = [card for kind in found for card in kind.cards[:SHOWN_TOGETHER]]
    return sorted(rows, key=lambda card: ORDER[card.severity])


def badge_counts(actor: Actor, now: datetime) -> dict[str, tuple[int, str]]:
    """What the rail counts: exceptions of Today, open counters, waiting hand-ins, stuck payouts, unmapped SKUs."""
    today = local_date(now)
    silent = dispatch.silent_work(actor, now, today).order_by().count()
    late = dispatch.late_work(actor, today).order_by().count()
    stuck = settlement.stuck(actor).order_by().count()
    counters = dispatch.counters(actor).order_by().count()
    waiting = production.hand_ins(actor).filter(Q(state="received") | Q(state="disputed")).count()
    unmapped = (
        demand.lines(actor).filter(state="unmapped").values("order__channel_id", "external_sku").distinct().count()
    )
    return {
        "today": (silent + late + stuck + counters, "bad"),
        "work": (counters, ""),
        "quality": (waiting, ""),
        "pay": (stuck, "bad"),
        "skus": (unmapped, ""),
    }
