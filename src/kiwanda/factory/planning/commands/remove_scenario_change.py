"""Take a change out of a what-if."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.commands.add_scenario_change import rewrite
from kiwanda.factory.planning.events import ScenarioChanged
from kiwanda.factory.planning.models import Scenario


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def remove_scenario_change(ctx: Context, *, scenario_id: UUID, change_id: str) -> Scenario:
    """An answer the what-if had is dropped: it would answer another question."""
    scenario = queries.scenario(ctx.actor, scenario_id)
    gone = next((change for change in scenario.changes if change["id"] == change_id), None)
    if gone is None:
        raise NotFound(CoreError.NOT_FOUND, what="change")
    rewrite(scenario, [change for change in scenario.changes if change["id"] != change_id])
    ctx.emit(ScenarioChanged(scenario_id=scenario.id, number=scenario.number, kind=gone["kind"], added=False))
    return scenario
