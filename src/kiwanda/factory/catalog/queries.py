"""Reads of the catalog. Staff see everything; artisans and the public see what is released."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.catalog import fields, pay_floor, time_studies
from kiwanda.factory.catalog.models import (
    BenchmarkWage,
    Operation,
    PieceRate,
    RateAppeal,
    Style,
    TechPack,
    TimeStudy,
    Variant,
)


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
    return (
        TechPack.objects.all() if _sees_drafts(actor) else TechPack.objects.filter(state__in=["released", "superseded"])
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


def operation(actor: Actor, operation_id: UUID) -> Operation:
    """One operation of a tech pack ``actor`` may see, with its tech pack, or :class:`NotFound`."""
    found = (
        Operation.objects.filter(pk=fields.uuid("operation_id", operation_id), tech_pack__in=tech_packs(actor))
        .select_related("tech_pack__style")
        .first()
    )
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="operation")
    return found


def open_time_study(actor: Actor, time_study_id: UUID, *, lock: bool = False) -> TimeStudy:
    """One time study (staff's), with its operation, locked for a change; or :class:`NotFound`."""
    rows = TimeStudy.objects.select_for_update(of=("self",)) if lock else TimeStudy.objects.all()
    found = (
        rows.filter(pk=fields.uuid("time_study_id", time_study_id))
        .select_related("operation__tech_pack__style")
        .first()
        if _sees_drafts(actor)
        else None
    )
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="time study")
    return found


def findings(study: TimeStudy) -> time_studies.Findings:
    """What the observations of ``study`` say that are not set aside; ``outliers`` are positions among those."""
    rows = study.observations.filter(set_aside_reason="").order_by("observed_on", "pk")
    return time_studies.work_out(
        [time_studies.Timed(row.workshop_id, row.minutes, row.pieces, row.rating_percent) for row in rows],
        study.allowance_percent,
    )


def piece_rates(actor: Actor) -> QuerySet[PieceRate]:
    """Rates proposed, reviewed, released; newest first. Others than staff see released ones."""
    return PieceRate.objects.all() if _sees_drafts(actor) else PieceRate.objects.filter(state="released")


def piece_rate(actor: Actor, piece_rate_id: UUID) -> PieceRate:
    """One of them, or :class:`NotFound`."""
    rows = piece_rates(actor).select_related("operation__tech_pack__style")
    found = rows.filter(pk=fields.uuid("piece_rate_id", piece_rate_id)).first()
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="rate")
    return found


def rate_appeals(actor: Actor) -> QuerySet[RateAppeal]:
    """Objections to rates, soonest answer first; an artisan sees her own workshop's."""
    if _sees_drafts(actor):
        return RateAppeal.objects.all()
    return RateAppeal.objects.filter(workshop_id=actor.workshop_id) if actor.workshop_id else RateAppeal.objects.none()


def wages_in_force(on: date, currency: str = "KES") -> list[pay_floor.DatedWage]:
    """The benchmark wages of a day, dearest first."""
    rows = pay_floor.wages_in_force(_wages(currency), on, currency)
    return sorted(rows, key=lambda row: (-row.monthly_minor, row.kind, row.zone, row.grade))


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


def floors_minor(operation_ids: Iterable[UUID], on: date) -> dict[UUID, int]:
    """The floor of each operation on a day; operations paid in a currency without a wage in force are left out."""
    hourly: dict[str, Decimal | None] = {}
    floors = {}
    for operation in Operation.objects.filter(pk__in=set(operation_ids)):
        currency = operation.currency
        if currency not in hourly:
            hourly[currency] = pay_floor.dearest_hourly_wage(_wages(currency), on, currency)
        wage = hourly[currency]
        if wage is not None:
            floors[operation.pk] = pay_floor.piece_floor_minor(
                hourly_minor=wage, standard_minutes=operation.standard_minutes, on_costs_minor=operation.costs_minor
            )
    return floors


@dataclass(frozen=True, slots=True)
class RateBelowFloor:
    """A released operation whose rate is under the floor of a day (wages rose since its release)."""

    operation: Operation
    floor_minor: int


def rates_below_floor(on: date) -> Iterator[RateBelowFloor]:
    """Operations of released tech packs that pay less than the floor on ``on``: due for a new revision."""
    rows = list(Operation.objects.filter(tech_pack__state="released").select_related("tech_pack__style", "technique"))
    floors = floors_minor([row.pk for row in rows], on)
    for operation in rows:
        floor = floors.get(operation.pk)
        if floor is not None and operation.piece_rate_minor < floor:
            yield RateBelowFloor(operation, floor)


def _wages(currency: str) -> list[pay_floor.DatedWage]:
    rows = BenchmarkWage.objects.filter(currency=currency)
    return [
        pay_floor.DatedWage(*row)
        for row in rows.values_list("kind", "zone", "grade", "valid_from", "monthly_minor", "currency")
    ]
