"""Every sentence of the screens has its Swahili, whole, with the same placeholders; the binary file is current."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path("src") / "kiwanda" / "site" / "locale" / "sw" / "LC_MESSAGES" / "django.po"

#: What must stand in both languages: %(name)s, %(name:kind)s, %%, {name}, HTML tags and spaces that must not break.
KEPT = re.compile(r"%\(\w+(?::\w+)?\)[sd]|%%|\{\w*\}|<[^<>]+>|\u00a0")

#: Names and abbreviations that are the same word in both languages.
SAME_WORD = {"SKU", "Nairobi"}

Key = tuple[str | None, str, str]


def _entries(path: Path) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


def _keys(path: Path) -> set[Key]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in _entries(path)}


def _pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    """English and Swahili of each form; the singular's form 0 answers to the English singular."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid if form == 0 else entry.msgid_plural, text) for form, text in entry.msgstr_plural.items()]


def test_nothing_is_untranslated_or_guessed() -> None:
    entries = _entries(ROOT / CATALOGUE)
    assert entries
    assert [entry.msgid for entry in entries if "fuzzy" in entry.flags] == []
    empty = [
        entry.msgid
        for entry in entries
        if not all(text.strip() for _, text in _pairs(entry)) or (entry.msgid_plural and len(_pairs(entry)) != 2)
    ]
    assert empty == []


def test_nothing_was_left_in_english() -> None:
    same = {
        english
        for entry in _entries(ROOT / CATALOGUE)
        for english, swahili in _pairs(entry)
        if english == swahili and re.search(r"[^\W\d_]{2}", KEPT.sub("", english))
    }
    assert same <= SAME_WORD


def test_placeholders_and_tags_are_kept() -> None:
    differing = [
        (english, swahili)
        for entry in _entries(ROOT / CATALOGUE)
        for english, swahili in _pairs(entry)
        if Counter(KEPT.findall(english)) != Counter(KEPT.findall(swahili))
    ]
    assert differing == []


def test_binary_file_is_the_compiled_text() -> None:
    compiled = polib.pofile(str(ROOT / CATALOGUE)).to_binary()
    assert (ROOT / CATALOGUE).with_suffix(".mo").read_bytes() == compiled, "run: python tools/messages.py compile"


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext's xgettext is not installed")
def test_every_marked_string_stands_in_the_catalogue(tmp_path: Path) -> None:
    """Collect over a copy of the sources, so that the check changes nothing, and compare."""
    shutil.copytree(
        ROOT / "src" / "kiwanda",
        tmp_path / "src" / "kiwanda",
        ignore=shutil.ignore_patterns("__pycache__", "tests", "static", "migrations"),
    )
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "messages.py", tmp_path / "tools")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(
        [sys.executable, "tools/messages.py", "collect"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    collected, kept = _keys(tmp_path / CATALOGUE), _keys(ROOT / CATALOGUE)
    assert sorted(map(str, collected - kept)) == [], "new strings; run: python tools/messages.py collect and translate"
    assert sorted(map(str, kept - collected)) == [], "strings no longer used; run: python tools/messages.py collect"
