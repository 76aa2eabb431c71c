"""Other terms, handing in, days off, why no work, objections: by SMS words and WhatsApp buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import clock, vault
from kiwanda.core.actors import for_artisan
from kiwanda.core.models import Event
from kiwanda.factory.conversations.models import CallRequest, OnBehalf
from kiwanda.factory.dispatch.commands import accept_offer, decline_offer, reassign_work
from kiwanda.factory.dispatch.handing_over import NewMaker
from kiwanda.factory.dispatch.models import Offer, Reassignment, WorkOrder
from kiwanda.factory.network.commands import set_capability
from kiwanda.factory.network.models import DayOff
from kiwanda.factory.network.tests.factories import artisan_of, artisan_spec, coordinator, make_workshop, owner
from kiwanda.factory.production.models import HandIn
from kiwanda.surfaces.chat.tests.offers import one_offer

pytestmark = pytest.mark.django_db


def phone_of(workshop) -> str:
    return vault.get(owner(workshop).pk, vault.PHONE)


def said(world, workshop, words) -> str:
    phone = phone_of(workshop)
    world.sms.text(phone, words)
    world.settle()
    return world.sms.inbox(phone)[-1]


@pytest.fixture
def offered(world) -> Offer:
    offer = one_offer()
    world.settle()
    return offer


@pytest.fixture
def working(world, offered) -> WorkOrder:
    return accept_offer(actor=artisan_of(offered.workshop), offer_id=offered.pk)


@pytest.fixture
def tapped(world) -> Offer:
    offer = one_offer(make_workshop(owner_is=artisan_spec(channel="whatsapp")))
    world.settle()
    return offer


def tap(world, workshop, label: str):
    """Tap what reads ``label`` in the newest message."""
    phone = phone_of(workshop)
    message = world.whatsapp.thread(phone)[-1]
    world.whatsapp.tap(phone, message, next(key for key, title in message.taps if label in title))
    world.settle()
    return world.whatsapp.thread(phone)[-1]


def test_fewer_pieces_and_more_days_by_one_word(world, offered):
    assert "Pendekezo" in said(world, offered.workshop, "NAWEZA 5")
    offered.refresh_from_db()
    assert (offered.state, offered.counter_quantity) == ("countered", 5)
    assert Event.objects.get(type="dispatch.OfferCountered").channel == "sms"


def test_later_counts_from_the_due_day(world, offered):
    said(world, offered.workshop, "ongeza siku 3")
    offered.refresh_from_db()
    assert offered.counter_due_on == offered.due_on + timedelta(days=3)


@pytest.mark.parametrize("words", ["NAWEZA 12", "NAWEZA 0", "NAWEZA 99999", "ONGEZA 9999", "ONGEZA 0"])
def test_terms_that_cannot_be_are_a_sentence(world, offered, words):
    assert said(world, offered.workshop, words)
    offered.refresh_from_db()
    assert offered.state == "sent"


def test_the_word_alone_asks_how_many(world, offered):
    assert "NAWEZA 20" in said(world, offered.workshop, "naweza")
    assert "Pendekezo" in said(world, offered.workshop, "7")
    offered.refresh_from_db()
    assert offered.counter_quantity == 7


def test_other_terms_stand_below_the_reasons(world, offered):
    reasons = said(world, offered.workshop, "HAPANA")
    assert "9 Naweza vichache" in reasons and "10 Nahitaji siku zaidi" in reasons
    said(world, offered.workshop, "10")
    said(world, offered.workshop, "2")
    offered.refresh_from_db()
    assert offered.counter_due_on == offered.due_on + timedelta(days=2)


def test_hand_in_by_word(world, working):
    assert working.code in said(world, working.workshop, "NAKABIDHI 5")
    given = HandIn.objects.get()
    assert (given.work_order_id, given.quantity) == (working.pk, 5)


def test_hand_in_without_a_number_asks(world, working):
    assert working.code in said(world, working.workshop, "hand in")
    said(world, working.workshop, "4")
    assert HandIn.objects.get().quantity == 4


def test_days_off_are_asked_for_their_reason(world, offered):
    assert "Msiba" in said(world, offered.workshop, "likizo kesho 2")
    assert not DayOff.objects.exists()
    assert "Imeandikwa" in said(world, offered.workshop, "3")
    tomorrow = clock.today() + timedelta(days=1)
    assert list(DayOff.objects.order_by("on").values_list("on", "reason")) == [
        (tomorrow, "funeral"),
        (tomorrow + timedelta(days=1), "funeral"),
    ]


def test_why_no_work_is_answered_by_the_plan(world, offered):
    answer = said(world, offered.workshop, "kwa nini sina kazi?")
    assert "wiki hii" in answer or "Bado hatujui" in answer


def test_what_staff_did_for_her_is_told_and_contested(world, offered):
    decline_offer(actor=for_artisan(coordinator(), "she called"), offer_id=offered.pk, reason="ill")
    world.settle()
    phone = phone_of(offered.workshop)
    assert "SIKUBALI" in world.sms.inbox(phone)[-1] and "she called" in world.sms.inbox(phone)[-1]
    assert "1 Sikusema hivyo" in said(world, offered.workshop, "Sikubali")
    assert "Imeandikwa" in said(world, offered.workshop, "1")
    row = OnBehalf.objects.get()
    assert (row.state, row.contest) == ("contested", "Sikusema hivyo")
    # Once said it is said.
    assert "Hakuna kilichobadilishwa" in said(world, offered.workshop, "SIKUBALI")


def test_sikubali_to_an_offer_alone_asks_why_not(world, offered):
    assert "Kwa nini hapana" in said(world, offered.workshop, "sikubali")
    offered.refresh_from_db()
    assert offered.state == "sent"


def test_work_that_went_to_others_is_contested(world, working):
    other = make_workshop()
    set_capability(actor=coordinator(), workshop_id=other.pk, technique=working.operation.technique_id)
    today = clock.today()
    reassign_work(
        actor=coordinator(),
        work_order_id=working.pk,
        reason="silent",
        makers=[NewMaker(other.pk, working.quantity, today, today + timedelta(days=7))],
    )
    world.settle()
    assert "Karibu namaliza" in said(world, working.workshop, "SIKUBALI")
    said(world, working.workshop, "2")
    row = Reassignment.objects.get()
    assert (row.state, row.contest) == ("contested", "Sikuambiwa")


def test_a_stranger_to_the_deed_cannot_contest_it_by_its_button(world, tapped):
    decline_offer(actor=for_artisan(coordinator(), "she called"), offer_id=tapped.pk, reason="ill")
    row = OnBehalf.objects.get()
    thief = make_workshop(owner_is=artisan_spec(channel="whatsapp"))
    phone = phone_of(thief)
    world.whatsapp.say(phone, "msaada")
    world.settle()
    forged = {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {}}}
    for button in (f"contest:{row.pk}", "choice:1"):
        forged["interactive"]["button_reply"] = {"id": button, "title": "x"}
        world.whatsapp._incoming(phone, forged)
        world.settle()
    row.refresh_from_db()
    assert row.state == "told"
    assert "haipo au si yako" in world.whatsapp.thread(phone)[-1].text


def test_the_list_of_her_work_leads_everywhere(world, tapped):
    workshop = tapped.workshop
    world.whatsapp.say(phone_of(workshop), "KAZI")
    world.settle()
    shown = tap(world, workshop, "Mpya")
    assert [title for _, title in shown.taps] == ["Kubali", "Kataa", "Nipigie simu"]
    assert tap(world, workshop, "Kataa").kind == "list"
    tap(world, workshop, "Naweza vichache")
    world.whatsapp.say(phone_of(workshop), "6")
    world.settle()
    tapped.refresh_from_db()
    assert tapped.counter_quantity == 6


def test_work_is_reported_and_handed_in_by_taps_and_a_number(world, tapped):
    accept_offer(actor=artisan_of(tapped.workshop), offer_id=tapped.pk)
    phone = phone_of(tapped.workshop)
    for label, number in (("nimemaliza", 8), ("nakabidhi", 6)):
        world.whatsapp.say(phone, "kazi")
        world.settle()
        tap(world, tapped.workshop, label)
        world.whatsapp.say(phone, str(number))
        world.settle()
    order = WorkOrder.objects.get()
    assert (order.made_quantity, order.handed_in_quantity) == (8, 6)


def test_call_me_from_the_list(world, tapped):
    world.whatsapp.say(phone_of(tapped.workshop), "menu")
    world.settle()
    tap(world, tapped.workshop, "Nipigie")
    assert CallRequest.objects.get().channel == "whatsapp"


def test_the_notice_carries_its_own_button(world, tapped):
    decline_offer(actor=for_artisan(coordinator(), "she called"), offer_id=tapped.pk, reason="ill")
    world.settle()
    tap(world, tapped.workshop, "Sikubali")
    tap(world, tapped.workshop, "Sikusema hivyo")
    assert OnBehalf.objects.get().state == "contested"
