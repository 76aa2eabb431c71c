"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core.errors import Invalid
from kiwanda.factory.network.phones import masked, normalised


@pytest.mark.parametrize(
    "written",
    [
        "0712345678", "0712 345 678", "712345678", "254712345678", "+254712345678", "+254 712-345-678",
        "00254712345678", " +254 (0) 712 345 678 ", "(0712) 345678", "tel:+254712345678",
    ],
)
def test_every_usual_spelling_is_one_number(written):
    assert normalised(written) == "+254712345678"


def test_the_newer_01_range_is_mobile_too():
    assert normalised("0110 222 333") == "+254110222333"
    assert normalised("+254190000001") == "+254190000001"


@pytest.mark.parametrize(
    "written",
    ["", "   ", "12", "0202 000 000", "+1 202 555 0123", "07123456789", "071234567", "hello", "0712345678 ext 5",
     "+254" * 20, None, 712345678],
)
def test_what_is_no_kenyan_mobile_number_is_refused(written):
    with pytest.raises(Invalid):
        normalised(written)


@given(st.from_regex(r"[17][0-9]{8}", fullmatch=True))
def test_normalising_is_stable(national):
    once = normalised("0" + national)
    assert once == f"+254{national}" == normalised(once) == normalised(national)


def test_a_masked_number_shows_its_ends_only():
    assert masked("+254712345678") == "+2547•• ••• 678"
