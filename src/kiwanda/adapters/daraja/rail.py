"""M-Pesa as a payment rail: B2C v3 out, results by post, status queries where a post stays away.

The attempt's id is Daraja's ``OriginatorConversationID``: v3 refuses a second request under the same id, v1 has no such
id and is never used. Everything is asynchronous: ``submit`` and ``query`` say what the gateway said, the truth comes
to :meth:`DarajaRail.read_post`. Daraja does not sign its posts; the address carries a code made for each attempt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from kiwanda.adapters.daraja import codes, results
from kiwanda.adapters.daraja.gateway import Gateway, Reply
from kiwanda.adapters.daraja.statements import read_statement
from kiwanda.ports.payments import Capabilities, Outcome, PayoutRequest, PostRefused, RailAnswer, RailPost, Statement

#: Daraja refuses callback addresses that hold one of these words.
FORBIDDEN_WORDS = ("mpesa", "m-pesa", "safaricom", "cmd", "exec", "sql", "query")
#: The kinds of posts, as they stand in the address.
RESULT, TIMED_OUT, STATUS, BALANCE = "r", "t", "s", "b"
#: A balance older than this is asked for anew.
BALANCE_SECONDS = 600.0
_WALLET = re.compile(r"\+254[17][0-9]{8}")
_REMARK = re.compile(r"[^A-Za-z0-9 .,-]")
_BALANCE_ID = UUID(int=0)


class DarajaRail:
    """A :class:`~kiwanda.ports.payments.PaymentRail`.

    ``post_url`` is where the factory takes posts (https, public); ``secret`` makes the addresses unguessable;
    ``state_path`` keeps the last balance told, for all processes.
    """

    name = "daraja"
    capabilities = Capabilities(posts=True, statements=True)
    #: What M-Pesa pays at once, KES 10 to 250,000, in whole shillings. Limits change: operators may set others.
    smallest_minor = 10_00
    largest_minor = 250_000_00
    unit_minor = 100
    currency = "KES"

    def __init__(
        self,
        gateway: Gateway,
        *,
        post_url: str,
        secret: str,
        state_path: Path,
        command: str = "BusinessPayment",
        clock: Callable[[], float] = time.time,
    ) -> None:
        if len(secret) < 16:
            raise ValueError("The secret of M-Pesa's callback addresses has at least 16 characters.")
        if word := next((word for word in FORBIDDEN_WORDS if word in post_url.lower()), ""):
            raise ValueError(f"Daraja refuses callback addresses with the word {word!r}: {post_url}")
        self._gateway = gateway
        self._post_url = post_url.rstrip("/")
        self._secret = secret.encode()
        self._state_path = state_path
        self._command = command
        self._clock = clock

    def submit(self, request: PayoutRequest) -> RailAnswer:
        """Ask M-Pesa to pay. ``ACCEPTED`` means that it was taken, not that it was paid."""
        if problem := self._problem(request):
            return problem
        reply = self._gateway.post(
            "/mpesa/b2c/v3/paymentrequest",
            {
                "OriginatorConversationID": str(request.attempt_id),
                "InitiatorName": self._gateway.credentials.initiator,
                "SecurityCredential": self._gateway.credentials.security_credential(),
                "CommandID": self._command,
                "Amount": str(request.amount_minor // 100),
                "PartyA": self._gateway.credentials.shortcode,
                "PartyB": request.phone.removeprefix("+"),
                "Remarks": _remark(request.remark),
                "QueueTimeOutURL": self.address(request.attempt_id, TIMED_OUT),
                "ResultURL": self.address(request.attempt_id, RESULT),
                "Occassion": "",
            },
        )
        if reply.taken:
            return RailAnswer(
                Outcome.ACCEPTED, rail_ref=str(reply.data.get("ConversationID") or "")[:60], code="0",
                message="M-Pesa took the request.",
            )
        if not reply.left:
            return RailAnswer(Outcome.REFUSED, code=reply.code, message=reply.message)
        if reply.code == codes.DUPLICATE_ID:
            return RailAnswer(Outcome.UNKNOWN, code=reply.code, message="M-Pesa knows this request already.")
        return _unclear(reply)

    def query(self, attempt_id: UUID) -> RailAnswer:
        """Ask what became of an attempt: always ``PENDING``, the answer comes by post or to a later question."""
        reply = self._ask(
            "/mpesa/transactionstatus/v1/query", "TransactionStatusQuery", attempt_id, STATUS,
            {"TransactionID": "", "OriginalConversationID": str(attempt_id)},
        )
        if reply.taken:
            return RailAnswer(Outcome.PENDING, code="asked", message="M-Pesa was asked what became of it.")
        return RailAnswer(Outcome.PENDING, code=reply.code or "unclear", message=reply.message)

    def balance_minor(self) -> int | None:
        """The utility account's last known funds, cents of KES; None before the first answer.

        Asks anew when it is older than :data:`BALANCE_SECONDS`; results of payments bring it too.
        """
        known = self._known_balance()
        if known.get("asked_at", 0.0) + BALANCE_SECONDS <= self._clock():
            self._keep_balance({**known, "asked_at": self._clock()})
            self._ask("/mpesa/accountbalance/v1/query", "AccountBalance", _BALANCE_ID, BALANCE, {})
        funds = self._known_balance().get("minor")
        return int(funds) if funds is not None else None

    def address(self, attempt_id: UUID, kind: str) -> str:
        """Where M-Pesa posts about an attempt."""
        return f"{self._post_url}/{attempt_id.hex}-{kind}-{self._code(attempt_id, kind)}"

    def is_address(self, path: str) -> bool:
        """Whether ``path`` is one of ours."""
        try:
            self._named(path)
        except PostRefused:
            return False
        return True

    def read_post(self, path: str, body: bytes) -> RailPost:
        """Read a result, a queue time-out, a status or a balance. Raises :class:`PostRefused`."""
        attempt_id, kind = self._named(path)
        try:
            result = results.read(body)
        except results.Unreadable as fault:
            raise PostRefused(f"It cannot be read: {fault}.") from None
        if kind == BALANCE:
            self._learn_balance(results.utility_balance_minor(result))
            return RailPost(attempt_id, RailAnswer(Outcome.PENDING, code="balance"))
        self._learn_balance(result.minor("B2CUtilityAccountAvailableFunds"))
        if kind == TIMED_OUT:
            slow = RailAnswer(Outcome.UNKNOWN, code="queue_timeout", message="M-Pesa was too slow to say.")
            return RailPost(attempt_id, slow)
        if kind == STATUS:
            about = result.text("OriginatorConversationID")
            answer = results.status_answer(result)
        else:
            about = result.originator_id
            answer = results.payment_answer(result)
        if about and about != str(attempt_id):
            answer = RailAnswer(Outcome.UNKNOWN, code="other_id", message="The post names another request.")
        return RailPost(attempt_id, answer)

    def read_statement(self, content: bytes) -> Statement:
        """Any of the layouts M-Pesa's portals have."""
        return read_statement(content)

    def _ask(self, path: str, command: str, attempt_id: UUID, kind: str, more: dict[str, Any]) -> Reply:
        return self._gateway.post(
            path,
            {
                "Initiator": self._gateway.credentials.initiator,
                "SecurityCredential": self._gateway.credentials.security_credential(),
                "CommandID": command,
                "PartyA": self._gateway.credentials.shortcode,
                "IdentifierType": "4",
                "ResultURL": self.address(attempt_id, kind),
                "QueueTimeOutURL": self.address(attempt_id, kind),
                "Remarks": "Kiwanda",
                "Occasion": "",
                **more,
            },
        )

    def _problem(self, request: PayoutRequest) -> RailAnswer | None:
        """What M-Pesa would refuse for certain, said before anything is sent."""
        if request.currency != self.currency:
            return _never(f"M-Pesa pays {self.currency} only.", "currency")
        if not self.smallest_minor <= request.amount_minor <= self.largest_minor:
            low, high = self.smallest_minor // 100, self.largest_minor // 100
            return _never(f"M-Pesa pays KES {low:,} to {high:,} at once.", "amount")
        if request.amount_minor % self.unit_minor:
            return _never("M-Pesa pays whole shillings only.", "cents")
        if not _WALLET.fullmatch(request.phone):
            return _never("This is no Kenyan mobile number.", "number")
        return None

    def _named(self, path: str) -> tuple[UUID, str]:
        parts = path.split("-")
        try:
            attempt_id = UUID(hex=parts[0])
            kind, code = parts[1:]
        except (ValueError, IndexError):
            raise PostRefused("No such address.") from None
        if not hmac.compare_digest(code.encode(), self._code(attempt_id, kind).encode()):
            raise PostRefused("No such address.")
        return attempt_id, kind

    def _code(self, attempt_id: UUID, kind: str) -> str:
        return hmac.new(self._secret, attempt_id.bytes + kind.encode(), hashlib.sha256).hexdigest()[:32]

    def _known_balance(self) -> dict[str, Any]:
        try:
            known = json.loads(self._state_path.read_text())
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _learn_balance(self, funds: int | None) -> None:
        if funds is not None:
            self._keep_balance({**self._known_balance(), "minor": funds, "told_at": self._clock()})

    def _keep_balance(self, known: dict[str, Any]) -> None:
        self._state_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self._state_path.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps(known))
        aside.replace(self._state_path)


def _remark(text: str) -> str:
    """2 to 100 characters that every layer of M-Pesa takes."""
    return _REMARK.sub("", text)[:100].ljust(2, ".")


def _never(message: str, code: str) -> RailAnswer:
    return RailAnswer(Outcome.FAILED, code=code, message=message)


def _unclear(reply: Reply) -> RailAnswer:
    code = reply.code or f"response:{reply.data.get('ResponseCode', '')}"[:40]
    said = reply.message or str(reply.data.get("ResponseDescription") or "")[:200]
    return RailAnswer(Outcome.UNKNOWN, code=code, message=said or "M-Pesa's answer says nothing.")
