from __future__ import annotations

from datetime import date

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import require_range
from kiwanda.core.ids import derived_id
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.events import BenchmarkWageSet
from kiwanda.factory.catalog.models import BenchmarkWage

KINDS = ("statutory", "living")
ZONES = ("urban", "rural")


@command(roles={Role.FINANCE_MAKER, Role.IMPACT_OFFICER})
def set_benchmark_wage(
    ctx: Context,
    *,
    kind: str,
    zone: str,
    valid_from: date,
    monthly_minor: int,
    source: str,
    grade: str = "general",
    currency: str = "KES",
) -> BenchmarkWage:
    """A monthly wage that piece rates are held against from ``valid_from`` on; the same day again corrects it.

    Record only wages rates are to be held against: the dearest one in force sets the floor (see ``pay_floor``). The
    event log keeps what stood before a correction. Released tech packs stay released; ``queries.rates_below_floor``
    lists what a new wage leaves behind.
    """
    kind = fields.choice("kind", kind, KINDS)
    zone = fields.choice("zone", zone, ZONES)
    grade = fields.code("grade", grade, 20)
    wage, _ = BenchmarkWage.objects.update_or_create(
        kind=kind,
        zone=zone,
        grade=grade,
        valid_from=fields.day("valid_from", valid_from),
        defaults={
            "monthly_minor": require_range("monthly_minor", monthly_minor, 1, LARGEST_MINOR),
            "currency": fields.currency("currency", currency),
            "source": fields.text("source", source, 200),
        },
    )
    ctx.emit(
        BenchmarkWageSet(
            benchmark_wage_id=derived_id("benchmark_wage", kind, zone, grade, valid_from),
            kind=kind,
            zone=zone,
            grade=grade,
            valid_from=valid_from,
            monthly_minor=monthly_minor,
            currency=currency,
        )
    )
    return wage
