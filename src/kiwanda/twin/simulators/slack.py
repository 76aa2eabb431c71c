"""Slack on this machine: an incoming webhook, pressed buttons with signatures, answers, one message a second."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from kiwanda.twin.simulators.server import Callbacks, Faults, LocalServer, Post, Poster, Reply, Request

WEBHOOK = "/services/T000/B000/secret"


class SlackSimulator(LocalServer):
    """``posts`` are the room's messages, ``answers`` what was said to presses."""

    def __init__(
        self, post: Poster, *, signing_secret: str = "signing-secret", faults: Faults | None = None,
        doubled: float = 0.0, seed: int = 0,
    ) -> None:
        super().__init__(faults)
        self.signing_secret = signing_secret
        self.callbacks = Callbacks(post, seed=seed, doubled=doubled)
        self.posts: list[dict[str, Any]] = []
        self.answers: list[str] = []
        self._number = 0

    @property
    def webhook_url(self) -> str:
        return self.url + WEBHOOK

    def answer(self, request: Request) -> Reply:
        try:
            body = json.loads(request.body)
        except ValueError:
            return Reply(400, b"invalid_payload", "text/plain")
        if request.path.startswith("/actions/"):
            self.answers.append(body["text"])
            return Reply(200, b'{"ok":true}')
        if request.path != WEBHOOK:
            return Reply(404, b"no_service", "text/plain")
        if not body.get("text"):
            return Reply(400, b"no_text", "text/plain")
        if any(len(block.get("elements", [])) > 25 for block in body.get("blocks", [])):
            return Reply(400, b"invalid_blocks", "text/plain")
        self.posts.append(body)
        return Reply(200, b"ok", "text/plain")

    def buttons(self, number: int = -1) -> dict[str, dict[str, Any]]:
        """The buttons of a post by their action ids."""
        return {
            item["action_id"]: item
            for block in self.posts[number]["blocks"] if block["type"] == "actions" for item in block["elements"]
        }

    def press(self, action: str, user: str, number: int = -1, *, age_seconds: int = 0) -> None:
        """``user`` presses a button of a post; queued."""
        self._number += 1
        button = self.buttons(number)[action]
        payload = {
            "type": "block_actions",
            "user": {"id": user, "username": user.lower(), "team_id": "T000"},
            "response_url": f"{self.url}/actions/T000/{self._number}/x",
            "actions": [
                {"type": "button", "action_id": action, "block_id": "b", "value": button.get("value", ""),
                 "action_ts": f"1596530385.{self._number:06d}"}
            ],
        }
        self.callbacks.add(self.signed(urlencode({"payload": json.dumps(payload)}).encode(), age_seconds))

    def signed(self, body: bytes, age_seconds: int = 0) -> Post:
        """``body`` as Slack posts it."""
        stamp = str(int(time.time()) - age_seconds)
        mac = hmac.new(self.signing_secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={mac}",
        }
        return Post("/hooks/slack/", body, headers)
