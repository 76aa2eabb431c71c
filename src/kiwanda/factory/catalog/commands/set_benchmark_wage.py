"""The wages that piece rates are held against."""

from __future__ import annotations

from datetime import date

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.core.ids import derived_id
from kiwanda.core.money import LARGEST_MINOR, format_money
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.errors import CatalogError
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
    lists what a new wage leaves behind. A wage lower than the one it would replace is refused: that is
    :func:`lower_benchmark_wage`, another person's duty.
    """
    wage = _checked(ctx, kind, zone, valid_from, monthly_minor, source, grade, currency)
    standing = _standing(wage)
    if standing is not None and (wage.monthly_minor < standing.monthly_minor or standing.currency != wage.currency):
        raise Rejected(
            CatalogError.WAGE_LOWERED,
            field="monthly_minor",
            monthly=format_money(standing.monthly_minor, standing.currency),
        )
    return _stored(ctx, wage, "")


@command(roles={Role.FINANCE_CHECKER}, separate=True)
def lower_benchmark_wage(
    ctx: Context,
    *,
    kind: str,
    zone: str,
    valid_from: date,
    monthly_minor: int,
    source: str,
    reason: str,
    grade: str = "general",
    currency: str = "KES",
) -> BenchmarkWage:
    """Put a lower wage (a corrected figure, a repealed order) in place of the one in force, with the reason.

    Lower wages lower the floor under every rate: never the person who recorded the wage in force.
    """
    why = fields.text("reason", reason, 300)
    wage = _checked(ctx, kind, zone, valid_from, monthly_minor, source, grade, currency)
    standing = _standing(wage)
    if standing is None or standing.monthly_minor <= wage.monthly_minor or standing.currency != wage.currency:
        raise Rejected(CatalogError.WAGE_NOT_LOWER)
    if ctx.actor.id is None or standing.set_by == ctx.actor.id:
        raise Rejected(CatalogError.SAME_PERSON)
    return _stored(ctx, wage, why)


def _checked(
    ctx: Context, kind: str, zone: str, valid_from: date, monthly_minor: int, source: str, grade: str, currency: str
) -> BenchmarkWage:
    return BenchmarkWage(
        kind=fields.choice("kind", kind, KINDS),
        zone=fields.choice("zone", zone, ZONES),
        grade=fields.code("grade", grade, 20),
        valid_from=fields.day("valid_from", valid_from),
        monthly_minor=require_range("monthly_minor", monthly_minor, 1, LARGEST_MINOR),
        currency=fields.currency("currency", currency),
        source=fields.text("source", source, 200),
        set_by=ctx.actor.id,
    )


def _standing(wage: BenchmarkWage) -> BenchmarkWage | None:
    """What holds of this kind, zone and grade on the day ``wage`` begins."""
    rows = BenchmarkWage.objects.filter(
        kind=wage.kind, zone=wage.zone, grade=wage.grade, valid_from__lte=wage.valid_from
    )
    return rows.order_by("-valid_from").first()


def _stored(ctx: Context, wage: BenchmarkWage, reason: str) -> BenchmarkWage:
    key = {name: getattr(wage, name) for name in ("kind", "zone", "grade", "valid_from")}
    values = {name: getattr(wage, name) for name in ("monthly_minor", "currency", "source", "set_by")}
    stored, _ = BenchmarkWage.objects.update_or_create(**key, defaults=values)
    ctx.emit(
        BenchmarkWageSet(
            benchmark_wage_id=derived_id("benchmark_wage", *key.values()),
            monthly_minor=wage.monthly_minor,
            currency=wage.currency,
            reason=reason,
            **key,
        )
    )
    return stored
