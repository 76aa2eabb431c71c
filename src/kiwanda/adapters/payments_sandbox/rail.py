"""The sandbox rail: behaves like mobile money at its worst, keeps its own books, moves no money.

It remembers every attempt in an SQLite file of its own, outside the factory's database, as a real rail would: killing
or restoring the factory does not make it forget whom it paid.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from kiwanda.adapters.payments_sandbox.faults import Course, course_of
from kiwanda.core.ids import readable_code
from kiwanda.ports.payments import (
    Capabilities,
    NoStatement,
    Outcome,
    PayoutRequest,
    PostRefused,
    RailAnswer,
    RailPost,
    Statement,
)

#: Share of attempts that go wrong unless KIWANDA_SANDBOX_FAULTS says otherwise: a few stuck payouts in a demo.
FAULT_SHARE = 0.02
#: What the float starts with, KES cents (KIWANDA_SANDBOX_FLOAT).
STARTING_FLOAT = 500_000_000_00
#: Queries after which an accepted payment turns out paid.
QUERIES_UNTIL_PAID = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS attempt (
    attempt_id TEXT PRIMARY KEY,
    body_hash TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    course TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    receipt_ref TEXT NOT NULL,
    queries INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS attempt_receipt ON attempt (receipt_ref) WHERE receipt_ref <> '';
CREATE TABLE IF NOT EXISTS float (id INTEGER PRIMARY KEY CHECK (id = 1), minor INTEGER NOT NULL CHECK (minor >= 0));
"""


class SandboxRail:
    """A :class:`~kiwanda.ports.payments.PaymentRail`. One instance may be used by many threads and processes.

    ``path`` is its file (default: ``sandbox/payments.sqlite3`` beside the factory's files), ``fault_share`` the share
    of attempts that go wrong, drawn from ``seed`` and the attempt's id.
    """

    name = "sandbox"
    capabilities = Capabilities()
    #: M-Pesa's limits for one payment: KES 10 and KES 250,000.
    smallest_minor = 10_00
    largest_minor = 250_000_00
    unit_minor = 1
    currency = "KES"

    def __init__(
        self,
        path: Path | None = None,
        *,
        seed: int | None = None,
        fault_share: float | None = None,
        starting_float_minor: int | None = None,
    ) -> None:
        self._held = threading.local()
        self.path = path or Path(settings.KIWANDA_FILES).parent / "sandbox" / "payments.sqlite3"
        self.seed = int(_setting("SEED", 0)) if seed is None else seed
        self.fault_share = float(_setting("FAULTS", FAULT_SHARE)) if fault_share is None else fault_share
        if not 0 <= self.fault_share <= 1:
            raise ValueError(f"The sandbox's fault share is a number from 0 to 1, not {self.fault_share}.")
        self.starting_float_minor = (
            int(_setting("FLOAT", STARTING_FLOAT)) if starting_float_minor is None else starting_float_minor
        )

    def submit(self, request: PayoutRequest) -> RailAnswer:
        """Pay, or fail in the way drawn for this attempt. The same id again gives the same answer and pays nothing."""
        if problem := self._problem(request):
            return problem
        body = f"{request.attempt_id}:{request.phone}:{request.amount_minor}:{request.currency}"
        body_hash = hashlib.sha256(body.encode()).hexdigest()
        with self._books() as books:
            known = _find(books, request.attempt_id)
            if known is not None:
                if known["body_hash"] != body_hash:
                    return RailAnswer(Outcome.UNKNOWN, code="500.002.1001", message="Duplicate id, other content")
                return _answer(known)
            course = course_of(self.seed, request.attempt_id, self.fault_share)
            if course is Course.THROTTLED:
                # Nothing is kept of a refusal at the gate.
                return RailAnswer(Outcome.REFUSED, code="500.003.02", message="Spike arrest")
            if course is Course.LOST:
                return RailAnswer(Outcome.UNKNOWN, code="timeout", message="No answer in time")
            pays = course in (Course.PAID, Course.ACCEPTED_THEN_PAID, Course.UNKNOWN_THEN_PAID)
            if pays and _float(books) < request.amount_minor:
                course, pays = Course.WALLET_FULL, False
                outcome, code, message = Outcome.FAILED, "1", "The float is too small"
            else:
                outcome, code, message = _FIRST[course]
            if pays:
                books.execute("UPDATE float SET minor = minor - ?", (request.amount_minor,))
            books.execute(
                "INSERT INTO attempt (attempt_id, body_hash, amount_minor, course, outcome, code, message, receipt_ref)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    str(request.attempt_id), body_hash, request.amount_minor, course.value, outcome.value, code,
                    message, _receipt(request.attempt_id) if pays else "",
                ),
            )
            stored = _find(books, request.attempt_id)
            assert stored is not None
            return _answer(stored)

    def query(self, attempt_id: UUID) -> RailAnswer:
        """What became of an attempt. One that never arrived is ``UNKNOWN``: "not found" proves nothing."""
        with self._books() as books:
            known = _find(books, attempt_id)
            if known is None:
                return RailAnswer(Outcome.UNKNOWN, code="not_found", message="No such request is known")
            books.execute("UPDATE attempt SET queries = queries + 1 WHERE attempt_id = ?", (str(attempt_id),))
            course = Course(known["course"])
            if course in _LAST and known["queries"] + 1 >= QUERIES_UNTIL_PAID:
                outcome, code, message = _LAST[course]
                books.execute(
                    "UPDATE attempt SET outcome = ?, code = ?, message = ? WHERE attempt_id = ?",
                    (outcome.value, code, message, str(attempt_id)),
                )
            found = _find(books, attempt_id)
            assert found is not None
            return _answer(found)

    def balance_minor(self) -> int:
        """Float left, KES cents."""
        with self._books() as books:
            return _float(books)

    def is_address(self, path: str) -> bool:
        """The sandbox gives no addresses."""
        return False

    def read_post(self, path: str, body: bytes) -> RailPost:
        """The sandbox never posts."""
        raise PostRefused("No such address.")

    def read_statement(self, content: bytes) -> Statement:
        """The sandbox has none."""
        raise NoStatement("The sandbox pays nobody and has no statements; set up a real rail to bring some in.")

    def paid_minor(self) -> int:
        """Everything ever paid, whether or not anybody was told: what a statement would show."""
        with self._books() as books:
            row = books.execute("SELECT COALESCE(SUM(amount_minor), 0) FROM attempt WHERE receipt_ref <> ''").fetchone()
            return int(row[0])

    def _problem(self, request: PayoutRequest) -> RailAnswer | None:
        """A failure every such request meets, before anything is kept."""
        if request.currency != self.currency:
            return RailAnswer(Outcome.FAILED, code="400.002.02", message=f"Only {self.currency} is paid")
        if request.amount_minor < self.smallest_minor:
            return RailAnswer(Outcome.FAILED, code="2", message="Below the smallest payment")
        if request.amount_minor > self.largest_minor:
            return RailAnswer(Outcome.FAILED, code="3", message="Above the largest payment")
        return None

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        """The rail's file in one transaction of its own."""
        books = self._connection()
        books.execute("BEGIN IMMEDIATE")
        try:
            yield books
        except BaseException:
            books.execute("ROLLBACK")
            raise
        books.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; opened anew after a fork, where a connection must not be shared."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._held, "connection", None)
        if held is not None and held[0] == os.getpid():
            return held[1]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        books = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        books.row_factory = sqlite3.Row
        books.execute("PRAGMA journal_mode=WAL")
        # Survives a killed process; only a power cut may cost the last moments of this pretended rail.
        books.execute("PRAGMA synchronous=NORMAL")
        books.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            books.execute(statement)
        books.execute("INSERT OR IGNORE INTO float VALUES (1, ?)", (self.starting_float_minor,))
        books.execute("COMMIT")
        self._held.connection = (os.getpid(), books)
        return books


