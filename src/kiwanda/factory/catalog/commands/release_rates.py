"""Reviewed rates begin to hold."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import queries, releasing
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import RateReleased, TechPackDrafted
from kiwanda.factory.catalog.models import BillOfMaterialsLine, Operation, PieceRate, Style, TechPack
from kiwanda.factory.catalog.states import PIECE_RATE


@command(roles={Role.DESIGNER, Role.FINANCE_MAKER, Role.FINANCE_CHECKER}, separate=True)
def release_rates(ctx: Context, *, style_id: UUID) -> list[PieceRate]:
    """Release every reviewed rate of a style whose day has come.

    Rates of the released revision come with a new revision that differs in nothing else; production orders planned
    before keep the old one. Rates of a draft are put into the draft. Each is held against the floor of today once more.
    """
    style = queries.style(ctx.actor, style_id)
    Style.objects.select_for_update(no_key=True).get(pk=style.pk)
    due = list(
        PieceRate.objects.filter(operation__tech_pack__style=style, state="reviewed", valid_from__lte=ctx.today)
        .select_related("operation__tech_pack")
        .order_by("operation__sequence", "pk")
    )
    if not due:
        raise Rejected(CatalogError.NO_RATE_DUE)
    for rate in due:
        if rate.operation.tech_pack.state not in ("draft", "released"):
            raise Rejected(CatalogError.OPERATION_NOT_CURRENT)
    present = [rate for rate in due if rate.operation.tech_pack.state == "released"]
    for rate in due:
        if rate not in present:
            _into(ctx, rate, rate.operation)
    if present:
        revision, copies = _copy(ctx, style, present[0].operation.tech_pack)
        for rate in present:
            _into(ctx, rate, copies[rate.operation_id])
        releasing.release(ctx, style, revision)
    return due


def _into(ctx: Context, rate: PieceRate, operation: Operation) -> None:
    """Put ``rate`` into ``operation`` of a draft and say so."""
    old = rate.operation.piece_rate_minor
    floor = releasing.checked_floor(ctx, releasing.as_operation(rate))
    Operation.objects.filter(pk=operation.pk).update(
        piece_rate_minor=rate.piece_rate_minor,
        standard_minutes=rate.standard_minutes,
        costs_minor=rate.costs_minor,
        material_costs_minor=rate.material_costs_minor,
        tools_minor=rate.tools_minor,
    )
    PIECE_RATE.move(
        rate,
        "released",
        released_operation_id=operation.pk,
        released_at=ctx.now,
        released_by=ctx.actor.id,
        floor_minor=floor,
    )
    ctx.emit(
        RateReleased(
            piece_rate_id=rate.pk,
            style_id=rate.operation.tech_pack.style_id,
            tech_pack_id=operation.tech_pack_id,
            operation_id=operation.pk,
            operation_code=operation.code,
            old_rate_minor=old,
            piece_rate_minor=rate.piece_rate_minor,
            floor_minor=floor,
            currency=rate.currency,
            reason=rate.reason,
        )
    )


def _copy(ctx: Context, style: Style, source: TechPack) -> tuple[TechPack, dict[UUID, Operation]]:
    """A draft like ``source``, and its operations by the id of the one they were copied from."""
    newest = TechPack.objects.filter(style=style).aggregate(n=Max("revision"))["n"] or 0
    draft = TechPack.objects.create(
        style=style, revision=newest + 1, notes=source.notes, pictures=source.pictures, created_at=ctx.now
    )
    copies: dict[UUID, Operation] = {}
    kept = [
        field.attname
        for field in Operation._meta.concrete_fields
        if field.name not in ("id", "tech_pack", "floor_minor")
    ]
    for row in source.operations.order_by("sequence"):
        copies[row.pk] = Operation(tech_pack=draft, **{name: getattr(row, name) for name in kept})
    Operation.objects.bulk_create(copies.values())
    edges = Operation.after.through
    edges.objects.bulk_create(
        edges(from_operation_id=copies[row].pk, to_operation_id=copies[earlier].pk)
        for row, earlier in edges.objects.filter(from_operation__tech_pack=source).values_list(
            "from_operation_id", "to_operation_id"
        )
    )
    BillOfMaterialsLine.objects.bulk_create(
        BillOfMaterialsLine(
            tech_pack=draft,
            material_id=line.material_id,
            operation_code=line.operation_code,
            quantity_per_piece=line.quantity_per_piece,
        )
        for line in source.bill_of_materials.order_by("pk")
    )
    ctx.emit(TechPackDrafted(style_id=style.pk, tech_pack_id=draft.pk, revision=draft.revision))
    return draft, copies
