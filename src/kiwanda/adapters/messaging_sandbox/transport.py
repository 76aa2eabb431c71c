"""A provider that accepts everything, remembers the last messages of this process and can be told to fail."""

from __future__ import annotations

import hashlib
import re
from collections import deque

from kiwanda.ports.messaging import OutgoingMessage, SendResult

#: Messages a process remembers.
REMEMBERED = 1000
#: What the providers it stands for ask: an SMS in Kenya, a WhatsApp template; millionths of the currency.
PRICES = {"sms": (800_000, "KES"), "whatsapp": (4_000, "USD")}
_NUMBER = re.compile(r"\+\d{8,15}")


class SandboxMessaging:
    """Implements :class:`kiwanda.ports.messaging.Messaging` without a network.

    References are drawn from the message id, and the same id again gives the same answer and is heard once, as a real
    provider's de-duplication does. ``failing_percent`` of the messages fail on their first try, ``barred_percent`` for
    good; which ones is decided by ``seed`` and the message id, so a run can be repeated. What is taken counts as
    delivered at once, at about the price the real providers ask.
    """

    def __init__(self, *, failing_percent: int = 0, barred_percent: int = 0, seed: int = 0) -> None:
        self.failing_percent = failing_percent
        self.barred_percent = barred_percent
        self.seed = seed
        self.outbox: deque[OutgoingMessage] = deque(maxlen=REMEMBERED)
        self._heard: deque[str] = deque(maxlen=REMEMBERED)
        self._failed: set[str] = set()

    def send(self, message: OutgoingMessage) -> SendResult:
        """Accept ``message``, or fail it as the seed says."""
        if not _NUMBER.fullmatch(message.phone) and not message.address:
            return SendResult(ok=False, error="not a phone number", permanent=True)
        if not message.body.strip():
            return SendResult(ok=False, error="there is nothing to say", permanent=True)
        key = str(message.id)
        if self._draw("barred", key) < self.barred_percent:
            return SendResult(ok=False, error="the number is barred", permanent=True)
        if key not in self._failed and self._draw("failing", key) < self.failing_percent:
            self._failed.add(key)
            return SendResult(ok=False, error="the network is busy")
        if key not in self._heard:
            self._heard.append(key)
            self.outbox.append(message)
        price, currency = PRICES.get(message.channel, (0, "KES"))
        if message.channel == "whatsapp" and message.in_session:
            price = 0
        return SendResult(
            ok=True, provider_ref=f"sandbox-{message.id}", cost_micros=price, currency=currency, delivered=True
        )

    def _draw(self, kind: str, key: str) -> int:
        digest = hashlib.sha256(f"{kind}:{self.seed}:{key}".encode()).digest()
        return int.from_bytes(digest[:4], "big") % 100
