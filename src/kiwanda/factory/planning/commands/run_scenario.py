"""Work a what-if out: the factory as it is, planned once without and once with the changes, and the two compared.

Like :mod:`run_plan` a walk through short transactions with the engine between them. Both plans answer the factory of
the same moment with the same seed and the same limits; the plan in force is neither read for it nor touched, except as
what the engine counts changed lots against. Without a time limit the engine gives equal problems equal plans, so the
plan without changes is taken from a recent what-if where that was asked the very same problem. A first look by plain
passes is there within seconds; the careful plans take its place.
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from kiwanda.core import clock, files
from kiwanda.core.actors import Actor
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.engine import Plan, Problem, ProblemError, check, solve
from kiwanda.factory.planning import queries
from kiwanda.factory.planning.commands.fail_scenario import fail_scenario
from kiwanda.factory.planning.commands.run_plan import PROGRESS_EVERY, Cancelled
from kiwanda.factory.planning.commands.start_scenario import start_scenario
from kiwanda.factory.planning.commands.store_scenario import ScenarioAnswer, store_scenario
from kiwanda.factory.planning.comparison import Comparison
from kiwanda.factory.planning.differences import Difference
from kiwanda.factory.planning.models import Scenario
from kiwanda.factory.planning.outcomes import Outcome, fates_of, outcome_of_scenario
from kiwanda.factory.planning.problem import load_question
from kiwanda.factory.planning.proposal import broken_rules, fate_rows, packed
from kiwanda.factory.planning.scenario_changes import order_name, resolved
from kiwanda.factory.planning.scenarios import apply_all, joined, parted

log = structlog.get_logger(__name__)

Tell = Callable[[float, str], None]

#: A plan without changes serves other what-ifs for so long (minutes).
BASE_SERVES = 60


class Unsound(Exception):
    """The engine proposed a plan that breaks its own rules."""


def run_scenario(*, actor: Actor, scenario_id: UUID) -> Scenario:
    """Carry out a requested what-if and return it: ``ready``, or ``failed`` with its reason in ``message``."""
    scenario = start_scenario(actor=actor, scenario_id=scenario_id)
    tell = _teller(scenario)
    try:
        tell(0.0, "Reading the factory")
        with transaction.atomic():
            assert scenario.start_on is not None
            question = load_question(scenario.start_on, scenario.days, clock.now())
            comparison = Comparison.load()
            base = Problem.from_dict(question.data)
            changed = apply_all(base, resolved(scenario.changes, base))
        codes = {str(key): order.code for key, order in question.orders.items()}
        codes |= {order_name(change): change["sku"] for change in scenario.changes if change["kind"] == "new_order"}
        published = comparison.as_plan(scenario.start_on)
        known = _known_base(scenario, base)
        _first_look(scenario, base, changed, codes, tell)
        base_stored, base_outcome = known or _side(base, _solved(scenario, base, published, tell, 0), codes)
        result_stored, result_outcome = _side(changed, _solved(scenario, changed, published, tell, 1), codes)
        tell(0.96, "Comparing the two plans")
        headline = Difference(base_outcome, result_outcome).headline()
    except Cancelled:
        return queries.scenario(actor, scenario.id)
    except Unsound as unsound:
        return _failed(actor, scenario, str(unsound))
    except Rejected as refused:
        return _failed(actor, scenario, refused.message())
    except ProblemError as error:
        return _failed(actor, scenario, f"The changes do not go together: {error}")
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("scenario_failed", scenario=str(scenario.id))
        return _failed(actor, scenario, f"The engine stopped: {type(error).__name__}: {error}")
    try:
        return store_scenario(
            actor=actor, scenario_id=scenario.id, answer=ScenarioAnswer(base_stored, result_stored, headline)
        )
    except Rejected as refused:
        if refused.error in (CoreError.WRONG_STATE, CoreError.CHANGED_MEANWHILE):
            # Somebody cancelled it, or another runner was faster.
            return queries.scenario(actor, scenario.id)
        raise


def _teller(scenario: Scenario) -> Tell:
    """Writes progress now and then; raises :class:`Cancelled` once the what-if is no longer running."""
    written = float("-inf")

    def tell(share: float, message: str) -> None:
        nonlocal written
        if time.monotonic() - written < PROGRESS_EVERY:
            return
        written = time.monotonic()
        percent = min(99, max(0, round(share * 100)))
        told = Scenario.objects.filter(pk=scenario.pk, state="running", started_at=scenario.started_at).update(
            progress_percent=percent, message=message[:300]
        )
        if not told:
            raise Cancelled

    return tell


def _first_look(scenario: Scenario, base: Problem, changed: Problem, codes: dict[str, str], tell: Tell) -> None:
    """Both plans by plain passes, a second or two, shown until the careful ones are there; ``headline`` says so."""
    tell(0.02, "A first look")
    sides = []
    for problem in (base, changed):
        plan = solve(problem, seconds=0.0, seed=scenario.seed)
        tell(0.03, "A first look")
        if check(problem, plan):
            return
        sides.append(_side(problem, plan, codes))
    (base_stored, base_outcome), (result_stored, result_outcome) = sides
    headline = Difference(base_outcome, result_outcome).headline() | {"first_look": True}
    told = Scenario.objects.filter(pk=scenario.pk, state="running", started_at=scenario.started_at).update(
        base=base_stored, result=result_stored, headline=headline, progress_percent=4
    )
    if not told:
        raise Cancelled


def _solved(scenario: Scenario, problem: Problem, published: Plan | None, tell: Tell, number: int) -> Plan:
    about = ("As it is", "With the changes")[number]
    seconds = float(scenario.budget_seconds) if scenario.budget_seconds is not None else None
    plan = solve(
        problem,
        seconds=seconds,
        seed=scenario.seed,
        published=parted(published, problem) if published is not None else None,
        progress=lambda share, message: tell(0.04 + 0.46 * (number + share), f"{about}: {message}"),
    )
    broken = check(problem, plan)
    if broken:
        raise Unsound(f"The plan breaks {len(broken)} rules. {broken_rules(broken)}")
    return plan


def _known_base(scenario: Scenario, problem: Problem) -> tuple[dict[str, Any], Outcome] | None:
    """The plan without changes of a recent what-if that was asked exactly this; only where no time limit makes it vary.

    ``reused`` in what is stored names the what-if it was made for.
    """
    if scenario.budget_seconds is not None:
        return None
    sha256 = hashlib.sha256(packed(problem.to_dict())).hexdigest()
    found = Scenario.objects.filter(
        state="ready",
        seed=scenario.seed,
        budget_seconds=None,
        base__problem_sha256=sha256,
        finished_at__gte=clock.now() - timedelta(minutes=BASE_SERVES),
    ).first()
    outcome = outcome_of_scenario(found, "base") if found else None
    if found is None or outcome is None:
        return None
    return {"reused": found.number} | found.base, outcome


def _side(problem: Problem, plan: Plan, codes: dict[str, str]) -> tuple[dict[str, Any], Outcome]:
    """What is stored of one of the two plans, and the same as an outcome."""
    problem, plan = joined(problem, plan)
    known = {
        order.id: (codes[order.id], problem.start_on + timedelta(days=order.due_day)) for order in problem.orders
    }
    results = fate_rows(plan, problem.start_on, known)
    stored: dict[str, Any] = {
        "problem_sha256": files.save(packed(problem.to_dict()), "application/gzip").sha256,
        "plan_sha256": files.save(packed(plan.to_dict()), "application/gzip").sha256,
        "objective": dataclasses.asdict(plan.objective),
        "bound": dataclasses.asdict(plan.bound),
        "order_results": results,
        "seconds": round(plan.seconds, 3),
        "log": list(plan.log),
    }
    outcome = Outcome(problem, plan.planned(problem), stored["objective"], stored["bound"], fates_of(results))
    return stored, outcome


def _failed(actor: Actor, scenario: Scenario, message: str) -> Scenario:
    try:
        return fail_scenario(actor=actor, scenario_id=scenario.id, message=message)
    except Rejected as refused:
        if refused.error in (CoreError.WRONG_STATE, CoreError.CHANGED_MEANWHILE):
            return queries.scenario(actor, scenario.id)
        raise

