"""What the Cloud API's webhooks say. Unknown kinds of news are named and passed over, never an error."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kiwanda.adapters.whatsapp_cloud.verification import Signed
from kiwanda.ports.messaging import Arrival, DeliveryReport, Ignored, IncomingMessage, Picture, Unreadable

LONGEST = 4096
#: References are kept in 80 characters; wamids have about sixty.
LONGEST_REF = 80
STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
_WA_ID = re.compile(r"\d{8,15}")


class WhatsAppWebhook(Signed):
    """Implements :class:`kiwanda.ports.messaging.Webhook`.

    ``phone_number_id``: news about other numbers of the same business account is passed over.
    """

    def __init__(self, *, app_secret: str, verify_token: str = "", phone_number_id: str = "") -> None:
        super().__init__(app_secret=app_secret, verify_token=verify_token)
        self.phone_number_id = phone_number_id

    def read(self, body: bytes, *, what: str = "") -> list[Arrival]:
        """All news of one post, in its order, each reference once."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            raise Unreadable("the body is not JSON") from None
        if not isinstance(data, dict) or not isinstance(data.get("entry"), list):
            raise Unreadable("entry is missing")
        seen: set[tuple[str, str]] = set()
        found: list[Arrival] = []
        for arrival in self._changes(data["entry"]):
            if not isinstance(arrival, Ignored):
                state = arrival.state if isinstance(arrival, DeliveryReport) else ""
                if (arrival.ref, state) in seen:
                    continue
                seen.add((arrival.ref, state))
            found.append(arrival)
        return found

    def _changes(self, entries: list[Any]) -> Iterator[Arrival]:
        for entry in entries:
            for change in _list(_dict(entry).get("changes")):
                change = _dict(change)
                field, value = str(change.get("field", ""))[:40], _dict(change.get("value"))
                ours = str(_dict(value.get("metadata")).get("phone_number_id", ""))
                if field != "messages":
                    yield Ignored(field or "nameless")
                elif self.phone_number_id and ours != self.phone_number_id:
                    yield Ignored("another number's")
                else:
                    yield from _news(value)


def _news(value: dict[str, Any]) -> Iterator[Arrival]:
    people = {str(_dict(row).get("wa_id", "")): _dict(row) for row in _list(value.get("contacts"))}
    only = next(iter(people.values())) if len(people) == 1 else {}
    for message in _list(value.get("messages")):
        yield _message(_dict(message), people, only)
    for status in _list(value.get("statuses")):
        yield _status(_dict(status))
    if not value.get("messages") and not value.get("statuses"):
        yield Ignored("empty")


def _message(row: dict[str, Any], people: dict[str, dict[str, Any]], only: dict[str, Any]) -> Arrival:
    ref, kind = _text(row.get("id"), LONGEST_REF), _text(row.get("type"), 30) or "unknown"
    sender = _text(row.get("from"), 20)
    contact = people.get(sender) or only
    address = _text(row.get("from_user_id") or contact.get("user_id"), 80)
    phone = f"+{sender}" if _WA_ID.fullmatch(sender) else ""
    if not ref or not (phone or address):
        return Ignored("nameless")
    given: dict[str, Any] = {}
    if kind == "text":
        given = {"kind": "text", "text": _text(_dict(row.get("text")).get("body"), LONGEST)}
    elif kind == "button":
        button = _dict(row.get("button"))
        given = {
            "kind": "button", "button": _text(button.get("payload"), 256), "text": _text(button.get("text"), LONGEST),
        }
    elif kind == "interactive":
        inner = _dict(row.get("interactive"))
        reply = _dict(inner.get(str(inner.get("type", ""))))
        if inner.get("type") in ("button_reply", "list_reply"):
            given = {
                "kind": "button", "button": _text(reply.get("id"), 256), "text": _text(reply.get("title"), LONGEST),
            }
        else:
            given = {"kind": _text(inner.get("type"), 30) or "interactive"}
    elif kind == "image":
        image = _dict(row.get("image"))
        media = _text(image.get("id"), 80)
        given = {"kind": "picture", "text": _text(image.get("caption"), LONGEST)}
        if media:
            given["picture"] = Picture(media, _text(image.get("mime_type"), 80), _hex(image.get("sha256")))
    else:
        inner = _dict(row.get(kind))
        given = {"kind": kind, "text": _text(inner.get("caption"), LONGEST)}
    return IncomingMessage(
        ref=ref,
        channel="whatsapp",
        phone=phone,
        address=address,
        about_ref=_text(_dict(row.get("context")).get("id"), LONGEST_REF),
        sent_at=_moment(row.get("timestamp")),
        **given,
    )


def _status(row: dict[str, Any]) -> Arrival:
    ref, state = _text(row.get("id"), LONGEST_REF), STATES.get(str(row.get("status", "")))
    if not ref or state is None or row.get("recipient_type") == "group":
        return Ignored(f"status {_text(row.get('status'), 20)}")
    error = _dict(next(iter(_list(row.get("errors"))), {}))
    pricing = _dict(row.get("pricing"))
    billable = pricing.get("billable")
    return DeliveryReport(
        ref=ref,
        channel="whatsapp",
        state=state,
        error=f"{error.get('code', '')} {error.get('title', '')}".strip()[:200] if state == "failed" else "",
        at=_moment(row.get("timestamp")),
        category=_text(pricing.get("category"), 30),
        billable=billable if isinstance(billable, bool) else None,
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, longest: int) -> str:
    """Text without what a database refuses (NUL, lone surrogates), cut."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return ""
    return str(value).replace("\x00", "").encode(errors="replace").decode()[:longest]


def _hex(value: Any) -> str:
    """Meta tells SHA-256 in base64."""
    try:
        digest = base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return digest.hex() if len(digest) == 32 else ""


def _moment(value: Any) -> datetime | None:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), UTC)
