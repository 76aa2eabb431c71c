"""Store what the engine says about a what-if."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.events import ScenarioAnswered
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.states import SCENARIO


@dataclass(frozen=True)
class ScenarioAnswer:
    """``base`` and ``result`` as the model describes them; ``headline`` the few figures lists show."""

    base: dict[str, Any]
    result: dict[str, Any]
    headline: dict[str, Any]


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def store_scenario(ctx: Context, *, scenario_id: UUID, answer: ScenarioAnswer) -> Scenario:
    """running → ready."""
    scenario = queries.scenario(ctx.actor, scenario_id)
    SCENARIO.move(
        scenario,
        "ready",
        progress_percent=100,
        message="",
        base=answer.base,
        result=answer.result,
        headline=answer.headline,
        finished_at=ctx.now,
    )
    ctx.emit(
        ScenarioAnswered(
            scenario_id=scenario.id,
            number=scenario.number,
            later=answer.headline["later"],
            earlier=answer.headline["earlier"],
        )
    )
    return scenario
