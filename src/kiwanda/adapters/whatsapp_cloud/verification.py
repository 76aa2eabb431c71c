"""Meta signs every webhook with the app's secret over the raw bytes, and asks once whether an address is ours."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

HEADER = "x-hub-signature-256"


def signature(app_secret: str, body: bytes) -> str:
    """The header's value for ``body``."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


class Signed:
    """Checks signatures and answers the subscription challenge. Without secrets nothing is genuine."""

    def __init__(self, *, app_secret: str, verify_token: str = "") -> None:
        self._app_secret = app_secret
        self._verify_token = verify_token

    def genuine(self, headers: Mapping[str, str], body: bytes, *, secret: str, remote: str, now: datetime) -> bool:
        given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
        expected = signature(self._app_secret, body)
        return bool(self._app_secret) and hmac.compare_digest(expected.encode(), given.encode(errors="replace"))

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """``hub.challenge`` when ``hub.verify_token`` is ours."""
        given = query.get("hub.verify_token", "")
        if (
            query.get("hub.mode") != "subscribe"
            or not self._verify_token
            or not hmac.compare_digest(self._verify_token.encode(), given.encode(errors="replace"))
        ):
            return None
        answer = query.get("hub.challenge", "")
        return answer if answer.isascii() and answer.isalnum() and len(answer) <= 100 else None
