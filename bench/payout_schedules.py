"""Seeded schedules of payouts through a simulated M-Pesa at its worst, as many as there is time for.

    ./run python bench/payout_schedules.py [--minutes 5] [--first 0] [--processes 2]

A schedule is one payout's course of faults, results, crashes, retries and time; fifty of them share a world, which is
played on an in-memory SQLite through the real commands and rolled back (see ``tests/scenarios/paydays.py`` for what is
checked). Worlds take the seeds ``first``, ``first + 1`` …; a seed that breaks an invariant is printed with what broke,
and the exit status is 1. Needs the packages for tests: ``./run setup --dev``.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

PAYOUTS = 50


def play(first: int, step: int, seconds: float) -> tuple[int, Counter[str], list[str], float]:
    """Worlds of the seeds ``first``, ``first + step`` … until the time is over: worlds, ends, failures, CPU seconds."""
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

    ends: Counter[str] = Counter()
    failures: list[str] = []
    worlds = 0
    outermost = transaction.atomic()
    outermost._from_testcase = True  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as name, rails_bound(), outermost:
        folder = Path(name)
        paydays.prepare(folder, PAYOUTS)
        started, until = time.process_time(), time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                told = paydays.play(folder, first + worlds * step)
            except AssertionError as found:
                failures.append(str(found))
            else:
                ends.update(told.ends)
                ends["attempts"] += told.attempts
            worlds += 1
        spent = time.process_time() - started
        transaction.set_rollback(True)
    return worlds, ends, failures, spent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first world's seed")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    shares = range(asked.processes)
    with ProcessPoolExecutor(asked.processes) as pool:
        done = list(
            pool.map(
                play,
                [asked.first + n for n in shares],
                [asked.processes] * len(shares),
                [asked.minutes * 60] * len(shares),
            )
        )
    worlds = sum(one[0] for one in done)
    ends: Counter[str] = sum((one[1] for one in done), Counter())
    failures = [line for one in done for line in one[2]]
    spent = sum(one[3] for one in done)
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
