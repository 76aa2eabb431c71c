"""Take up a requested plan run."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import PlanStarted
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.planning.states import PLAN_RUN


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def start_plan(ctx: Context, *, plan_run_id: UUID) -> PlanRun:
    """queued → running. A run left running by a worker that died is taken up again from the beginning."""
    run = queries.plan_run(ctx.actor, plan_run_id)
    again = run.state == "running"
    if again:
        PLAN_RUN.move(run, "queued")
    PLAN_RUN.move(run, "running", progress_percent=0, message="", started_at=ctx.now)
    ctx.emit(PlanStarted(plan_run_id=run.id, number=run.number, again=again))
    return run
