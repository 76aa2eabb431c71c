"""Jobs: work outside a request. The domain row is the truth; a job is only a wake-up and may be lost or doubled.

Built on django-tasks with its database backend, which stores and claims; retry with back-off, timers (cron) and the
reaper of jobs whose worker died are ours.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError, close_old_connections, connection, transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from kiwanda.core import reactions
from kiwanda.core.ids import random_digits
from kiwanda.core.models import CronRun, WorkerHeartbeat
from kiwanda.core.rooms import import_from_rooms

log = structlog.get_logger(__name__)

#: A worker beats this often; one silent for :data:`DEAD_AFTER` seconds is taken for dead and its jobs run again.
BEAT_EVERY = 5.0
DEAD_AFTER = 60.0
LONGEST_PAUSE = 3600


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    function: Callable[..., Any]
    retries: int


@dataclass(frozen=True, slots=True)
class Timer:
    name: str
    function: Callable[[], Any]
    seconds: float


JOBS: dict[str, Job] = {}
TIMERS: dict[str, Timer] = {}


def job(*, retries: int = 8) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a job function; start it with ``enqueue(name, **arguments)``. Arguments are plain JSON values."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = f"{function.__module__.split('.')[-2]}.{function.__name__}"
        JOBS[name] = Job(name, function, retries)
        return function

    return register


def every(seconds: float) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a timer that the worker runs about every ``seconds`` (wall clock), once over all workers."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        name = f"{function.__module__.split('.')[-2]}.{function.__name__}"
        TIMERS[name] = Timer(name, function, seconds)
        return function

    return register


@task()
def run_job(name: str, arguments: dict[str, Any], attempt: int = 1) -> str:
    """The one django-task: look the job up and run it; a failure is tried again later with growing pauses."""
    item = JOBS[name]
    try:
        item.function(**arguments)
    except Exception:
        log.error("job_failed", job=name, attempt=attempt, error=traceback.format_exc())
        if attempt > item.retries:
            raise
        pause = min(LONGEST_PAUSE, 2**attempt) * random.uniform(0.8, 1.2)
        enqueue(name, _attempt=attempt + 1, _after=pause, **arguments)
        return "retrying"
    return "done"


def enqueue(name: str, *, _attempt: int = 1, _after: float = 0.0, **arguments: Any) -> None:
    """Ask for job ``name`` in the current transaction (it is seen by workers only if that commits)."""
    if name not in JOBS:
        load_jobs()
        if name not in JOBS:
            raise LookupError(f"No job is called {name}")
    due = run_job.using(run_after=datetime.now(UTC) + timedelta(seconds=_after)) if _after else run_job
    due.enqueue(name, arguments, _attempt)


def load_jobs() -> None:
    """Import every room's ``jobs.py``."""
    import_from_rooms("jobs")


class Worker:
    """Runs reactions, timers and jobs until told to stop. Killing it anywhere loses nothing."""

    def __init__(self, *, interval: float = 0.5) -> None:
        self.interval = interval
        self.running = True
        self.id = f"{socket.gethostname()[:30]}-{os.getpid()}-{random_digits(6)}"
        self._last_beat = 0.0
        load_jobs()
        reactions.load_reactions()

    def stop(self, *_: Any) -> None:
        self.running = False

    def run(self, *, until_idle: bool = False) -> None:
        """Loop until :meth:`stop`; with ``until_idle`` return once there is nothing to do."""
        while self.running:
            try:
                busy = self.step()
            except OperationalError as error:
                # A locked or restarting database: wait and go on, the rows are still there.
                log.warning("database_unavailable", error=str(error))
                close_old_connections()
                busy = False
            if not busy:
                if until_idle:
                    break
                time.sleep(self.interval)

    def step(self) -> bool:
        """One round: beat, reap, timers, reactions, one job. True when something was done."""
        self._beat()
        timed = run_timers()
        reacted = reactions.run_reactions(max_rounds=5)
        worked = self._run_one_job()
        return bool(timed or reacted or worked)

    def _beat(self) -> None:
        if time.monotonic() - self._last_beat < BEAT_EVERY:
            return
        self._last_beat = time.monotonic()
        now = datetime.now(UTC)
        WorkerHeartbeat.objects.update_or_create(worker_id=self.id, defaults={"beat_at": now})
        reap(now)

    def _run_one_job(self) -> bool:
        with transaction.atomic():
            found = DBTaskResult.objects.ready().get_locked()
            if found is None:
                return False
            found.claim(self.id)
        row = found.task_result
        with self._beating():
            try:
                value = found.task.call(*row.args, **row.kwargs)
            except BaseException as error:
                found.set_failed(error)
                if not isinstance(error, Exception):
                    raise
            else:
                found.set_successful(value)
        return True

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Beat from a thread while a long job runs, so that no other worker takes it for abandoned."""
        done = threading.Event()

        def beat() -> None:
            try:
                while not done.wait(BEAT_EVERY):
                    with suppress(OperationalError):
                        WorkerHeartbeat.objects.update_or_create(
                            worker_id=self.id, defaults={"beat_at": datetime.now(UTC)}
                        )
            finally:
                connection.close()

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join(BEAT_EVERY)


def reap(now: datetime) -> int:
    """Free jobs whose worker died: they become ready again. Returns how many."""
    dead = now - timedelta(seconds=DEAD_AFTER)
    alive = set(WorkerHeartbeat.objects.filter(beat_at__gte=dead).values_list("worker_id", flat=True))
    freed = 0
    for row in DBTaskResult.objects.running():
        owner = row.worker_ids[-1] if row.worker_ids else ""
        if owner not in alive and row.started_at is not None and row.started_at < dead:
            freed += DBTaskResult.objects.filter(pk=row.pk, status=row.status, started_at=row.started_at).update(
                status="READY", started_at=None
            )
    WorkerHeartbeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()
    return freed


def run_timers() -> int:
    """Run the timers that are due; a compare-and-swap on their row lets one worker win. Returns how many ran."""
    ran = 0
    for timer in TIMERS.values():
        now = datetime.now(UTC)
        row, created = CronRun.objects.get_or_create(name=timer.name, defaults={"ran_at": now})
        if not created:
            if (now - row.ran_at).total_seconds() < timer.seconds:
                continue
            if CronRun.objects.filter(name=timer.name, ran_at=row.ran_at).update(ran_at=now) != 1:
                continue
        try:
            timer.function()
        except OperationalError:
            raise
        except Exception:
            log.error("timer_failed", timer=timer.name, error=traceback.format_exc())
        ran += 1
    return ran
