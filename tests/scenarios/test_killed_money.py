"""SIGKILL before and after every commit of approving, sending, hearing, asking and bringing a statement in.

Runs real processes on a SQLite file of its own, whatever database the suite is on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_nobody_is_paid_twice_or_forgotten_wherever_it_dies(tmp_path):
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("KIWANDA_", "DJANGO_"))},
        "KIWANDA_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "kiwanda.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.killed_money", str(tmp_path)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    assert [found["wrong"] for found in told.values() if found["wrong"]] == []
    kills = {name: found["kills"] for name, found in told.items()}
    assert set(kills) == {"approve", "send", "hear", "ask", "bring_in"}
    # Before and after one commit at least; what talks to M-Pesa has one for each of three payouts.
    assert min(kills.values()) >= 2 and min(kills[name] for name in ("send", "hear", "ask")) >= 6, kills
