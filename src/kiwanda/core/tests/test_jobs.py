"""Jobs: retried with pauses, freed when their worker dies, timers run once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from kiwanda.core import jobs
from kiwanda.core.jobs import DEAD_AFTER, JOBS, TIMERS, Worker, enqueue, every, job, reap, run_timers
from kiwanda.core.models import CronRun, WorkerHeartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch):
    """A job that fails as often as told; its registration is taken back afterwards."""
    seen: list[str] = []

    @job(retries=2)
    def fetch(what: str, failing: int) -> None:
        seen.append(what)
        if len(seen) <= failing:
            raise ConnectionError("no network")

    yield seen
    JOBS.pop("tests.fetch", None)


def _drain():
    worker = Worker()
    while worker._run_one_job():
        pass


def _due_now():
    DBTaskResult.objects.ready().update(run_after=datetime.now(UTC) - timedelta(seconds=1))
    DBTaskResult.objects.filter(status="READY").update(run_after=datetime.now(UTC) - timedelta(seconds=1))


def test_a_failing_job_is_tried_again_later(calls):
    enqueue("tests.fetch", what="statement", failing=1)
    _drain()
    assert calls == ["statement"]
    waiting = DBTaskResult.objects.get(status="READY")
    assert waiting.run_after > datetime.now(UTC)
    _due_now()
    _drain()
    assert calls == ["statement", "statement"]
    assert not DBTaskResult.objects.filter(status="READY").exists()


def test_after_its_retries_a_job_is_left_failed_for_staff(calls):
    enqueue("tests.fetch", what="statement", failing=99)
    for _ in range(5):
        _drain()
        _due_now()
    assert len(calls) == 3
    assert DBTaskResult.objects.filter(status="FAILED").count() == 1


def test_unknown_jobs_are_refused_at_once():
    with pytest.raises(LookupError):
        enqueue("nowhere.nothing")


def test_the_reaper_frees_jobs_of_dead_workers_only(calls):
    enqueue("tests.fetch", what="a", failing=0)
    enqueue("tests.fetch", what="b", failing=0)
    dead, alive = DBTaskResult.objects.order_by("enqueued_at")
    now = datetime.now(UTC)
    for row, owner in ((dead, "gone"), (alive, "here")):
        row.claim(owner)
        DBTaskResult.objects.filter(pk=row.pk).update(started_at=now - timedelta(seconds=DEAD_AFTER + 5))
    WorkerHeartbeat.objects.create(worker_id="here", beat_at=now)
    WorkerHeartbeat.objects.create(worker_id="gone", beat_at=now - timedelta(seconds=DEAD_AFTER + 5))
    assert reap(now) == 1
    assert DBTaskResult.objects.get(pk=dead.pk).status == "READY"
    assert DBTaskResult.objects.get(pk=alive.pk).status == "RUNNING"


def test_a_timer_runs_when_due_and_not_before():
    ticks = []

    @every(60)
    def tick() -> None:
        ticks.append(1)

    try:
        for name in list(TIMERS):
            if name != "tests.tick":
                CronRun.objects.update_or_create(name=name, defaults={"ran_at": datetime.now(UTC)})
        run_timers()
        run_timers()
        assert len(ticks) == 1
        CronRun.objects.filter(name="tests.tick").update(ran_at=datetime.now(UTC) - timedelta(seconds=61))
        run_timers()
        assert len(ticks) == 2
    finally:
        TIMERS.pop("tests.tick", None)


SLEEPER = """
import django, sys, time
django.setup()
from django_tasks_db.models import DBTaskResult
from kiwanda.core.jobs import JOBS, Job, Worker
def nap(): print("started", flush=True); time.sleep(60)
JOBS["tests.nap"] = Job("tests.nap", nap, 0)
worker = Worker(); worker.step()
"""


def test_a_job_whose_worker_is_killed_runs_again(tmp_path, monkeypatch):
    """A real worker process, killed with SIGKILL in the middle of a job, on a database file of its own."""
    env = {
        **os.environ,
        "KIWANDA_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "kiwanda.site.settings",
        "KIWANDA_DATABASE_URL": "",
        "PYTHONPATH": "src",
    }

    def python(code: str, **options):
        return subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True, **options)

    prepared = python(
        "import django; django.setup()\n"
        "from kiwanda.site.database import prepare; prepare()\n"
        "from kiwanda.core.jobs import JOBS, Job, enqueue\n"
        "JOBS['tests.nap'] = Job('tests.nap', print, 0); enqueue('tests.nap')"
    )
    assert prepared.wait(120) == 0
    worker = python(SLEEPER)
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "started"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    checked = python(
        "import django; django.setup()\n"
        "from datetime import UTC, datetime, timedelta\n"
        "from django_tasks_db.models import DBTaskResult\n"
        "from kiwanda.core import jobs\n"
        "later = datetime.now(UTC) + timedelta(seconds=jobs.DEAD_AFTER + 5)\n"
        "print(DBTaskResult.objects.get().status, jobs.reap(later), DBTaskResult.objects.get().status)"
    )
    said, _ = checked.communicate(timeout=120)
    assert said.split() == ["RUNNING", "1", "READY"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_beats_while_a_long_job_runs(monkeypatch):
    monkeypatch.setattr(jobs, "BEAT_EVERY", 0.02)
    beats = []

    @job()
    def dawdle() -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not beats:
            beats.extend(WorkerHeartbeat.objects.filter(worker_id=worker.id))
            time.sleep(0.01)

    try:
        worker = Worker()
        enqueue("tests.dawdle")
        assert worker._run_one_job()
        assert beats
    finally:
        JOBS.pop("tests.dawdle", None)
