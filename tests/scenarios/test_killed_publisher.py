"""SIGKILL while a plan is published and sent: after a restart either all of it happened or nothing, and books hold.

Runs real processes on a SQLite file of its own, whatever database the suite is on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PREPARE = """
import django; django.setup()
from kiwanda.site.database import prepare; prepare()
from kiwanda.core.commands import load_commands; load_commands()
from kiwanda.core.reactions import load_reactions; load_reactions()
from kiwanda.core import clock
from kiwanda.factory.planning.commands import release_demand, request_plan, run_plan
from tests.scenarios.small_factory import SmallFactory
factory = SmallFactory()
with clock.at(factory.day):
    release_demand(actor=factory.coordinator)
    run = request_plan(actor=factory.coordinator, days=28, budget_seconds=1)
    run = run_plan(actor=factory.coordinator, plan_run_id=run.pk)
print(run.state)
"""

# The process kills itself at the given statement of the publishing transaction: exact, where a timer would guess.
PUBLISH = """
import os, signal, sys
import django; django.setup()
from datetime import timedelta
from django.db import connection
from kiwanda.core import clock
from kiwanda.core.commands import load_commands; load_commands()
from kiwanda.core.reactions import load_reactions; load_reactions()
from kiwanda.factory.network.tests.factories import coordinator
from kiwanda.factory.planning.commands import publish_plan
from kiwanda.factory.dispatch.commands import send_wave
from kiwanda.factory.planning.models import PlanRun
from tests.scenarios.small_factory import MORNING
deadly, seen = int(sys.argv[1]), 0
def count(execute, sql, params, many, context):
    global seen
    if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
        seen += 1
        if seen == deadly:
            execute(sql, params, many, context)
            os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
run = PlanRun.objects.latest("number")
with clock.at(MORNING), connection.execute_wrapper(count):
    if run.state == "proposed":
        publish_plan(actor=coordinator(), plan_run_id=run.pk)
    send_wave(actor=coordinator(), until=clock.today() + timedelta(days=27))
print("finished", seen)
"""

LOOK = """
import django; django.setup()
from kiwanda.core.audit import run_audit
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.planning.models import Allocation, PlanRun
wrong = [p for f in run_audit() for p in f.problems]
print(PlanRun.objects.latest("number").state, Allocation.objects.filter(state="offered").exists(),
      Offer.objects.exists(), wrong)
"""


def python(home: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "KIWANDA_HOME": str(home),
        "KIWANDA_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "kiwanda.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def test_a_publisher_killed_at_any_statement_leaves_all_or_nothing(tmp_path):
    prepared = python(tmp_path, PREPARE)
    assert prepared.stdout.split()[-1:] == ["proposed"], prepared.stderr
    kills = 0
    for deadly in (1, 2, 4, 5, 7, 9):
        ended = python(tmp_path, PUBLISH, str(deadly))
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        kills += 1
        looked = python(tmp_path, LOOK)
        state, allocations_offered, offers, *problems = looked.stdout.split(maxsplit=3)
        assert problems == ["[]\n"] or problems == ["[]"], looked.stdout + looked.stderr
        assert allocations_offered == offers
        assert state in ("proposed", "published")
    assert kills >= 3
    assert "finished" in python(tmp_path, PUBLISH, "0").stdout
    looked = python(tmp_path, LOOK)
    assert looked.stdout.split(maxsplit=3)[:3] == ["published", "True", "True"], looked.stderr
    assert looked.stdout.rstrip().endswith("[]")
