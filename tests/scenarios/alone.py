"""Processes of their own, on a SQLite file of their own, whatever database the suite is on: they may be killed."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]


def run(module: str, home: Path) -> dict[str, Any]:
    """What ``python -m module home`` printed last, as JSON; its factory lies in ``home``."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("KIWANDA_", "DJANGO_"))},
        "KIWANDA_HOME": str(home),
        "KIWANDA_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "kiwanda.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    ran = subprocess.run(
        [sys.executable, "-m", module, str(home)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4000:]
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def begin() -> None:
    """In such a process: an empty factory, ready for commands."""
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from kiwanda.core.commands import load_commands
    from kiwanda.core.reactions import load_reactions

    logging.disable(logging.CRITICAL)
    setup_test_environment()
    load_commands()
    load_reactions()
    call_command("migrate", verbosity=0)
