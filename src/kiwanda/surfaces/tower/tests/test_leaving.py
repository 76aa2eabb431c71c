"""The screens of goodbyes: taking data away, erasing a person, closing a workshop."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from kiwanda.core import looks, vault
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Artisan, Workshop
from kiwanda.factory.network.tests.factories import artisan_spec, make_workshop
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement.tests.conftest import rail as rail
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop() -> Any:
    return make_workshop(owner_is=artisan_spec(name="Wanjiru Test", phone="+254712345678"))


def goodbye(workshop: Any, **more: str) -> dict[str, str]:
    return {"command_id": str(new_id()), "reason": "She asked for it", "typed": workshop.code, **more}


def test_the_button_gives_the_file_and_leaves_a_look_and_an_event(workshop) -> None:
    client, person = staff_client(Role.ADMINISTRATOR), workshop.artisans.get()
    assert "Make the file" in client.get(f"/workshops/people/{person.pk}/").content.decode()
    answer = client.post(f"/workshops/people/{person.pk}/export/")
    assert answer.headers["Content-Type"] == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert json.loads(archive.read("data.json"))["facts"]["name"] == "Wanjiru Test"
    assert Event.objects.filter(type="network.PersonExported", subject_id=person.pk).count() == 1
    assert "tower:export_person" in {row.page for row in looks.looks(at=person.pk)}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INSPECTOR, Role.AUDITOR])
def test_others_neither_export_nor_erase(workshop, role: Role) -> None:
    client, person = staff_client(role), workshop.artisans.get()
    page = client.get(f"/workshops/people/{person.pk}/").content.decode()
    assert "Make the file" not in page and "Erase her for good" not in page
    assert client.post(f"/workshops/people/{person.pk}/export/").status_code == 403
    client.post(f"/workshops/people/{person.pk}/erase/", goodbye(workshop))
    assert vault.get(person.pk, vault.NAME) == "Wanjiru Test"


def test_closing_says_beforehand_what_stands_against_it() -> None:
    work = make_bench().work("cast", 20)
    workshop = work.workshop
    client = staff_client(Role.COORDINATOR)
    page = client.get(f"/workshops/{workshop.pk}/close/").content.decode()
    assert "Close it for good" not in page and "Nothing was changed" in page
    assert Workshop.objects.get(pk=workshop.pk).state == "active"
    client.post(f"/workshops/{workshop.pk}/close/", goodbye(workshop))
    assert Workshop.objects.get(pk=workshop.pk).state == "active"
    assert WorkOrder.objects.get(pk=work.pk).state == work.state
    assert not Event.objects.filter(type="network.WorkshopClosed").exists()


def test_a_workshop_is_closed_and_its_owner_erased_by_writing_its_code(workshop) -> None:
    person = workshop.artisans.get()
    client, admin = staff_client(Role.COORDINATOR), staff_client(Role.ADMINISTRATOR)
    assert "Close it for good" in client.get(f"/workshops/{workshop.pk}/close/").content.decode()
    assert "Erase her for good" not in admin.get(f"/workshops/people/{person.pk}/").content.decode()
    client.post(f"/workshops/{workshop.pk}/close/", goodbye(workshop, typed="yes"))
    assert Workshop.objects.get(pk=workshop.pk).state == "active"
    client.post(f"/workshops/{workshop.pk}/close/", goodbye(workshop))
    assert Workshop.objects.get(pk=workshop.pk).state == "closed"
    page = admin.get(f"/workshops/people/{person.pk}/").content.decode()
    assert "Erase her for good" in page and vault.get(person.pk, vault.NAME) == "Wanjiru Test"
    admin.post(f"/workshops/people/{person.pk}/erase/", goodbye(workshop, typed="no"))
    assert Artisan.objects.get(pk=person.pk).state == "left"
    admin.post(f"/workshops/people/{person.pk}/erase/", goodbye(workshop))
    assert Artisan.objects.get(pk=person.pk).state == "erased" and vault.get(person.pk, vault.NAME) is None
    page = admin.get(f"/workshops/people/{person.pk}/").content.decode()
    assert "leads nowhere" in page and "Make the file" not in page
    answer = admin.post(f"/workshops/people/{person.pk}/export/")
    assert answer.status_code == 302
