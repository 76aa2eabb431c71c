"""End a plan run that cannot give a plan."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import PlanFailed
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.planning.states import PLAN_RUN


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def fail_plan(ctx: Context, *, plan_run_id: UUID, message: str) -> PlanRun:
    """queued or running → failed, with the reason in a sentence or two."""
    run = queries.plan_run(ctx.actor, plan_run_id)
    text = message.strip()[:300]
    PLAN_RUN.move(run, "failed", message=text, finished_at=ctx.now)
    ctx.emit(PlanFailed(plan_run_id=run.id, number=run.number, message=text))
    return run
