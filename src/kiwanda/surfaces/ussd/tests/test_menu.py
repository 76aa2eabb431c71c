"""The whole menu as an artisan with a feature phone uses it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from kiwanda.core import clock, vault
from kiwanda.core.models import Event, VaultEntry
from kiwanda.factory.conversations.commands import set_pin
from kiwanda.factory.conversations.models import CallRequest, Contact, MenuHop, MenuSession
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import make_offers, make_work_orders
from kiwanda.factory.network.models import Artisan, DayOff
from kiwanda.factory.network.tests.factories import artisan_of, artisan_spec, fresh_phone, make_workshop, owner
from kiwanda.factory.production.models import HandIn
from kiwanda.surfaces.ussd.tests.handset import SECRET, Handset, post_form

pytestmark = pytest.mark.django_db


def handset_of(workshop) -> Handset:
    return Handset(vault.get(owner(workshop).pk, vault.PHONE))


@pytest.fixture
def offer(noon) -> Offer:
    return make_offers(quantity=12, workshops=1)[0]


@pytest.fixture
def order(noon) -> WorkOrder:
    return make_work_orders(quantity=12, workshops=1)[0]


def test_an_offer_is_heard_and_taken_in_two_steps(offer):
    phone = handset_of(offer.workshop)
    assert "1 Kazi mpya" in phone.dial()
    screen = phone.type(1)
    assert f"{offer.quantity} x" in screen
    assert "Malipo KSh" in screen
    assert offer.due_on.strftime("%d/%m") in screen
    screen = phone.type(1)
    order = WorkOrder.objects.get()
    assert order.code in screen
    assert Event.objects.get(type="dispatch.OfferAccepted").channel == "ussd"


def test_the_same_hop_again_shows_the_same_and_does_nothing_twice(noon):
    offers = make_offers(quantity=40, workshops=1)
    assert len(offers) > 1
    phone = handset_of(offers[0].workshop)
    phone.dial()
    phone.type(1)
    first = phone.type(1)
    for _ in range(5):
        assert phone.ask("1*1") == first
    assert WorkOrder.objects.count() == 1
    # An older hop repeated late shows what it showed then.
    assert "Malipo KSh" in phone.ask("1")
    assert WorkOrder.objects.count() == 1


def test_an_offer_that_went_meanwhile_is_refused_in_words(offer):
    phone = handset_of(offer.workshop)
    phone.dial()
    phone.type(1)
    with clock.at(offer.expires_at + timedelta(hours=1)):
        screen = phone.type(1)
    assert "kabla ya" in screen
    assert not WorkOrder.objects.exists()


@pytest.mark.parametrize(("number", "reason"), [(1, "busy"), (4, "pay"), (8, "other")])
def test_declining_takes_three_steps_and_keeps_the_reason(offer, number, reason):
    phone = handset_of(offer.workshop)
    phone.dial()
    assert "Kwa nini" in phone.type(1, 2)
    phone.type(number)
    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason) == ("declined", reason)


def test_other_terms_fewer_pieces_or_a_later_day(noon):
    first, _second = make_offers(quantity=12, workshops=1)[:2]
    phone = handset_of(first.workshop)
    phone.dial()
    phone.type(1, 3, 1)
    assert "jibu" in phone.type(5)
    countered = Offer.objects.get(state="countered")
    assert countered.counter_quantity == 5
    phone.dial()
    screen = phone.type(1)
    if "linasubiri" in screen:
        screen = phone.type(4)
    phone.type(3, 2, 7)
    other = Offer.objects.exclude(pk=countered.pk).get(state="countered")
    assert other.counter_due_on == other.due_on + timedelta(days=7)


def test_progress_and_hand_in_in_three_steps(order):
    phone = handset_of(order.workshop)
    phone.dial()
    phone.type(2)
    screen = phone.type(1, 5)
    row = WorkOrder.objects.get(made_quantity=5)
    assert row.code in screen
    phone.dial()
    screen = phone.type(2, 2, 5)
    given = HandIn.objects.get()
    assert given.quantity == 5
    assert given.work_order.code in screen


def test_a_wrong_number_is_asked_for_again_and_a_refusal_is_a_sentence(order):
    phone = handset_of(order.workshop)
    phone.dial()
    phone.type(2, 1)
    assert "Andika namba" in phone.type("many")
    assert "vipande" in phone.type(9999).lower()
    assert WorkOrder.objects.filter(made_quantity__gt=0).count() == 0


def test_pay_asks_for_a_pin_which_is_chosen_once_and_kept_from_view(noon):
    workshop = make_workshop()
    phone = handset_of(workshop)
    phone.dial()
    assert "Chagua tarakimu 4" in phone.type(3)
    assert "tarakimu nne" in phone.type("1111")
    phone.type("4826")
    assert "Hazifanani" in phone.type("4827")
    screen = phone.type("4826", "4826")
    assert "Umepata KSh 0" in screen
    assert Contact.objects.get(pk=owner(workshop).pk).pin_hash not in ("", "4826")
    phone.dial()
    assert "PIN yako" in phone.type(3)
    assert "si sahihi" in phone.type("0000")
    assert "Umepata" in phone.type("4826")
    assert not any("4826" in str(row) for row in MenuHop.objects.values_list("screen", "data"))
    assert "4826" not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_pin_is_locked_after_five_wrong_tries_also_for_the_right_one(noon):
    workshop = make_workshop()
    set_pin(actor=artisan_of(workshop), pin="4826")
    phone = handset_of(workshop)
    phone.dial()
    phone.type(3)
    for wrong in ("0001", "0002", "0003", "0004", "0005"):
        assert "si sahihi" in phone.type(wrong)
    assert "nusu saa" in phone.type("4826")
    assert phone.ended
    with clock.at(noon + timedelta(minutes=31)):
        phone.dial()
        assert "Umepata" in phone.type(3, "4826")


def test_days_off_are_taken_and_given_back(noon):
    workshop = make_workshop()
    phone = handset_of(workshop)
    phone.dial()
    assert "siku 1 kuanzia 24/11" in phone.type(4, 2, 3)
    assert DayOff.objects.get().on == date(2026, 11, 24)
    assert DayOff.objects.get().reason == "funeral"
    phone.dial()
    phone.type(4, 3, 2)
    assert DayOff.objects.count() == 7
    phone.dial()
    assert "Hakuna siku" in phone.type(4, 4, "3102")
    phone.type("0512", 2, 7)
    assert DayOff.objects.filter(on__in=[date(2026, 12, 5), date(2026, 12, 6)]).count() == 2
    phone.dial()
    assert "1 23/11" in phone.type(4, 5)
    phone.type(1)
    assert not DayOff.objects.filter(on=date(2026, 11, 23)).exists()


def test_call_me_back_is_one_step_and_one_call(noon):
    workshop = make_workshop()
    phone = handset_of(workshop)
    for _ in range(3):
        phone.dial()
        assert "atakupigia" in phone.type(5)
    assert CallRequest.objects.get().artisan_id == owner(workshop).pk


def test_the_menu_speaks_her_language_and_changes_it(noon):
    workshop = make_workshop(owner_is=artisan_spec(language="en"))
    phone = handset_of(workshop)
    assert "1 New work" in phone.dial()
    assert "Imehifadhiwa" in phone.type(6, 1)
    assert owner(workshop).language == "sw"
    assert "Kazi mpya" in phone.type(0)


def test_channel_and_stop_are_settings(noon):
    workshop = make_workshop()
    phone = handset_of(workshop)
    phone.dial()
    assert "WhatsApp" in phone.type(6, 3).split("\n")[1]
    assert owner(workshop).channel == "whatsapp"
    assert "Anza SMS" in phone.type(5)
    assert Contact.objects.get(pk=owner(workshop).pk).sms_stopped_at is not None
    assert "Acha SMS" in phone.type(5)


def test_a_stranger_is_told_how_to_join_and_called_once_a_day(noon):
    make_workshop()
    phone = Handset(fresh_phone())
    assert "haijasajiliwa" in phone.dial()
    assert "not registered" in phone.type(2)
    phone.type(1)
    assert phone.ended
    phone.dial()
    phone.type(1)
    call = CallRequest.objects.get()
    assert (call.artisan_id, vault.get(call.pk, vault.CONTACT)) == (None, phone.phone)


def test_somebody_who_left_is_a_stranger(noon):
    workshop = make_workshop()
    phone = handset_of(workshop)
    Artisan.objects.filter(workshop=workshop).update(state="left")
    assert "haijasajiliwa" in phone.dial()


def test_a_dialled_through_code_leads_but_does_nothing(offer):
    phone = handset_of(offer.workshop)
    assert "1 Kubali" in phone.dial("1*1")
    assert not WorkOrder.objects.exists()
    phone.type(1)
    assert WorkOrder.objects.count() == 1


@pytest.mark.parametrize("typed", ["*", "**", "1 ", " 1", "#", "9" * 100, "NDIYO", "é", "0", "", "-1", "1.5", "\x00"])
def test_odd_input_gets_a_screen(offer, typed):
    phone = handset_of(offer.workshop)
    phone.dial()
    phone.type(typed)
    phone.type(1, typed, 2, typed)


def test_a_session_lost_on_the_way_changes_nothing_and_the_next_begins_anew(offer):
    phone = handset_of(offer.workshop)
    phone.dial()
    phone.type(1, 2)
    assert "1 Kazi mpya (" in phone.dial()
    offer.refresh_from_db()
    assert offer.state == "sent"
    form = {
        "sessionId": phone.session, "phoneNumber": phone.phone, "status": "Incomplete", "cost": "KES 0.5000",
        "hopsCount": "2", "date": "2026-11-23 09:00:00", "serviceCode": "*384#", "networkCode": "63902",
        "durationInMillis": "5000", "input": "1*2", "lastAppResponse": "CON", "errorMessage": "",
    }
    assert post_form(Client(), f"/hooks/ussd/{SECRET}/ended/", form).status_code == 200


def test_the_wrong_secret_or_garbage_never_reaches_the_menu(noon):
    client = Client()
    form = {"sessionId": "a", "phoneNumber": "+254700000000"}
    assert post_form(client, "/hooks/ussd/guess/", form).status_code == 403
    for body in (b"", b"\xff\xfe", b"sessionId=&phoneNumber=x", b"a=1&" * 100):
        answer = client.post(f"/hooks/ussd/{SECRET}/", body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 400
    assert client.get(f"/hooks/ussd/{SECRET}/").status_code == 405
    assert not MenuSession.objects.exists()


def test_what_breaks_inside_ends_the_session_politely_and_changes_nothing(offer, monkeypatch):
    from kiwanda.surfaces.ussd.screens import offers

    phone = handset_of(offer.workshop)
    phone.dial()
    phone.type(1)

    def broken(**_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(offers, "accept_offer", broken)
    assert "hitilafu" in phone.type(1)
    assert phone.ended
    monkeypatch.undo()
    assert not WorkOrder.objects.exists()
    phone.ask("1*1")
    assert WorkOrder.objects.count() == 1


def test_screens_are_sealed(offer):
    phone = handset_of(offer.workshop)
    phone.dial()
    phone.type(1)
    rows = VaultEntry.objects.filter(field="ussd_screen")
    assert rows.count() == 2
    assert b"Malipo" not in b"".join(bytes(row.ciphertext) for row in rows)
