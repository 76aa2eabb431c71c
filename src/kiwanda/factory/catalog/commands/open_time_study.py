"""Begin timing makers at one operation."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import require_range
from kiwanda.factory.catalog import fields, queries, time_studies
from kiwanda.factory.catalog.events import TimeStudyOpened
from kiwanda.factory.catalog.models import TimeStudy


@command(roles={Role.COORDINATOR, Role.DESIGNER, Role.IMPACT_OFFICER})
def open_time_study(ctx: Context, *, operation_id: UUID, allowance_percent: int = 15, note: str = "") -> TimeStudy:
    """Begin timing makers at an operation; ``allowance_percent`` (10–20) is for rest, personal needs and delays."""
    operation = queries.operation(ctx.actor, operation_id)
    study = TimeStudy.objects.create(
        operation=operation,
        allowance_percent=require_range(
            "allowance_percent", allowance_percent, time_studies.LEAST_ALLOWANCE, time_studies.MOST_ALLOWANCE
        ),
        note=fields.text("note", note, 300, required=False),
        opened_at=ctx.now,
        opened_by=ctx.actor.id,
    )
    ctx.emit(
        TimeStudyOpened(
            time_study_id=study.pk,
            style_id=operation.tech_pack.style_id,
            operation_id=operation.pk,
            operation_code=operation.code,
            allowance_percent=study.allowance_percent,
        )
    )
    return study
