"""Processes that kill themselves (SIGKILL) before and after every commit of what is done with money.

Run by ``test_killed_money.py``. Every deed begins from the same two files: the factory's database and Daraja's books. A
child does the deed and dies at one boundary; a second child does what the next worker and the same people would do,
and looks at both sets of books. Prints, as JSON, how many times each deed was killed and what was found wrong.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.scenarios import alone

#: More commits than any of these deeds makes.
MOST = 200


def main(home: Path) -> None:
    alone.begin()
    from tests.scenarios.mpesa import rails_bound

    with rails_bound():
        print(json.dumps(Town(home).kill_everywhere()))


class Town:
    """The two files and the moment at which a deed begins."""

    def __init__(self, home: Path) -> None:
        self.home, self.database = home, home / "kiwanda.sqlite3"
        self.books = home / "daraja.sqlite3"
        self.moment: datetime | None = None
        self.report = home / "wrong.txt"

    def kill_everywhere(self) -> dict[str, Any]:
        from tests.scenarios.killed_deeds import DEEDS, begin

        self.forked(lambda: begin(self))
        told: dict[str, Any] = {}
        for deed in DEEDS:
            if deed.before is not None:
                self.forked(lambda before=deed.before: before(self))
            self.keep(deed.name)
            told[deed.name] = self.kill(deed.name, deed.do, deed.after)
            self.restore(deed.name)
        return told

    def kill(self, name: str, do: Callable[[Town], None], after: Callable[[Town], None]) -> dict[str, Any]:
        """Dies at one boundary after the other until the deed is done before it comes to one."""
        kills, wrong = 0, []
        for number in range(1, MOST):
            ended = [self.at_boundary(name, do, after, number, side, wrong) for side in ("before", "after")]
            kills += sum(ended)
            if not any(ended):
                break
        return {"kills": kills, "wrong": wrong}

    def at_boundary(
        self, name: str, do: Callable[[Town], None], after: Callable[[Town], None], number: int, side: str,
        wrong: list[str],
    ) -> bool:
        """Whether the deed was killed there."""
        self.restore(name)
        status = self.fork(lambda: (die_at(number, side), do(self)))
        if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
            wrong.append(f"{name} by itself: {self.report.read_text()}")
        if self.fork(lambda: after(self)) != 0:
            wrong.append(f"{name} killed {side} commit {number}: {self.report.read_text()}")
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

    def fork(self, work: Callable[[], Any]) -> int:
        """Wait status of a child that does ``work``."""
        from django.db import connections

        connections.close_all()
        child = os.fork()
        if child == 0:
            code = 0
            try:
                work()
                connections.close_all()
            except BaseException:
                self.report.write_text(traceback.format_exc())
                code = 1
            os._exit(code)
        return os.waitpid(child, 0)[1]

    def forked(self, work: Callable[[], Any]) -> None:
        if self.fork(work) != 0:
            raise SystemExit(self.report.read_text())

    def files(self) -> list[Path]:
        """The database, Daraja's books, the time of day; and the marker, or payouts would freeze as in a backup."""
        marker = self.home / "keys" / "payouts.json"
        found = [*self.home.glob(f"{self.database.name}*"), *self.home.glob(f"{self.books.name}*")]
        return found + [path for path in (self.home / "moment.txt", marker) if path.exists()]

    def keep(self, name: str) -> None:
        for path in self.files():
            copy = self.home / "kept" / name / path.relative_to(self.home)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)

    def restore(self, name: str) -> None:
        for path in self.files():
            path.unlink()
        shutil.copytree(self.home / "kept" / name, self.home, dirs_exist_ok=True)


def die_at(number: int, side: str) -> None:
    """Let this process be killed before or after its ``number``-th commit."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit = BaseDatabaseWrapper._commit
    seen = [0]

    def deadly(self: Any) -> None:
        seen[0] += 1
        if seen[0] == number and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self)
        if seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    BaseDatabaseWrapper._commit = deadly  # type: ignore[method-assign]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
