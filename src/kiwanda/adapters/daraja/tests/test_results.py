"""What Daraja posts, in every shape met so far."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.adapters.daraja import codes, results
from kiwanda.adapters.daraja.gateway import Credentials
from kiwanda.adapters.daraja.rail import DarajaRail
from kiwanda.ports.payments import Outcome

ROOT = Path(__file__).resolve().parents[5]
SHARED = Path(os.environ.get("KIWANDA_SHARED_DATA") or ROOT.parent / "shared" / "data") / "daraja"
needs_samples = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared Daraja samples are not here")


def sample(name: str) -> results.Result:
    return results.read((SHARED / name).read_bytes())


@needs_samples
def test_the_official_success_and_failure():
    paid = results.payment_answer(sample("official_docs/BusinessToCustomer__03_callback_payload.json"))
    assert (paid.outcome, paid.receipt_ref, paid.amount_minor) == (Outcome.PAID, "SG632NMUAB", 10_00)
    assert paid.payee == "254705912645"
    failed = results.payment_answer(
        sample("official_docs/BusinessToCustomer__04_sample_unsuccessful_callback_payload.json")
    )
    assert (failed.outcome, failed.code, failed.receipt_ref) == (Outcome.FAILED, "2001", "")


@needs_samples
@pytest.mark.parametrize(
    ("name", "outcome", "receipt"),
    [
        ("b2c_success_2017_v1_docs.json", Outcome.PAID, "LGH3197RIB"),
        ("b2c_success_2024_pesafy_test.json", Outcome.PAID, "SG632NMUAB"),
        ("b2c_failure_2019_no_params.json", Outcome.FAILED, ""),
        ("b2c_failure_2024_pesafy_test.json", Outcome.FAILED, ""),
    ],
)
def test_shapes_met_in_strangers_code(name, outcome, receipt):
    answer = results.payment_answer(sample(f"variants_from_public_code/{name}"))
    assert (answer.outcome, answer.receipt_ref) == (outcome, receipt)


@needs_samples
def test_the_official_status_and_balance():
    status = results.status_answer(sample("official_docs/TransactionStatus__03_callback_payload.json"))
    assert (status.outcome, status.receipt_ref, status.amount_minor) == (Outcome.PAID, "MBN31H462N", 300_00)
    assert status.payee == "254708374149", "the second of two parameters with one name"
    assert results.utility_balance_minor(sample("official_docs/AccountBalance__03_result_body.json")) == 228_037_00


@needs_samples
def test_every_sample_parses_or_is_refused():
    for path in sorted(SHARED.glob("*/*.json")):
        try:
            result = results.read(path.read_bytes())
        except results.Unreadable:
            continue
        assert results.payment_answer(result).outcome in Outcome
        assert results.status_answer(result).outcome in Outcome


def post(**result) -> results.Result:
    return results.read(json.dumps({"Result": {"ResultType": 0, "ResultCode": 0, **result}}).encode())


@pytest.mark.parametrize("code", ["15", "17", "26", "500.003.1001", "100000001", "weird"])
def test_codes_that_prove_nothing_are_not_failures(code):
    assert results.payment_answer(post(ResultCode=code)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("code", sorted(codes.NOT_PAID))
def test_codes_that_prove_it_as_text_and_as_number(code):
    assert results.payment_answer(post(ResultCode=code)).outcome is Outcome.FAILED
    if code.isdigit():
        assert results.payment_answer(post(ResultCode=int(code))).outcome is Outcome.FAILED


def test_paid_without_a_receipt_or_amount_is_not_paid():
    assert results.payment_answer(post(TransactionID="OAK0000000")).outcome is Outcome.UNKNOWN
    assert results.payment_answer(post(TransactionID="SG632NMUAB")).outcome is Outcome.UNKNOWN


def test_not_found_is_no_evidence():
    assert results.status_answer(post(ResultCode=2033)).outcome is Outcome.PENDING
    assert results.status_answer(post()).outcome is Outcome.UNKNOWN


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["Result", "ResultCode", "ResultType", "ResultParameters", "ResultParameter", "Key",
                             "Value", "TransactionID"]), inner, max_size=5),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_refused_and_never_pays_by_accident(data):
    try:
        result = results.read(json.dumps(data).encode())
    except results.Unreadable:
        return
    assert results.payment_answer(result).outcome is not Outcome.PAID


@pytest.mark.parametrize(("text", "cents"), [("1,250.00", 125_000), ("10", 1_000), ("0.5", 50), ("NaN", None),
                                             ("1e309", None), ("", None), ("9.999", None), ("-5", -500)])
def test_amounts(text, cents):
    assert results.minor(text) == cents


def test_a_rail_is_not_made_where_daraja_would_refuse_its_addresses(tmp_path):
    class Gateway:
        credentials: Credentials

    for url in ("https://x.org/mpesa", "https://x.org/Query/a"):
        with pytest.raises(ValueError, match="refuses"):
            DarajaRail(Gateway(), post_url=url, secret="x" * 16, state_path=tmp_path / "b")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="16"):
        DarajaRail(Gateway(), post_url="https://x.org", secret="short", state_path=tmp_path / "b")  # type: ignore[arg-type]
