"""The same hop from many gateways at once, and two channels racing for one offer: one effect, one answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from kiwanda.core import actors, clock, vault
from kiwanda.core.actors import for_artisan
from kiwanda.core.errors import Rejected
from kiwanda.factory.dispatch.commands import accept_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.tests.factories import artisan_of, owner
from kiwanda.surfaces.chat.tests.offers import one_offer
from kiwanda.surfaces.ussd.tests.handset import Handset

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Each call in a thread with a connection of its own."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def test_eight_copies_of_one_hop_take_the_offer_once_and_show_one_screen():
    offer = one_offer()
    phone = Handset(vault.get(owner(offer.workshop).pk, vault.PHONE))
    phone.dial()
    phone.type(1)
    copies = [Handset(phone.phone) for _ in range(8)]
    for copy in copies:
        copy.session = phone.session
    screens = at_once([lambda copy=copy: copy.ask("1*1") for copy in copies])
    assert len(set(screens)) == 1
    assert WorkOrder.objects.get().code in screens[0]


def test_ussd_app_and_a_coordinator_at_once_one_wins_and_the_others_are_told():
    offer = one_offer()
    phone = Handset(vault.get(owner(offer.workshop).pk, vault.PHONE))
    phone.dial()
    phone.type(1)
    staff = actors.staff(offer.pk, actors.Role.COORDINATOR)

    def quietly(call: Callable[[], Any]) -> str:
        try:
            call()
        except Rejected as refusal:
            return refusal.code
        return "done"

    said = at_once(
        [
            lambda: phone.ask("1*1"),
            lambda: quietly(lambda: decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="busy")),
            lambda: quietly(lambda: accept_offer(actor=for_artisan(staff, "she called"), offer_id=offer.pk)),
        ]
    )
    state = Offer.objects.get().state
    assert WorkOrder.objects.count() == (1 if state == "accepted" else 0)
    assert sum(["Kazi ni yako" in said[0], said[1] == "done", said[2] == "done"]) == 1


def test_a_session_goes_on_over_midnight_and_a_long_pause():
    offer = one_offer()
    phone = Handset(vault.get(owner(offer.workshop).pk, vault.PHONE))
    phone.dial()
    with clock.at(clock.now() + timedelta(hours=3)):
        assert "Malipo" in phone.type(1)
