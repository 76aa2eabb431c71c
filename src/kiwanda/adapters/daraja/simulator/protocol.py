"""Daraja's endpoints over the simulator's books: OAuth, B2C v3, status, balance; results are posted later.

Nothing here waits: posts lie in the books with the time they are due, and whoever runs the simulator calls
:meth:`Simulator.deliver`. Tests turn the clock; the server has a thread for it.
"""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kiwanda.adapters.daraja.simulator import bodies
from kiwanda.adapters.daraja.simulator.answers import Answer, NoAnswer, NoConnection
from kiwanda.adapters.daraja.simulator.books import Books, fee, masked
from kiwanda.adapters.daraja.simulator.courses import AT_THE_GATE, NOT_PAID, Course, course_of

TOKEN_SECONDS = 3599
#: Seconds from taking a request to its result, and from a query to its answer.
WORKING_SECONDS = 8.0
TWO_DAYS = 48 * 3600.0
ONE_DAY = 24 * 3600.0
SMALLEST, LARGEST = 10_00, 250_000_00
#: A post nobody takes is tried so often, half a minute apart.
MOST_TRIES, TRY_AGAIN_SECONDS = 3, 30.0


class Simulator:
    """One organisation at Daraja.

    ``post`` delivers a callback and returns whether it was taken (HTTP 2xx). ``fault_share`` of the requests take a
    course other than plain payment, drawn from ``seed`` and their id; ``courses`` fixes single ones. With ``weights``
    they are drawn by these and by person and turn instead (the third request for a number), so that the same play has
    the same faults whatever its ids. ``private_key`` decrypts security credentials; its public half is
    :attr:`certificate`.
    """

    def __init__(
        self,
        books: Books,
        post: Callable[[str, bytes], bool],
        *,
        consumer: tuple[str, str] = ("key", "secret"),
        shortcode: str = "600992",
        initiator: tuple[str, str] = ("testapi", "Safaricom999!*!"),
        seed: int = 0,
        fault_share: float = 0.0,
        courses: Mapping[str, Course] | None = None,
        weights: Mapping[Course, int] | None = None,
        clock: Callable[[], float] = time.time,
        private_key: rsa.RSAPrivateKey | None = None,
    ) -> None:
        self.books = books
        self.seed, self.fault_share = seed, fault_share
        self.courses = dict(courses or {})
        self.weights = weights
        self.clock = clock
        self._post = post
        self._basic = base64.b64encode(":".join(consumer).encode()).decode()
        self._shortcode, self._initiator = shortcode, initiator
        self._key = private_key or rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def certificate(self) -> bytes:
        """The public key, PEM."""
        return self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request. Raises :class:`NoConnection` or :class:`NoAnswer` where there is no answer to give."""
        given = {name.lower(): value for name, value in headers.items()}
        if path == "/oauth/v1/generate":
            return self._token(given) if method == "GET" else bodies.error(405, "405.001", "Method Not Allowed")
        handlers = {
            "/mpesa/b2c/v3/paymentrequest": self._pay,
            "/mpesa/transactionstatus/v1/query": self._status,
            "/mpesa/accountbalance/v1/query": self._balance,
        }
        handler = handlers.get(path)
        if handler is None:
            return bodies.error(404, "404.001.01", "Resource not found")
        if method != "POST":
            return bodies.error(405, "405.001", "Method Not Allowed")
        if not self._authorised(given):
            return bodies.error(401, "404.001.03", "Invalid Access Token")
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return bodies.error(400, "400.002.02", "Bad Request - Invalid JSON")
        return handler(data)

    def deliver(self) -> int:
        """Carry out what is due by now and post results; returns how many posts were taken."""
        self._reverse_due()
        taken = 0
        while (row := self._next_due()) is not None:
            if self._post(row["url"], row["body"].encode()):
                taken += 1
                self._drop(row["id"])
            elif row["tries"] + 1 >= MOST_TRIES:
                self._drop(row["id"])
            else:
                with self.books.writing() as books:
                    books.execute(
                        "UPDATE post SET tries = tries + 1, due_at = ? WHERE id = ?",
                        (self.clock() + TRY_AGAIN_SECONDS, row["id"]),
                    )
        return taken

    def waiting(self) -> float | None:
        """When the next post is due, None where nothing waits."""
        with self.books.writing() as books:
            found = books.execute("SELECT MIN(due_at) FROM post").fetchone()[0]
            return None if found is None else float(found)

    # ---------------------------------------------------------------------------------------------- endpoints

    def _token(self, headers: Mapping[str, str]) -> Answer:
        if headers.get("authorization") != f"Basic {self._basic}":
            return bodies.error(400, "400.008.01", "Invalid Authentication passed")
        token = secrets.token_urlsafe(20)
        with self.books.writing() as books:
            # A new token ends the one before it.
            books.execute("UPDATE org SET token = ?, token_until = ?", (token, self.clock() + TOKEN_SECONDS))
        return bodies.json_answer({"access_token": token, "expires_in": str(TOKEN_SECONDS)})

    def _pay(self, data: Mapping[str, Any]) -> Answer:
        originator = str(data.get("OriginatorConversationID") or "")
        phone = str(data.get("PartyB") or "")
        amount = bodies.whole_shillings(data.get("Amount"))
        for name in ("InitiatorName", "SecurityCredential", "CommandID", "PartyA", "ResultURL", "QueueTimeOutURL"):
            if not data.get(name):
                return bodies.error(400, "400.002.02", f"Bad Request - Invalid {name}")
        if not originator or len(originator) > 60:
            return bodies.error(400, "400.002.02", "Bad Request - Invalid OriginatorConversationID")
        if amount is None:
            return bodies.error(400, "400.002.02", "Bad Request - Invalid Amount")
        if not 2 <= len(str(data.get("Remarks") or "")) <= 100:
            return bodies.error(400, "400.002.02", "Bad Request - Invalid Remarks")
        course = self.courses.get(originator, self._drawn(originator, phone))
        if course is Course.SWALLOWED:
            raise NoAnswer
        if course is Course.NEVER_ARRIVED and self._first_time(originator):
            raise NoConnection
        if course in AT_THE_GATE and self._first_time(originator):
            code, message = AT_THE_GATE[course]
            if course is Course.TOKEN_REFUSED:
                with self.books.writing() as books:
                    books.execute("UPDATE org SET token = ''")
            return bodies.error(401 if course is Course.TOKEN_REFUSED else 500, code, message)
        with self.books.writing() as books:
            known = books.execute("SELECT 1 FROM request WHERE originator_id = ?", (originator,)).fetchone()
            if known:
                return bodies.error(500, "500.002.1001", "Duplicate OriginatorConversationID.")
            conversation = bodies.conversation_id(self.clock(), self.books.next_number(books))
            books.execute(
                "INSERT INTO request (originator_id, conversation_id, phone, amount_minor, course, state,"
                " taken_at) VALUES (?, ?, ?, ?, ?, 'pending', ?)",
                (originator, conversation, phone, amount, course.value, self.clock()),
            )
            code = self._refusal(data, phone, amount, books) or NOT_PAID.get(course, "")
            self._carry_out(books, originator, code)
            self._schedule(books, originator, str(data["ResultURL"]), str(data["QueueTimeOutURL"]))
        if course is Course.RESULT_FIRST:
            self.deliver()
        if course is Course.ACK_LOST:
            raise NoAnswer
        if course is Course.PAGE_AFTER_PAYING:
            return Answer(500, b"<html><body><h1>503 Service Unavailable</h1></body></html>", "text/html")
        return bodies.acknowledgement(originator, conversation)

    def _status(self, data: Mapping[str, Any]) -> Answer:
        if not self._knows_initiator(str(data.get("Initiator") or ""), str(data.get("SecurityCredential") or "")):
            return bodies.error(400, "400.002.02", "Bad Request - Invalid Initiator")
        asked = str(data.get("OriginalConversationID") or "")
        receipt = str(data.get("TransactionID") or "")
        with self.books.writing() as books:
            row = books.execute(
                "SELECT * FROM request WHERE originator_id = ? OR (receipt <> '' AND receipt = ?)", (asked, receipt)
            ).fetchone()
            number = self.books.next_number(books)
            conversation = bodies.conversation_id(self.clock(), number)
            hidden = row is not None and row["course"] == Course.NOT_FOUND_IN_FLIGHT and self.clock() < row["done_at"]
            body = bodies.status_result(None if hidden else row, self._shortcode, f"status-{number}", conversation)
            self._put(books, self.clock() + WORKING_SECONDS / 4, str(data.get("ResultURL") or ""), body)
        return bodies.acknowledgement(f"status-{number}", conversation)

    def _balance(self, data: Mapping[str, Any]) -> Answer:
        if not self._knows_initiator(str(data.get("Initiator") or ""), str(data.get("SecurityCredential") or "")):
            return bodies.error(400, "400.002.02", "Bad Request - Invalid Initiator")
        with self.books.writing() as books:
            number = self.books.next_number(books)
            conversation = bodies.conversation_id(self.clock(), number)
            funds = int(books.execute("SELECT utility_minor FROM org").fetchone()[0])
            body = bodies.balance_result(funds, f"balance-{number}", conversation)
            self._put(books, self.clock() + WORKING_SECONDS / 4, str(data.get("ResultURL") or ""), body)
        return bodies.acknowledgement(f"balance-{number}", conversation)

    # ------------------------------------------------------------------------------------------------- money

    def _refusal(self, data: Mapping[str, Any], phone: str, amount: int, books: sqlite3.Connection) -> str:
        """The code of the result by which M-Pesa itself refuses, empty where it pays."""
        if not self._knows_initiator(str(data["InitiatorName"]), str(data["SecurityCredential"])):
            return "2001"
        if amount < SMALLEST:
            return "2"
        if amount > LARGEST:
            return "3"
        if not (phone.isdigit() and len(phone) == 12 and phone.startswith("254")):
            return "SFC_IC0003"
        funds = int(books.execute("SELECT utility_minor FROM org").fetchone()[0])
        return "1" if funds < amount + fee(amount) else ""

    def _carry_out(self, books: sqlite3.Connection, originator: str, code: str) -> None:
        """Pay, or note why not. The result is told later; the money is gone now."""
        row = books.execute("SELECT * FROM request WHERE originator_id = ?", (originator,)).fetchone()
        done_at = self.clock() + WORKING_SECONDS
        if code:
            books.execute(
                "UPDATE request SET state = 'failed', code = ?, done_at = ? WHERE originator_id = ?",
                (code, done_at, originator),
            )
            if code not in ("2001", "SFC_IC0003"):
                self._line(books, bodies.receipt(self.books.next_number(books)), row["phone"], "Failed",
                           withdrawn=row["amount_minor"], moves=False)  # fmt: skip
            return
        charge = fee(row["amount_minor"])
        receipt = bodies.receipt(self.books.next_number(books))
        books.execute(
            "UPDATE request SET state = 'paid', code = '0', receipt = ?, fee_minor = ?, done_at = ?"
            " WHERE originator_id = ?",
            (receipt, charge, done_at, originator),
        )
        self._line(books, receipt, row["phone"], "Completed", withdrawn=row["amount_minor"])
        if charge:
            self._line(books, receipt, "", "Completed", withdrawn=charge, reason="B2C Payment Charge")

    def receive(self, amount_minor: int, reason: str, phone: str = "") -> str:
        """Money comes in, from our bank or from somebody (``phone``, 254…). Returns the receipt."""
        return self._by_hand(reason, phone, paid_in=amount_minor)

    def pay_by_hand(self, amount_minor: int, reason: str, phone: str) -> str:
        """Somebody pays in the portal, past the factory. Returns the receipt; raises ValueError without funds."""
        if self.books.float_minor() < amount_minor:
            raise ValueError("The utility account holds too little.")
        return self._by_hand(reason, phone, withdrawn=amount_minor)

    def _by_hand(self, reason: str, phone: str, *, paid_in: int = 0, withdrawn: int = 0) -> str:
        with self.books.writing() as books:
            receipt = bodies.receipt(self.books.next_number(books))
            self._line(books, receipt, phone, "Completed", paid_in=paid_in, withdrawn=withdrawn, reason=reason)
        return receipt

    def reverse(self, originator_id: str) -> None:
        """Take a payment back, as somebody would by hand in the portal. The fee stays."""
        with self.books.writing() as books:
            row = books.execute("SELECT * FROM request WHERE originator_id = ?", (originator_id,)).fetchone()
            if row is None or row["state"] != "paid":
                raise ValueError(f"{originator_id} is not paid")
            books.execute("UPDATE request SET state = 'reversed' WHERE originator_id = ?", (originator_id,))
            self._line(books, bodies.receipt(self.books.next_number(books)), row["phone"], "Completed",
                       paid_in=row["amount_minor"], reason="Business Payment Reversal", linked=row["receipt"])

    def _reverse_due(self) -> None:
        with self.books.writing() as books:
            due = books.execute(
                "SELECT originator_id FROM request WHERE state = 'paid' AND course = ? AND done_at <= ?",
                (Course.REVERSED.value, self.clock() - ONE_DAY),
            ).fetchall()
        for row in due:
            self.reverse(row["originator_id"])

    def _line(
        self, books: sqlite3.Connection, receipt: str, phone: str, status: str, *, withdrawn: int = 0, paid_in: int = 0,
        reason: str = "Business Payment to Customer via API", linked: str = "", moves: bool = True,
    ) -> None:
        if moves:
            books.execute("UPDATE org SET utility_minor = utility_minor + ?", (paid_in - withdrawn,))
        funds = int(books.execute("SELECT utility_minor FROM org").fetchone()[0])
        details = f"{reason} to {masked(phone)}" if phone else reason
        books.execute(
            "INSERT INTO line (receipt, at, details, status, paid_in_minor, withdrawn_minor, balance_minor, reason,"
            " party, linked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (receipt, self.clock(), details, status, paid_in, withdrawn, funds, reason,
             f"{masked(phone)} - CUSTOMER" if phone else "", linked),
        )

    # ------------------------------------------------------------------------------------------------- posts

    def _schedule(self, books: sqlite3.Connection, originator: str, result_url: str, timeout_url: str) -> None:
        row = books.execute("SELECT * FROM request WHERE originator_id = ?", (originator,)).fetchone()
        course, now = Course(row["course"]), self.clock()
        funds = int(books.execute("SELECT utility_minor FROM org").fetchone()[0])
        body = bodies.payment_result(row, funds)
        if course is Course.RESULT_LOST:
            return
        if course is Course.RESULT_FIRST:
            self._put(books, now, result_url, body)
        elif course is Course.RESULT_TWO_DAYS_LATE:
            self._put(books, now + TWO_DAYS, result_url, body)
        elif course is Course.TIMED_OUT_THEN_PAID:
            self._put(books, now + WORKING_SECONDS / 2, timeout_url, bodies.timed_out(row))
            self._put(books, now + 20 * WORKING_SECONDS, result_url, body)
        elif course is Course.FORGED_RESULT:
            forged = result_url[:-4] + ("0000" if not result_url.endswith("0000") else "1111")
            self._put(books, now + WORKING_SECONDS / 2, forged, bodies.forged_result(row))
            self._put(books, now + WORKING_SECONDS, result_url, body)
        else:
            self._put(books, now + WORKING_SECONDS, result_url, body)
            if course is Course.RESULT_REPEATED:
                self._put(books, now + WORKING_SECONDS, result_url, body)
                self._put(books, now + ONE_DAY, result_url, body)

    def _put(self, books: sqlite3.Connection, due_at: float, url: str, body: Mapping[str, Any]) -> None:
        books.execute("INSERT INTO post (due_at, url, body) VALUES (?, ?, ?)", (due_at, url, json.dumps(body)))

    def _next_due(self) -> sqlite3.Row | None:
        with self.books.writing() as books:
            found: sqlite3.Row | None = books.execute(
                "SELECT * FROM post WHERE due_at <= ? ORDER BY due_at, id LIMIT 1", (self.clock(),)
            ).fetchone()
            return found

    def _drop(self, post_id: int) -> None:
        with self.books.writing() as books:
            books.execute("DELETE FROM post WHERE id = ?", (post_id,))

    def _drawn(self, originator: str, phone: str) -> Course:
        """What chance makes of a request; the same id meets the same."""
        if self.weights is None:
            return course_of(self.seed, originator, self.fault_share)
        with self.books.writing() as books:
            books.execute("INSERT OR IGNORE INTO asked VALUES (?, ?)", (originator, phone))
            turn = books.execute(
                "SELECT COUNT(*) FROM asked WHERE phone = ?"
                " AND rowid <= (SELECT rowid FROM asked WHERE originator_id = ?)",
                (phone, originator),
            ).fetchone()[0]
        return course_of(self.seed, f"{phone}:{turn}", self.fault_share, self.weights)

    # ------------------------------------------------------------------------------------------------- rights

    def _first_time(self, originator: str) -> bool:
        with self.books.writing() as books:
            return bool(books.execute("INSERT OR IGNORE INTO gate VALUES (?)", (originator,)).rowcount)

    def _authorised(self, headers: Mapping[str, str]) -> bool:
        with self.books.writing() as books:
            row = books.execute("SELECT token, token_until FROM org").fetchone()
        good = row["token"] and headers.get("authorization") == f"Bearer {row['token']}"
        return bool(good and self.clock() < row["token_until"])

    def _knows_initiator(self, name: str, credential: str) -> bool:
        try:
            password = self._key.decrypt(base64.b64decode(credential, validate=True), padding.PKCS1v15()).decode()
        except (ValueError, UnsupportedAlgorithm):
            return False
        return (name, password) == self._initiator
