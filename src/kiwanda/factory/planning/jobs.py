"""Planning's work outside requests."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core import actors
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.jobs import every, job
from kiwanda.factory.planning.commands.run_plan import run_plan
from kiwanda.factory.planning.commands.run_scenario import run_scenario
from kiwanda.factory.planning.promising import promise_new_lines
from kiwanda.factory.planning.tidying import tidy


@job(retries=3)
def run_plan_job(plan_run_id: str) -> None:
    """Run a requested plan. Woken twice, or for a run that was discarded: nothing to do."""
    try:
        run_plan(actor=actors.system(), plan_run_id=UUID(plan_run_id))
    except Rejected as refused:
        if refused.error is not CoreError.WRONG_STATE:
            raise


@job(retries=3)
def run_scenario_job(scenario_id: str) -> None:
    """Work a what-if out. Woken twice, or for one that was cancelled: nothing to do."""
    try:
        run_scenario(actor=actors.system(), scenario_id=UUID(scenario_id))
    except Rejected as refused:
        if refused.error is not CoreError.WRONG_STATE:
            raise


@job(retries=3)
def promise_lines() -> int:
    """Promise every open line that has no promise yet. Woken twice: nothing to do the second time."""
    return promise_new_lines(actor=actors.system())


@every(6 * 3600)
def tidy_plan_files_timer() -> None:
    """Some times a day: files of plans and what-ifs that nobody needs any more go."""
    tidy()
