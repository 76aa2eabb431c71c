"""Releasing a revision: every operation held against today's floor, the floor kept with it, the old one superseded."""

from __future__ import annotations

from datetime import date

from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected
from kiwanda.core.money import format_money
from kiwanda.factory.catalog import queries
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import TechPackReleased
from kiwanda.factory.catalog.models import Operation, PieceRate, Style, TechPack
from kiwanda.factory.catalog.states import STYLE, TECH_PACK


def release(ctx: Context, style: Style, tech_pack: TechPack) -> None:
    """Make ``tech_pack`` the released revision of ``style`` (whose row is locked), or refuse."""
    allowed = TECH_PACK.allows(tech_pack.state, "released")
    floors = {}
    for operation in tech_pack.operations.all():
        floors[operation.code] = floor = checked_floor(ctx, operation)
        if allowed:
            Operation.objects.filter(pk=operation.pk).update(floor_minor=floor)
    superseded = TechPack.objects.filter(style=style, state="released").first()
    if superseded is not None and allowed:
        TECH_PACK.move(superseded, "superseded")
    TECH_PACK.move(tech_pack, "released", released_at=ctx.now, released_by=ctx.actor.id)
    if style.state != "released":
        STYLE.move(style, "released")
    ctx.emit(
        TechPackReleased(
            style_id=style.id,
            tech_pack_id=tech_pack.id,
            revision=tech_pack.revision,
            superseded_id=superseded.id if superseded is not None else None,
            floors_minor=floors,
        )
    )


def checked_floor(ctx: Context, operation: Operation, on: date | None = None) -> int:
    """The floor of ``operation`` on a day (today); refused where no wage is in force or the rate is below it."""
    day = on or ctx.today
    floor = queries.operation_floor_minor(operation, day)
    if floor is None:
        raise Rejected(CatalogError.NO_BENCHMARK_WAGE, currency=operation.currency, on=day.isoformat())
    if operation.piece_rate_minor < floor:
        raise Rejected(
            CatalogError.BELOW_PAY_FLOOR,
            operation=operation.name_en,
            rate=format_money(operation.piece_rate_minor, operation.currency),
            floor=format_money(floor, operation.currency),
        )
    return floor


def as_operation(rate: PieceRate) -> Operation:
    """The operation as it would be with ``rate``; never saved."""
    return Operation(
        name_en=rate.operation.name_en,
        standard_minutes=rate.standard_minutes,
        piece_rate_minor=rate.piece_rate_minor,
        costs_minor=rate.costs_minor,
        currency=rate.currency,
    )


def require_not_lower(tech_pack: TechPack) -> None:
    """Refuse a draft that pays less for an operation than the released revision, unless the rate was reviewed."""
    before = {
        row.code: row
        for row in Operation.objects.filter(tech_pack__style=tech_pack.style_id, tech_pack__state="released")
    }
    reviewed = set(
        PieceRate.objects.filter(released_operation__tech_pack=tech_pack, state="released").values_list(
            "released_operation_id", flat=True
        )
    )
    for row in tech_pack.operations.all():
        old = before.get(row.code)
        if old is None or old.currency != row.currency or row.pk in reviewed:
            continue
        if row.piece_rate_minor < old.piece_rate_minor and row.standard_minutes >= old.standard_minutes:
            raise Rejected(
                CatalogError.RATE_NEEDS_REVIEW,
                operation=row.name_en,
                rate=format_money(row.piece_rate_minor, row.currency),
                old=format_money(old.piece_rate_minor, old.currency),
            )
