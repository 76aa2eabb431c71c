"""Take up a requested what-if."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import ScenarioStarted
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.states import SCENARIO


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def start_scenario(ctx: Context, *, scenario_id: UUID) -> Scenario:
    """queued → running. One left running by a worker that died is taken up again from the beginning."""
    scenario = queries.scenario(ctx.actor, scenario_id)
    again = scenario.state == "running"
    if again:
        SCENARIO.move(scenario, "queued")
    SCENARIO.move(scenario, "running", progress_percent=0, message="", started_at=ctx.now)
    ctx.emit(ScenarioStarted(scenario_id=scenario.id, number=scenario.number, again=again))
    return scenario
