"""One maker was timed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.factory.catalog import fields, queries
from kiwanda.factory.catalog.events import MakerTimed
from kiwanda.factory.catalog.models import Observation


@command(roles={Role.COORDINATOR, Role.DESIGNER, Role.IMPACT_OFFICER})
def record_observation(
    ctx: Context,
    *,
    time_study_id: UUID,
    workshop_id: UUID,
    minutes: Decimal | float | str,
    pieces: int = 1,
    rating_percent: int = 100,
    observed_on: date | None = None,
) -> Observation:
    """``minutes`` a maker of a workshop took for ``pieces`` good pieces, at a pace of ``rating_percent``."""
    study = queries.open_time_study(ctx.actor, time_study_id, lock=True)
    day = fields.day("observed_on", observed_on or ctx.today)
    if day > ctx.today:
        raise Invalid(CoreError.MALFORMED, field="observed_on", reason="the day is still to come")
    if study.state != "open":
        raise Rejected(CoreError.WRONG_STATE, state=study.state)
    row = Observation.objects.create(
        time_study=study,
        workshop_id=fields.uuid("workshop_id", workshop_id),
        pieces=require_range("pieces", pieces, 1, 10_000),
        minutes=fields.decimal("minutes", minutes, "0.01", "99999", 2),
        rating_percent=require_range("rating_percent", rating_percent, 50, 150),
        observed_on=day,
        observed_by=ctx.actor.id,
    )
    ctx.emit(
        MakerTimed(
            time_study_id=study.pk,
            observation_id=row.pk,
            style_id=study.operation.tech_pack.style_id,
            operation_code=study.operation.code,
            workshop_id=row.workshop_id,
            pieces=row.pieces,
            minutes=str(row.minutes),
            rating_percent=row.rating_percent,
        )
    )
    return row
