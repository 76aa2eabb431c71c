"""The simulator's own books: requests, float, statement and the posts still to be delivered, in an SQLite file.

They are apart from the factory's database, as a real rail's would be: killing or restoring the factory does not make
it forget whom it paid.
"""

from __future__ import annotations

import csv
import io
import math
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kiwanda.adapters.rail_kit.book_file import BookFile

#: M-Pesa writes times of Nairobi.
NAIROBI = timezone(timedelta(hours=3))
#: Fees of a business payment: (up to, fee), cents of KES. Published tariffs change; these are from late 2026.
FEES = ((100_00, 0), (1_500_00, 5_00), (5_000_00, 9_00), (20_000_00, 11_00), (250_000_00, 13_00))

_SCHEMA = """
CREATE TABLE IF NOT EXISTS org (
    id INTEGER PRIMARY KEY CHECK (id = 1), utility_minor INTEGER NOT NULL CHECK (utility_minor >= 0),
    token TEXT NOT NULL DEFAULT '', token_until REAL NOT NULL DEFAULT 0, last INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS request (
    originator_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, phone TEXT NOT NULL,
    amount_minor INTEGER NOT NULL, fee_minor INTEGER NOT NULL DEFAULT 0, course TEXT NOT NULL, state TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '', receipt TEXT NOT NULL DEFAULT '', taken_at REAL NOT NULL, done_at REAL
);
CREATE TABLE IF NOT EXISTS gate (originator_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS asked (originator_id TEXT PRIMARY KEY, phone TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS asked_phone ON asked (phone);
CREATE INDEX IF NOT EXISTS request_receipt ON request (receipt);
CREATE INDEX IF NOT EXISTS request_course ON request (course, state);
CREATE TABLE IF NOT EXISTS sealing (id INTEGER PRIMARY KEY CHECK (id = 1), private_key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS post (
    id INTEGER PRIMARY KEY, due_at REAL NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS post_due ON post (due_at, id);
CREATE TABLE IF NOT EXISTS line (
    id INTEGER PRIMARY KEY, receipt TEXT NOT NULL, at REAL NOT NULL, details TEXT NOT NULL, status TEXT NOT NULL,
    paid_in_minor INTEGER NOT NULL, withdrawn_minor INTEGER NOT NULL, balance_minor INTEGER NOT NULL,
    reason TEXT NOT NULL, party TEXT NOT NULL, linked TEXT NOT NULL
);
"""
STATEMENT_COLUMNS = (
    "Receipt No.", "Completion Time", "Initiation Time", "Details", "Transaction Status", "Paid In", "Withdrawn",
    "Balance", "Balance Confirmed", "Reason Type", "Other Party Info", "Linked Transaction ID", "A/C No.",
)  # fmt: skip


class Books(BookFile):
    """Open the books at ``path`` (None: in memory). ``float_minor`` is what the utility account starts with."""

    def __init__(self, path: Path | None = None, float_minor: int = 500_000_000_00) -> None:
        super().__init__(path, _SCHEMA)
        if path is not None:
            # Several processes of a demo use the file; only a power cut may cost the last moments of pretended money.
            self._books.execute("PRAGMA journal_mode=WAL")
            self._books.execute("PRAGMA synchronous=NORMAL")
            self._books.execute("PRAGMA busy_timeout=30000")
        self._books.execute("INSERT OR IGNORE INTO org (id, utility_minor) VALUES (1, ?)", (float_minor,))

    def float_minor(self) -> int:
        """Cents of KES in the utility account."""
        with self._lock:
            return int(self._books.execute("SELECT utility_minor FROM org").fetchone()[0])

    def paid(self) -> dict[str, sqlite3.Row]:
        """Every request that was paid, by its originator id, whether or not anybody was told."""
        with self._lock:
            rows = self._books.execute("SELECT * FROM request WHERE state IN ('paid', 'reversed')").fetchall()
        return {row["originator_id"]: row for row in rows}

    def private_key(self) -> rsa.RSAPrivateKey:
        """The key that opens security credentials: one for everybody who uses these books, made when first wanted."""
        found = self._sealing()
        if found is None:
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            with self.writing() as books:
                books.execute("INSERT OR IGNORE INTO sealing VALUES (1, ?)", (made,))
            found = self._sealing()
        assert found is not None
        key = serialization.load_pem_private_key(found, None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def _sealing(self) -> bytes | None:
        with self._lock:
            row = self._books.execute("SELECT private_key FROM sealing").fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Close the file, everything in it; the books cannot be used any more."""
        with self._lock:
            self._books.close()

    def newest_line_at(self) -> float | None:
        """When the newest line of the statement was written, None where there is none."""
        with self._lock:
            found = self._books.execute("SELECT MAX(at) FROM line").fetchone()[0]
        return None if found is None else float(found)

    def next_number(self, books: sqlite3.Connection) -> int:
        books.execute("UPDATE org SET last = last + 1")
        return int(books.execute("SELECT last FROM org").fetchone()[0])

    def statement_csv(
        self,
        organisation: str = "KIWANDA",
        shortcode: str = "600992",
        *,
        since: float = 0.0,
        until: float = math.inf,
    ) -> bytes:
        """The organisation's statement as its portal gives it: preamble, newest first, negative withdrawals.

        Only lines from ``since`` to before ``until`` (seconds of the epoch), as people choose the days there.
        """
        with self._lock:
            rows = self._books.execute(
                "SELECT * FROM line WHERE at >= ? AND at < ? ORDER BY id DESC", (since, until)
            ).fetchall()
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(("Organisation Name", organisation))
        writer.writerow(("Paybill", shortcode))
        writer.writerow(())
        writer.writerow(STATEMENT_COLUMNS)
        for row in rows:
            at = datetime.fromtimestamp(row["at"], UTC).astimezone(NAIROBI).strftime("%Y-%m-%d %H:%M:%S")
            writer.writerow(
                (
                    row["receipt"], at, at, row["details"], row["status"], _money(row["paid_in_minor"]),
                    _money(-row["withdrawn_minor"]), _money(row["balance_minor"], zero=True), "true", row["reason"],
                    row["party"], row["linked"], "",
                )
            )  # fmt: skip
        return out.getvalue().encode()


def fee(amount_minor: int) -> int:
    """What M-Pesa charges the payer, cents of KES."""
    return next(charge for limit, charge in FEES if amount_minor <= limit)


def masked(phone: str) -> str:
    """``2547****5645``, as portals show numbers."""
    return f"{phone[:4]}****{phone[-4:]}"


def _money(minor: int, zero: bool = False) -> str:
    return f"{minor / 100:,.2f}" if minor or zero else ""
