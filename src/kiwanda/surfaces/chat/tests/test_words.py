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
    ],
)  # fmt: skip
def test_words_people_write(text, intent, number):
    found = read(text)
    assert (found.intent, found.number) == (intent, number)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "😀", "ndiyo lakini hapana", "sio ndiyo", "si tayari 50", "bado 50 tayari", "-50 tayari", "5.5 tayari",
     "50/60 tayari", "20 na 30 tayari", "nitakuja kesho ndiyo", "ndiyo nitaleta kesho", "12/05", "9" * 30,
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
