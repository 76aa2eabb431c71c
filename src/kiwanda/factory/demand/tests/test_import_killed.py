"""SIGKILL in the middle of an import: the database is as it was before, and the import simply runs again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

SRC = Path(__file__).resolve().parents[4]

SETUP = """
import json, os, signal, sys
import django
django.setup()
from django.core.management import call_command
from kiwanda.core.commands import load_commands
from kiwanda.core.models import Event
from kiwanda.factory.demand.models import ImportRun, OrderLine, SalesOrder
from kiwanda.factory.demand.tests.factories import audit, kiwanda_file, make_channel, take
content = kiwanda_file(*([f"A{n // 3}", f"S{n % 9}", 1, ""] for n in range(9000)))
def counted():
    return [model.objects.count() for model in (SalesOrder, OrderLine, ImportRun, Event)]
"""

KILLED = """
call_command("migrate", verbosity=0)
load_commands()
make_channel()
take(kiwanda_file(["A1", "S1", 1, ""]))
def kill_halfway(done, total):
    if OrderLine.objects.count() > 4000:
        print(json.dumps(counted()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
print(json.dumps(counted()), flush=True)
take(content, progress=kill_halfway)
"""

AFTER = """
load_commands()
before = counted()
problems = audit()
run = take(content)
print(json.dumps([before, problems, run.state, run.report["outcome"], audit()]))
"""


def run(script: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KIWANDA_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "kiwanda.site.settings",
        "KIWANDA_HOME": str(home),
        "KIWANDA_MODE": "demo",
        "PYTHONPATH": str(SRC),
    }
    return subprocess.run(
        [sys.executable, "-c", SETUP + script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_killed_import_leaves_nothing_and_runs_again(tmp_path):
    killed = run(KILLED, tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before, halfway = (json.loads(line) for line in killed.stdout.splitlines())
    assert halfway[1] > before[1] + 1000, "the import was well under way when it was killed"
    after = run(AFTER, tmp_path)
    assert after.returncode == 0, after.stderr
    found, problems, state, outcome, problems_after = json.loads(after.stdout)
    assert found == before
    assert problems == problems_after == []
    assert state == "applied"
    assert outcome["orders_new"] + outcome["orders_extended"] >= 2999


ASKED = """
from kiwanda.core import jobs as core_jobs
from kiwanda.factory.demand import import_progress
from kiwanda.factory.demand.commands import request_import
from kiwanda.factory.demand.tests.factories import merchandiser
"""

WORKER_KILLED = (
    ASKED
    + """
call_command("migrate", verbosity=0)
load_commands()
make_channel()
import_run = request_import(
    actor=merchandiser(), channel_code="desk", format="kiwanda", filename="big.csv", content=content, dry_run=False
)
def kill_halfway(teller, done, total):
    import_progress.tell(import_run.pk, done, total)
    if OrderLine.objects.count() > 4000:
        os.kill(os.getpid(), signal.SIGKILL)
import_progress.Teller.__call__ = kill_halfway
print(str(import_run.pk), flush=True)
core_jobs.Worker().run(until_idle=True)
"""
)

WORKER_AGAIN = (
    ASKED
    + """
load_commands()
import_run = ImportRun.objects.get()
shown = import_progress.progress_of(import_run.pk)
before = [import_run.state, OrderLine.objects.count(), shown.rows_done, shown.has_begun, audit()]
core_jobs.DEAD_AFTER = 0.0
core_jobs.Worker().run(until_idle=True)
import_run.refresh_from_db()
left = import_progress.path_of(import_run.pk).exists()
print(json.dumps([before, import_run.state, import_run.report["outcome"], left, audit()]))
"""
)


def test_a_killed_worker_leaves_a_queued_import_that_the_next_one_takes(tmp_path):
    """The progress was seen from outside while the transaction ran; of the orders nothing is there until the end."""
    killed = run(WORKER_KILLED, tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    import_run_id = killed.stdout.strip()
    shown = json.loads((tmp_path / "progress" / f"{import_run_id}.json").read_text())
    assert 4000 < shown["rows_done"] <= 9000
    again = run(WORKER_AGAIN, tmp_path)
    assert again.returncode == 0, again.stderr
    before, state, outcome, is_left, problems = json.loads(again.stdout.splitlines()[-1])
    assert before == ["queued", 0, shown["rows_done"], True, []]
    assert state == "applied"
    assert outcome["lines_new"] == 9000
    assert (is_left, problems) == (False, [])
