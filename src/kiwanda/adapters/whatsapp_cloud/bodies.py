"""Requests of the Cloud API: free words, buttons and lists inside the 24 hours, approved templates outside of them."""

from __future__ import annotations

from typing import Any

from kiwanda.ports.messaging import Button, OutgoingMessage

MOST_BUTTONS, BUTTON_TITLE = 3, 20
MOST_ROWS, ROW_TITLE, ROW_DESCRIPTION = 10, 24, 72
INTERACTIVE_BODY, TEXT_BODY = 1024, 4096
#: WhatsApp allows no line breaks, tabs or long runs of spaces in a template's values.
PARAMETER = 1024
#: One-time codes need Meta's own kind of template: the code in the text and in a button that copies it.
CODE_TEMPLATE = "login_code"
_LIST_LABEL = {"sw": "Chagua", "en": "Choose"}


def request_body(message: OutgoingMessage, prefix: str = "kiwanda_") -> dict[str, Any]:
    """The JSON of one message. ``prefix`` is what our templates' names begin with in the business account."""
    body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    if message.phone:
        body["to"] = message.phone.lstrip("+")
    else:
        body["recipient"] = message.address
    if not message.in_session:
        return body | _template(message, prefix)
    if message.buttons:
        return body | _interactive(message)
    return body | {"type": "text", "text": {"preview_url": False, "body": message.body[:TEXT_BODY]}}


def _template(message: OutgoingMessage, prefix: str) -> dict[str, Any]:
    components: list[dict[str, Any]] = []
    if message.params:
        components.append({"type": "body", "parameters": [_parameter(value) for value in message.params]})
    if message.template == CODE_TEMPLATE and message.params:
        components.append(
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [_parameter(message.params[0])]}
        )
    else:
        components.extend(
            {"type": "button", "sub_type": "quick_reply", "index": str(index),
             "parameters": [{"type": "payload", "payload": button.id[:256]}]}
            for index, button in enumerate(message.buttons[:MOST_BUTTONS])
        )
    return {
        "type": "template",
        "template": {
            "name": f"{prefix}{message.template}",
            "language": {"policy": "deterministic", "code": "sw" if message.language.startswith("sw") else "en"},
            "components": components,
        },
    }


def _parameter(value: str) -> dict[str, str]:
    return {"type": "text", "text": " ".join(value.split())[:PARAMETER] or "-"}


def _interactive(message: OutgoingMessage) -> dict[str, Any]:
    text = {"text": message.body[:INTERACTIVE_BODY]}
    if len(message.buttons) <= MOST_BUTTONS and all(len(button.title) <= BUTTON_TITLE for button in message.buttons):
        buttons = [{"type": "reply", "reply": {"id": b.id[:256], "title": b.title}} for b in message.buttons]
        return {"type": "interactive", "interactive": {"type": "button", "body": text, "action": {"buttons": buttons}}}
    label = _LIST_LABEL["sw" if message.language.startswith("sw") else "en"]
    rows = [_row(button) for button in message.buttons[:MOST_ROWS]]
    action = {"button": label, "sections": [{"title": label, "rows": rows}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": text, "action": action}}


def _row(button: Button) -> dict[str, str]:
    """A list's row; a title that is too long goes on in its description."""
    if len(button.title) <= ROW_TITLE:
        return {"id": button.id[:200], "title": button.title}
    cut = button.title[: ROW_TITLE + 1].rpartition(" ")[0] or button.title[:ROW_TITLE]
    return {"id": button.id[:200], "title": cut, "description": button.title[len(cut):].strip()[:ROW_DESCRIPTION]}
