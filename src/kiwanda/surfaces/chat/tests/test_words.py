"""What words mean, and above all what is never taken for a promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.surfaces.chat.words import VOCABULARY, Intent, Meaning, read


@pytest.mark.parametrize(
    ("text", "intent", "number"),
    [
        ("NDIYO", Intent.YES, None), ("ndio", Intent.YES, None), (" Ndiyo. ", Intent.YES, None),
        ("YES!", Intent.YES, None), ("Sawa", Intent.YES, None), ("ndiyo asante", Intent.YES, None),
        ("NDIYO 2", Intent.YES, 2), ("HAPANA", Intent.NO, None), ("no", Intent.NO, None), ("Sitaki", Intent.NO, None),
        ("1", Intent.CHOICE, 1), ("2 ", Intent.CHOICE, 2), ("50", Intent.CHOICE, 50),
        ("50 tayari", Intent.MADE, 50), ("tayari 50", Intent.MADE, 50), ("50tayari", Intent.MADE, 50),
        ("vipande 50 tayari", Intent.MADE, 50), ("done 12 pcs", Intent.MADE, 12),
        ("nimemaliza 20 leo", Intent.MADE, 20),
        ("STOP", Intent.STOP, None), ("acha", Intent.STOP, None), ("ANZA", Intent.START, None),
        ("msaada", Intent.HELP, None), ("MSADA", Intent.HELP, None), ("Nipigie simu", Intent.CALL, None),
        ("call me back", Intent.CALL, None), ("malipo", Intent.PAY, None),
        ("naweza 20", Intent.FEWER, 20), ("I can 20", Intent.FEWER, 20), ("ongeza siku 3", Intent.LATER, 3),
        ("LATER 3 days", Intent.LATER, 3), ("nakabidhi 12", Intent.HAND, 12), ("hand in 12", Intent.HAND, 12),
        ("likizo siku 2", Intent.OFF, 2), ("off", Intent.OFF, None), ("mapumziko kesho", Intent.OFF, None),
        ("kwa nini sina kazi", Intent.WHY, None), ("why no work?", Intent.WHY, None), ("mbona", Intent.WHY, None),
        ("KAZI", Intent.WORK, None), ("sikubali", Intent.CONTEST, None), ("wrong", Intent.CONTEST, None),
        ("nimemaliza kazi 20", Intent.MADE, 20),
    ],
)  # fmt: skip
def test_words_people_write(text, intent, number):
    found = read(text)
    assert (found.intent, found.number) == (intent, number)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "😀", "ndiyo lakini hapana", "sio ndiyo", "si tayari 50", "bado 50 tayari", "-50 tayari", "5.5 tayari",
     "50/60 tayari", "20 na 30 tayari", "nitakuja kesho ndiyo", "ndiyo nitaleta kesho", "12/05", "9" * 30,
     "nakubali siku 3", "naweza kesho", "ndiyo kesho", "naweza 20 nikipata uzi", "no off", "likizo baba 2",
     "1000000 tayari", "sijamaliza", "Mama amefariki", "ndiyo acha"],
)  # fmt: skip
def test_what_is_not_clear_is_not_guessed(text):
    assert read(text).intent is Intent.UNCLEAR


@pytest.mark.parametrize("text", ["ndyio", "hapan", "hapnaa", "nakubli", "50 tayri", "zote tayari"])
def test_a_slip_of_the_pen_is_never_sure(text):
    assert not read(text).sure


@pytest.mark.parametrize("text", ["sitish", "subscrib", "unsubscrbe"])
def test_a_slip_never_stops_or_starts_anything(text):
    assert read(text).intent is Intent.UNCLEAR


@given(st.text(max_size=200))
def test_any_text_has_a_meaning_and_only_known_words_are_sure_promises(text):
    found = read(text)
    assert isinstance(found, Meaning)
    if found.sure and found.intent in (Intent.YES, Intent.NO, Intent.STOP):
        folded = "".join(letter for letter in text.lower() if letter.isalpha() and letter.isascii())
        assert any(word in folded or not folded.isascii() for word in VOCABULARY[found.intent]) or not text.isascii()
    assert found.number is None or 0 <= found.number < 10**6


@given(st.sampled_from(sorted(VOCABULARY[Intent.YES])), st.sampled_from(sorted(VOCABULARY[Intent.NO])))
def test_yes_and_no_together_mean_nothing(yes, no):
    assert read(f"{yes} {no}").intent is Intent.UNCLEAR


def test_days_off_may_begin_tomorrow():
    assert read("likizo kesho 2") == Meaning(Intent.OFF, 2, tomorrow=True)
    assert not read("likizo 2").tomorrow
