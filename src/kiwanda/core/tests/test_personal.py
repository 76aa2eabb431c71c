"""Everything held about a person: no table is forgotten, nothing of somebody else is given."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.db import models

from kiwanda.core import personal, personal_file, vault
from kiwanda.core.personal import Person
from kiwanda.factory.network import queries
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.tests.factories import artisan_spec, make_workshop, owner
from kiwanda.factory.production.tests.factories import hand_in_and_receive, make_bench
from kiwanda.factory.quality.tests.factories import judge
from kiwanda.factory.settlement.models import Earning
from kiwanda.factory.settlement.tests.conftest import rail as rail

pytestmark = pytest.mark.django_db


def taken(person: Person) -> tuple[dict, str, list[str]]:
    stream = io.BytesIO()
    personal_file.write(person, stream)
    with zipfile.ZipFile(stream) as archive:
        return json.loads(archive.read("data.json")), archive.read("index.html").decode(), archive.namelist()


def test_every_table_that_names_somebody_is_given_or_left_out_for_a_reason() -> None:
    assert personal.forgotten() == []
    assert not personal.HOLDINGS.keys() & personal.KEPT_OUT.keys()
    assert all(len(reason) > 20 for reason in personal.KEPT_OUT.values())


def test_a_table_nobody_registered_is_found(monkeypatch) -> None:
    personal.load_holdings()
    monkeypatch.delitem(personal.HOLDINGS, "quality.Inspection")
    monkeypatch.delitem(personal.KEPT_OUT, "demand.ImportRun")
    assert personal.forgotten() == ["demand.ImportRun", "quality.Inspection"]


def test_what_names_somebody_and_what_does_not() -> None:
    class Away(models.Model):
        maker = models.ForeignKey(Artisan, on_delete=models.PROTECT)

        class Meta:
            app_label = "network"
            managed = False

    from django.apps import apps

    try:
        assert personal.names_somebody(Away)
        assert personal.names_somebody(apps.get_model("quality.Defect"))
        assert not personal.names_somebody(apps.get_model("catalog.Technique"))
    finally:
        apps.all_models["network"].pop("away")
        apps.clear_cache()


@pytest.mark.parametrize("is_owner", [True, False])
def test_every_registered_table_can_be_read(is_owner: bool) -> None:
    workshop = make_workshop()
    her = owner(workshop)
    for language in ("en", "sw"):
        for holding in personal.load_holdings().values():
            person = Person(her.pk, workshop.pk, language, is_owner)
            list(holding.rows(person).values(*holding.columns(language)))


def test_a_table_of_owners_gives_others_nothing() -> None:
    work = make_bench().work("cast", 20)
    judge(hand_in_and_receive(work, 20), accepted=20)
    assert Earning.objects.filter(workshop=work.workshop_id).count() == 1
    her = owner(work.workshop)
    data, _page, _names = taken(queries.person_of(her))
    assert len(data["tables"]["settlement.Earning"]["rows"]) == 1
    member = Artisan.objects.create(workshop=work.workshop, role="member", joined_on=her.joined_on)
    data, _page, _names = taken(queries.person_of(member))
    assert "settlement.Earning" not in data["tables"]
    assert len(data["tables"]["quality.Inspection"]["rows"]) == 1


def test_the_file_speaks_her_language_and_is_about_her_alone() -> None:
    mine = make_workshop(owner_is=artisan_spec(name="Wanjiru <b>Test</b>", phone="+254712345678"))
    other = make_workshop(owner_is=artisan_spec(name="Achieng Mwingine", phone="+254712345679"))
    her = owner(mine)
    vault.put(her.pk, vault.NATIONAL_ID, "12345678")
    for language, title in (("sw", "Taarifa ambazo Kiwanda inazo kukuhusu"), ("en", "What Kiwanda holds about you")):
        Artisan.objects.filter(pk=her.pk).update(language=language)
        data, page, names = taken(queries.person_of(Artisan.objects.get(pk=her.pk)))
        assert data["facts"] == {"name": "Wanjiru <b>Test</b>", "phone": "+254712345678", "national_id": "12345678"}
        assert title in page and "Wanjiru &lt;b&gt;Test&lt;/b&gt;" in page and mine.trade_name in page
        text = json.dumps(data)
        assert "Achieng" not in text and str(other.pk) not in text and str(owner(other).pk) not in text
        assert names == ["index.html", "data.json"]
        assert "blind_index" not in text and "token_hash" not in text
