"""Notices to staff through an incoming webhook, answers to the address a press brought along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from kiwanda.adapters.slack import parsing, verification
from kiwanda.adapters.slack.errors import is_permanent
from kiwanda.ports.messaging import Notice, NoticeAction, SendResult, StaffAction

TIMEOUT_SECONDS = 10.0
#: Slack's limits on a section's text, a button's label and buttons in a row.
SECTION, LABEL, MOST_ACTIONS = 2900, 70, 5
_STYLES = {"good": "primary", "bad": "danger"}


class Slack:
    """Implements :class:`kiwanda.ports.messaging.StaffChat`. ``answer_hosts`` are where presses may be answered."""

    def __init__(
        self,
        *,
        webhook_url: str,
        signing_secret: str,
        answer_hosts: tuple[str, ...] = ("hooks.slack.com",),
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._webhook_url = webhook_url
        self._signing_secret = signing_secret
        self._answer_hosts = answer_hosts
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False)

    def post(self, notice: Notice) -> SendResult:
        """Put a notice into the staff's room."""
        body = {"text": notice.title[:SECTION], "blocks": _blocks(notice)}
        return self._post(self._webhook_url, body, str(notice.id))

    def answer(self, answer_url: str, text: str) -> SendResult:
        """Say what came of a press; the notice itself stays."""
        parts = urlsplit(answer_url)
        if parts.netloc not in self._answer_hosts or (parts.scheme != "https" and parts.hostname != "127.0.0.1"):
            return SendResult(ok=False, error="the answer would go to a strange address", permanent=True)
        body = {"response_type": "in_channel", "replace_original": False, "text": _plain(text)[:SECTION]}
        return self._post(answer_url, body, "answer")

    def genuine(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
        return verification.genuine(self._signing_secret, headers, body, now)

    def read(self, body: bytes) -> list[StaffAction]:
        return parsing.read(body)

    def _post(self, url: str, body: dict[str, Any], reference: str) -> SendResult:
        try:
            answer = self._client.post(url, json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return SendResult(ok=False, error=f"no answer: {type(fault).__name__}")
        # An incoming webhook says "ok"; a response_url says that or {"ok": true}. A captive portal says neither.
        if answer.status_code == 200 and answer.text.replace(" ", "").strip()[:10] in ("ok", '{"ok":true'):
            return SendResult(ok=True, provider_ref=reference)
        wait = answer.headers.get("Retry-After", "")
        return SendResult(
            ok=False,
            error=f"HTTP {answer.status_code} {answer.text[:80]}".strip(),
            permanent=is_permanent(answer.status_code, answer.text[:80]),
            retry_after_seconds=min(int(wait), 3600) if wait.isascii() and wait.isdigit() and len(wait) < 6 else 0,
        )


def _blocks(notice: Notice) -> list[dict[str, Any]]:
    text = "\n".join([f"*{_plain(notice.title)}*", *(_plain(line) for line in notice.lines)])
    blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION]}}]
    if notice.actions:
        elements = [_button(action) for action in notice.actions[:MOST_ACTIONS]]
        blocks.append({"type": "actions", "block_id": str(notice.id), "elements": elements})
    return blocks


def _button(action: NoticeAction) -> dict[str, Any]:
    button: dict[str, Any] = {
        "type": "button",
        "action_id": action.id[:255],
        "text": {"type": "plain_text", "text": action.label[:LABEL], "emoji": False},
    }
    if action.url:
        button["url"] = action.url
    if action.value:
        button["value"] = action.value[:2000]
    if action.style in _STYLES:
        button["style"] = _STYLES[action.style]
    return button


def _plain(text: str) -> str:
    """Slack reads ``&``, ``<`` and ``>`` as its own marks: a name must not become a link or call everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
