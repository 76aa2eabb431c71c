"""Put a proposal aside."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import PlanDiscarded
from kiwanda.factory.planning.models import Allocation, PlanRun
from kiwanda.factory.planning.states import PLAN_RUN


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def discard_plan(ctx: Context, *, plan_run_id: UUID) -> PlanRun:
    """queued, running or proposed → discarded. Its lots are deleted: nobody was told of them.

    An engine at work notices at its next report of progress and stops; what it had found is lost.
    """
    run = queries.plan_run(ctx.actor, plan_run_id)
    PLAN_RUN.move(run, "discarded", finished_at=run.finished_at or ctx.now)
    Allocation.objects.filter(plan_run=run).delete()
    ctx.emit(PlanDiscarded(plan_run_id=run.id, number=run.number))
    return run
