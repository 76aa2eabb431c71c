"""A phone as the app is one: a copy, an outbox, a count; and a network that loses, doubles and cuts.

It speaks the protocol of docs/reference/phone-sync.md over Django's test client and keeps what the app keeps.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from kiwanda.core import clock, vault
from kiwanda.core.ids import new_id
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.queries import login_code_shown_in_demo

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 150


class Lost(Exception):
    """The line broke; the phone does not know whether the server heard it."""


@dataclass
class Phone:
    """One account on one phone."""

    artisan: Artisan
    name: str = "Tecno"
    version: int = 1
    #: Its clock less the true one, milliseconds.
    skew_ms: int = 0
    client: Client = field(default_factory=Client)
    token: str = ""
    device: str = ""
    cursor: int = 0
    seq: int = 0
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def log_in(self) -> Phone:
        phone = vault.get(self.artisan.pk, vault.PHONE)
        assert phone
        asked = self.client.post("/m/v1/code", {"phone": phone}, content_type="application/json")
        assert asked.status_code == 204, asked.content
        code = login_code_shown_in_demo(phone)
        body = {"phone": phone, "code": code, "name": self.name, "ver": self.version}
        answer = self.client.post("/m/v1/devices", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
        found = answer.json()
        self.token, self.device = found["token"], found["device"]
        self.cursor = 0
        # What had not been sent is counted anew for the new log-in.
        self.seq = 0
        for command in self.outbox:
            self.seq += 1
            command["seq"] = self.seq
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def now_ms(self) -> int:
        return int(clock.now().timestamp() * 1000) + self.skew_ms

    def do(self, kind: str, /, base: int = 0, **args: Any) -> str:
        """Write a command down; it goes with the next sync."""
        self.seq += 1
        command = {
            "id": str(new_id()),
            "seq": self.seq,
            "type": kind,
            "base": base,
            "at": self.now_ms,
            "args": {key.rstrip("_"): value for key, value in args.items()},
        }
        self.outbox.append(command)
        return command["id"]

    def body(self) -> dict[str, Any]:
        return {
            "dev": self.device,
            "ver": self.version,
            "cur": self.cursor,
            "at": self.now_ms,
            "cmds": self.outbox[:50],
        }

    def post(self, body: Any, **more: Any) -> Any:
        return self.client.post(
            "/m/v1/sync", json.dumps(body), content_type="application/json", headers=self.headers, **more
        )

    def hear(self, answer: dict[str, Any]) -> bool:
        """Take an answer in, as the app does, in one go. True when it wants another round."""
        for result in answer["res"]:
            if result["s"] != "held":
                self.answers[result["id"]] = result
                self.outbox = [command for command in self.outbox if command["id"] != result["id"]]
        if answer["reset"]:
            self.rows.clear()
            self.versions.clear()
        for change in answer["ch"]:
            key = (change["k"], change["id"])
            if change["d"] is None:
                self.rows.pop(key, None)
                self.versions.pop(key, None)
            else:
                self.rows[key] = change["d"]
                self.versions[key] = change["v"]
        self.cursor = answer["cur"]
        return bool(answer["more"])

    def sync(self, *, lose_answer: bool = False, rounds: int = 40) -> Phone:
        """Sync until the server wants no more. ``lose_answer``: the first answer never arrives."""
        for _ in range(rounds):
            response = self.post(self.body())
            assert response.status_code == 200, response.content
            assert response.headers["X-Kiwanda"] == "1"
            if lose_answer:
                raise Lost
            if not self.hear(response.json()):
                return self
        raise AssertionError("the server never had enough")

    def of(self, kind: str) -> dict[str, Any]:
        return {thing: row for (name, thing), row in self.rows.items() if name == kind}

    def answer(self, command: str) -> dict[str, Any]:
        return self.answers[command]

    # Photos

    def begin(self, data: bytes, *, length: int | None = None) -> Any:
        sha256 = base64.b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
        return self.client.post(
            "/m/v1/files",
            headers=self.headers
            | {
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(len(data) if length is None else length),
                "Upload-Metadata": f"sha256 {sha256}",
            },
        )

    def patch(
        self, place: str, offset: int, data: bytes, *, checksum: bytes | None = None, override: bool = False
    ) -> Any:
        digest = base64.b64encode(hashlib.sha256(data).digest() if checksum is None else checksum).decode()
        headers = self.headers | {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {digest}",
        }
        kind = "application/offset+octet-stream"
        if override:
            return self.client.post(
                place, data, content_type=kind, headers=headers | {"X-HTTP-Method-Override": "PATCH"}
            )
        return self.client.patch(place, data, content_type=kind, headers=headers)

    def reached(self, place: str) -> Any:
        return self.client.head(place, headers=self.headers | {"Tus-Resumable": "1.0.0"})

    def send_photo(self, data: bytes, chunk: int = 16384) -> str:
        """Send a whole picture; returns its hash."""
        answer = self.begin(data)
        place, offset = answer.headers["Location"], int(answer.headers["Upload-Offset"])
        while offset < len(data):
            answer = self.patch(place, offset, data[offset : offset + chunk])
            assert answer.status_code == 204, answer.content
            offset = int(answer.headers["Upload-Offset"])
        return hashlib.sha256(data).hexdigest()


def twice(value: Any) -> Any:
    """A deep copy, as the wire makes one."""
    return json.loads(json.dumps(value))
