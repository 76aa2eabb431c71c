"""The books of a simulated rail: requests, float and posts still to be delivered, in an SQLite file of its own.

Apart from the factory's database, as a real rail's would be: killing or restoring the factory does not make it forget
whom it paid.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiwanda.adapters.rail_kit.book_file import BookFile

#: Seconds from taking a request to paying it.
WORKING_SECONDS = 8.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS purse (id INTEGER PRIMARY KEY CHECK (id = 1), minor INTEGER NOT NULL CHECK (minor >= 0),
    last INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS request (
    ref TEXT PRIMARY KEY, external TEXT NOT NULL, payee TEXT NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL,
    course TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending', code TEXT NOT NULL DEFAULT '',
    receipt TEXT NOT NULL DEFAULT '', server_ref TEXT NOT NULL, callback TEXT NOT NULL, due_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS gate (ref TEXT PRIMARY KEY);
"""


class Course(StrEnum):
    """What becomes of one request. The name says what happens to the payment, its acknowledgement and its post."""

    PAID = "paid"
    ACK_LOST = "ack_lost"
    PAGE_AFTER_TAKING = "page_after_taking"
    NEVER_ARRIVED = "never_arrived"
    THROTTLED = "throttled"
    TOKEN_REFUSED = "token_refused"
    POST_LOST = "post_lost"
    POST_REPEATED = "post_repeated"
    POST_GARBLED = "post_garbled"
    OTHER_AMOUNT_POSTED = "other_amount_posted"
    WALLET_FULL = "wallet_full"
    UNREGISTERED = "unregistered"
    INTERNAL_FAILURE = "internal_failure"
    #: HTTP 200 with a failure inside, for a request that is carried out all the same.
    FAILURE_INSIDE_200 = "failure_inside_200"


FAULTS = tuple(course for course in Course if course is not Course.PAID)
NOT_PAID = {Course.WALLET_FULL, Course.UNREGISTERED, Course.INTERNAL_FAILURE}
AT_THE_GATE = {Course.NEVER_ARRIVED, Course.THROTTLED, Course.TOKEN_REFUSED}


class SimulatedMoney(BookFile):
    """Requests under the payer's own ids: the same id is taken once, whatever it says the second time.

    ``fault_share`` of them take a course other than plain payment, drawn from ``seed`` and the id; ``courses`` fixes
    single ones.
    """

    def __init__(
        self, path: Path | None, float_minor: int, clock: Callable[[], float], *, seed: int = 0,
        fault_share: float = 0.0, courses: Mapping[str, Course] | None = None,
    ) -> None:
        self.clock, self.seed, self.fault_share = clock, seed, fault_share
        self.courses = dict(courses or {})
        super().__init__(path, _SCHEMA)
        self._books.execute("INSERT OR IGNORE INTO purse (id, minor) VALUES (1, ?)", (float_minor,))

    def course_of(self, ref: str) -> Course:
        fixed = self.courses.get(ref)
        if fixed is not None:
            return fixed
        digest = hashlib.sha256(f"{self.seed}:{ref}".encode()).digest()
        if int.from_bytes(digest[:8], "big") >= self.fault_share * 2**64:
            return Course.PAID
        return FAULTS[int.from_bytes(digest[8:16], "big") % len(FAULTS)]

    def first_time(self, ref: str) -> bool:
        """Whether the gate sees ``ref`` for the first time: what it refused is taken when it comes again."""
        with self.writing() as books:
            return bool(books.execute("INSERT OR IGNORE INTO gate VALUES (?)", (ref,)).rowcount)

    def take(self, ref: str, external: str, payee: str, minor: int, currency: str, callback: str) -> bool:
        """Note a request; False where its id is known."""
        with self.writing() as books:
            if books.execute("SELECT 1 FROM request WHERE ref = ?", (ref,)).fetchone():
                return False
            books.execute("UPDATE purse SET last = last + 1")
            number = books.execute("SELECT last FROM purse").fetchone()[0]
            books.execute(
                "INSERT INTO request (ref, external, payee, minor, currency, course, server_ref, callback, due_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (ref, external, payee, minor, currency, self.course_of(ref).value, f"srv-{number:08d}", callback,
                 self.clock() + WORKING_SECONDS),
            )
            return True

    def find(self, ref: str, column: str = "ref") -> sqlite3.Row | None:
        """A request by its id (or its receipt, or the rail's own id), as it stands by now."""
        self.work()
        with self._lock:
            found: sqlite3.Row | None = self._books.execute(
                f"SELECT * FROM request WHERE {column} = ? AND {column} <> ''", (ref,)
            ).fetchone()
            return found

    def work(self) -> list[sqlite3.Row]:
        """Pay (or fail) what is due by now; returns the requests that ended."""
        ended = []
        with self.writing() as books:
            due = books.execute(
                "SELECT * FROM request WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, ref", (self.clock(),)
            ).fetchall()
            for row in due:
                course = Course(row["course"])
                funds = books.execute("SELECT minor FROM purse").fetchone()[0]
                if course in NOT_PAID or funds < row["minor"]:
                    code = course.value if course in NOT_PAID else "float_short"
                    books.execute("UPDATE request SET state = 'failed', code = ? WHERE ref = ?", (code, row["ref"]))
                else:
                    books.execute("UPDATE purse SET minor = minor - ?, last = last + 1", (row["minor"],))
                    number = books.execute("SELECT last FROM purse").fetchone()[0]
                    books.execute(
                        "UPDATE request SET state = 'paid', receipt = ? WHERE ref = ?", (f"TX{number:010d}", row["ref"])
                    )
                ended.append(books.execute("SELECT * FROM request WHERE ref = ?", (row["ref"],)).fetchone())
        return ended

    def waiting(self) -> float | None:
        """When the next request is due, None where nothing waits."""
        with self._lock:
            found = self._books.execute("SELECT MIN(due_at) FROM request WHERE state = 'pending'").fetchone()[0]
            return None if found is None else float(found)

    def float_minor(self) -> int:
        with self._lock:
            return int(self._books.execute("SELECT minor FROM purse").fetchone()[0])

    def paid(self) -> dict[str, int]:
        """Minor units of every request that was paid, by its id, whether or not anybody was told."""
        with self._lock:
            rows = self._books.execute("SELECT ref, minor FROM request WHERE state = 'paid'").fetchall()
        return {row["ref"]: row["minor"] for row in rows}


def deliver(
    money: SimulatedMoney, told: Callable[[sqlite3.Row], dict[str, Any]], units: Callable[[int], str],
    post: Callable[[str, bytes], bool],
) -> int:
    """Pay what is due and post each result as its course says; returns how many posts were taken.

    ``told`` is the provider's object for a request, with its ``amount`` as ``units`` writes minor units.
    """
    taken = 0
    for row in money.work():
        course = Course(row["course"])
        if course is Course.POST_LOST:
            continue
        data = told(row)
        if course is Course.OTHER_AMOUNT_POSTED:
            data["amount"] = units(row["minor"] * 2)
        content = json.dumps(data).encode()
        if course is Course.POST_GARBLED:
            content = content[: len(content) // 2]
        for _ in range(2 if course is Course.POST_REPEATED else 1):
            taken += post(row["callback"], content)
    return taken
