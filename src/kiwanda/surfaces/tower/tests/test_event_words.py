"""Every event of the house has a sentence, and every sentence says only what its event holds."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import import_module

import pytest
from django.conf import settings

from kiwanda.core.commands import load_commands
from kiwanda.core.events import EVENT_TYPES
from kiwanda.surfaces.tower.queries.activity import LOADERS, QUIET, counted, spaced
from kiwanda.surfaces.tower.queries.event_words import LOOKS, SENTENCES

DERIVED = {"amount": {"amount_minor", "total_minor"}, "rate": {"piece_rate_minor"}}


def house_events() -> dict[str, type]:
    load_commands()
    for room in settings.FACTORY_ROOMS:
        import_module(f"kiwanda.factory.{room}")
    return {name: kind for name, kind in EVENT_TYPES.items() if ".tests" not in kind.__module__}


def test_every_event_has_a_sentence():
    missing = {name for name in house_events() if name.split(".")[0] in {*settings.FACTORY_ROOMS}} - set(SENTENCES)
    assert missing == set()


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_sentence_says_only_what_its_event_holds(name: str):
    kind = house_events().get(name)
    assert kind is not None, f"{name} is no event of the house"
    known = {item.name for item in fields(kind)}
    for key in re.findall(r"%\((\w+)(?::\w+)?\)s", str(SENTENCES[name])):
        sources = DERIVED.get(key) or ({f"{key}_id"} if f"{key}_id" in LOADERS else {key})
        assert known & sources, f"{name} has no {key}"


def test_looks_and_quiet_name_real_events():
    events = set(house_events())
    assert set(LOOKS) <= events
    assert set(QUIET) <= events


def test_counts_are_singular_where_there_is_one():
    assert counted(1, "pieces") == "1 piece"
    assert counted(2, "pieces") == "2 pieces"


def test_a_type_without_a_sentence_reads_as_words():
    assert spaced("dispatch.OfferSentAgain") == "Offer sent again"
