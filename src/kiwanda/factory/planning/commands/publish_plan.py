"""Put a proposed plan in force."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.events import PlanPublished
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder
from kiwanda.factory.planning.states import PLAN_RUN


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def publish_plan(ctx: Context, *, plan_run_id: UUID) -> PlanRun:
    """proposed → published, at most one at a time.

    The plan before is superseded together with its lots that were not offered yet; the new plan's lots become
    tentative; every production order learns its forecast. Promises follow by reaction.
    """
    run = queries.plan_run(ctx.actor, plan_run_id)
    if run.state == "proposed" and run.start_on < ctx.today:
        raise Rejected(PlanningError.OUT_OF_DATE, start_on=run.start_on.isoformat())
    before = PlanRun.objects.filter(state="published").first()
    if before is not None and run.state == "proposed":
        if before.number > run.number:
            raise Rejected(PlanningError.OVERTAKEN, number=before.number)
        PLAN_RUN.move(before, "superseded")
    PLAN_RUN.move(run, "published", published_at=ctx.now, published_by=ctx.actor.id)
    Allocation.objects.filter(state="tentative").update(state="superseded")
    lots = Allocation.objects.filter(plan_run=run, state="proposed").update(state="tentative")
    _forecast(run)
    ctx.emit(
        PlanPublished(
            plan_run_id=run.id,
            number=run.number,
            lots=lots,
            superseded_plan_run_id=before.id if before is not None else None,
        )
    )
    return run


def _forecast(run: PlanRun) -> None:
    """Write each order's planned finish; one statement per distinct day."""
    by_day: dict[date | None, list[str]] = defaultdict(list)
    for row in run.order_results:
        day = date.fromisoformat(row["finish_on"]) if row["finish_on"] else None
        by_day[day].append(row["production_order_id"])
    for day, ids in by_day.items():
        for first in range(0, len(ids), 500):
            ProductionOrder.objects.filter(pk__in=ids[first : first + 500]).update(forecast_on=day)
