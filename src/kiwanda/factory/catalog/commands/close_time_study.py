"""A study ends with its standard minutes, or is given up."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import queries, time_studies
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import TimeStudyClosed, TimeStudyWithdrawn
from kiwanda.factory.catalog.models import TimeStudy
from kiwanda.factory.catalog.states import TIME_STUDY


@command(roles={Role.COORDINATOR, Role.DESIGNER, Role.IMPACT_OFFICER})
def close_time_study(ctx: Context, *, time_study_id: UUID) -> TimeStudy:
    """Close a study of at least five makers; its standard minutes are fixed from now on."""
    study = queries.open_time_study(ctx.actor, time_study_id, lock=True)
    found = queries.findings(study)
    if not found.is_enough or found.standard_minutes is None:
        raise Rejected(CatalogError.TOO_FEW_MAKERS, least=time_studies.LEAST_MAKERS, makers=found.makers)
    TIME_STUDY.move(
        study,
        "closed",
        standard_minutes=found.standard_minutes,
        maker_count=found.makers,
        closed_at=ctx.now,
        closed_by=ctx.actor.id,
    )
    ctx.emit(
        TimeStudyClosed(
            time_study_id=study.pk,
            style_id=study.operation.tech_pack.style_id,
            operation_id=study.operation_id,
            operation_code=study.operation.code,
            standard_minutes=str(found.standard_minutes),
            makers=found.makers,
        )
    )
    return study


@command(roles={Role.COORDINATOR, Role.DESIGNER, Role.IMPACT_OFFICER})
def withdraw_time_study(ctx: Context, *, time_study_id: UUID) -> TimeStudy:
    """Give up a study that will not be finished."""
    study = queries.open_time_study(ctx.actor, time_study_id, lock=True)
    TIME_STUDY.move(study, "withdrawn", closed_at=ctx.now, closed_by=ctx.actor.id)
    ctx.emit(
        TimeStudyWithdrawn(
            time_study_id=study.pk, style_id=study.operation.tech_pack.style_id, operation_code=study.operation.code
        )
    )
    return study
