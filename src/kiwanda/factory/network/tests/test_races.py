"""Two hands at once. SQLite lets one writer in at a time, so these races exist on PostgreSQL only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from kiwanda.core import actors, vault
from kiwanda.core.errors import Rejected
from kiwanda.factory.network import commands
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.models import Artisan, LoginCode
from kiwanda.factory.network.subjects import login_code_subject
from kiwanda.factory.network.tests.factories import artisan_spec, coordinator, make_workshop, workshop_spec

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time; run with KIWANDA_DATABASE_URL on PostgreSQL")


def together(*actions):
    """Run ``actions`` at the same moment; each gives its result or its refusal's error."""
    start = Barrier(len(actions))

    def run(action):
        try:
            start.wait(10)
            return action()
        except Rejected as refusal:
            return refusal.error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result(30) for future in [pool.submit(run, action) for action in actions]]


def test_one_number_asked_for_twice_at_once_goes_to_one_artisan():
    specs = [workshop_spec(owner_is=artisan_spec(phone="0712345678")) for _ in range(4)]
    results = together(
        *(lambda spec=spec: commands.register_workshop(actor=coordinator(), spec=spec) for spec in specs)
    )
    assert results.count(NetworkError.PHONE_TAKEN) == 3
    assert Artisan.objects.count() == 1


def test_guesses_at_once_are_counted_one_by_one():
    make_workshop(owner_is=artisan_spec(phone="0712345678"))
    commands.request_login_code(actor=actors.public(), phone="0712345678")
    row = LoginCode.objects.get()
    code = vault.get(login_code_subject(row.pk), "login_code")
    wrong = "000000" if code != "000000" else "111111"
    results = together(
        *[lambda: commands.confirm_login_code(actor=actors.public(), phone="0712345678", code=wrong)] * 12
    )
    assert results == [NetworkError.CODE_WRONG] * 12
    assert LoginCode.objects.get().attempts >= 6
    with pytest.raises(Rejected):
        commands.confirm_login_code(actor=actors.public(), phone="0712345678", code=code)


def test_one_code_opens_one_door():
    make_workshop(owner_is=artisan_spec(phone="0712345678"))
    commands.request_login_code(actor=actors.public(), phone="0712345678")
    code = vault.get(login_code_subject(LoginCode.objects.get().pk), "login_code")
    results = together(
        *[lambda: commands.confirm_login_code(actor=actors.public(), phone="0712345678", code=code)] * 4
    )
    assert sum(isinstance(result, Artisan) for result in results) == 1
