"""SIGKILL at every boundary of sending a payout: after a restart nobody is paid twice and nobody is forgotten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from kiwanda.factory.settlement.tests.killed_sender import MOMENTS

SOURCE = Path(__file__).parents[4]


def test_killed_anywhere_while_paying(tmp_path):
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("KIWANDA_", "DJANGO_"))},
        "KIWANDA_HOME": str(tmp_path),
        "KIWANDA_SANDBOX_FAULTS": "0.0",
        "DJANGO_SETTINGS_MODULE": "kiwanda.site.settings",
        "PYTHONPATH": str(SOURCE),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "kiwanda.factory.settlement.tests.killed_sender"],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["ends"] == dict.fromkeys(MOMENTS, int(signal.SIGKILL)) | {"nowhere": 0}
    # Nothing had left the house: sent by the next worker. Recorded, then silence: the rail never heard of it, and "not
    # found" is no proof, so people will look. Paid but not noted: found out by a query.
    assert found["states"] == dict.fromkeys(MOMENTS, "paid") | {"before_rail": "unknown"}
    assert found["attempts"] == len(MOMENTS)
    assert found["rail_paid"] == found["factory_paid"]
    assert found["problems"] == []
