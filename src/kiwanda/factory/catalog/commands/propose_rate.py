"""Somebody proposes what an operation should pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.core.money import LARGEST_MINOR
from kiwanda.factory.catalog import fields, queries, releasing
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import RateProposed
from kiwanda.factory.catalog.models import Operation, PieceRate, TimeStudy


@command(roles={Role.DESIGNER, Role.IMPACT_OFFICER, Role.FINANCE_MAKER})
def propose_rate(
    ctx: Context,
    *,
    operation_id: UUID,
    piece_rate_minor: int,
    reason: str,
    time_study_id: UUID | None = None,
    standard_minutes: Decimal | float | str | None = None,
    material_costs_minor: int | None = None,
    tools_minor: int | None = None,
    on_costs_minor: int | None = None,
    valid_from: date | None = None,
) -> PieceRate:
    """A rate for an operation of the released revision or of a draft; what is not given stays as it is.

    ``standard_minutes`` may change only by a closed time study of this operation (of any revision of its style), unless
    they rise. Refused below the pay floor of ``valid_from`` (today when None).
    """
    why = fields.text("reason", reason, 300)
    operation = queries.operation(ctx.actor, operation_id)
    if operation.tech_pack.state not in ("draft", "released"):
        raise Rejected(CatalogError.OPERATION_NOT_CURRENT)
    day = fields.day("valid_from", valid_from or ctx.today)
    if day < ctx.today:
        raise Invalid(CoreError.MALFORMED, field="valid_from", reason="a rate does not begin in the past")
    study = _study(time_study_id, operation)
    minutes = _minutes(operation, study, standard_minutes)
    parts = {
        "material_costs_minor": operation.material_costs_minor
        if material_costs_minor is None
        else material_costs_minor,
        "tools_minor": operation.tools_minor if tools_minor is None else tools_minor,
        "on_costs_minor": operation.on_costs_minor if on_costs_minor is None else on_costs_minor,
    }
    parts = {name: require_range(name, value, 0, LARGEST_MINOR) for name, value in parts.items()}
    if PieceRate.objects.filter(operation=operation, state__in=["proposed", "reviewed"]).exists():
        raise Rejected(CatalogError.RATE_UNDER_WAY)
    rate = PieceRate(
        operation=operation,
        time_study=study,
        standard_minutes=minutes,
        piece_rate_minor=require_range("piece_rate_minor", piece_rate_minor, 1, LARGEST_MINOR),
        currency=operation.currency,
        valid_from=day,
        reason=why,
        proposed_at=ctx.now,
        proposed_by=ctx.actor.id,
        floor_minor=0,
        **parts,
    )
    rate.floor_minor = releasing.checked_floor(ctx, releasing.as_operation(rate), day)
    rate.save(force_insert=True)
    ctx.emit(
        RateProposed(
            piece_rate_id=rate.pk,
            style_id=operation.tech_pack.style_id,
            operation_id=operation.pk,
            operation_code=operation.code,
            old_rate_minor=operation.piece_rate_minor,
            piece_rate_minor=rate.piece_rate_minor,
            floor_minor=rate.floor_minor,
            currency=rate.currency,
            valid_from=day,
            reason=why,
        )
    )
    return rate


def _study(time_study_id: UUID | None, operation: Operation) -> TimeStudy | None:
    if time_study_id is None:
        return None
    study = TimeStudy.objects.filter(
        pk=fields.uuid("time_study_id", time_study_id),
        state="closed",
        operation__code=operation.code,
        operation__technique=operation.technique_id,
        operation__tech_pack__style=operation.tech_pack.style_id,
    ).first()
    if study is None:
        raise Rejected(CatalogError.STUDY_OF_ANOTHER, field="time_study_id")
    return study


def _minutes(operation: Operation, study: TimeStudy | None, given: Decimal | float | str | None) -> Decimal:
    asked = None if given is None else fields.decimal("standard_minutes", given, "0.01", "99999", 2)
    if study is not None and study.standard_minutes is not None:
        if asked is not None and asked != study.standard_minutes:
            raise Rejected(CatalogError.NOT_THE_STUDY, field="standard_minutes", found=study.standard_minutes)
        return study.standard_minutes
    # Fewer minutes lower the floor: nobody's word is enough for that.
    if asked is not None and asked < operation.standard_minutes:
        raise Rejected(CatalogError.NOT_THE_STUDY, field="standard_minutes", found=operation.standard_minutes)
    return operation.standard_minutes if asked is None else asked
