"""Reads of the catalog. Staff see everything; artisans and the public see what is released."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.catalog import pay_floor
from kiwanda.factory.catalog.models import BenchmarkWage, Operation, Style, TechPack, Variant


def _sees_drafts(actor: Actor) -> bool:
    return actor.is_staff or actor.kind == "system"


def styles(actor: Actor) -> QuerySet[Style]:
    """Styles ``actor`` may see."""
    return Style.objects.all() if _sees_drafts(actor) else Style.objects.filter(state="released")


def style(actor: Actor, style_id: UUID) -> Style:
    """One style, or :class:`NotFound`."""
    found = styles(actor).filter(pk=style_id).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="style")
    return found


def variants(actor: Actor) -> QuerySet[Variant]:
    """Variants of the styles ``actor`` may see, with their style."""
    rows = Variant.objects.select_related("style")
    return rows if _sees_drafts(actor) else rows.filter(style__state="released")


def tech_packs(actor: Actor) -> QuerySet[TechPack]:
    """Tech packs ``actor`` may see: drafts are staff's; an artisan needs superseded ones for work already hers."""
    return TechPack.objects.all() if _sees_drafts(actor) else TechPack.objects.filter(
        state__in=["released", "superseded"]
    )


def released_tech_pack(style_id: UUID) -> TechPack | None:
    """The revision a style is made by now."""
    return TechPack.objects.filter(style_id=style_id, state="released").first()


def released_tech_packs() -> dict[UUID, TechPack]:
    """That revision of every released style, by style id."""
    rows = TechPack.objects.filter(state="released", style__state="released")
    return {row.style_id: row for row in rows}


def routing(tech_pack_id: UUID) -> list[tuple[Operation, list[UUID]]]:
    """Operations in topological order, each with the ids of those it comes after. Two queries."""
    rows = Operation.objects.filter(tech_pack_id=tech_pack_id).prefetch_related("after").order_by("sequence")
    return [(row, [source.id for source in row.after.all()]) for row in rows]


def hourly_wage_minor(on: date, currency: str = "KES") -> float | None:
    """``W_h`` of the pay floor on a day, minor units an hour; None when no benchmark wage is in force."""
    wage = pay_floor.dearest_hourly_wage(_wages(currency), on, currency)
    return None if wage is None else float(wage)


def operation_floor_minor(operation: Operation, on: date) -> int | None:
    """The least ``operation`` may pay for one good piece on a day; None when no wage is in force."""
    hourly = pay_floor.dearest_hourly_wage(_wages(operation.currency), on, operation.currency)
    if hourly is None:
        return None
    return pay_floor.piece_floor_minor(
        hourly_minor=hourly, standard_minutes=operation.standard_minutes, on_costs_minor=operation.costs_minor
    )


@dataclass(frozen=True, slots=True)
class RateBelowFloor:
    """A released operation whose rate is under the floor of a day (wages rose since its release)."""

    operation: Operation
    floor_minor: int


def rates_below_floor(on: date) -> Iterator[RateBelowFloor]:
    """Operations of released tech packs that pay less than the floor on ``on``: due for a new revision."""
    hourly = {}
    rows = Operation.objects.filter(tech_pack__state="released").select_related("tech_pack__style", "technique")
    for operation in rows:
        if operation.currency not in hourly:
            hourly[operation.currency] = pay_floor.dearest_hourly_wage(
                _wages(operation.currency), on, operation.currency
            )
        wage = hourly[operation.currency]
        if wage is None:
            continue
        floor = pay_floor.piece_floor_minor(
            hourly_minor=wage, standard_minutes=operation.standard_minutes, on_costs_minor=operation.costs_minor
        )
        if operation.piece_rate_minor < floor:
            yield RateBelowFloor(operation, floor)


def _wages(currency: str) -> list[pay_floor.DatedWage]:
    rows = BenchmarkWage.objects.filter(currency=currency)
    return [
        pay_floor.DatedWage(*row)
        for row in rows.values_list("kind", "zone", "grade", "valid_from", "monthly_minor", "currency")
    ]
