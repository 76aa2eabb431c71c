"""Whatever page shows a person to staff, it is written down; and who may read that."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kiwanda.core import looks, vault
from kiwanda.core.actors import Role
from kiwanda.core.models import PersonalLook, User
from kiwanda.factory.network.tests.factories import artisan_spec, make_workshop
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Any:
    return make_workshop(owner_is=artisan_spec(name="Wanjiru Test", phone="+254712345678"))


def user_of(client: Client) -> Any:
    return client.session["_auth_user_id"]


def test_a_workshops_page_leaves_a_look_at_its_people(workshop) -> None:
    client = staff_client(Role.COORDINATOR)
    person = workshop.artisans.get()
    assert "Wanjiru Test" in client.get(f"/workshops/{workshop.pk}/").content.decode()
    rows = list(looks.looks(at=person.pk))
    assert {row.field for row in rows} == {vault.NAME, vault.PHONE}
    assert {(str(row.user_id), row.page) for row in rows} == {(user_of(client), "tower:workshop")}


def test_a_page_without_people_leaves_none_and_jobs_are_no_looks(workshop) -> None:
    staff_client(Role.COORDINATOR).get("/plan/")
    vault.get(workshop.artisans.get().pk, vault.PHONE)
    assert not PersonalLook.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 200), (Role.ADMINISTRATOR, 200), (Role.COORDINATOR, 403), (Role.INSPECTOR, 403)]
)
def test_auditors_and_administrators_read_the_looks(workshop, role: Role, status: int) -> None:
    client = staff_client(role)
    assert client.get("/activity/looks/").status_code == status
    assert ("/activity/looks/" in client.get("/activity/").content.decode()) == (status == 200)


def test_the_list_names_the_workshop_and_not_the_person(workshop) -> None:
    looker = staff_client(Role.COORDINATOR)
    looker.get(f"/workshops/{workshop.pk}/")
    name = User.objects.get(pk=user_of(looker)).username
    auditor = staff_client(Role.AUDITOR)
    text = auditor.get("/activity/looks/").content.decode()
    assert name in text and workshop.trade_name in text and "Phone number" in text
    assert "Wanjiru" not in text and "712345678" not in text
    assert PersonalLook.objects.filter(user_id=user_of(auditor)).count() == 0
    assert name in auditor.get(f"/activity/looks/?person={workshop.artisans.get().pk}").content.decode()
    assert (
        f'<td data-label="Who looked">{name}'
        not in auditor.get(f"/activity/looks/?who={user_of(auditor)}").content.decode()
    )


@pytest.mark.parametrize("query", ["?who=x", "?person=%00", "?page=minus", "?person=" + "0" * 400])
def test_garbage_in_the_address_shows_the_list(query: str) -> None:
    assert staff_client(Role.AUDITOR).get("/activity/looks/" + query).status_code == 200
