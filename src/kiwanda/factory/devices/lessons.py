"""Lessons: how a technique is done, in a few short steps with what to be careful of. Read from ``lessons.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LESSONS = Path(__file__).with_name("lessons.toml")


@dataclass(frozen=True, slots=True)
class Step:
    """One step in both languages; ``picture`` is a stored file's SHA-256, ``audio`` a voice prompt's name, or ''."""

    en: str
    sw: str
    picture: str = ""
    audio: str = ""

    def text(self, language: str) -> str:
        return self.sw if language.startswith("sw") else self.en


@dataclass(frozen=True, slots=True)
class Lesson:
    technique: str
    steps: tuple[Step, ...]
    safety: tuple[Step, ...]


@cache
def lessons() -> dict[str, Lesson]:
    """Every lesson by its technique's code. ``KeyError`` where the file lacks one of the languages."""
    raw = tomllib.loads(LESSONS.read_text(encoding="utf-8"))
    return {
        code: Lesson(code, tuple(_step(row) for row in body["steps"]), tuple(_step(row) for row in body["safety"]))
        for code, body in raw.items()
    }


def lesson(technique: str) -> Lesson | None:
    return lessons().get(technique)


def _step(row: dict[str, str]) -> Step:
    return Step(row["en"], row["sw"], row.get("picture", ""), row.get("audio", ""))
