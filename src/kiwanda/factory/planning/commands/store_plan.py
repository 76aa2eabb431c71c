"""Store what the engine proposes."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.ids import new_id
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import PlanProposed
from kiwanda.factory.planning.models import Allocation, PlanRun
from kiwanda.factory.planning.proposal import Proposal
from kiwanda.factory.planning.states import PLAN_RUN


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def store_plan(ctx: Context, *, plan_run_id: UUID, proposal: Proposal) -> PlanRun:
    """running → proposed, with all its allocations or none."""
    run = queries.plan_run(ctx.actor, plan_run_id)
    PLAN_RUN.move(
        run,
        "proposed",
        progress_percent=100,
        message="",
        problem_sha256=proposal.problem_sha256,
        plan_sha256=proposal.plan_sha256,
        objective=proposal.objective,
        bound=proposal.bound,
        order_results=proposal.order_results,
        summary=proposal.summary,
        finished_at=ctx.now,
    )
    Allocation.objects.bulk_create(
        [
            Allocation(
                id=new_id(),
                plan_run_id=run.id,
                production_order_id=lot.production_order_id,
                operation_id=lot.operation_id,
                workshop_id=lot.workshop_id,
                quantity=lot.quantity,
                start_on=lot.start_on,
                finish_on=lot.finish_on,
                minutes=lot.minutes,
            )
            for lot in proposal.lots
        ],
        batch_size=2000,
    )
    counts = proposal.summary["counts"]
    ctx.emit(
        PlanProposed(
            plan_run_id=run.id,
            number=run.number,
            lots=len(proposal.lots),
            late_orders=counts["late_orders"],
            undone=counts["undone_pieces"],
        )
    )
    return run
