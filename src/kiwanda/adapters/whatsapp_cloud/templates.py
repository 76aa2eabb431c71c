"""Our sentences as the templates Meta must approve before they may be sent outside the 24 hours."""

from __future__ import annotations

import re
from typing import Any

from kiwanda.adapters.whatsapp_cloud.bodies import CODE_TEMPLATE
from kiwanda.factory.conversations.composing import ANSWERED, OFFER_BUTTONS
from kiwanda.factory.conversations.templates import TEMPLATES, placeholders

#: A value of each placeholder, which Meta wants to see.
EXAMPLES = {
    "quantity": "12", "operation": "Kushona", "style": "Hereni za jua", "pay": "KSh 420", "due": "05/12",
    "until": "24/11 18:00", "accepted": "10", "short": "2", "received": "10", "rework": "1", "rejected": "1",
    "receipt": "SBX1A2B3C4", "code": "482613", "left": "10",
    "by": "mratibu", "did": "amekubali kazi 12 x Kushona, Hereni za jua: malipo KSh 420, leta 05/12",
    "why": "alipiga simu", "answer": "Ulikuwa sahihi, tumerekebisha.",
}  # fmt: skip
_NAMED = re.compile(r"\{(\w+)\}")


def definitions(prefix: str = "kiwanda_") -> list[dict[str, Any]]:
    """One definition per template and language, as ``POST /{business account}/message_templates`` takes it."""
    found = []
    for name, sentences in TEMPLATES.items():
        for language, sentence in zip(("en", "sw"), sentences, strict=True):
            given: dict[str, Any] = {"name": f"{prefix}{name}", "language": language}
            found.append(given | (_code() if name == CODE_TEMPLATE else _utility(name, language, sentence)))
    return found


def _utility(name: str, language: str, sentence: str) -> dict[str, Any]:
    names = placeholders(name, language)
    text = _NAMED.sub(lambda match: "{{" + str(names.index(match[1]) + 1) + "}}", sentence)
    # Meta refuses a template that begins or ends with a value.
    text = f"{'Kiwanda: ' if text.startswith('{{') else ''}{text}{'.' if text.endswith('}}') else ''}"
    body: dict[str, Any] = {"type": "BODY", "text": text}
    if names:
        body["example"] = {"body_text": [[EXAMPLES.get(item, "1") for item in names]]}
    components = [body]
    buttons = OFFER_BUTTONS if name == "offer_sent" else [ANSWERED[name]] if name in ANSWERED else []
    if buttons:
        titles = [sw if language == "sw" else en for _, en, sw in buttons]
        components.append({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": title} for title in titles]})
    return {"category": "UTILITY", "components": components}


def _code() -> dict[str, Any]:
    """Meta words its authentication templates itself."""
    return {
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 10},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    }
