"""Stop a what-if that is being worked out."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import ScenarioCancelled
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.states import SCENARIO


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def cancel_scenario(ctx: Context, *, scenario_id: UUID) -> Scenario:
    """queued or running → draft. An engine at work notices at its next report of progress and stops."""
    scenario = queries.scenario(ctx.actor, scenario_id)
    if scenario.state not in ("queued", "running"):
        raise Rejected(CoreError.WRONG_STATE, state=scenario.state)
    SCENARIO.move(scenario, "draft", progress_percent=0, message="")
    ctx.emit(ScenarioCancelled(scenario_id=scenario.id, number=scenario.number))
    return scenario
