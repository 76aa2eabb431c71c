"""Planning's work outside requests."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import actors
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.jobs import job
from kiwanda.factory.planning.commands.run_plan import run_plan


@job(retries=3)
def run_plan_job(plan_run_id: str) -> None:
    """Run a requested plan. Woken twice, or for a run that was discarded: nothing to do."""
    try:
        run_plan(actor=actors.system(), plan_run_id=UUID(plan_run_id))
    except Rejected as refused:
        if refused.error is not CoreError.WRONG_STATE:
            raise
