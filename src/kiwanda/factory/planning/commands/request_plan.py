"""Ask the engine for a plan."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Max

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, require_range
from kiwanda.core.jobs import enqueue
from kiwanda.factory.planning.events import PlanRequested
from kiwanda.factory.planning.models import PlanRun

LONGEST_DAYS = 365
LONGEST_BUDGET = 3600


@command(roles={Role.COORDINATOR, Role.SYSTEM})
def request_plan(
    ctx: Context, *, days: int = 56, seed: int = 0, budget_seconds: Any = 2, reason: str = ""
) -> PlanRun:
    """A plan over ``days`` days from tomorrow; a worker runs it within about ``budget_seconds``.

    Tomorrow, because work that is offered today is answered and fetched before anybody begins.
    """
    require_range("days", days, 7, LONGEST_DAYS)
    require_range("seed", seed, 0, 2**31 - 1)
    run = PlanRun.objects.create(
        number=(PlanRun.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        reason=str(reason).strip()[:120],
        start_on=ctx.today + timedelta(days=1),
        days=days,
        seed=seed,
        budget_seconds=seconds_of(budget_seconds),
        requested_at=ctx.now,
        requested_by=ctx.actor.id,
    )
    ctx.emit(
        PlanRequested(plan_run_id=run.id, number=run.number, start_on=run.start_on, days=days, reason=run.reason)
    )
    enqueue("planning.run_plan_job", plan_run_id=str(run.id))
    return run


def seconds_of(value: Any) -> Decimal:
    """A time limit for the engine, to a tenth of a second."""
    try:
        seconds = Decimal(str(value)).quantize(Decimal("0.1"))
    except InvalidOperation:
        raise Invalid(CoreError.MALFORMED, field="budget_seconds", reason="a number of seconds is expected") from None
    if not seconds.is_finite() or not 0 < seconds <= LONGEST_BUDGET:
        raise Invalid(CoreError.OUT_OF_RANGE, field="budget_seconds", low=0.1, high=LONGEST_BUDGET)
    return seconds
