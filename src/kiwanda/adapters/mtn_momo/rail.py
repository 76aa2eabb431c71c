"""MTN MoMo as a payment rail: ``transfer`` out, its status by question or by one post.

The attempt decides the ``X-Reference-Id`` under which MTN takes a transfer once (it must be a UUIDv4, our ids are not).
HTTP 202 means taken, not paid. MTN posts the result once and never again, unsigned, by PUT or POST: a question follows
wherever the post stays away.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

#: Final failures that prove nobody was paid. INTERNAL_PROCESSING_ERROR and SERVICE_UNAVAILABLE prove nothing.
NOT_PAID = frozenset(
    {
        "PAYEE_NOT_FOUND", "PAYEE_NOT_ALLOWED_TO_RECEIVE", "NOT_ALLOWED", "NOT_ENOUGH_FUNDS", "PAYEE_LIMIT_REACHED",
        "PAYER_LIMIT_REACHED", "INVALID_CURRENCY", "INVALID_CALLBACK_URL_HOST", "TRANSACTION_CANCELED", "EXPIRED",
    }
)  # fmt: skip
#: Answers by which the gateway sends a request back before anything is done about it.
REFUSED = frozenset({400, 401, 403, 404, 405, 415, 429})
TOKEN_MARGIN = 60.0


@dataclass(frozen=True, slots=True)
class MomoCredentials:
    """What MTN gave us. ``environment`` is the target environment, ``sandbox`` or ``mtnuganda`` and the like."""

    subscription_key: str
    api_user: str
    api_key: str
    environment: str = "sandbox"


class MtnMomoRail:
    """A :class:`~kiwanda.ports.payments.PaymentRail` in one currency.

    ``number`` is the form of the country's mobile numbers, in full (+256…). Limits are minor units of ``currency``.
    """

    name = "mtn_momo"
    capabilities = Capabilities(posts=True)

    def __init__(
        self, url: str, credentials: MomoCredentials, *, post_url: str, secret: str, currency: str = "UGX",
        number: str = r"\+256(3[1-9]|7[06-8])\d{7}", smallest_minor: int = 500, largest_minor: int = 5_000_000,
        transport: httpx.BaseTransport | None = None, clock: Callable[[], float] = time.time,
    ) -> None:
        self.currency, self.smallest_minor, self.largest_minor = currency, smallest_minor, largest_minor
        #: MTN takes whole units only, also where a currency has hundredths.
        self.unit_minor = 10 ** exponent(currency)
        self._number = re.compile(number, re.ASCII)
        self._credentials, self._clock = credentials, clock
        self._caller = Caller(url, transport)
        self._addresses = Addresses(post_url, secret)
        self._token, self._token_until, self._lock = "", 0.0, threading.Lock()

    def submit(self, request: PayoutRequest) -> RailAnswer:
        """Ask MTN to pay. ``ACCEPTED`` means that it was taken, not that it was paid."""
        if problem := self._problem(request):
            return problem
        reply = self._call(
            "POST", "/disbursement/v1_0/transfer",
            {
                "amount": str(request.amount_minor // self.unit_minor),
                "currency": self.currency,
                "externalId": str(request.attempt_id),
                "payee": {"partyIdType": "MSISDN", "partyId": request.phone.removeprefix("+")},
                "payerMessage": _plain(request.remark),
                "payeeNote": _plain(request.remark),
            },
            {
                "X-Reference-Id": str(reference(request.attempt_id)),
                "X-Callback-Url": self._addresses.of(request.attempt_id),
            },
        )  # fmt: skip
        code = reply.text("code") or f"http:{reply.status}"
        said = reply.message or reply.text("message")[:200]
        if reply.status == 202:
            return RailAnswer(Outcome.ACCEPTED, rail_ref=str(reference(request.attempt_id)), code="202",
                              message="MTN took the request.")
        if not reply.left or reply.status in REFUSED:
            return RailAnswer(Outcome.REFUSED, code=code[:40], message=said or "MTN sent the request back.")
        return RailAnswer(Outcome.UNKNOWN, code=code[:40], message=said or "MTN's answer says nothing.")

    def query(self, attempt_id: UUID) -> RailAnswer:
        """Ask what became of an attempt. "Not found" is no evidence."""
        reply = self._call("GET", f"/disbursement/v1_0/transfer/{reference(attempt_id)}", None, {})
        if reply.status != 200 or not reply.data:
            code = reply.text("code") or f"http:{reply.status}"
            return RailAnswer(Outcome.UNKNOWN, code=code[:40], message=reply.message or "Nothing is known of it.")
        return self._told(attempt_id, reply.data)

    def balance_minor(self) -> int | None:
        reply = self._call("GET", "/disbursement/v1_0/account/balance", None, {})
        if reply.status != 200 or reply.text("currency") != self.currency:
            return None
        return self._minor(reply.text("availableBalance"))

    def is_address(self, path: str) -> bool:
        return self._addresses.is_ours(path)

    def read_post(self, path: str, body: bytes) -> RailPost:
        """Read a result. Raises :class:`PostRefused`."""
        attempt_id = self._addresses.named(path)
        data = read_object(body)
        if not data.get("status"):
            raise PostRefused("It cannot be read: no status.")
        return RailPost(attempt_id, self._told(attempt_id, data))

    def read_statement(self, content: bytes) -> Statement:
        raise NoStatement("Statements of MTN are not read yet; differences are looked at by hand.")

    def _told(self, attempt_id: UUID, data: Mapping[str, Any]) -> RailAnswer:
        reply = Reply(200, data=data)
        status, ref = reply.text("status").upper(), str(reference(attempt_id))
        if reply.text("externalId") not in ("", str(attempt_id)):
            return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code="other_id", message="It names another request.")
        if status == "SUCCESSFUL":
            receipt, amount = reply.text("financialTransactionId"), self._minor(reply.text("amount"))
            if not re.fullmatch(r"[A-Za-z0-9-]{1,40}", receipt) or amount is None:
                return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code="no_receipt",
                                  message="Paid, it says, without a receipt or an amount.")
            if reply.text("currency") not in ("", self.currency):
                return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code="currency", message="Another currency.")
            return RailAnswer(Outcome.PAID, rail_ref=ref, receipt_ref=receipt, code=status, message="Paid",
                              amount_minor=amount, payee=_payee(data.get("payee")))
        if status == "FAILED":
            # The reason is a text in one environment and an object in another.
            reason = data.get("reason")
            code = str(reason.get("code") or "") if isinstance(reason, dict) else str(reason or "")
            outcome = Outcome.FAILED if code in NOT_PAID else Outcome.UNKNOWN
            return RailAnswer(outcome, rail_ref=ref, code=code[:40] or status, message=f"MTN says: {code or status}")
        if status in ("PENDING", "CREATED"):
            return RailAnswer(Outcome.PENDING, rail_ref=ref, code=status, message="MTN is still working on it.")
        return RailAnswer(Outcome.UNKNOWN, rail_ref=ref, code=f"status:{status}"[:40], message=f"MTN says: {status}")

    def _problem(self, request: PayoutRequest) -> RailAnswer | None:
        """What MTN would refuse for certain, said before anything is sent."""
        for wrong, code, message in (
            (request.currency != self.currency, "currency", f"MTN pays {self.currency} only here."),
            (not self.smallest_minor <= request.amount_minor <= self.largest_minor, "amount", "Beyond MTN's limits."),
            (request.amount_minor % self.unit_minor != 0, "cents", "MTN pays whole units only."),
            (not self._number.fullmatch(request.phone), "number", "This is no mobile number of the country."),
        ):
            if wrong:
                return RailAnswer(Outcome.FAILED, code=code, message=message)
        return None

    def _minor(self, text: str) -> int | None:
        try:
            amount = Decimal(text) * 10 ** exponent(self.currency)
        except InvalidOperation:
            return None
        if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) >= 10**15:
            return None
        return int(amount)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> Reply:
        """With a token; a refused one is renewed once, which proves that the first call was not carried out."""
        for fresh in (False, True):
            token, problem = self._bearer(fresh)
            if problem is not None:
                return problem
            reply = self._caller.call(
                method, path, body=body,
                headers={
                    "Authorization": f"Bearer {token}", "X-Target-Environment": self._credentials.environment,
                    "Ocp-Apim-Subscription-Key": self._credentials.subscription_key, **headers,
                },
            )  # fmt: skip
            if reply.status != 401:
                break
        return reply

    def _bearer(self, fresh: bool) -> tuple[str, Reply | None]:
        with self._lock:
            if self._token and not fresh and self._clock() < self._token_until:
                return self._token, None
            key = self._credentials
            reply = self._caller.call(
                "POST", "/disbursement/token/", headers={"Ocp-Apim-Subscription-Key": key.subscription_key},
                auth=(key.api_user, key.api_key),
            )
            token = reply.text("access_token")
            if reply.status != 200 or not token:
                return "", Reply(reply.status, left=False, message="No token.")
            try:
                seconds = float(reply.text("expires_in") or 0)
            except ValueError:
                seconds = 0.0
            self._token, self._token_until = token, self._clock() + seconds - TOKEN_MARGIN
            return token, None


def reference(attempt_id: UUID) -> UUID:
    """The UUIDv4-shaped reference of an attempt: always the same one, and no two attempts share it."""
    return UUID(bytes=hashlib.sha256(b"mtn" + attempt_id.bytes).digest()[:16], version=4)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9 ]", "", text)[:160] or "Kiwanda"


def _payee(value: Any) -> str:
    number = str(value.get("partyId") or "") if isinstance(value, dict) else ""
    return number.removeprefix("+") if re.fullmatch(r"\+?[0-9*]{9,15}", number) else ""