#: What the caller is told at first …
_FIRST = {
    Course.PAID: (Outcome.PAID, "0", "Paid"),
    Course.ACCEPTED_THEN_PAID: (Outcome.ACCEPTED, "0", "Accepted for processing"),
    Course.UNKNOWN_THEN_PAID: (Outcome.UNKNOWN, "timeout", "No answer in time"),
    Course.UNKNOWN_THEN_FAILED: (Outcome.UNKNOWN, "timeout", "No answer in time"),
    Course.WALLET_FULL: (Outcome.FAILED, "8", "The receiver's wallet is full"),
    Course.UNREGISTERED: (Outcome.FAILED, "2040", "The number is not registered"),
}
#: … and what a query brings out where that differs.
_LAST = {
    Course.ACCEPTED_THEN_PAID: (Outcome.PAID, "0", "Paid"),
    Course.UNKNOWN_THEN_PAID: (Outcome.PAID, "0", "Paid"),
    Course.UNKNOWN_THEN_FAILED: (Outcome.FAILED, "11", "The receiver's wallet is inactive"),
}


def _setting(name: str, default: float) -> str:
    """``KIWANDA_SANDBOX_<name>`` from the site's settings or the environment."""
    key = f"KIWANDA_SANDBOX_{name}"
    configured = getattr(settings, key, None)
    return str(os.environ.get(key) or default) if configured is None else str(configured)


def _find(books: sqlite3.Connection, attempt_id: UUID) -> sqlite3.Row | None:
    row: sqlite3.Row | None = books.execute("SELECT * FROM attempt WHERE attempt_id = ?", (str(attempt_id),)).fetchone()
    return row


def _float(books: sqlite3.Connection) -> int:
    return int(books.execute("SELECT minor FROM float").fetchone()[0])


def _receipt(attempt_id: UUID) -> str:
    """A receipt number of the shape people know, always the same for one attempt."""
    return readable_code("SB", attempt_id, 10).replace("-", "")


def _answer(row: sqlite3.Row) -> RailAnswer:
    outcome = Outcome(row["outcome"])
    paid = outcome is Outcome.PAID
    return RailAnswer(
        outcome,
        rail_ref=f"SBX{row['attempt_id'].replace('-', '')[-12:].upper()}",
        receipt_ref=row["receipt_ref"] if paid else "",
        code=row["code"],
        message=row["message"],
        amount_minor=row["amount_minor"] if paid else None,
    )
