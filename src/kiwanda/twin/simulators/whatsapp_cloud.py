"""The WhatsApp Cloud API on this machine: limits, the 24 hours, templates, pictures, signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kiwanda.factory.conversations.composing import ANSWERED, OFFER_BUTTONS
from kiwanda.factory.conversations.templates import TEMPLATES, placeholders
from kiwanda.twin.simulators.server import Callbacks, Faults, LocalServer, Post, Poster, Reply, Request

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message in somebody's WhatsApp: its words and the ids of what can be tapped."""

    id: str
    phone: str
    text: str
    taps: tuple[tuple[str, str], ...]
    kind: str


class WhatsAppSimulator(LocalServer):
    """``clock`` tells the 24 hours; ``approved`` are the templates' names (None: all); ``absent`` phones are off."""

    def __init__(
        self,
        post: Poster,
        *,
        token: str = "token",
        phone_number_id: str = "1122334455667",
        app_secret: str = "app-secret",
        approved: set[str] | None = None,
        absent: set[str] | None = None,
        faults: Faults | None = None,
        doubled: float = 0.0,
        shuffled: bool = False,
        seed: int = 0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(faults)
        self.token, self.phone_number_id, self.app_secret = token, phone_number_id, app_secret
        self.approved, self.absent, self.clock = approved, set(absent or ()), clock
        self.callbacks = Callbacks(post, seed=seed, doubled=doubled, shuffled=shuffled)
        self.bubbles: list[Bubble] = []
        self.heard_at: dict[str, datetime] = {}
        self._media: dict[str, bytes] = {}
        self._number = 0

    @property
    def api_url(self) -> str:
        return f"{self.url}/v25.0"

    def throttled(self) -> Reply:
        return self._error(130429, "Rate limit hit", 429)

    # -- the API our adapter calls

    def answer(self, request: Request) -> Reply:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if headers.get("authorization") != f"Bearer {self.token}":
            return self._error(190, "Invalid OAuth access token", 401)
        if request.method == "GET":
            return self._picture(request.path)
        if request.path != f"/v25.0/{self.phone_number_id}/messages":
            return self._error(100, "Unsupported post request", 400)
        try:
            body = json.loads(request.body)
        except ValueError:
            return self._error(100, "Invalid JSON", 400)
        wrong = self._wrong(body)
        if wrong is not None:
            return wrong
        phone, identifier = f"+{body['to']}", self._wamid()
        self.bubbles.append(_bubble(identifier, phone, body))
        if phone in self.absent:
            self._status(identifier, phone, "failed", [{"code": 131026, "title": "Message undeliverable"}])
        else:
            self._status(identifier, phone, "sent")
            self._status(identifier, phone, "delivered")
        data = {
            "messaging_product": "whatsapp", "contacts": [{"input": body["to"], "wa_id": body["to"]}],
            "messages": [{"id": identifier}],
        }
        return Reply(200, json.dumps(data).encode())

    def _wrong(self, body: dict[str, Any]) -> Reply | None:
        kind = body.get("type")
        if body.get("messaging_product") != "whatsapp" or not str(body.get("to", "")).isdigit():
            return self._error(100, "Invalid parameter", 400)
        if kind == "template":
            template = body["template"]
            language = template["language"]
            if language.get("policy") != "deterministic" or language["code"] not in ("sw", "en"):
                return self._error(132001, "Template name does not exist in the translation", 404)
            if self.approved is not None and template["name"] not in self.approved:
                return self._error(132001, "Template name does not exist in the translation", 404)
            values = [p.get("text", "x") for c in template["components"] for p in c["parameters"]]
            if any(not value or "\n" in value or len(value) > 1024 for value in values):
                return self._error(132012, "Template parameter format does not match", 400)
            return None
        heard = self.heard_at.get(f"+{body['to']}")
        if heard is None or self.clock() - heard > WINDOW:
            return self._error(131047, "Re-engagement message", 400)
        if kind == "text":
            return None if 0 < len(body["text"]["body"]) <= 4096 else self._error(100, "Invalid parameter", 400)
        if kind == "interactive":
            return self._wrong_interactive(body["interactive"])
        return self._error(131051, "Unsupported message type", 400)

    def _wrong_interactive(self, inner: dict[str, Any]) -> Reply | None:
        fine = 0 < len(inner["body"]["text"]) <= 1024
        if inner["type"] == "button":
            titles = [row["reply"]["title"] for row in inner["action"]["buttons"]]
            fine &= 1 <= len(titles) <= 3 and all(0 < len(title) <= 20 for title in titles)
            fine &= len(set(titles)) == len(titles)
        else:
            rows = [row for section in inner["action"]["sections"] for row in section["rows"]]
            fine &= 1 <= len(rows) <= 10 and 0 < len(inner["action"]["button"]) <= 20
            fine &= all(0 < len(r["title"]) <= 24 and len(r.get("description", "")) <= 72 for r in rows)
            fine &= len({row["id"] for row in rows}) == len(rows)
        return None if fine else self._error(131009, "Parameter value is not valid", 400)

    def _picture(self, path: str) -> Reply:
        identifier = path.rpartition("/")[2]
        data = self._media.get(identifier)
        if data is None:
            return self._error(100, "Unsupported get request", 404)
        if path.startswith("/media/"):
            return Reply(200, data, "image/jpeg")
        told = {"id": identifier, "url": f"{self.url}/media/{identifier}", "mime_type": "image/jpeg"}
        return Reply(200, json.dumps(told).encode())

    @staticmethod
    def _error(code: int, message: str, status: int) -> Reply:
        error = {"code": code, "message": message, "type": "OAuthException"}
        return Reply(status, json.dumps({"error": error}).encode())

    # -- the phones

    def thread(self, phone: str) -> list[Bubble]:
        """What a phone received, oldest first."""
        return [bubble for bubble in self.bubbles if bubble.phone == phone]

    def say(self, phone: str, words: str, **more: Any) -> str:
        """Somebody writes to us; queued. Returns the wamid."""
        return self._incoming(phone, {"type": "text", "text": {"body": words}}, **more)

    def tap(self, phone: str, bubble: Bubble, identifier: str) -> str:
        """Somebody taps a button or a list's row of ``bubble``."""
        title = dict(bubble.taps)[identifier]
        if bubble.kind == "template":
            inner: dict[str, Any] = {"type": "button", "button": {"payload": identifier, "text": title}}
        else:
            kind = "list_reply" if bubble.kind == "list" else "button_reply"
            inner = {"type": "interactive", "interactive": {"type": kind, kind: {"id": identifier, "title": title}}}
        return self._incoming(phone, {**inner, "context": {"from": "254700000000", "id": bubble.id}})

    def send_picture(self, phone: str, data: bytes, caption: str = "") -> str:
        """Somebody sends us a picture."""
        self._number += 1
        media = f"media{self._number:010d}"
        self._media[media] = data
        image = {
            "id": media, "mime_type": "image/jpeg",
            "sha256": base64.b64encode(hashlib.sha256(data).digest()).decode(),
        }
        return self._incoming(phone, {"type": "image", "image": image | ({"caption": caption} if caption else {})})

    def read(self, phone: str) -> None:
        """Somebody opens the thread."""
        for bubble in self.thread(phone):
            self._status(bubble.id, phone, "read")

    def signed(self, body: bytes) -> Post:
        """``body`` as Meta posts it."""
        mac = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={mac}"}
        return Post("/hooks/whatsapp/", body, headers)

    def _wamid(self) -> str:
        self._number += 1
        return f"wamid.{self._number:032X}"

    def _incoming(self, phone: str, message: dict[str, Any], *, hidden: bool = False, user_id: str = "") -> str:
        identifier, number = self._wamid(), phone.lstrip("+")
        self.heard_at[phone] = self.clock()
        contact: dict[str, Any] = {"profile": {"name": "Somebody"}, "user_id": user_id or f"KE.{number[::-1]}"}
        row: dict[str, Any] = {"id": identifier, "timestamp": str(int(self.clock().timestamp())), **message}
        if hidden:
            row["from_user_id"] = contact["user_id"]
        else:
            contact["wa_id"] = row["from"] = number
        self._news({"contacts": [contact], "messages": [row]})
        return identifier

    def _status(self, identifier: str, phone: str, status: str, errors: list[dict[str, Any]] | None = None) -> None:
        row: dict[str, Any] = {
            "id": identifier, "status": status, "timestamp": str(int(self.clock().timestamp())),
            "recipient_id": phone.lstrip("+"), "pricing": {"billable": True, "category": "utility"},
        }
        self._news({"statuses": [row | ({"errors": errors} if errors else {})]})

    def _news(self, value: dict[str, Any]) -> None:
        metadata = {"display_phone_number": "254700000000", "phone_number_id": self.phone_number_id}
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        data = {"object": "whatsapp_business_account", "entry": [{"id": "5467539754836534", "changes": [change]}]}
        self.callbacks.add(self.signed(json.dumps(data).encode()))


def _approved(name: str, language: str, values: list[str]) -> tuple[str, list[str]]:
    """What the reader sees of a template: its approved sentence with the values, and its buttons' titles."""
    template, swahili = name.removeprefix("kiwanda_"), language.startswith("sw")
    if template not in TEMPLATES:
        return f"{name}: {' | '.join(values)}", []
    named = dict(zip(placeholders(template, language), values, strict=False))
    blanks = {blank: named.get(blank, "") for blank in placeholders(template, language)}
    buttons = OFFER_BUTTONS if template == "offer_sent" else [ANSWERED[template]] if template in ANSWERED else []
    text = TEMPLATES[template][1 if swahili else 0].format(**blanks)
    return text, [sw if swahili else en for _, en, sw in buttons]


def _bubble(identifier: str, phone: str, body: dict[str, Any]) -> Bubble:
    if body["type"] == "text":
        return Bubble(identifier, phone, body["text"]["body"], (), "text")
    if body["type"] == "template":
        values, taps = [], []
        for component in body["template"]["components"]:
            if component["type"] == "body":
                values = [row["text"] for row in component["parameters"]]
            elif component["sub_type"] == "quick_reply":
                taps.append((component["parameters"][0]["payload"], f"button {component['index']}"))
        text, titles = _approved(body["template"]["name"], body["template"]["language"]["code"], values)
        named = tuple((key, titles[at] if at < len(titles) else title) for at, (key, title) in enumerate(taps))
        return Bubble(identifier, phone, text, named, "template")
    inner = body["interactive"]
    if inner["type"] == "button":
        taps = [(row["reply"]["id"], row["reply"]["title"]) for row in inner["action"]["buttons"]]
    else:
        taps = [(row["id"], row["title"]) for section in inner["action"]["sections"] for row in section["rows"]]
    return Bubble(identifier, phone, inner["body"]["text"], tuple(taps), inner["type"])
