"""Seeded schedules of payouts through a simulated M-Pesa at its worst, as many as there is time for.

    ./run python bench/payout_schedules.py [--minutes 5] [--first 0] [--processes 2] [--record FOLDER]

A schedule is one payout's course of faults, results, crashes, retries and time; fifty of them share a world, which is
played on an in-memory SQLite through the real commands and rolled back (see ``tests/scenarios/paydays.py`` for what is
checked). Worlds take the seeds ``first``, ``first + 1`` …; a seed that breaks an invariant is printed with what broke,
and the exit status is 1. A long run names a folder: what is played is written there every minute or so, and the same
command with the same seeds and processes goes on where it was stopped. Needs the packages for tests:
``./run setup --dev``.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

PAYOUTS = 50
#: Seconds between two writings of a long run's record.
EVERY = 60


@dataclass
class Tally:
    """What one process played of the seeds ``first``, ``first + step`` …, and how its payouts ended."""

    first: int
    step: int
    worlds: int = 0
    seconds: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, folder: Path | None, first: int, step: int) -> Tally:
        found = folder and folder / f"{first}-{step}.json"
        if not found or not found.exists():
            return cls(first, step)
        kept = json.loads(found.read_text(encoding="utf-8"))
        return cls(**{**kept, "ends": Counter(kept["ends"])})

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.first}-{self.step}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({**vars(self), "ends": dict(self.ends)}), encoding="utf-8")
        fresh.replace(path)


def play(first: int, step: int, seconds: float, record: Path | None = None) -> Tally:
    """Worlds of the seeds ``first``, ``first + step`` … for so many seconds, after those already on record."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kiwanda.site.settings_test"
    import django

    django.setup()
    from django.db import connection, transaction
    from django.test.utils import setup_test_environment

    setup_test_environment()
    # Forged posts are part of the play; each is told as a page not found.
    logging.disable(logging.WARNING)
    connection.creation.create_test_db(verbosity=0)
    from tests.scenarios import paydays
    from tests.scenarios.mpesa import rails_bound

    tally = Tally.at(record, first, step)
    outermost = transaction.atomic()
    outermost._from_testcase = True  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as name, rails_bound(), outermost:
        folder = Path(name)
        paydays.prepare(folder, PAYOUTS)
        until, written = time.monotonic() + seconds, time.monotonic()
        while time.monotonic() < until:
            started = time.process_time()
            try:
                told = paydays.play(folder, first + tally.worlds * step)
            except AssertionError as found:
                tally.failures.append(str(found))
            else:
                tally.ends.update(told.ends)
                tally.ends["attempts"] += told.attempts
            tally.worlds += 1
            tally.seconds += time.process_time() - started
            if record and time.monotonic() - written > EVERY:
                tally.write(record)
                written = time.monotonic()
        transaction.set_rollback(True)
    if record:
        tally.write(record)
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first world's seed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--record", type=Path, help="folder a long run is kept in and goes on from")
    asked = parser.parse_args()
    shares = range(asked.processes)
    with ProcessPoolExecutor(asked.processes) as pool:
        done = list(
            pool.map(
                play,
                [asked.first + n for n in shares],
                [asked.processes] * len(shares),
                [asked.minutes * 60] * len(shares),
                [asked.record] * len(shares),
            )
        )
    worlds = sum(one.worlds for one in done)
    ends: Counter[str] = sum((one.ends for one in done), Counter())
    failures = [line for one in done for line in one.failures]
    spent = sum(one.seconds for one in done)
    attempts = ends.pop("attempts", 0)
    print(f"{worlds * PAYOUTS:,} schedules in {worlds:,} worlds, seeds from {asked.first}, {asked.processes} processes")
    print(f"CPU {spent:,.0f} s, {1000 * spent / max(1, worlds * PAYOUTS):.1f} ms a schedule, {attempts:,} attempts")
    print("after a week: " + ", ".join(f"{state} {count:,}" for state, count in sorted(ends.items())))
    for line in failures:
        print("BROKEN", line)
    print(f"{len(failures)} worlds broke an invariant")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
