"""Presses of buttons, out of Slack's form ``payload=<JSON>``."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from kiwanda.ports.messaging import StaffAction, Unreadable


def read(body: bytes) -> list[StaffAction]:
    """Every pressed button of a ``block_actions`` post; none for Slack's other kinds of post."""
    try:
        fields = parse_qs(body.decode(), max_num_fields=20)
        data = json.loads(fields["payload"][0])
    except (UnicodeDecodeError, ValueError, KeyError, RecursionError):
        raise Unreadable("payload is missing or not JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise Unreadable("type is missing")
    if data["type"] != "block_actions":
        return []
    user = data.get("user")
    person = _text(user.get("id") if isinstance(user, dict) else None, 40)
    actions = data.get("actions")
    if not person or not isinstance(actions, list):
        raise Unreadable("user or actions are missing")
    found = []
    for row in actions:
        if not isinstance(row, dict) or row.get("type") != "button":
            continue
        action = _text(row.get("action_id"), 80)
        found.append(
            StaffAction(
                ref=f"{person}:{_text(row.get('action_ts'), 40)}:{action}",
                person=person,
                action=action,
                value=_text(row.get("value"), 200),
                answer_url=_text(data.get("response_url"), 500),
            )
        )
    return found


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode(errors="replace").decode()[:longest]
