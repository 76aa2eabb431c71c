"""A history is facts she chose, signed; it verifies anywhere and by anybody, and not when it was touched."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core import actors, clock, vault
from kiwanda.core.errors import Forbidden, Invalid, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.network.tests.factories import administrator, artisan_of, owner
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.records import checks, facts, printing, queries, signing, wording
from kiwanda.factory.records.commands import issue_record, rotate_signing_key
from kiwanda.factory.records.errors import RecordsError
from kiwanda.factory.settlement.tests.conftest import rail as rail
from kiwanda.factory.settlement.tests.factories import earn

pytestmark = pytest.mark.django_db

ALL = list(facts.FACTS)


@pytest.fixture
def maker(noon):
    """An artisan whose workshop earned 420 shillings last month and 840 the month before."""
    bench = make_bench()
    for days, pieces in ((25, 10), (60, 20)):
        with clock.at(noon - timedelta(days=days)):
            earn(pieces, bench)
    return artisan_of(bench.workshops["cast"])


def taken(maker, fields=None):
    row = issue_record(actor=maker, fields=fields or ALL, language="en")
    return queries.signed(maker, row.pk)[1]


def test_the_facts_are_those_of_the_books(maker):
    found = signing.verify(taken(maker)).facts
    assert list(found) == ALL or set(found) == set(ALL)
    assert found["name"] == vault.get(maker.id, vault.NAME)
    assert found["pieces"]["accepted"] == 30
    assert found["pieces"]["accepted_at_first"] == found["pieces"]["inspected"] == 30
    months = found["months"]["earned_minor"]
    assert len(months) == 12 and months["2026-10"] == 420_00 and months["2026-09"] == 840_00
    assert sum(months.values()) == 1260_00
    assert found["advances"] == {"received": 0, "paid_back_whole": 0, "paid_back_minor": 0, "currency": "KES"}


def test_only_what_she_chose_is_in_it(maker):
    token = taken(maker, ["pieces", "since"])
    assert set(signing.verify(token).facts) == {"pieces", "since"}
    assert vault.get(maker.id, vault.NAME) not in json.dumps(signing.as_json(token))
    with pytest.raises(Invalid) as refused:
        issue_record(actor=maker, fields=["credit_score"])
    assert refused.value.error is RecordsError.UNKNOWN_FACT
    with pytest.raises(Invalid) as refused:
        issue_record(actor=maker, fields=[])
    assert refused.value.error is RecordsError.NOTHING_CHOSEN


def test_the_holder_may_cut_out_facts_and_the_rest_still_verifies(maker):
    token = taken(maker)
    shown = signing.verify(signing.cut(token, ["workshop", "pieces"]))
    assert set(shown.facts) == {"workshop", "pieces"}
    assert shown.record_id == signing.verify(token).record_id


def test_nobody_else_gets_it(maker):
    row = issue_record(actor=maker, fields=["pieces"])
    for other in (actors.artisan(new_id(), maker.workshop_id), administrator()):
        assert queries.records(other).count() == 0
        with pytest.raises(Rejected):
            queries.signed(other, row.pk)
    with pytest.raises(Forbidden):
        issue_record(actor=administrator(), fields=["pieces"])
    told = json.dumps([event.data for event in Event.objects.filter(type__startswith="records.")])
    assert "accepted" not in told


def test_a_change_of_a_letter_a_foreign_key_and_another_house_are_found(maker):
    token = taken(maker, ["pieces", "name"])
    signed, *disclosures = token.rstrip("~").split("~")
    head, body, signature = signed.split(".")
    richer = json.loads(_decoded(disclosures[0]))
    richer[-1] = {"accepted": 9_999_999}
    forged = [
        ".".join([head, _encoded(json.loads(_decoded(body)) | {"iss": "https://evil.example"}), signature]),
        ".".join([head, body, signature[:-4] + ("AAAA" if signature[-4:] != "AAAA" else "BBBB")]),
        ".".join([_encoded({"alg": "none", "kid": "x"}), body, ""]),
        ".".join([_encoded(json.loads(_decoded(head)) | {"kid": "foreign"}), body, signature]),
    ]
    for text in forged:
        with pytest.raises(Rejected):
            signing.verify("~".join([text, *disclosures]) + "~")
    # A changed fact no longer fits its digest: it is either refused or not shown.
    try:
        shown = signing.verify("~".join([signed, _encoded(richer), *disclosures[1:]]) + "~").facts
    except Rejected:
        shown = {}
    assert "9999999" not in json.dumps(shown).replace("_", "")


def test_a_rotated_key_still_proves_what_it_signed_and_keys_given_apart_need_no_database(maker):
    old = taken(maker, ["pieces"])
    new_key = rotate_signing_key(actor=administrator())
    new = taken(maker, ["pieces"])
    assert signing.verify(new).kid == new_key.kid != signing.verify(old).kid
    keys = signing.published_keys()
    assert len(keys["keys"]) == 2 and not any("d" in key for key in keys["keys"])
    assert signing.verify(old, keys).facts == signing.verify(old).facts
    with pytest.raises(Rejected) as refused:
        signing.verify(old, {"keys": [key for key in keys["keys"] if key["kid"] == new_key.kid]})
    assert refused.value.error is RecordsError.UNKNOWN_KEY
    assert list(checks.records_verify()) == list(checks.key_at_hand()) == []


def test_the_audit_finds_a_history_that_was_replaced(maker):
    row = issue_record(actor=maker, fields=["pieces"])
    vault.put(row.pk, "record", taken(maker, ["pieces", "name"]))
    assert len(list(checks.records_verify())) == 1


def test_an_erased_person_s_history_is_gone_and_the_books_stand(maker):
    row = issue_record(actor=maker, fields=["name"])
    vault.erase(row.pk)
    with pytest.raises(Rejected):
        queries.signed(maker, row.pk)
    assert list(checks.records_verify()) == []


@pytest.mark.parametrize("text", ["", "~", "a.b.c~", "{}", '{"sd_jwt": 5}', b"\xff\xfe", "x" * 70_000, "..~~~"])
def test_what_is_no_history_is_said_to_be_none(text):
    with pytest.raises(Rejected) as refused:
        signing.verify(text)
    assert refused.value.message("sw")


@given(st.text(max_size=300))
def test_no_text_is_a_history_by_chance(text):
    with pytest.raises(Rejected):
        signing.verify(text + "~", {"keys": []})


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_page_is_a_pdf_with_a_code_that_holds_the_whole_text(maker, language):
    token = taken(maker)
    made = printing.pdf(token, language)
    assert made.startswith(b"%PDF-")
    assert printing.qr_svg(token).startswith("<svg")
    assert signing.verify(printing.link(token)).facts["workshop"]


def test_every_fact_reads_in_both_languages(maker):
    found = signing.verify(taken(maker)).facts
    for name, value in found.items():
        for language in ("en", "sw"):
            assert facts.label(name, language) != name or name == "name"
            assert wording.lines(name, value, language)
    assert wording.lines("pieces", "of another house") == ["of another house"]


def test_names_are_data_and_never_markup(maker):
    person = owner_row(maker)
    vault.put(person.pk, vault.NAME, '#panic("x") $ */ `raw` <label> "quoted" \\')
    assert printing.pdf(taken(maker, ["name"])).startswith(b"%PDF-")


def owner_row(maker):
    from kiwanda.factory.network.models import Workshop

    return owner(Workshop.objects.get(pk=maker.workshop_id))


def test_months_before_a_day_cross_the_year():
    from datetime import date

    assert facts.months_before(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert facts.months_before(date(2026, 12, 1), 12) == date(2025, 12, 1)


def _decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


