"""The twin's people at the factory's own doors: what they do there is done once, and what they cannot do is left."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from kiwanda.core.models import Event
from kiwanda.factory.conversations.models import MenuSession, Message
from kiwanda.factory.dispatch.commands import accept_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.tests.factories import artisan_of, artisan_spec, make_workshop, owner
from kiwanda.factory.production.models import HandIn
from kiwanda.surfaces.chat.tests.offers import one_offer
from kiwanda.twin.doors import SHARES, Doors

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Somebody:
    workshop_id: UUID
    owner_id: UUID
    channel: str


@pytest.fixture(params=["ussd", "sms", "whatsapp"])
def channel(request) -> str:
    return request.param


@pytest.fixture
def doors(noon, settings) -> Doors:
    settings.KIWANDA_DEMO = True
    return Doors()


@pytest.fixture
def offer(doors, channel) -> Offer:
    return one_offer(make_workshop(owner_is=artisan_spec(channel=channel)))


def who(offer: Offer, channel: str) -> Somebody:
    return Somebody(offer.workshop_id, owner(offer.workshop).pk, channel)


def test_an_offer_is_taken_through_the_door(doors, offer, channel):
    assert doors.accept(who(offer, channel), offer)
    assert WorkOrder.objects.get().offer_id == offer.pk
    assert Event.objects.get(type="dispatch.OfferAccepted").channel == channel
    assert doors.used == {f"{channel} accept": 1}
    if channel == "ussd":
        assert MenuSession.objects.get().hops == 3
    else:
        assert Message.objects.filter(direction="in", channel=channel).exists()


def test_an_offer_is_declined_with_its_reason(doors, offer, channel):
    assert doors.decline(who(offer, channel), offer, "materials")
    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason) == ("declined", "materials")


def test_work_is_reported_and_handed_in(doors, offer, channel):
    order = accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    assert doors.report(who(offer, channel), order, 7)
    order.refresh_from_db()
    assert doors.hand_in(who(offer, channel), order, 5)
    order.refresh_from_db()
    assert (order.made_quantity, order.handed_in_quantity) == (7, 5)
    assert HandIn.objects.get().quantity == 5


def test_with_two_offers_open_it_is_left_to_the_direct_command(doors, offer, channel):
    other = one_offer(offer.workshop)
    assert not doors.accept(who(offer, channel), other)
    assert not WorkOrder.objects.exists() and not doors.used


def test_only_a_share_of_the_channels_people_takes_the_door(doors, offer, channel):
    person = who(offer, channel)
    assert doors.takes(person, SHARES[channel] - 0.01) and not doors.takes(person, SHARES[channel])
    assert not doors.takes(who(offer, "letter"), 0.0)
