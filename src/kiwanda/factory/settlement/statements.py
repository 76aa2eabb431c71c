"""What a workshop earned, what waits, what was paid, and what an hour of its work brought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from django.db.models import Q, Sum

from kiwanda.core.actors import Actor
from kiwanda.factory.network.models import Capability
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.settlement import queries
from kiwanda.factory.settlement.models import Adjustment, Earning, Payout

#: How a payout's state reads on a statement.
_READS = {
    "draft": "waiting", "cancelled": "waiting", "failed": "waiting", "ready": "on_its_way", "sending": "on_its_way",
    "accepted": "on_its_way", "unknown": "on_its_way", "review": "on_its_way", "paid": "paid",
    # Its money is in a later payout, or waits for one.
    "returned": "waiting", "reversed": "waiting",
}


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One earning and where its money is: ``waiting``, ``on_its_way`` or ``paid`` (then with receipt and time)."""

    earning_id: UUID
    earned_at: datetime
    work_order_code: str
    operation_en: str
    operation_sw: str
    quantity: int
    piece_rate_minor: int
    amount_minor: int
    currency: str
    state: str
    payout_code: str
    receipt_ref: str
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums in minor units of the workshop's currency; ``earned - deducted = waiting + on its way + paid``.

    ``earned_minor`` holds what was added beside earnings (called-off work), ``deducted_minor`` what was taken off.
    """

    earned_minor: int
    waiting_minor: int
    on_its_way_minor: int
    paid_minor: int
    deducted_minor: int = 0


@dataclass(frozen=True, slots=True)
class EffectiveHourly:
    """What an hour brought in a period.

    ``worked_minutes`` are the standard minutes of every piece judged for the first time (the rejected ones took time,
    too), divided by the workshop's speed at that technique; time for mending is not known and not in it.
    ``hourly_minor`` is None where nothing was judged.
    """

    earned_minor: int
    worked_minutes: Decimal
    hourly_minor: int | None


def rows(actor: Actor, workshop_id: UUID | None = None) -> Iterator[StatementRow]:
    """The statement the actor may read, newest first; staff name the workshop."""
    earnings = queries.earnings(actor).select_related("work_order__operation", "payout").order_by("-earned_at", "-pk")
    if workshop_id is not None:
        earnings = earnings.filter(workshop_id=workshop_id)
    for row in earnings.iterator(chunk_size=500):
        payout = row.payout
        operation = row.work_order.operation
        yield StatementRow(
            earning_id=row.pk,
            earned_at=row.earned_at,
            work_order_code=row.work_order.code,
            operation_en=operation.name_en,
            operation_sw=operation.name_sw,
            quantity=row.quantity,
            piece_rate_minor=row.piece_rate_minor,
            amount_minor=row.amount_minor,
            currency=row.currency,
            state="waiting" if payout is None else _READS[payout.state],
            payout_code="" if payout is None else payout.code,
            receipt_ref="" if payout is None else payout.receipt_ref,
            paid_at=None if payout is None else payout.paid_at,
        )


def totals(workshop_id: UUID, since: datetime | None = None) -> Totals:
    """Where a workshop's pay is: all of it, or that of the earnings and adjustments made since a moment."""
    if since is not None:
        return _since(workshop_id, since)
    earned: int = Earning.objects.filter(workshop_id=workshop_id).aggregate(n=Sum("amount_minor"))["n"] or 0
    # What is owed again after a payout ended is no new pay.
    beside = Adjustment.objects.filter(workshop_id=workshop_id).exclude(entry=None).aggregate(
        more=Sum("amount_minor", filter=Q(amount_minor__gt=0)), less=Sum("amount_minor", filter=Q(amount_minor__lt=0))
    )
    payouts = Payout.objects.filter(workshop_id=workshop_id).aggregate(
        way=Sum("amount_minor", filter=Q(state__in=queries.HELD)), paid=Sum("amount_minor", filter=Q(state="paid"))
    )
    added, deducted = earned + (beside["more"] or 0), -(beside["less"] or 0)
    way, paid = payouts["way"] or 0, payouts["paid"] or 0
    return Totals(added, added - deducted - way - paid, way, paid, deducted)


def _since(workshop_id: UUID, since: datetime) -> Totals:
    sums = {"waiting": 0, "on_its_way": 0, "paid": 0}
    added = deducted = 0
    earnings = Earning.objects.filter(workshop_id=workshop_id, earned_at__gte=since)
    beside = Adjustment.objects.filter(workshop_id=workshop_id, made_at__gte=since).exclude(entry=None)
    for rows in (earnings, beside):
        for state, amount in rows.order_by().values_list("payout__state", "amount_minor"):
            sums["waiting" if state is None else _READS[state]] += amount
            added, deducted = added + max(0, amount), deducted - min(0, amount)
    return Totals(added, sums["waiting"], sums["on_its_way"], sums["paid"], deducted)


def effective_hourly(workshop_id: UUID, since: datetime, until: datetime) -> EffectiveHourly:
    """Effective pay an hour of one workshop for the pieces judged from ``since`` to ``until`` (both included)."""
    earned = Earning.objects.filter(workshop_id=workshop_id, earned_at__range=(since, until))
    total: int = earned.aggregate(n=Sum("amount_minor"))["n"] or 0
    speeds = dict(Capability.objects.filter(workshop_id=workshop_id).values_list("technique_id", "speed"))
    judged = (
        Inspection.objects.filter(
            Q(hand_in__is_rework=False), work_order__workshop_id=workshop_id, inspected_at__range=(since, until)
        )
        .order_by()
        .values_list("work_order__operation__technique_id", "work_order__operation__standard_minutes")
        .annotate(n=Sum("quantity"))
    )
    minutes = Decimal(0)
    for technique, standard, pieces in judged:
        minutes += standard * pieces / speeds.get(technique, Decimal(1))
    minutes = minutes.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    return EffectiveHourly(total, minutes, int(total * 60 / minutes) if minutes else None)
