"""A cache that all processes of one machine share, without another server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks


class SharedFileCache(FileBasedCache):
    """Django's cache of files, with ``add`` and ``incr`` that two processes cannot do at once.

    ``incr`` lengthens the entry's life to the cache's ``TIMEOUT``.
    """

    #: The folder is listed to throw out old entries at one write in so many.
    CULLED_EVERY = 200

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._createdir()  # type: ignore[attr-defined]
        with (Path(self._dir) / "lock").open("ab") as stream:  # type: ignore[attr-defined]
            locks.lock(stream, locks.LOCK_EX)
            try:
                yield
            finally:
                locks.unlock(stream)

    def add(self, *arguments: Any, **options: Any) -> bool:
        with self._alone():
            return bool(super().add(*arguments, **options))

    def incr(self, *arguments: Any, **options: Any) -> int:
        with self._alone():
            return int(super().incr(*arguments, **options))

    def _cull(self) -> None:
        if random.randrange(self.CULLED_EVERY) == 0:
            super()._cull()  # type: ignore[misc]
