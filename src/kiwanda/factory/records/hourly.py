"""What an hour of work really brought, workshop by workshop and operation by operation.

``effective hourly = (pay − costs) / hours``. Hours are not clocked: they are the standard minutes of every piece judged
for the first time (rejected ones took time, too) by the workshop's known speed; time for mending is not known and not
in them. The tenth percentile and the share below the benchmark hour are given beside the median, never a mean alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from uuid import UUID

from django.db.models import F, Sum

from kiwanda.factory.catalog import queries as catalog
from kiwanda.factory.network.models import Capability
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.settlement.models import Earning

#: An operation is of the same kind in every revision of its style: (style id, operation code).
Kind = tuple[UUID, str]

#: Below so many minutes of work an hour's pay says little.
LEAST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class HourlyPay:
    """One workshop at one operation: pay less costs, minor units, and minutes worked."""

    workshop_id: UUID
    kind: Kind
    net_minor: int
    minutes: Decimal

    @property
    def hourly_minor(self) -> int:
        return int(self.net_minor * 60 / self.minutes)


@dataclass(frozen=True, slots=True)
class Spread:
    """How hourly pay is spread over workshops, minor units; ``below`` of ``count`` are under ``floor_minor``."""

    count: int
    p10_minor: int
    median_minor: int
    below: int
    floor_minor: int

    @property
    def below_share(self) -> float:
        return self.below / self.count


def rows(since: datetime, until: datetime, currency: str = "KES") -> list[HourlyPay]:
    """Every workshop at every operation with an hour of work or more, judged from ``since`` to ``until``."""
    earned = (
        Earning.objects.filter(earned_at__range=(since, until), currency=currency)
        .order_by()
        .values_list("workshop_id", "work_order__operation__tech_pack__style_id", "work_order__operation__code")
        .annotate(n=Sum(F("amount_minor") - F("quantity") * F("work_order__operation__costs_minor")))
    )
    net = {(workshop, (style, code)): amount for workshop, style, code, amount in earned}
    judged = (
        Inspection.objects.filter(
            inspected_at__range=(since, until), hand_in__is_rework=False, work_order__currency=currency
        )
        .order_by()
        .values_list(
            "work_order__workshop_id", "work_order__operation__tech_pack__style_id", "work_order__operation__code",
            "work_order__operation__technique_id", "work_order__operation__standard_minutes",
        )
        .annotate(n=Sum("quantity"))
    )
    speeds = {
        (workshop, technique): speed
        for workshop, technique, speed in Capability.objects.values_list("workshop_id", "technique_id", "speed")
    }
    minutes: dict[tuple[UUID, Kind], Decimal] = defaultdict(Decimal)
    for workshop, style, code, technique, standard, pieces in judged:
        minutes[workshop, (style, code)] += standard * pieces / speeds.get((workshop, technique), Decimal(1))
    return [
        HourlyPay(workshop, kind, net.get((workshop, kind), 0), worked)
        for (workshop, kind), worked in minutes.items()
        if worked >= LEAST_MINUTES
    ]


def by_workshop(found: Iterable[HourlyPay]) -> list[HourlyPay]:
    """The same over all operations of a workshop (``kind`` is then the first of them)."""
    sums: dict[UUID, list[HourlyPay]] = defaultdict(list)
    for row in found:
        sums[row.workshop_id].append(row)
    return [
        HourlyPay(key, group[0].kind, sum(r.net_minor for r in group), sum((r.minutes for r in group), Decimal(0)))
        for key, group in sums.items()
    ]


def spread(found: Sequence[HourlyPay], until: datetime, currency: str = "KES") -> Spread | None:
    """The spread over ``found``, held against the benchmark hour of the day; None for nobody."""
    if not found:
        return None
    floor = int(catalog.hourly_wage_minor(until.date(), currency) or 0)
    values = sorted(row.hourly_minor for row in found)
    return Spread(
        len(values), values[(len(values) - 1) // 10], int(median(values)), sum(value < floor for value in values), floor
    )
