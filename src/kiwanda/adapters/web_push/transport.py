"""Wake-ups to push services. An address a service calls gone is permanent: the caller drops it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from kiwanda.adapters.web_push import vapid
from kiwanda.adapters.web_push.encryption import LONGEST, decoded, encoded, public_bytes, sealed
from kiwanda.ports.messaging import OutgoingMessage, SendResult

TIMEOUT_SECONDS = 10.0
#: A phone that is off for longer learns of it by SMS and by its next sync.
TTL_SECONDS = 4 * 3600
#: The address is gone. Other refusals (a wrong key, a body too long) are the operator's to mend, not the phone's.
GONE = frozenset({404, 410})
LONGEST_WAIT = 3600


class WebPush:
    """Implements :class:`kiwanda.ports.messaging.Messaging` for the channel ``push``.

    ``message.address`` is the browser's subscription as JSON ``{endpoint, p256dh, auth}``, ``message.body`` what the
    app is woken with. ``contact`` (mailto: or https:) is whom the push service asks when something goes wrong.
    ``plain_hosts`` may be written to without TLS: a simulator on this machine.
    """

    def __init__(
        self,
        *,
        private_key: str,
        contact: str,
        timeout_seconds: float = TIMEOUT_SECONDS,
        plain_hosts: tuple[str, ...] = (),
    ) -> None:
        self._key = vapid.private_key(private_key)
        self._contact = contact
        self._plain_hosts = plain_hosts
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    @property
    def public_key(self) -> str:
        """What the browser subscribes with."""
        return encoded(public_bytes(self._key))

    def send(self, message: OutgoingMessage) -> SendResult:
        """Give one wake-up to its push service."""
        try:
            address = json.loads(message.address)
            endpoint = str(address["endpoint"])
            body = sealed(
                message.body.encode()[:LONGEST],
                p256dh=decoded(str(address["p256dh"])),
                auth=decoded(str(address["auth"])),
            )
            parts = urlsplit(endpoint)
            known = parts.scheme == "https" or parts.netloc in self._plain_hosts
        except (ValueError, KeyError, TypeError):
            return SendResult(ok=False, error="this is no address of a push service", permanent=True)
        if not known or not message.body.strip():
            return SendResult(ok=False, error="there is nothing to say, or nowhere", permanent=True)
        headers = {
            "Authorization": vapid.authorization(self._key, endpoint, self._contact, datetime.now(UTC)),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            "Urgency": "high",
            # A newer wake-up about the same thing takes the place of one that still waits.
            "Topic": message.id.hex,
        }
        try:
            answer = self._client.post(endpoint, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return SendResult(ok=False, error=f"no answer: {type(fault).__name__}")
        # Only 201 and 202 say that a push service took it; a captive portal says 200.
        if answer.status_code in (201, 202):
            return SendResult(ok=True, provider_ref=(answer.headers.get("Location") or message.id.hex)[-80:])
        wait = answer.headers.get("Retry-After", "")
        return SendResult(
            ok=False,
            error=f"HTTP {answer.status_code}",
            permanent=answer.status_code in GONE,
            retry_after_seconds=min(int(wait), LONGEST_WAIT)
            if wait.isascii() and wait.isdigit() and len(wait) < 6
            else 0,
        )
