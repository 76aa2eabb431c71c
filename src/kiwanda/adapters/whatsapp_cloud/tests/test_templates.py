"""The templates to be approved say what our messages fill in."""

from __future__ import annotations

import json
import re

from kiwanda.adapters.whatsapp_cloud.templates import EXAMPLES, definitions
from kiwanda.factory.conversations.templates import TEMPLATES, parameters, placeholders


def test_every_sentence_has_its_template_in_both_languages_with_as_many_values_as_we_send():
    found = {(row["name"], row["language"]): row for row in definitions()}
    assert len(found) == 2 * len(TEMPLATES)
    for name in TEMPLATES:
        if name == "login_code":
            continue
        for language in ("en", "sw"):
            body = found[f"kiwanda_{name}", language]["components"][0]
            values = parameters(name, language, **dict.fromkeys(placeholders(name, language), "x"))
            marks = [int(number) for number in re.findall(r"\{\{(\d+)\}\}", body["text"])]
            assert marks == list(range(1, len(values) + 1))
            assert "{" not in re.sub(r"\{\{\d+\}\}", "", body["text"])
            assert set(placeholders(name, language)) <= set(EXAMPLES)


def test_the_forms_are_those_of_the_documented_samples(shared_data):
    folder = shared_data / "messaging" / "whatsapp_cloud" / "templates"
    known = set()
    for path in folder.glob("*.json"):
        for sample in json.loads(path.read_text()).values():
            known |= {item["type"] for item in sample["components"]}
            known |= {button["type"] for item in sample["components"] for button in item.get("buttons", [])}
    used = {item["type"] for row in definitions() for item in row["components"]}
    used |= {b["type"] for row in definitions() for item in row["components"] for b in item.get("buttons", [])}
    assert {item.upper() for item in used} <= {item.upper() for item in known}


def test_no_sentence_begins_or_ends_with_a_value():
    """Meta refuses templates that do."""
    for row in definitions():
        text = row["components"][0].get("text", "x")
        assert not text.startswith("{{"), row["name"]
        assert not text.endswith("}}"), row["name"]
