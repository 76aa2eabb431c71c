"""SIGKILL of the server in the middle of a sync, and the same sync from many processes at once: nothing happens twice.

Runs real processes on a SQLite file of its own, whatever database the suite is on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_whatever_dies_and_whoever_asks_each_thing_is_done_once(tmp_path):
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("KIWANDA_", "DJANGO_"))},
        "KIWANDA_HOME": str(tmp_path),
        "KIWANDA_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "kiwanda.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.killed_sync", str(tmp_path)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["wrong"] == []
    # Before and after the commit of each of three commands.
    assert told["kills"] >= 6
    assert told["crowd"]["codes"] == [0] * 6
    assert told["crowd"]["wrong"] == []
    # Who came in between the others is asked to try again, never refused.
    assert "ok" in told["crowd"]["said"] and set(told["crowd"]["said"]) <= {"ok", "held"}
