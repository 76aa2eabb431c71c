"""Put a what-if away."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import ScenarioDiscarded
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.states import SCENARIO


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def discard_scenario(ctx: Context, *, scenario_id: UUID) -> Scenario:
    """draft, queued, ready or failed → discarded; it is no longer listed. One at work is stopped first."""
    scenario = queries.scenario(ctx.actor, scenario_id)
    SCENARIO.move(scenario, "discarded")
    ctx.emit(ScenarioDiscarded(scenario_id=scenario.id, number=scenario.number))
    return scenario
