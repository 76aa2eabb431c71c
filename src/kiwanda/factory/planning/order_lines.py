"""What planning tells demand's order lines: that they are being made, or open again, and their promised days."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.demand.events import LinePromised
from kiwanda.factory.demand.models import OrderLine, Promise


def take_into_production(line_ids: Collection[UUID]) -> None:
    """open → in_production for all of them, or a rejection: somebody else changed one meanwhile."""
    wanted = list(line_ids)
    changed = 0
    for first in range(0, len(wanted), 500):
        part = wanted[first : first + 500]
        changed += OrderLine.objects.filter(pk__in=part, state="open").update(state="in_production")
    if changed != len(wanted):
        raise Rejected(CoreError.CHANGED_MEANWHILE)


def reopen(line_ids: Collection[UUID]) -> None:
    """in_production → open, where they still are."""
    OrderLine.objects.filter(pk__in=list(line_ids), state="in_production").update(state="open")


def promise(ctx: Context, days: Iterable[tuple[UUID, date]]) -> int:
    """Record planned promises ``(line, day)`` and tell of them; returns how many."""
    rows = list(days)
    orders = dict(OrderLine.objects.filter(state="in_production").values_list("id", "order_id"))
    Promise.objects.bulk_create(
        [
            Promise(line_id=line, promised_on=on, confidence_percent=None, basis="planned", made_at=ctx.now)
            for line, on in rows
        ],
        batch_size=1000,
    )
    ctx.emit_all(
        LinePromised(line_id=line, order_id=orders[line], promised_on=on, confidence_percent=None, basis="planned")
        for line, on in rows
    )
    return len(rows)
