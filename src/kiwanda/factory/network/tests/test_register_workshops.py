"""Workshops enter the network: all checks, all or nothing, fast."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiwanda.core import vault
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.models import Event, VaultEntry
from kiwanda.factory.network import commands, queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.models import Artisan, Capability, Workshop
from kiwanda.factory.network.tests.factories import (
    artisan_of,
    artisan_spec,
    capability_spec,
    coordinator,
    make_workshop,
    workshop_spec,
)

pytestmark = pytest.mark.django_db


def register(*specs):
    return commands.register_workshops(actor=coordinator(), specs=list(specs))


def test_a_workshop_comes_with_people_skills_and_sealed_facts(noon):
    workshop = make_workshop(
        "W1",
        techniques=["bead", "cast"],
        members=1,
        owner_is=artisan_spec(name="Wanjiru Achieng", phone="0712 345 678", language="en", channel="whatsapp"),
    )
    assert {c.technique_id for c in workshop.capabilities.all()} == {"bead", "cast"}
    owner = queries.owner_of(workshop.id)
    assert (owner.language, owner.channel) == ("en", "whatsapp")
    assert queries.artisan_by_phone("+254 712 345678") == owner
    assert vault.get(owner.id, vault.PHONE) == "+254712345678"
    event = Event.objects.get(type="network.WorkshopRegistered")
    assert set(event.data["artisan_ids"]) == {str(a.id) for a in workshop.artisans.all()}
    assert "Wanjiru" not in str(event.data)


def test_2300_workshops_register_in_batches():
    template = workshop_spec(techniques=["bead", "cast"])
    specs = [
        replace(template, code=f"B{n:05d}", artisans=[artisan_spec(), artisan_spec("member")]) for n in range(2300)
    ]
    with CaptureQueriesContext(connection) as seen:
        assert register(*specs) == 2300
    assert len(seen) < 200
    assert (Workshop.objects.count(), Artisan.objects.count(), Capability.objects.count()) == (2300, 4600, 4600)
    assert VaultEntry.objects.count() == 9200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"hub_code": "XXX"}, NetworkError.UNKNOWN_HUB),
        ({"county_code": 99}, NetworkError.UNKNOWN_COUNTY),
        ({"calendar_code": "never"}, NetworkError.UNKNOWN_CALENDAR),
        ({"zone": "suburb"}, CoreError.MALFORMED),
        ({"acceptance": "1.2"}, CoreError.OUT_OF_RANGE),
        ({"capacity_factor": 0}, CoreError.OUT_OF_RANGE),
        ({"joined_on": date(2100, 1, 1)}, CoreError.MALFORMED),
        ({"trade_name": " "}, CoreError.MISSING),
        ({"code": "bad code"}, CoreError.MALFORMED),
        ({"artisans": []}, NetworkError.OWNER_MISSING),
        ({"artisans": [artisan_spec(), artisan_spec()]}, NetworkError.OWNER_MISSING),
        ({"artisans": [artisan_spec(phone=None)]}, NetworkError.OWNER_PHONE),
        ({"artisans": [artisan_spec(phone="0202 000 000")]}, NetworkError.PHONE_WRONG),
        ({"artisans": [artisan_spec(channel="fax")]}, CoreError.MALFORMED),
        ({"artisans": [artisan_spec(name="")]}, CoreError.MISSING),
    ],
)
def test_one_wrong_workshop_refuses_the_whole_list(change, error):
    good = workshop_spec()
    wrong = replace(workshop_spec(), **change)
    with pytest.raises(Rejected) as refused:
        register(good, wrong)
    assert refused.value.error is error
    assert Workshop.objects.count() == Artisan.objects.count() == VaultEntry.objects.count() == 0


def test_a_code_or_a_technique_named_twice_is_refused():
    spec = workshop_spec()
    with pytest.raises(Rejected) as refused:
        register(spec, replace(workshop_spec(), code=spec.code))
    assert refused.value.error is NetworkError.CODE_TWICE
    with pytest.raises(Rejected) as refused:
        register(replace(spec, capabilities=[capability_spec(), capability_spec()]))
    assert refused.value.error is NetworkError.CAPABILITY_TWICE
    with pytest.raises(Rejected) as refused:
        register(replace(spec, capabilities=[replace(capability_spec(), technique="magic")]))
    assert refused.value.error is NetworkError.UNKNOWN_TECHNIQUE
    register(spec)
    with pytest.raises(Rejected) as refused:
        register(replace(workshop_spec(), code=spec.code))
    assert refused.value.error is NetworkError.CODE_TAKEN


def test_one_number_belongs_to_one_active_artisan():
    first = make_workshop(owner_is=artisan_spec(phone="0712345678"), members=1)
    with pytest.raises(Rejected) as refused:
        make_workshop(owner_is=artisan_spec(phone="+254 712 345 678"))
    assert refused.value.error is NetworkError.PHONE_TAKEN
    same = [artisan_spec(phone="0733000111"), artisan_spec("member", phone="254733000111")]
    with pytest.raises(Rejected) as refused:
        register(replace(workshop_spec(), artisans=same))
    assert refused.value.error is NetworkError.PHONE_TWICE
    # A member who left frees her number; the owner of an open workshop cannot leave.
    member = first.artisans.get(role="member")
    number = vault.get(member.id, vault.PHONE)
    commands.artisan_left(actor=coordinator(), artisan_id=member.id)
    again = commands.add_artisan(actor=coordinator(), workshop_id=first.id, name="Njeri Test", phone=number)
    assert queries.artisan_by_phone(number) == again
    with pytest.raises(Rejected) as refused:
        commands.artisan_left(actor=coordinator(), artisan_id=first.artisans.get(role="owner").id)
    assert refused.value.error is NetworkError.OWNER_STAYS


def test_a_changed_number_logs_in_and_the_old_one_does_not():
    workshop = make_workshop(owner_is=artisan_spec(phone="0712345678"))
    owner = workshop.artisans.get()
    commands.change_phone(actor=coordinator(), artisan_id=owner.id, phone="0110 222 333")
    assert queries.artisan_by_phone("0110222333") == owner
    assert queries.artisan_by_phone("0712345678") is None
    # Her own number again is no clash.
    commands.change_phone(actor=coordinator(), artisan_id=owner.id, phone="+254110222333")


def test_an_artisan_sees_her_own_workshop_only():
    mine, other = make_workshop(), make_workshop()
    actor = artisan_of(mine)
    assert list(queries.workshops(actor)) == [mine]
    with pytest.raises(Rejected) as refused:
        queries.people(actor, other.id)
    assert refused.value.status == 404
    assert queries.people(actor, mine.id)[0].phone.startswith("+25419")
