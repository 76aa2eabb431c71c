"""Collect the site's strings for translation and compile them.

    python tools/messages.py collect    # needs gettext's xgettext; updates src/kiwanda/site/locale/sw/…/django.po
    python tools/messages.py compile    # writes the .mo beside it (pure Python)

English is the source language. The suite fails when a string has no Swahili or the .mo is older than the .po.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "src" / "kiwanda" / "site" / "locale" / "sw" / "LC_MESSAGES" / "django.po"


def collect() -> None:
    """Run Django's makemessages over the package, then take the machine's paths and dates out of the header."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "-l",
        "sw",
        "--no-location",
        "--no-obsolete",
        "--no-wrap",
        "-i",
        "*/tests/*",
        "-i",
        "vendor/*",
        "--settings",
        "kiwanda.site.settings_test",
    ]
    subprocess.run(
        command, cwd=ROOT / "src" / "kiwanda", check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=10_000)
    catalogue.metadata = {
        "Project-Id-Version": "kiwanda",
        "Language": "sw",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    catalogue.header = "Kiwanda in Swahili."
    catalogue.save()
    missing = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
    print(f"{len(catalogue)} strings, {missing} without a Swahili sentence")


def compile_() -> None:
    """Write the binary catalogue Django reads."""
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(CATALOGUE.with_suffix(".mo")))


if __name__ == "__main__":
    {"collect": collect, "compile": compile_}[sys.argv[1] if len(sys.argv) > 1 else "compile"]()
