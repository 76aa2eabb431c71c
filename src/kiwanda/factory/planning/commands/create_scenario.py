"""Begin a what-if."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.core.ids import new_id
from kiwanda.factory.planning.commands.request_plan import LONGEST_DAYS
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.events import ScenarioCreated
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.scenario_changes import MOST_CHANGES, stated


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def create_scenario(
    ctx: Context, *, name: str, days: int = 56, changes: list[dict[str, Any]] | None = None
) -> Scenario:
    """A draft over ``days`` days that changes the factory as it is; ``changes`` are dicts with ``kind`` and its fields.

    The plan in force is not touched, now or later: a what-if can be compared with it and never published.
    """
    title = str(name).strip()
    if not title:
        raise Invalid(CoreError.MISSING, field="name")
    require_range("days", days, 7, LONGEST_DAYS)
    if changes and len(changes) > MOST_CHANGES:
        raise Rejected(PlanningError.SCENARIO_FULL, most=MOST_CHANGES)
    scenario = Scenario.objects.create(
        number=(Scenario.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        name=title[:80],
        days=days,
        changes=[{"id": new_id().hex[-8:], **stated(str(item.get("kind")), item)} for item in changes or []],
        created_at=ctx.now,
        created_by=ctx.actor.id,
    )
    ctx.emit(ScenarioCreated(scenario_id=scenario.id, number=scenario.number, name=scenario.name))
    return scenario
