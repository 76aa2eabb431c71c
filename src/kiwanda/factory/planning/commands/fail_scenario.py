"""Say why a what-if has no answer."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import ScenarioFailed
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.states import SCENARIO


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def fail_scenario(ctx: Context, *, scenario_id: UUID, message: str) -> Scenario:
    """queued or running → failed, with the reason in a sentence or two."""
    scenario = queries.scenario(ctx.actor, scenario_id)
    text = message.strip()[:300]
    SCENARIO.move(scenario, "failed", message=text, finished_at=ctx.now)
    ctx.emit(ScenarioFailed(scenario_id=scenario.id, number=scenario.number, message=text))
    return scenario
