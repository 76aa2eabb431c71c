from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Forbidden, Invalid
from kiwanda.factory.catalog import fields
from kiwanda.factory.devices import queries
from kiwanda.factory.devices.errors import DevicesError
from kiwanda.factory.devices.events import StepLearned
from kiwanda.factory.devices.lessons import lesson
from kiwanda.factory.devices.models import LearnedStep


@command(roles={Role.ARTISAN})
def learn_step(ctx: Context, *, technique: str, step: int) -> list[int]:
    """She went through step ``step`` (1, 2, …) of a technique's lesson; again is no fault. Returns what she learned."""
    if ctx.actor.id is None or ctx.actor.workshop_id is None:
        raise Forbidden(CoreError.NOT_ALLOWED)
    technique = fields.code("technique", technique, 30)
    found = lesson(technique)
    if found is None or isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= len(found.steps):
        raise Invalid(DevicesError.UNKNOWN_STEP, field="step")
    fresh = LearnedStep(artisan_id=ctx.actor.id, technique=technique, step=step, learned_at=ctx.now)
    known = LearnedStep.objects.filter(artisan_id=ctx.actor.id, technique=technique, step=step).exists()
    if not known:
        LearnedStep.objects.bulk_create([fresh], ignore_conflicts=True)
        ctx.emit(
            StepLearned(artisan_id=ctx.actor.id, workshop_id=ctx.actor.workshop_id, technique=technique, step=step)
        )
    return queries.learned(ctx.actor.id).get(technique, [])
