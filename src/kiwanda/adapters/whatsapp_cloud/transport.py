"""WhatsApp messages out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx

from kiwanda.adapters.whatsapp_cloud.bodies import request_body
from kiwanda.adapters.whatsapp_cloud.errors import is_permanent
from kiwanda.ports.messaging import OutgoingMessage, SendResult

TIMEOUT_SECONDS = 20.0
_NUMBER = re.compile(r"\+\d{8,15}")


class WhatsAppCloud:
    """Implements :class:`kiwanda.ports.messaging.Messaging`.

    ``prices`` are millionths of ``currency`` for one template message of a category (``utility``,
    ``authentication``); Meta tells the category with the status but not the price. Free-form answers inside the 24
    hours cost nothing.
    """

    def __init__(
        self,
        *,
        token: str,
        phone_number_id: str,
        url: str = "https://graph.facebook.com/v25.0",
        template_prefix: str = "kiwanda_",
        prices: Mapping[str, int] | None = None,
        currency: str = "USD",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.template_prefix = template_prefix
        self.prices = dict(prices or {})
        self.currency = currency
        self._path = f"/{phone_number_id}/messages"
        self._client = httpx.Client(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {token}"}, timeout=timeout_seconds
        )

    def send(self, message: OutgoingMessage) -> SendResult:
        """Give one message to the provider."""
        if not _NUMBER.fullmatch(message.phone) and not message.address:
            return SendResult(ok=False, error="not a phone number", permanent=True)
        if not message.body.strip():
            return SendResult(ok=False, error="there is nothing to say", permanent=True)
        try:
            answer = self._client.post(self._path, json=request_body(message, self.template_prefix))
        except httpx.HTTPError as fault:
            return SendResult(ok=False, error=f"no answer: {type(fault).__name__}")
        try:
            data = answer.json()
        except ValueError:
            data = None
        if answer.status_code == 200 and isinstance(data, dict):
            return self._taken(message, data)
        return _refused(answer, data)

    def _taken(self, message: OutgoingMessage, data: dict[str, Any]) -> SendResult:
        try:
            reference = str(data["messages"][0]["id"])
        except (KeyError, IndexError, TypeError):
            return SendResult(ok=False, error="the answer could not be read")
        if not reference or len(reference) > 80:
            return SendResult(ok=False, error="the provider's reference cannot be kept", permanent=True)
        category = "service" if message.in_session else (
            "authentication" if message.template == "login_code" else "utility"
        )
        price = 0 if category == "service" else self.prices.get(category)
        return SendResult(
            ok=True, provider_ref=reference, cost_micros=price, currency=self.currency if price is not None else ""
        )


def _refused(answer: httpx.Response, data: Any) -> SendResult:
    error = data.get("error") if isinstance(data, dict) else None
    error = error if isinstance(error, dict) else {}
    number = error.get("code")
    code = number if isinstance(number, int) and not isinstance(number, bool) else 0
    wait = answer.headers.get("Retry-After", "")
    if answer.status_code == 200:
        # A captive portal's page: nobody knows, so it is tried again.
        return SendResult(ok=False, error="the answer could not be read")
    return SendResult(
        ok=False,
        error=f"{code or 'HTTP ' + str(answer.status_code)} {str(error.get('message', ''))[:150]}".strip(),
        permanent=is_permanent(code, answer.status_code),
        retry_after_seconds=min(int(wait), 3600) if wait.isascii() and wait.isdigit() and len(wait) < 6 else 0,
    )
