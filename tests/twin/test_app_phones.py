"""App users of the twin: they log in by a code, sync, and what they do is done once by the app's own protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.twin.test_doors import Somebody

from kiwanda.core.models import Event
from kiwanda.factory.devices.models import Device, PhoneCommand
from kiwanda.factory.dispatch.commands import accept_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.tests.factories import artisan_of, artisan_spec, make_workshop, owner
from kiwanda.factory.production.models import HandIn
from kiwanda.surfaces.chat.tests.offers import one_offer
from kiwanda.twin.doors import SHARES, Doors, in_process
from kiwanda.twin.simulators import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(noon, settings) -> Doors:
    settings.KIWANDA_DEMO = True
    return Doors()


@pytest.fixture
def offer(doors) -> Offer:
    return one_offer(make_workshop(owner_is=artisan_spec(channel="app")))


def who(offer: Offer) -> Somebody:
    return Somebody(offer.workshop_id, owner(offer.workshop).pk, "app")


def test_an_offer_is_taken_by_a_sync_from_a_phone_that_logged_in(doors, offer):
    assert doors.accept(who(offer), offer)
    order = WorkOrder.objects.get()
    assert order.offer_id == offer.pk
    assert Event.objects.get(type="dispatch.OfferAccepted").channel == "phone"
    command = PhoneCommand.objects.get()
    assert (command.type, command.seq, command.device_id) == ("accept_offer", 1, Device.objects.get().pk)
    assert doors.used == {"app accept": 1}
    assert doors.apps.kept[str(owner(offer.workshop).pk)][2] > 0, "the phone has heard what changed"


def test_an_offer_is_declined_and_another_countered_with_two_open(doors, offer):
    other = one_offer(offer.workshop)
    assert doors.decline(who(offer), offer, "materials")
    assert doors.counter(who(offer), other, max(1, other.quantity - 1), None)
    offer.refresh_from_db()
    other.refresh_from_db()
    assert (offer.state, offer.decline_reason, other.state) == ("declined", "materials", "countered")
    assert list(PhoneCommand.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert Device.objects.count() == 1, "one log-in is enough"


def test_work_is_reported_and_handed_in(doors, offer):
    order = accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    assert doors.report(who(offer), order, 7)
    order.refresh_from_db()
    assert doors.hand_in(who(offer), order, 5)
    order.refresh_from_db()
    assert (order.made_quantity, order.handed_in_quantity) == (7, 5)
    assert HandIn.objects.get().quantity == 5


def test_the_next_player_goes_on_with_the_same_phone(doors, offer):
    order = accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    assert doors.report(who(offer), order, 3)
    kept: dict[str, list[Any]] = json.loads(json.dumps(doors.apps.kept))
    order.refresh_from_db()
    assert Doors(phones=kept).report(who(offer), order, 6)
    assert Device.objects.count() == 1
    assert sorted(PhoneCommand.objects.values_list("seq", flat=True)) == [1, 2]


def test_a_revoked_phone_logs_in_again(doors, offer):
    order = accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    assert doors.report(who(offer), order, 3)
    doors.apps.kept[str(owner(offer.workshop).pk)][0] = "x" * 43
    order.refresh_from_db()
    assert doors.report(who(offer), order, 6)
    assert Device.objects.count() == 2


def test_what_was_not_heard_is_left_undone_and_its_count_is_given_back(doors, offer):
    order = accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    deaf = [False]

    def line(item: Post) -> tuple[int, bytes]:
        return (503, b"") if deaf[0] and item.path.endswith("sync") else in_process(item)

    doors.apps._post = line
    assert doors.report(who(offer), order, 3)
    deaf[0] = True
    assert not doors.report(who(offer), order, 6)
    assert doors.used == {"app report": 1, "app report left undone": 1}
    deaf[0] = False
    assert doors.report(who(offer), order, 6)
    assert sorted(PhoneCommand.objects.values_list("seq", flat=True)) == [1, 2]


def test_only_a_share_of_the_apps_people_syncs(doors, offer):
    assert doors.takes(who(offer), SHARES["app"] - 0.01) and not doors.takes(who(offer), SHARES["app"])
