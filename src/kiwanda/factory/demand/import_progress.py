"""How far a file in the background has come, for whoever watches from another process.

The import itself is one transaction, and what a transaction has written is invisible outside until it ends; on SQLite
nobody else can write meanwhile either. So the progress stands in a small file beside the stored files, replaced
atomically. It is a sight, not a record: without it nothing is lost but the bar. It works where the worker and the web
process share ``KIWANDA_HOME``; on two machines the bar stays empty and the end of the import is seen all the same.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

TELL_EVERY = 0.5
"""Seconds between two writes."""

SILENT_AFTER = 45.0
"""Seconds after which a reading that says nothing is taken for interrupted."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows read of rows expected. ``has_begun`` once a worker has taken the file up; ``age`` in seconds."""

    rows_done: int
    rows_total: int
    has_begun: bool
    age: float

    @property
    def is_silent(self) -> bool:
        """The worker had begun and has said nothing for long: killed, most likely."""
        return self.has_begun and self.age > SILENT_AFTER


def path_of(import_run_id: UUID) -> Path:
    """Where the progress of one import stands."""
    return Path(settings.KIWANDA_FILES).parent / "progress" / f"{import_run_id}.json"


def tell(import_run_id: UUID, rows_done: int, rows_total: int, *, has_begun: bool = True) -> None:
    """Write how far an import has come. A full disk costs the bar, not the import."""
    target = path_of(import_run_id)
    body = json.dumps({"rows_done": rows_done, "rows_total": rows_total, "has_begun": has_begun, "at": time.time()})
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(body)
            Path(temporary).replace(target)
        except OSError:
            Path(temporary).unlink(missing_ok=True)


def forget(import_run_id: UUID) -> None:
    """The import has ended: its row says the rest."""
    with suppress(OSError):
        path_of(import_run_id).unlink(missing_ok=True)


def progress_of(import_run_id: UUID) -> Progress | None:
    """How far an import has come; None where nothing is known."""
    try:
        found = json.loads(path_of(import_run_id).read_text(encoding="utf-8"))
        return Progress(
            rows_done=int(found["rows_done"]),
            rows_total=int(found["rows_total"]),
            has_begun=bool(found["has_begun"]),
            age=max(0.0, time.time() - float(found["at"])),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Teller:
    """Call it with (rows read, rows expected) as often as you like; it writes every :data:`TELL_EVERY` seconds."""

    def __init__(self, import_run_id: UUID, rows_total: int) -> None:
        self._run_id = import_run_id
        self._rows_total = rows_total
        self._told = time.monotonic()
        tell(import_run_id, 0, rows_total)

    def __call__(self, rows_done: int, rows_expected: int) -> None:
        now = time.monotonic()
        if now - self._told < TELL_EVERY and rows_done < rows_expected:
            return
        self._told = now
        # An earlier look counted the rows exactly; what the reader expects is an estimate until the end.
        tell(self._run_id, rows_done, max(rows_done, self._rows_total or rows_expected))


@contextmanager
def telling(import_run_id: UUID, rows_total: int) -> Iterator[Teller]:
    """Tell the progress of one import; forgotten at its end, back to waiting when it failed and may run again."""
    try:
        yield Teller(import_run_id, rows_total)
    except Exception:
        tell(import_run_id, 0, rows_total, has_begun=False)
        raise
    forget(import_run_id)
