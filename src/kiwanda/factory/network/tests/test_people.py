"""Consents, capabilities, preferences, staff."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.models import User
from kiwanda.factory.network import commands, queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.tests.factories import (
    administrator,
    artisan_of,
    artisan_spec,
    coordinator,
    make_workshop,
    owner,
)

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2027, 11, 1)
GOOD_PASSWORD = "kikapu-cha-mwalimu-42"


def consent(workshop, actor=None, **more):
    given = {"field": "name", "purpose": "name on the passport", "expires_on": NEXT_YEAR}
    return commands.give_consent(
        actor=actor or artisan_of(workshop), artisan_id=owner(workshop).id, **given | more
    )


def test_a_consent_holds_for_its_field_and_channel_until_withdrawn(noon):
    workshop = make_workshop()
    given = consent(workshop)
    consent(workshop, field="county")
    with pytest.raises(Rejected) as refused:
        consent(workshop)
    assert refused.value.error is NetworkError.CONSENT_TWICE
    ids = [owner(workshop).id]
    assert {c.field for c in queries.live_consents(ids, "passport", noon.date())} == {"name", "county"}
    assert not queries.live_consents(ids, "press", noon.date()).exists()
    commands.withdraw_consent(actor=artisan_of(workshop), consent_id=given.id)
    assert {c.field for c in queries.live_consents(ids, "passport", noon.date())} == {"county"}
    with pytest.raises(Rejected):
        commands.withdraw_consent(actor=artisan_of(workshop), consent_id=given.id)
    assert consent(workshop).id != given.id


def test_a_consent_ends_by_itself_and_can_be_renewed(noon):
    workshop = make_workshop()
    consent(workshop, expires_on=noon.date() + timedelta(days=1))
    with clock.at(noon + timedelta(days=2)):
        assert not queries.live_consents([owner(workshop).id], "passport", clock.today()).exists()
        consent(workshop)
        assert queries.live_consents([owner(workshop).id], "passport", clock.today()).count() == 1


@pytest.mark.parametrize(
    "change",
    [{"expires_on": date(2026, 11, 23)}, {"expires_on": date(2040, 1, 1)}, {"field": "income"}, {"purpose": ""},
     {"channel": "radio"}, {"language": "fr"}],
)
def test_a_consent_that_cannot_be(noon, change):
    with pytest.raises(Rejected) as refused:
        consent(make_workshop(), **change)
    assert refused.value.status == 422


def test_nobody_consents_or_withdraws_for_a_neighbour(noon):
    mine, other = make_workshop(), make_workshop()
    with pytest.raises(Rejected) as refused:
        consent(other, actor=artisan_of(mine))
    assert refused.value.status == 404
    given = consent(other)
    with pytest.raises(Rejected) as refused:
        commands.withdraw_consent(actor=artisan_of(mine), consent_id=given.id)
    assert refused.value.status == 404


def test_a_capability_is_set_once_a_technique_and_corrected_in_place():
    workshop = make_workshop()
    commands.set_capability(actor=coordinator(), workshop_id=workshop.id, technique="bead", speed="1.5", grade="A")
    row = queries.capabilities(artisan_of(workshop)).get()
    assert (str(row.speed), row.grade) == ("1.500", "A")
    with pytest.raises(Rejected) as refused:
        commands.set_capability(actor=coordinator(), workshop_id=workshop.id, technique="bead", speed="NaN")
    assert refused.value.error is CoreError.MALFORMED


def test_an_artisan_chooses_her_language_and_channel():
    workshop = make_workshop()
    chosen = commands.set_contact_preference(
        actor=artisan_of(workshop), artisan_id=owner(workshop).id, language="en", channel="app"
    )
    chosen.refresh_from_db()
    assert (chosen.language, chosen.channel) == ("en", "app")


def test_names_are_shown_but_numbers_only_to_who_calls_or_pays():
    workshop = make_workshop(owner_is=artisan_spec(name="Wanjiru Test", phone="0712345678"))
    for role, phone in ((Role.COORDINATOR, "+254712345678"), (Role.DESIGNER, "+2547•• ••• 678")):
        (person,) = queries.people(actors.staff(administrator().id, role), workshop.id)
        assert (person.name, person.phone) == ("Wanjiru Test", phone)
    with pytest.raises(Rejected) as refused:
        queries.people(actors.public(), workshop.id)
    assert refused.value.status == 403


def test_staff_log_in_with_their_roles():
    user = commands.create_staff_user(
        actor=administrator(), username="njeri", password=GOOD_PASSWORD, roles=["inspector", "coordinator"]
    )
    assert authenticate(username="njeri", password=GOOD_PASSWORD) == user
    assert set(user.groups.values_list("name", flat=True)) == {"inspector", "coordinator"}
    commands.set_staff_roles(actor=administrator(), user_id=user.id, roles=["auditor"])
    assert set(user.groups.values_list("name", flat=True)) == {"auditor"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"password": "short"}, NetworkError.PASSWORD_WEAK),
        ({"password": "password123"}, NetworkError.PASSWORD_WEAK),
        ({"roles": ["artisan"]}, NetworkError.ROLE_UNKNOWN),
        ({"roles": ["emperor"]}, NetworkError.ROLE_UNKNOWN),
        ({"username": "two words"}, CoreError.MALFORMED),
        ({"language": "fr"}, CoreError.MALFORMED),
    ],
)
def test_staff_that_cannot_be(change, error):
    given = {"username": "njeri", "password": GOOD_PASSWORD, "roles": ["inspector"]} | change
    with pytest.raises(Rejected) as refused:
        commands.create_staff_user(actor=administrator(), **given)
    assert refused.value.error is error
    assert not User.objects.exists()


def test_nobody_changes_her_own_roles():
    user = commands.create_staff_user(
        actor=administrator(), username="njeri", password=GOOD_PASSWORD, roles=["administrator"]
    )
    with pytest.raises(Rejected) as refused:
        commands.set_staff_roles(
            actor=actors.staff(user.id, Role.ADMINISTRATOR), user_id=user.id, roles=["finance_maker", "finance_checker"]
        )
    assert refused.value.error is NetworkError.OWN_ROLES
