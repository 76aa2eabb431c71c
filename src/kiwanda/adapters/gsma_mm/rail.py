"""Any provider that speaks the GSMA Mobile Money API 1.2 as a payment rail.

The attempt's id is the ``X-CorrelationID``: providers take a transaction once under it, and ``/responses/{id}`` leads
to it. An answer is either a request state (202, the truth comes by PUT or by question) or the transaction itself.
Providers put failures into HTTP 200 as well: what counts is the object, not the status.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import httpx

from kiwanda.adapters.rail_kit import Addresses, Caller, Reply
from kiwanda.adapters.rail_kit.calls import read_object
from kiwanda.core.money import exponent
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

#: Errors about the two parties or the business rules, told of a transaction that ended: nobody was paid.
NOT_PAID = frozenset({"businessRule", "identification", "validation"})
#: A known correlation id is reported as a broken business rule. It proves nothing: the first request may have paid.
DUPLICATE = "duplicateRequest"
#: Answers by which the gateway sends a request back before anything is done about it.
REFUSED = frozenset({400, 401, 403, 404, 405, 415, 429})


@dataclass(frozen=True, slots=True)
class GsmaCredentials:
    """``account`` is the id of the account that pays, as ``key@value`` pairs are written: ``accountid@2000``."""

    api_key: str
    account: str


class GsmaRail:
    """A :class:`~kiwanda.ports.payments.PaymentRail` in one currency.

    ``number`` is the form of mobile numbers that are paid, in full. Limits are minor units of ``currency``.
    """

    name = "gsma_mm"
    capabilities = Capabilities(posts=True)

    def __init__(
        self, url: str, credentials: GsmaCredentials, *, post_url: str, secret: str, currency: str = "KES",
        number: str = r"\+\d{10,15}", smallest_minor: int = 10_00, largest_minor: int = 250_000_00,
        unit_minor: int = 1, transport: httpx.BaseTransport | None = None, clock: Callable[[], float] = time.time,
    ) -> None:
        self.currency, self.smallest_minor, self.largest_minor = currency, smallest_minor, largest_minor
        self.unit_minor = unit_minor
        self._number = re.compile(number, re.ASCII)
        self._credentials, self._clock = credentials, clock
        self._caller = Caller(url, transport)
        self._addresses = Addresses(post_url, secret)

    def submit(self, request: PayoutRequest) -> RailAnswer:
        """Ask for a disbursement."""
        if problem := self._problem(request):
            return problem
        key, _, value = self._credentials.account.partition("@")
        reply = self._call(
            "POST", "/transactions/type/disbursement",
            {
                "amount": self._units(request.amount_minor),
                "currency": self.currency,
                "creditParty": [{"key": "msisdn", "value": request.phone}],
                "debitParty": [{"key": key, "value": value}],
                "descriptionText": request.remark[:160],
                "requestingOrganisationTransactionReference": str(request.attempt_id),
            },
            {
                "X-CorrelationID": str(request.attempt_id),
                "X-Callback-URL": self._addresses.of(request.attempt_id),
                "X-Date": datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            },
        )  # fmt: skip
        if not reply.left:
            return RailAnswer(Outcome.REFUSED, code="no_connection", message=reply.message)
        category, code = reply.text("errorCategory"), reply.text("errorCode")
        if code == DUPLICATE or reply.status == 409:
            return RailAnswer(Outcome.UNKNOWN, code=code or "409", message="The provider knows this request already.")
        if reply.status in REFUSED:
            said = reply.text("errorDescription")[:200] or f"HTTP {reply.status}"
            return RailAnswer(Outcome.REFUSED, code=(code or category or str(reply.status))[:40], message=said)
        if reply.status in (200, 201, 202) and reply.data:
            answer = self._told(request.attempt_id, reply.data)
            if answer.outcome is Outcome.PENDING:
                return RailAnswer(Outcome.ACCEPTED, rail_ref=answer.rail_ref, code="202", message="It was taken.")
            if answer.outcome is not Outcome.FAILED:
                return answer
            # A failure inside a good answer may be about the message, not about the money: a question settles it.
            return RailAnswer(Outcome.UNKNOWN, answer.rail_ref, code=answer.code, message=answer.message)
        return RailAnswer(
            Outcome.UNKNOWN, code=(code or f"http:{reply.status}")[:40],
            message=reply.message or f"HTTP {reply.status} says nothing.",
        )

    def query(self, attempt_id: UUID) -> RailAnswer:
        """Ask what became of an attempt: its response leads to the transaction. "Not found" is no evidence."""
        reply = self._call("GET", f"/responses/{attempt_id}", None, {})
        link = reply.text("link")
        if reply.status != 200 or not re.fullmatch(r"/(transactions|requeststates)/[A-Za-z0-9-]{1,60}", link):
            code = reply.text("errorCode") or f"http:{reply.status}"
            return RailAnswer(Outcome.UNKNOWN, code=code[:40], message=reply.message or "Nothing is known of it.")
        found = self._call("GET", link, None, {})
        if found.status != 200 or not found.data:
            return RailAnswer(Outcome.UNKNOWN, code=f"http:{found.status}", message="Its transaction is not shown.")
        return self._told(attempt_id, found.data)

    def balance_minor(self) -> int | None:
        key, _, value = self._credentials.account.partition("@")
        reply = self._call("GET", f"/accounts/{key}/{value}/balance", None, {})
        if reply.status != 200 or reply.text("currency") != self.currency:
            return None
        return self._minor(reply.text("availableBalance") or reply.text("currentBalance"))

    def is_address(self, path: str) -> bool:
        return self._addresses.is_ours(path)

    def read_post(self, path: str, body: bytes) -> RailPost:
        """Read a transaction, a request state or an error. Raises :class:`PostRefused`."""
        attempt_id = self._addresses.named(path)
        data = read_object(body)
        if not {"transactionStatus", "status", "errorCategory"} & set(data):
            raise PostRefused("It cannot be read: neither a transaction, nor a request state, nor an error.")
        return RailPost(attempt_id, self._told(attempt_id, data))

    def read_statement(self, content: bytes) -> Statement:
        raise NoStatement("The API has no statement file; differences are looked at by hand.")

    def _told(self, attempt_id: UUID, data: Mapping[str, Any]) -> RailAnswer:
        reply = Reply(200, data=data)
        ours = reply.text("requestingOrganisationTransactionReference")
        ref = reply.text("serverCorrelationId")[:60] or reply.text("transactionReference")[:60]
        if ours not in ("", str(attempt_id)):
            return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code="other_id", message="It names another request.")
        if reply.text("errorCategory"):
            return self._failed(ref, data)
        status = (reply.text("transactionStatus") or reply.text("status")).lower()
        if status == "completed" and "transactionStatus" in data:
            receipt, amount = reply.text("transactionReference"), self._minor(reply.text("amount"))
            if not re.fullmatch(r"[A-Za-z0-9-]{1,40}", receipt) or amount is None:
                return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code="no_receipt",
                                  message="Paid, it says, without a reference or an amount.")
            if reply.text("currency") not in ("", self.currency):
                return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code="currency", message="Another currency.")
            return RailAnswer(Outcome.PAID, rail_ref=ref, receipt_ref=receipt, code=status, message="Paid",
                              amount_minor=amount, payee=_payee(data.get("creditParty")))
        if status == "failed":
            error = data.get("error") or data.get("errorDetails")
            return self._failed(ref, error if isinstance(error, dict) else {})
        if status in ("pending", "completed"):
            # A request state that is completed only says that there is a transaction to look at.
            return RailAnswer(Outcome.PENDING, rail_ref=ref, code=status, message="The provider works on it.")
        return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code=f"status:{status}"[:40], message=f"It says: {status}")

    def _failed(self, ref: str, error: Mapping[str, Any]) -> RailAnswer:
        reply = Reply(200, data=error)
        category, code = reply.text("errorCategory"), reply.text("errorCode")
        proven = category in NOT_PAID and code != DUPLICATE
        return RailAnswer(
            Outcome.FAILED if proven else Outcome.UNKNOWN, rail_ref=ref, code=(code or category or "failed")[:40],
            message=reply.text("errorDescription")[:200] or f"The provider says: {code or category or 'failed'}",
        )

    def _problem(self, request: PayoutRequest) -> RailAnswer | None:
        """What the provider would refuse for certain, said before anything is sent."""
        for wrong, code, message in (
            (request.currency != self.currency, "currency", f"{self.currency} only is paid here."),
            (not self.smallest_minor <= request.amount_minor <= self.largest_minor, "amount", "Beyond the limits."),
            (request.amount_minor % self.unit_minor != 0, "cents", "Whole units only are paid here."),
            (not self._number.fullmatch(request.phone), "number", "This is no mobile number that is paid here."),
        ):
            if wrong:
                return RailAnswer(Outcome.FAILED, code=code, message=message)
        return None

    def _units(self, minor: int) -> str:
        places = exponent(self.currency)
        return f"{Decimal(minor).scaleb(-places):.{places}f}"

    def _minor(self, text: str) -> int | None:
        try:
            amount = Decimal(text).scaleb(exponent(self.currency))
        except InvalidOperation:
            return None
        if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) >= 10**15:
            return None
        return int(amount)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> Reply:
        return self._caller.call(method, path, body=body, headers={"X-API-Key": self._credentials.api_key, **headers})


def _payee(parties: Any) -> str:
    for party in parties if isinstance(parties, list) else []:
        if isinstance(party, dict) and party.get("key") == "msisdn":
            number = str(party.get("value") or "").removeprefix("+")
            return number if re.fullmatch(r"[0-9*]{9,15}", number) else ""
    return ""
