"""SMS out through Africa's Talking. The HTTP answer says that the request was read; each recipient has its own code."""

from __future__ import annotations

import re
from typing import Any

import httpx

from kiwanda.adapters.africastalking.errors import PERMANENT_HTTP, STATUSES
from kiwanda.adapters.africastalking.parsing import micros
from kiwanda.ports.messaging import OutgoingMessage, SendResult

TIMEOUT_SECONDS = 20.0
#: Six SMS; nothing we say is longer.
LONGEST = 918
_NUMBER = re.compile(r"\+\d{8,15}")


class AfricasTalking:
    """Implements :class:`kiwanda.ports.messaging.Messaging`.

    The provider knows no idempotency key: after a time-out nobody can say whether the SMS left, so it is tried again
    and somebody may read it twice. That is harmless for what we say by SMS; a code that never comes is not.
    """

    def __init__(
        self,
        *,
        username: str,
        api_key: str,
        sender: str = "",
        url: str = "https://api.africastalking.com",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.username = username
        self.sender = sender
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"apiKey": api_key, "Accept": "application/json"},
            timeout=timeout_seconds,
        )

    def send(self, message: OutgoingMessage) -> SendResult:
        """Give one SMS to the provider."""
        if not _NUMBER.fullmatch(message.phone):
            return SendResult(ok=False, error="not a phone number", permanent=True)
        if not message.body.strip():
            return SendResult(ok=False, error="there is nothing to say", permanent=True)
        form = {"username": self.username, "to": message.phone, "message": message.body[:LONGEST]}
        if self.sender:
            form["from"] = self.sender
        try:
            answer = self._client.post("/version1/messaging", data=form)
        except httpx.HTTPError as fault:
            return SendResult(ok=False, error=f"no answer: {type(fault).__name__}")
        if answer.status_code not in (200, 201):
            return _refused(answer)
        try:
            return _read(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            # A captive portal or a cut body: we do not know, so we try again.
            return SendResult(ok=False, error="the answer could not be read")


def _refused(answer: httpx.Response) -> SendResult:
    wait = answer.headers.get("Retry-After", "")
    return SendResult(
        ok=False,
        error=f"HTTP {answer.status_code}",
        permanent=answer.status_code in PERMANENT_HTTP,
        retry_after_seconds=min(int(wait), 3600) if wait.isascii() and wait.isdigit() and len(wait) < 6 else 0,
    )


def _read(data: Any) -> SendResult:
    body = data["SMSMessageData"]
    recipients = body["Recipients"]
    if not recipients:
        # "Invalid…" or "Insufficient balance" for the whole request: an operator's matter, so the message waits.
        return SendResult(ok=False, error=str(body.get("Message", "nobody was sent to"))[:200])
    row = recipients[0]
    status = STATUSES.get(int(row["statusCode"]))
    if status is None:
        return SendResult(ok=False, error=f"unknown status code {row['statusCode']}"[:200])
    if not status.ok:
        return SendResult(ok=False, error=f"{row['statusCode']} {status.meaning}", permanent=not status.retry)
    reference = str(row["messageId"])[:80]
    if not reference or reference == "None":
        return SendResult(ok=False, error="the provider gave no reference")
    cost, currency = micros(str(row.get("cost", "")))
    return SendResult(ok=True, provider_ref=reference, cost_micros=cost, currency=currency)
