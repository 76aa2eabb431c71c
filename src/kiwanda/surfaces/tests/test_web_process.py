"""A process that only serves pages gives commands with everything that belongs to them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3]

SCRIPT = """
import os
import kiwanda.site.settings_test
os.environ["DJANGO_SETTINGS_MODULE"] = "kiwanda.site.settings_test"
import kiwanda.site.wsgi
from django.urls import reverse
reverse("tower:today")
from kiwanda.core.reactions import inline_reactions
print(len(inline_reactions("quality.InspectionRecorded")))
"""


def test_the_web_server_knows_the_inline_reactions():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    # Production counts the pieces, settlement books the earning, logistics gives serials: at least these three.
    assert int(done.stdout.strip().splitlines()[-1]) >= 3
