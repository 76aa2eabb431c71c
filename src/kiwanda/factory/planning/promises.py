"""From a published plan to days promised to buyers, and to those that cannot be kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from kiwanda.core.commands import Context
from kiwanda.factory.demand.models import OrderLine, Promise
from kiwanda.factory.planning.events import PromiseSlipped
from kiwanda.factory.planning.models import Peg, PlanRun
from kiwanda.factory.planning.order_lines import promise
from kiwanda.factory.planning.standing_plan import READY_DAYS


def line_forecasts(run: PlanRun) -> dict[UUID, date]:
    """The day each line in production can leave by this plan; lines with pieces left undone are missing."""
    finish = {
        UUID(row["production_order_id"]): date.fromisoformat(row["finish_on"]) if row["finish_on"] else None
        for row in run.order_results
    }
    latest: dict[UUID, date] = {}
    undone: set[UUID] = set()
    pegs = Peg.objects.filter(line__state="in_production", production_order__state__in=["open", "done"])
    for line, order, state in pegs.values_list("line_id", "production_order_id", "production_order__state"):
        day = finish.get(order)
        if day is not None:
            ready = day + timedelta(days=READY_DAYS)
            latest[line] = max(latest.get(line, ready), ready)
        elif state == "open":
            undone.add(line)
    return {line: day for line, day in latest.items() if line not in undone}


def promise_from_plan(ctx: Context, run: PlanRun, before: PlanRun | None) -> tuple[int, int]:
    """Promise a day for lines that have none from a plan or a person; tell of promises the plan breaks.

    A promise once given is not moved by a plan: buyers are told of a delay by people, who see it on *Today*. A delay is
    told once, and again when it grows. Returns how many were promised and how many slip.
    """
    forecasts = line_forecasts(run)
    known = _latest(forecasts)
    due = dict(OrderLine.objects.filter(state="in_production").values_list("id", "due_on"))
    fresh = [
        (line, max(due[line], day))
        for line, day in forecasts.items()
        if line in due and (line not in known or known[line][1] == "requested")
    ]
    earlier = line_forecasts(before) if before is not None else {}
    slipped = 0
    for line, day in forecasts.items():
        if line not in known or known[line][1] == "requested":
            continue
        promised = known[line][0]
        if day > promised and day > earlier.get(line, promised):
            slipped += 1
            ctx.emit(
                PromiseSlipped(
                    line_id=line, plan_run_id=run.id, promised_on=promised, forecast_on=day,
                    days_late=(day - promised).days,
                )
            )
    return promise(ctx, fresh), slipped


def _latest(lines: Mapping[UUID, date]) -> dict[UUID, tuple[date, str]]:
    """The promise in force of each line: its day and its basis."""
    rows = Promise.objects.filter(line__state="in_production").order_by("made_at", "id")
    return {
        line: (on, basis)
        for line, on, basis in rows.values_list("line_id", "promised_on", "basis")
        if line in lines
    }
