"""GS1 check digits and links against the GS1 syntax engine's own linter vectors."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core import gs1


@given(st.text("0123456789", min_size=1, max_size=30))
def test_a_body_with_its_check_digit_is_valid_and_with_any_other_is_not(body):
    digit = gs1.check_digit(body)
    for other in "0123456789":
        assert gs1.is_valid(body + other, len(body) + 1) is (other == digit)


@given(st.uuids())
def test_self_issued_numbers_are_valid_and_in_the_restricted_range(source: UUID):
    gtin, sscc, gln = gs1.self_issued_gtin(source), gs1.self_issued_sscc(source), gs1.self_issued_gln(source)
    assert gs1.is_valid(gtin, 14) and gtin[1] == "2"
    assert gs1.is_valid(sscc, 18) and sscc[1] == "2"
    assert gs1.is_valid(gln, 13) and gln[0] == "2"


@pytest.mark.parametrize("text", ["", "abc", "6291041500214", "629104150021", "١٢٣٤٥٦٧٨"])
def test_wrong_gtins_are_refused(text):
    with pytest.raises(ValueError, match="not a GTIN"):
        gs1.gtin14(text)


def test_gtin13_is_padded():
    assert gs1.gtin14("6291041500213") == "06291041500213"


def test_published_check_sum_vectors(shared_data):
    vectors = json.loads((shared_data / "digitallink" / "gs1_linter_vectors.json").read_text())
    cases = [case for case in vectors["linters"]["csum"] if case["in"].isdigit() and len(case["in"]) > 1]
    assert len(cases) >= 8
    for case in cases:
        assert gs1.is_valid(case["in"], len(case["in"])) is case["ok"], case
