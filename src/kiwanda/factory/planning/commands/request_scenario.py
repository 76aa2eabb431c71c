"""Ask the engine what a what-if would mean."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.core.jobs import enqueue
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.commands.add_scenario_change import UNANSWERED
from kiwanda.factory.planning.commands.request_plan import seconds_of
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.events import ScenarioRequested
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.states import SCENARIO


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def request_scenario(ctx: Context, *, scenario_id: UUID, budget_seconds: Any = None, seed: int = 0) -> Scenario:
    """draft, ready or failed → queued; a worker plans the factory without and with the changes, from tomorrow.

    Without ``budget_seconds`` both plans do a fixed amount of work, so that they differ by the changes and nothing
    else; with it each may think so long, and small differences may be chance.
    """
    scenario = queries.scenario(ctx.actor, scenario_id)
    if not scenario.changes:
        raise Rejected(PlanningError.NOTHING_CHANGED)
    require_range("seed", seed, 0, 2**31 - 1)
    SCENARIO.move(
        scenario,
        "queued",
        **UNANSWERED,
        seed=seed,
        budget_seconds=seconds_of(budget_seconds) if budget_seconds is not None else None,
        start_on=ctx.today + timedelta(days=1),
        requested_at=ctx.now,
        started_at=None,
        finished_at=None,
    )
    ctx.emit(ScenarioRequested(scenario_id=scenario.id, number=scenario.number, changes=len(scenario.changes)))
    enqueue("planning.run_scenario_job", scenario_id=str(scenario.id))
    return scenario
