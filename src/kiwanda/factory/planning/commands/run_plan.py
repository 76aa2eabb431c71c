"""Run the engine for a requested plan: load, solve, verify, store.

Not one command but a walk through three, each in its own short transaction: solving takes seconds to minutes, and
nobody else's work may wait that long for the database.
"""

from __future__ import annotations

import time
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from kiwanda.core import clock, files
from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.engine import Plan, Problem, ProblemError, check, solve
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.commands.fail_plan import fail_plan
from kiwanda.factory.planning.commands.start_plan import start_plan
from kiwanda.factory.planning.commands.store_plan import store_plan
from kiwanda.factory.planning.comparison import Comparison
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.planning.problem import Question, load_question
from kiwanda.factory.planning.proposal import broken_rules, build_proposal, packed

log = structlog.get_logger(__name__)

#: Progress is written no more often than this (seconds).
PROGRESS_EVERY = 0.5


class Cancelled(Exception):
    """Somebody discarded the run while the engine was at work."""


def run_plan(*, actor: Actor, plan_run_id: UUID, command_id: UUID | None = None) -> PlanRun:
    """Carry out a plan run and return it: ``proposed``, or ``failed`` with its reason in ``message``.

    Safe to call again after a crash: the run begins anew, and only one of two runners can store its plan.
    """
    if command_id is not None:
        known = queries.plan_runs(actor).filter(pk=plan_run_id).exclude(state__in=["queued", "running"]).first()
        if known is not None:
            return known
    run = start_plan(actor=actor, plan_run_id=plan_run_id)
    try:
        question, comparison, sha256 = _load(run)
        problem = Problem.from_dict(question.data)
        plan = _solve(run, problem, comparison)
        broken = check(problem, plan)
        if broken:
            return _failed(actor, run, f"The proposed plan breaks {len(broken)} rules. {broken_rules(broken)}")
        answer = files.save(packed(plan.to_dict()), "application/gzip")
        proposal = build_proposal(question, problem, plan, comparison, sha256, answer.sha256)
    except Cancelled:
        return queries.plan_run(actor, run.id)
    except ProblemError as error:
        return _failed(actor, run, f"The planning problem is not well formed: {error}")
    except DatabaseError:
        # The database is away or busy: the job tries again, the run is still "running".
        raise
    except Exception as error:
        log.exception("plan_run_failed", plan_run=str(run.id))
        return _failed(actor, run, f"The engine stopped: {type(error).__name__}: {error}")
    try:
        return store_plan(actor=actor, plan_run_id=run.id, proposal=proposal)
    except Rejected as refused:
        if refused.error in (CoreError.WRONG_STATE, CoreError.CHANGED_MEANWHILE):
            # Somebody discarded the run, or another runner was faster.
            return queries.plan_run(actor, run.id)
        raise


def _load(run: PlanRun) -> tuple[Question, Comparison, str]:
    # One transaction, so that no work order is closed between two of the reads (SQLite; nearly so on PostgreSQL, where
    # the wave trims what was given out meanwhile).
    with transaction.atomic():
        question = load_question(run.start_on, run.days, clock.now())
        comparison = Comparison.load()
    stored = files.save(packed(question.data), "application/gzip")
    return question, comparison, stored.sha256


def _solve(run: PlanRun, problem: Problem, comparison: Comparison) -> Plan:
    written = 0.0

    def tell(share: float, message: str) -> None:
        nonlocal written
        if time.monotonic() - written < PROGRESS_EVERY:
            return
        written = time.monotonic()
        percent = min(99, max(0, round(share * 100)))
        told = PlanRun.objects.filter(pk=run.id, state="running").update(
            progress_percent=percent, message=message[:300]
        )
        if not told:
            raise Cancelled

    return solve(
        problem, seconds=float(run.budget_seconds), seed=run.seed, progress=tell,
        published=comparison.as_plan(run.start_on),
    )


def _failed(actor: Actor, run: PlanRun, message: str) -> PlanRun:
    try:
        return fail_plan(actor=actor, plan_run_id=run.id, message=message)
    except Rejected as refused:
        if refused.error in (CoreError.WRONG_STATE, CoreError.CHANGED_MEANWHILE):
            return queries.plan_run(actor, run.id)
        raise
