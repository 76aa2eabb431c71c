"""Plan runs that fail, die, race and grow old."""

from __future__ import annotations

import gzip
import importlib
import json
from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from kiwanda import engine
from kiwanda.core import actors, clock, files
from kiwanda.core.errors import CoreError, Invalid, Rejected
from kiwanda.core.jobs import Worker
from kiwanda.core.models import Event
from kiwanda.factory.planning.commands import (
    discard_plan,
    publish_plan,
    request_plan,
    run_plan,
    start_plan,
)
from kiwanda.factory.planning.errors import PlanningError
from kiwanda.factory.planning.jobs import run_plan_job
from kiwanda.factory.planning.models import Allocation, PlanRun
from kiwanda.factory.planning.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_plan,
    make_production_order,
    make_two_step_style,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

# The module; the package holds the function of the same name.
RUN = importlib.import_module("kiwanda.factory.planning.commands.run_plan")


@pytest.fixture
def order():
    make_two_step_style("RING")
    make_bench(3)
    return make_production_order("RING", 40)


def test_the_worker_runs_a_requested_plan(order):
    run = request_plan(actor=coordinator(), days=30, reason="Monday")
    assert (run.state, run.start_on) == ("queued", clock.today() + timedelta(days=1))
    assert DBTaskResult.objects.count() == 1
    Worker().run(until_idle=True)
    run.refresh_from_db()
    assert run.state == "proposed"
    chain = list(Event.objects.filter(subject_id=run.id).order_by("position").values_list("type", flat=True))
    assert chain == ["planning.PlanRequested", "planning.PlanStarted", "planning.PlanProposed"]


def test_the_problem_is_kept_and_gives_the_same_plan_again(order):
    run = make_plan(seed=5)
    data = json.loads(gzip.decompress(files.read(run.problem_sha256)))
    problem = engine.Problem.from_dict(data)
    assert engine.check(problem, engine.solve(problem, seed=5)) == []
    assert data["start_on"] == run.start_on.isoformat()


def test_a_plan_that_breaks_a_rule_fails_with_sentences(order, monkeypatch):
    def overworked(problem, **options):
        plan = engine.solve(problem)
        data = plan.to_dict()
        data["lots"][0]["minutes"][0][1] += 5000
        return engine.Plan.from_dict(data)

    monkeypatch.setattr(RUN, "solve", overworked)
    run = make_plan()
    assert run.state == "failed"
    assert "minutes" in run.message
    assert not Allocation.objects.exists()
    assert Event.objects.get(type="planning.PlanFailed").data["message"] == run.message
    with pytest.raises(Rejected):
        publish_plan(actor=coordinator(), plan_run_id=run.id)
    assert audit() == []


def test_an_engine_that_breaks_fails_the_run_and_not_the_worker(order, monkeypatch):
    def broken(problem, **options):
        raise ZeroDivisionError("by nobody")

    monkeypatch.setattr(RUN, "solve", broken)
    run = request_plan(actor=coordinator())
    run_plan_job(str(run.id))
    run.refresh_from_db()
    assert (run.state, "ZeroDivisionError" in run.message) == ("failed", True)
    assert audit() == []


def test_a_killed_run_is_taken_up_again(order, monkeypatch):
    class Killed(BaseException):
        pass

    def die(problem, **options):
        raise Killed

    run = request_plan(actor=coordinator())
    with monkeypatch.context() as patched:
        patched.setattr(RUN, "solve", die)
        with pytest.raises(Killed):
            run_plan_job(str(run.id))
    run.refresh_from_db()
    assert run.state == "running"
    assert audit() == []
    run_plan_job(str(run.id))
    run.refresh_from_db()
    assert run.state == "proposed"
    assert Event.objects.filter(type="planning.PlanStarted", data__again=True).count() == 1
    lots = Allocation.objects.count()
    run_plan_job(str(run.id))
    assert Allocation.objects.count() == lots, "woken once more, there is nothing to do"


def test_of_two_runners_one_stores(order, monkeypatch):
    run = request_plan(actor=coordinator())

    def overtaken(problem, **options):
        monkeypatch.undo()
        run_plan(actor=actors.system(), plan_run_id=run.id)
        return engine.solve(problem)

    monkeypatch.setattr(RUN, "solve", overtaken)
    result = run_plan(actor=actors.system(), plan_run_id=run.id)
    assert result.state == "proposed"
    assert Event.objects.filter(type="planning.PlanProposed").count() == 1
    assert sum(result.allocations.values_list("quantity", flat=True)) == 80


def test_progress_is_shown_while_solving(order, monkeypatch):
    seen = []

    def slow(problem, *, progress, **options):
        progress(0.4, "Dispatching")
        seen.append(PlanRun.objects.values_list("state", "progress_percent", "message").get())
        return engine.solve(problem)

    monkeypatch.setattr(RUN, "solve", slow)
    make_plan()
    assert seen == [("running", 40, "Dispatching")]


def test_discarding(order):
    run = make_plan()
    discard_plan(actor=coordinator(), plan_run_id=run.id)
    assert not Allocation.objects.exists()
    with pytest.raises(Rejected) as refused:
        publish_plan(actor=coordinator(), plan_run_id=run.id)
    assert refused.value.error is CoreError.WRONG_STATE
    queued = request_plan(actor=coordinator())
    discard_plan(actor=coordinator(), plan_run_id=queued.id)
    run_plan_job(str(queued.id))
    assert PlanRun.objects.get(pk=queued.pk).state == "discarded"
    with pytest.raises(Rejected):
        start_plan(actor=actors.system(), plan_run_id=queued.id)


def test_an_old_or_overtaken_proposal_is_not_published(order):
    first, second = make_plan(), make_plan()
    publish_plan(actor=coordinator(), plan_run_id=second.id)
    with pytest.raises(Rejected) as refused:
        publish_plan(actor=coordinator(), plan_run_id=first.id)
    assert refused.value.error is PlanningError.OVERTAKEN
    third = make_plan()
    with clock.at(clock.now() + timedelta(days=2)):
        with pytest.raises(Rejected) as refused:
            publish_plan(actor=coordinator(), plan_run_id=third.id)
        assert refused.value.error is PlanningError.OUT_OF_DATE
    assert PlanRun.objects.get(state="published").number == second.number
    assert audit() == []


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"days": 366}, {"seed": -1}, {"budget_seconds": 0}, {"budget_seconds": "NaN"},
     {"budget_seconds": "soon"}, {"budget_seconds": 10**9}, {"days": True}],
)
def test_requests_are_checked(wrong):
    with pytest.raises(Invalid):
        request_plan(actor=coordinator(), **wrong)
    assert not PlanRun.objects.exists()
