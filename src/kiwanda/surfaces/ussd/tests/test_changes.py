"""What staff did for her and work that went to others, in the menu: heard, leafed through, contested in three steps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import clock, vault
from kiwanda.core.actors import for_artisan
from kiwanda.core.models import Event
from kiwanda.factory.catalog.models import Operation, Style
from kiwanda.factory.conversations.models import CallRequest, OnBehalf
from kiwanda.factory.dispatch.commands import decline_offer
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.tests.factories import make_offers
from kiwanda.factory.network.commands import set_contact_preference
from kiwanda.factory.network.models import Artisan, Workshop
from kiwanda.factory.network.tests.factories import coordinator, owner
from kiwanda.surfaces.ussd.tests.handset import Handset

pytestmark = pytest.mark.django_db
WHY = "she called the hub because her phone was broken and asked her neighbour to say so at the desk as well, twice"


@pytest.fixture
def offer(noon) -> Offer:
    return make_offers(quantity=12, workshops=1)[0]


@pytest.fixture
def phone(offer) -> Handset:
    return Handset(vault.get(owner(offer.workshop).pk, vault.PHONE))


def test_nothing_was_changed(phone):
    assert "8" not in phone.dial().split("\n")[-1]
    assert "Hakuna kilichobadilishwa" in phone.type(8)


@pytest.mark.parametrize("language", ["sw", "en"])
def test_a_deed_is_heard_and_contested_in_three_steps(offer, phone, language):
    long = "Ng'ombe mwitu wa ajabu na shanga za kioo kilichorejelewa, toleo la pili"
    Operation.objects.update(name_en=long, name_sw=long)
    Style.objects.update(name_en=long, name_sw=long)
    Workshop.objects.update(trade_name=(long * 2)[:120])
    Artisan.objects.update(language=language)
    decline_offer(actor=for_artisan(coordinator(), WHY), offer_id=offer.pk, reason="ill")
    person = owner(offer.workshop)
    with clock.at(clock.now() + timedelta(minutes=5)):
        set_contact_preference(
            actor=for_artisan(coordinator(), "she asked"), artisan_id=person.pk, language=language, channel="sms"
        )
    assert phone.dial().split("\n")[-1].startswith("8 ")
    first = phone.type(8)
    assert first.startswith("(1/2)")
    assert phone.type(2).startswith("(2/2)")
    phone.type(1)
    phone.type(1)
    row = OnBehalf.objects.get(command="dispatch.decline_offer")
    assert row.state == "contested"
    assert row.contest in ("I did not say that", "Sikusema hivyo")
    event = Event.objects.get(type="conversations.ActionContested")
    assert (event.channel, event.actor_kind) == ("ussd", "artisan")
    phone.dial("8")
    shown = phone.type(2)
    assert "waits" in shown or "linasubiri" in shown, shown


def test_the_same_hop_again_contests_once(offer, phone):
    decline_offer(actor=for_artisan(coordinator(), WHY), offer_id=offer.pk, reason="ill")
    phone.dial()
    phone.type(8, 1)
    answer = phone.type(2)
    for _ in range(3):
        assert phone.ask("8*1*2") == answer
    assert Event.objects.filter(type="conversations.ActionContested").count() == 1


def test_why_no_work_names_a_reason_and_a_way_to_a_person(phone):
    phone.dial()
    screen = phone.type(7)
    if "5" in screen:
        phone.type(5)
        assert CallRequest.objects.exists()
    else:
        assert "Bado hatujui" in screen
