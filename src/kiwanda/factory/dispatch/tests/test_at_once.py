"""Two people, one offer, the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from kiwanda.core import clock
from kiwanda.core.actors import for_artisan
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.commands import accept_offer, decline_offer, offer_elsewhere
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import audit, coordinator, make_offers
from kiwanda.factory.network.tests.factories import artisan_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run ``calls`` in threads that start together; each result or the rejection."""
    barrier = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)
    moment = clock.now()

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            with clock.at(moment):
                barrier.wait()
                results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_people_accept_one_offer(noon):
    offer = make_offers()[0]
    actor = artisan_of(offer.workshop)
    results = at_once(
        lambda: accept_offer(actor=actor, offer_id=offer.id, command_id=new_id()),
        lambda: accept_offer(actor=for_artisan(coordinator(), "she called"), offer_id=offer.id, command_id=new_id()),
    )
    assert sorted(type(result).__name__ for result in results) == ["Rejected", "WorkOrder"], results
    assert WorkOrder.objects.count() == 1
    assert audit() == []


def test_one_command_sent_twice_at_once_has_one_answer(noon):
    offer = make_offers()[0]
    actor, ident = artisan_of(offer.workshop), new_id()
    results = at_once(*[lambda: accept_offer(actor=actor, offer_id=offer.id, command_id=ident)] * 4)
    assert len({getattr(result, "pk", result) for result in results}) == 1, results
    assert WorkOrder.objects.count() == 1
    assert audit() == []


def test_accept_and_decline_race(noon):
    offer = make_offers()[0]
    actor = artisan_of(offer.workshop)
    results = at_once(
        lambda: accept_offer(actor=actor, offer_id=offer.id),
        lambda: decline_offer(actor=actor, offer_id=offer.id, reason="busy"),
    )
    assert sum(isinstance(result, Rejected) for result in results) == 1, results
    assert WorkOrder.objects.count() == (Offer.objects.get(pk=offer.pk).state == "accepted")
    assert audit() == []


def test_two_coordinators_look_for_another_workshop(noon):
    offer = make_offers(workshops=5)[0]
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, reason="busy")
    at_once(*[lambda: offer_elsewhere(actor=coordinator(), offer_id=offer.id)] * 2)
    again = Offer.objects.filter(replaces=offer)
    assert sum(row.quantity for row in again) == offer.quantity
    assert audit() == []


