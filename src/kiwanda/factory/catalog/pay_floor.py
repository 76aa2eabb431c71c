"""The pay floor: the least an operation may pay for one good piece. Pure arithmetic, exact decimals, no database.

    W_h   = max(statutory hourly, living wage a month / 208)
    floor = 1.2 × W_h × standard minutes / 60 + material + tools and energy + on-costs

208 = 48 hours × 52 weeks / 12 months. The factor 1.2 is the United Kingdom's rule for fair piece rates: a rate is
tested on typical workers, not on the fastest. Source of the wages: Anker / Global Living Wage Coalition 2023 (Kenya,
rural 30,531 and urban 35,518 KES a worker-month) and Kenya's statutory minimum; both are dated rows, never constants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kiwanda.core.money import ceil_minor

HOURS_PER_MONTH = Decimal(208)
TYPICAL_WORKER_FACTOR = Decimal("1.2")


@dataclass(frozen=True, slots=True)
class DatedWage:
    """A monthly wage in minor units of ``currency``, in force from ``valid_from`` until a later row of the same
    kind, zone and grade.
    """

    kind: str
    zone: str
    grade: str
    valid_from: date
    monthly_minor: int
    currency: str


def hourly_wage(*, statutory_hourly_minor: Decimal, living_monthly_minor: int) -> Decimal:
    """``W_h`` in minor units an hour, not rounded."""
    return max(statutory_hourly_minor, Decimal(living_monthly_minor) / HOURS_PER_MONTH)


def wages_in_force(wages: Iterable[DatedWage], on: date, currency: str) -> list[DatedWage]:
    """The latest row not after ``on`` of each kind, zone and grade, in ``currency``."""
    latest: dict[tuple[str, str, str], DatedWage] = {}
    for wage in wages:
        if wage.valid_from > on or wage.currency != currency:
            continue
        key = (wage.kind, wage.zone, wage.grade)
        if key not in latest or wage.valid_from > latest[key].valid_from:
            latest[key] = wage
    return list(latest.values())


def dearest_hourly_wage(wages: Iterable[DatedWage], on: date, currency: str) -> Decimal | None:
    """``W_h`` over every zone and grade in force, minor units an hour; None when no wage is in force.

    One rate holds for the whole network, because any workshop may be offered the work and nobody is paid less for
    living in a village; so the dearest zone and grade sets the floor. With the published figures that is urban.
    """
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for wage in wages_in_force(wages, on, currency):
        groups.setdefault((wage.zone, wage.grade), {})[wage.kind] = wage.monthly_minor
    hourly = [
        hourly_wage(
            statutory_hourly_minor=Decimal(kinds.get("statutory", 0)) / HOURS_PER_MONTH,
            living_monthly_minor=kinds.get("living", 0),
        )
        for kinds in groups.values()
    ]
    return max(hourly, default=None)


def piece_floor_minor(
    *,
    hourly_minor: Decimal,
    standard_minutes: Decimal,
    material_minor: int = 0,
    tools_minor: int = 0,
    on_costs_minor: int = 0,
) -> int:
    """The floor for one good piece in minor units, rounded up: never against the maker.

    ``material_minor`` is material the maker buys herself (what the hub issues costs her nothing), ``tools_minor`` tools
    and energy, ``on_costs_minor`` insurance and unpaid time of the self-employed.
    """
    labour = TYPICAL_WORKER_FACTOR * hourly_minor * standard_minutes / 60
    return ceil_minor(labour + material_minor + tools_minor + on_costs_minor)
