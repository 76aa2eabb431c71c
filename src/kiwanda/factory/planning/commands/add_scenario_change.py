"""Add a change to a what-if."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.events import ScenarioChanged
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.scenario_changes import MOST_CHANGES, stated
from kiwanda.factory.planning.states import SCENARIO

#: What a what-if loses when it is changed after it was answered.
UNANSWERED: dict[str, Any] = {"headline": {}, "base": {}, "result": {}, "message": "", "progress_percent": 0}


@command(roles={Role.COORDINATOR, Role.MERCHANDISER})
def add_scenario_change(ctx: Context, *, scenario_id: UUID, kind: str, details: dict[str, Any]) -> Scenario:
    """``details`` are the fields of ``kind``. An answer the what-if had is dropped: it answers another question now."""
    scenario = queries.scenario(ctx.actor, scenario_id)
    if len(scenario.changes) >= MOST_CHANGES:
        raise Rejected(PlanningError.SCENARIO_FULL, most=MOST_CHANGES)
    change = {"id": new_id().hex[-8:], **stated(kind, details)}
    rewrite(scenario, [*scenario.changes, change])
    ctx.emit(ScenarioChanged(scenario_id=scenario.id, number=scenario.number, kind=kind, added=True))
    return scenario


def rewrite(scenario: Scenario, changes: list[dict[str, Any]]) -> None:
    """Give a draft, or an answered what-if that thereby becomes a draft again, these changes."""
    if scenario.state in ("queued", "running"):
        raise Rejected(CoreError.WRONG_STATE, state=scenario.state)
    if scenario.state != "draft":
        SCENARIO.move(scenario, "draft", changes=changes, **UNANSWERED)
        return
    # Compare and swap by hand: somebody may ask for its answer, or change it too, at this very moment.
    before = scenario.changes
    if not Scenario.objects.filter(pk=scenario.pk, state="draft", changes=before).update(changes=changes):
        raise Rejected(CoreError.CHANGED_MEANWHILE)
    scenario.changes = changes
