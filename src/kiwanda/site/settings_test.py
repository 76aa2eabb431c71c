"""Settings for the test suite: fast, in memory, or PostgreSQL where ``KIWANDA_DATABASE_URL`` says so."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

_home = Path(tempfile.gettempdir()) / f"kiwanda-test-{os.getpid()}"
os.environ["KIWANDA_HOME"] = str(_home)
os.environ.setdefault("KIWANDA_SECRET_KEY", "only-for-tests")
os.environ.setdefault("KIWANDA_VAULT_KEYS", Fernet.generate_key().decode())
os.environ.setdefault("KIWANDA_MODE", "demo")

from kiwanda.site.settings import *
from kiwanda.site.settings import DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: tests with threads and processes then meet the locks a real factory has.
    _home.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;",
    }
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
globals()["ACCOUNT_RATE_LIMITS"] = {}
# One address knocks for the whole suite; the tests of limits switch them on.
KIWANDA_LIMITS = False
#: The sandbox rail pays whatever a test does not break on purpose.
KIWANDA_SANDBOX_FAULTS = 0
# Databases of tests are thrown away: no marker of what was sent outlives them.
KIWANDA_PAY_MARKER = None
