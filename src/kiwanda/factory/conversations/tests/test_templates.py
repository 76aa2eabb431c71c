"""Every sentence: both languages, same blanks, one SMS."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.factory.conversations.composing import RULES
from kiwanda.factory.conversations.gsm import SMS_LENGTH, gsm, is_gsm
from kiwanda.factory.conversations.templates import HIDDEN_CODE, TEMPLATES, day, login_code_body, moment, money, render

#: Long but real values of every blank.
LONG = {
    "quantity": 1200, "operation": "Polishing and plating", "style": "Savannah sunrise double hoop earrings",
    "pay": money(123_456_700, "KES"), "due": "05/12", "until": "24/11 18:00", "accepted": 1200, "rework": 120,
    "rejected": 120, "short": 1200, "received": 1200, "receipt": "SGL31HA2UV", "code": "123456", "left": 1200,
    "by": "the impact officer", "why": "she called the hub and said so herself, twice",
    "did": "took 1200 x Polishing and plating, Savannah sunrise double: pay KSh 1,234,567, by 05/12",
    "answer": "You were right; the coordinator wrote the wrong number and put it right today.",
}
#: What carries a person's own words may take two.
TWO_SMS = {"acted", "action_answered"}


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("template", TEMPLATES)
def test_both_languages_fill_the_same_blanks_in_the_sms_alphabet(template):
    english, swahili = TEMPLATES[template]
    assert blanks(english) == blanks(swahili) <= set(LONG)
    assert english != swahili
    assert is_gsm(re.sub(r"{\w+}", "", english + swahili))


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_even_long_values_stay_within_one_sms(template, language):
    body = render(template, language, **LONG)
    assert len(body) <= (2 * 153 if template in TWO_SMS else SMS_LENGTH)
    assert is_gsm(body)
    # Whatever is cut, it is never a number.
    for name in blanks(TEMPLATES[template][0]) - {"style", "operation"}:
        assert str(LONG[name]) in body


def test_money_days_and_moments_read_as_people_say_them():
    assert money(125_050, "KES") == "KSh 1,250.50"
    assert day("2026-12-05") == "05/12"
    # 15:00 UTC is 18:00 in Nairobi.
    assert moment("2026-11-24T15:00:00+00:00") == "24/11 18:00"


def test_the_kept_row_hides_the_code_and_the_sent_one_shows_it():
    assert "123456" in login_code_body("en", "123456")
    assert HIDDEN_CODE in login_code_body("sw", HIDDEN_CODE)


@given(st.text(max_size=200))
def test_any_text_becomes_the_sms_alphabet_once_and_for_all(text):
    once = gsm(text)
    assert is_gsm(once)
    assert gsm(once) == once


def test_look_alikes_keep_their_meaning():
    assert gsm("Mwai’s “Jua” – 3×4 …") == "Mwai's \"Jua\" - 3x4 ..."
    assert gsm("KSh\u00a01,250") == "KSh 1,250"


def test_every_rule_has_its_event(db):
    from kiwanda.core.commands import load_commands
    from kiwanda.core.events import EVENT_TYPES

    load_commands()
    assert set(RULES) <= set(EVENT_TYPES)
