"""The public check and the artisan's own page."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from kiwanda.factory.catalog.models import Operation, RateAppeal
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.records import queries, signing
from kiwanda.factory.records.commands import issue_record
from kiwanda.factory.settlement.tests.conftest import rail as rail
from kiwanda.factory.settlement.tests.factories import earn
from kiwanda.surfaces.actors import ARTISAN_ID, WORKSHOP_ID

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(noon):
    bench = make_bench()
    earn(10, bench)
    return artisan_of(bench.workshops["cast"])


@pytest.fixture
def phone(client, maker):
    session = client.session
    session[ARTISAN_ID], session[WORKSHOP_ID] = str(maker.id), str(maker.workshop_id)
    session.save()
    return client


def test_she_chooses_facts_and_takes_three_files(phone, maker):
    page = phone.get("/records/mine").content.decode()
    assert page.count('name="fact"') == 10 and 'value="name" checked' not in page
    phone.post("/records/mine", {"fact": ["pieces", "workshop"]})
    row = queries.records(maker).get()
    token = phone.get(f"/records/mine/{row.pk}.sdjwt").content.decode()
    assert set(signing.verify(token).facts) == {"pieces", "workshop"}
    assert json.loads(phone.get(f"/records/mine/{row.pk}.json").content)["sd_jwt"] == token
    pdf = phone.get(f"/records/mine/{row.pk}.pdf")
    assert pdf.content.startswith(b"%PDF-") and "attachment" in pdf["Content-Disposition"]
    assert phone.get(f"/records/mine/{row.pk}.exe").status_code == 404
    assert Client().get(f"/records/mine/{row.pk}.pdf").status_code == 302


def test_nothing_chosen_is_said(phone, maker):
    assert "#" not in phone.post("/records/mine", {}).url
    assert queries.records(maker).count() == 0


def test_anybody_checks_without_a_log_in_and_without_javascript(maker):
    row = issue_record(actor=maker, fields=["pieces"], language="en")
    token = queries.signed(maker, row.pk)[1]
    visitor = Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)
    page = visitor.get("/records/").content.decode()
    assert row.kid in page and '"d":' not in page
    good = visitor.post("/records/", {"text": token})
    assert "and unchanged" in good.content.decode() and good["Cache-Control"] == "no-store"
    bad = visitor.post("/records/", {"text": token.replace("~", "A~", 1)}).content.decode()
    assert "and unchanged" not in bad.partition("<form id")[0].partition("result")[2]
    assert visitor.post("/records/", {"text": "<script>alert(1)</script>~"}).status_code == 200
    assert visitor.get("/records/keys.json").json()["keys"][0]["kid"] == row.kid


def test_the_command_proves_a_file(maker, tmp_path):
    from kiwanda.site.cli import app

    row = issue_record(actor=maker, fields=["pieces"], language="en")
    token = queries.signed(maker, row.pk)[1]
    file, keys = tmp_path / "history.json", tmp_path / "keys.json"
    file.write_text(json.dumps(signing.as_json(token)))
    keys.write_text(json.dumps(signing.published_keys()))
    run = CliRunner().invoke(app, ["verify-record", str(file), "--keys", str(keys)])
    assert run.exit_code == 0 and "unchanged" in run.output and "10" in run.output
    file.write_text(json.dumps({"sd_jwt": token[:40] + ("A" if token[40] != "A" else "B") + token[41:]}))
    assert CliRunner().invoke(app, ["verify-record", str(file)]).exit_code != 0
    keys.write_text("[]")
    assert CliRunner().invoke(app, ["verify-record", str(file), "--keys", str(keys)]).exit_code != 0


def test_she_sees_how_a_price_is_made_and_objects_once(phone, maker):
    operation = Operation.objects.get(code="cast")
    page = phone.get(f"/records/prices/{operation.pk}").content.decode()
    assert page.count("<li>") >= 4
    phone.post(f"/records/prices/{operation.pk}", {"reason": "Ni kazi ya robo saa."})
    page = phone.get(f"/records/prices/{operation.pk}").content.decode()
    assert "Ni kazi ya robo saa." in page and 'name="reason"' not in page
    assert RateAppeal.objects.get().workshop_id == maker.workshop_id
    assert Client().get(f"/records/prices/{operation.pk}").status_code == 302
    assert phone.get("/records/prices/01a20a80-856d-77b6-80c5-b817b507d9df").status_code == 404
