"""An observation does not count, and why."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound, Rejected
from kiwanda.factory.catalog import fields, queries
from kiwanda.factory.catalog.events import ObservationSetAside
from kiwanda.factory.catalog.models import Observation


@command(roles={Role.COORDINATOR, Role.DESIGNER, Role.IMPACT_OFFICER})
def set_aside_observation(ctx: Context, *, observation_id: UUID, reason: str) -> Observation:
    """Keep an observation out of the mean (a blunt tool, a visitor); it stays on show with its ``reason``."""
    why = fields.text("reason", reason, 200)
    row = Observation.objects.filter(pk=fields.uuid("observation_id", observation_id)).first()
    if row is None:
        raise NotFound(CoreError.NOT_FOUND, what="observation")
    study = queries.open_time_study(ctx.actor, row.time_study_id, lock=True)
    if study.state != "open":
        raise Rejected(CoreError.WRONG_STATE, state=study.state)
    row.set_aside_reason = why
    row.save(update_fields=["set_aside_reason"])
    ctx.emit(
        ObservationSetAside(
            time_study_id=study.pk,
            observation_id=row.pk,
            style_id=study.operation.tech_pack.style_id,
            operation_code=study.operation.code,
            reason=why,
        )
    )
    return row
