"""The SQLite file a simulated rail keeps its books in: one connection, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BookFile:
    """Books at ``path`` (None: in memory), laid out by ``schema`` where it is not there yet."""

    def __init__(self, path: Path | None, schema: str) -> None:
        self._lock = threading.RLock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._books = sqlite3.connect(str(path or ":memory:"), check_same_thread=False, isolation_level=None)
        self._books.row_factory = sqlite3.Row
        self._books.executescript(schema)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; other threads wait."""
        with self._lock:
            self._books.execute("BEGIN IMMEDIATE")
            try:
                yield self._books
            except BaseException:
                self._books.execute("ROLLBACK")
                raise
            self._books.execute("COMMIT")
