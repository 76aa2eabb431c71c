"""The tower's page of a workshop's phones: seen by staff, a lost phone logged out, a forgotten PIN reset."""

from __future__ import annotations

import pytest

from kiwanda.core.actors import Role
from kiwanda.factory.conversations.commands import set_pin
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.devices.commands import register_device
from kiwanda.factory.devices.models import Device
from kiwanda.factory.network.tests.factories import artisan_of, make_workshop, owner
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(noon):
    shop = make_workshop()
    register_device(actor=artisan_of(shop), token_hash="a" * 64, name="Tecno Pop", app_version=1)
    set_pin(actor=artisan_of(shop), pin="7305")
    return shop


def test_the_page_shows_who_carries_which_phone(workshop):
    page = staff_client(Role.COORDINATOR).get(f"/workshops/{workshop.pk}/phones/").content.decode()
    assert "Tecno Pop" in page and "has a PIN" in page
    assert (
        f"/workshops/{workshop.pk}/phones/"
        in staff_client(Role.COORDINATOR).get(f"/workshops/{workshop.pk}/").content.decode()
    )


def test_a_lost_phone_is_logged_out(workshop):
    device = Device.objects.get()
    client = staff_client(Role.COORDINATOR)
    answer = client.post(f"/workshops/{workshop.pk}/phones/{device.pk}/revoke/")
    assert answer.status_code == 302
    device.refresh_from_db()
    assert device.state == "revoked" and device.revoked_by is not None
    assert "logged out" in client.get(f"/workshops/{workshop.pk}/phones/").content.decode()


def test_who_may_not_cannot(workshop):
    device = Device.objects.get()
    staff_client(Role.AUDITOR).post(f"/workshops/{workshop.pk}/phones/{device.pk}/revoke/")
    staff_client(Role.AUDITOR).post(f"/workshops/{workshop.pk}/pins/{owner(workshop).pk}/forget/")
    device.refresh_from_db()
    assert device.state == "active"
    assert Contact.objects.get(pk=owner(workshop).pk).pin_hash


def test_a_forgotten_pin_is_reset(workshop):
    staff_client(Role.COORDINATOR).post(f"/workshops/{workshop.pk}/pins/{owner(workshop).pk}/forget/")
    assert Contact.objects.get(pk=owner(workshop).pk).pin_hash == ""


def test_the_page_opens_in_swahili_and_for_a_workshop_without_phones(noon):
    shop = make_workshop()
    page = staff_client(Role.COORDINATOR, language="sw").get(f"/workshops/{shop.pk}/phones/")
    assert page.status_code == 200
