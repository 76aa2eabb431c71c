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

#: Sentences of allauth and Django that people meet on our screens and that have no Swahili there: (singular, plural).
LIBRARY = (
    ("Username", ""),
    ("Remember Me", ""),
    ("Forgot your password?", ""),
    ("The username and/or password you specified are not correct.", ""),
    ("Too many failed login attempts. Try again later.", ""),
    ("This account is currently inactive.", ""),
    ("Be patient, you are sending too many requests.", ""),
    ("Successfully signed in as %(name)s.", ""),
    ("You have signed out.", ""),
    ("Password Reset", ""),
    ("Email", ""),
    ("Email address", ""),
    (
        "Forgotten your password? Enter your email address below, "
        "and we'll send you an email allowing you to reset it.",
        "",
    ),
    ("Reset My Password", ""),
    ("Please contact us if you have any trouble resetting your password.", ""),
    (
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
    (
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Ensure this filename has at most %(max)d characters (it has %(length)d).",
    ),
    (
        "Ensure that there are no more than %(max)s decimal place.",
        "Ensure that there are no more than %(max)s decimal places.",
    ),
    (
        "Ensure that there are no more than %(max)s digit in total.",
        "Ensure that there are no more than %(max)s digits in total.",
    ),
)


def collect() -> None:
    """Run Django's makemessages over the package, then take the machine's paths and dates out of the header."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    # makemessages forgets what no source of ours holds; the libraries' sentences are kept over its run.
    before = {entry.msgid: entry for entry in polib.pofile(str(CATALOGUE))} if CATALOGUE.exists() else {}
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
    for entry in catalogue:
        _forget_guess(entry)
    ours = {entry.msgid for entry in catalogue}
    for singular, plural in LIBRARY:
        if singular not in ours:
            catalogue.append(before.get(singular) or _fresh(singular, plural))
    catalogue.save()
    missing = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
    print(f"{len(catalogue)} strings, {missing} without a Swahili sentence")


def _forget_guess(entry: polib.POEntry) -> None:
    """Empty an entry gettext filled from a similar sentence: a gap is seen and filled, a wrong guess is shipped."""
    if "fuzzy" in entry.flags:
        entry.flags.remove("fuzzy")
        entry.msgstr = ""
        entry.msgstr_plural = {0: "", 1: ""} if entry.msgid_plural else {}
    entry.previous_msgctxt = entry.previous_msgid = entry.previous_msgid_plural = None


def _fresh(singular: str, plural: str) -> polib.POEntry:
    """An entry still without its Swahili."""
    flags = ["python-format"] if "%(" in singular else []
    if plural:
        return polib.POEntry(msgid=singular, msgid_plural=plural, msgstr_plural={0: "", 1: ""}, flags=flags)
    return polib.POEntry(msgid=singular, flags=flags)


def compile_() -> None:
    """Write the binary catalogue Django reads."""
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(CATALOGUE.with_suffix(".mo")))


if __name__ == "__main__":
    {"collect": collect, "compile": compile_}[sys.argv[1] if len(sys.argv) > 1 else "compile"]()
