"""Slack signs the time and the raw body; what is older than five minutes may be a replay."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

WINDOW_SECONDS = 300
SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"


def signature(signing_secret: str, timestamp: str, body: bytes) -> str:
    """``v0=…`` for ``body`` sent at ``timestamp`` (Unix seconds as text)."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(signing_secret.encode(), base, hashlib.sha256).hexdigest()


def genuine(signing_secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether Slack sent ``body`` in the last five minutes. Without a secret nothing is genuine."""
    found = {name.lower(): value for name, value in headers.items()}
    timestamp = found.get(TIMESTAMP, "")
    if not signing_secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        return False
    expected = signature(signing_secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), found.get(SIGNATURE, "").encode(errors="replace"))
