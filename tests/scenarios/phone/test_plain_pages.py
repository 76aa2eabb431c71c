"""The pages without JavaScript: everything the app can do about being heard, read and told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kiwanda.core import clock
from kiwanda.factory.conversations.models import CallRequest, Message
from kiwanda.factory.dispatch.commands import accept_offer, reassign_work
from kiwanda.factory.dispatch.handing_over import NewMaker
from kiwanda.factory.dispatch.models import Offer, Reassignment
from kiwanda.factory.network.commands import take_days_off
from kiwanda.factory.network.models import DayOff
from kiwanda.factory.network.tests.factories import artisan_of, coordinator
from tests.scenarios.doors import logged_in

pytestmark = pytest.mark.django_db


def told_in_app(offer: Offer) -> Message:
    message = Message.objects.get(template="offer_sent", thread__subject_id=offer.pk)
    Message.objects.filter(pk=message.pk).update(
        channel="app", state="sent", sent_at=clock.now(), fallback_at=clock.now() + timedelta(minutes=30)
    )
    return message


@pytest.mark.parametrize("page", ["/m/", "/m/messages", "/m/offers/{offer}"])
def test_what_is_looked_at_is_read_and_no_sms_follows(offer, page):
    message = told_in_app(offer)
    logged_in(offer.workshop).get(page.format(offer=offer.pk))
    message.refresh_from_db()
    assert (message.state, message.fallback_at) == ("read", None)


def test_another_page_is_no_proof_of_reading(offer):
    message = told_in_app(offer)
    logged_in(offer.workshop).get("/m/pay")
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.parametrize("page", ["/m/", "/m/work", "/m/pay", "/m/me", "/m/messages", "/m/why"])
def test_a_person_to_speak_to_stands_on_every_page(offer, page):
    client = logged_in(offer.workshop)
    assert 'action="/m/call"' in client.get(page).content.decode()
    answer = client.post("/m/call", {"back": page})
    assert answer.headers["Location"] == page
    assert CallRequest.objects.filter(state="open").count() == 1


@pytest.mark.parametrize(
    "back", ["https://evil.example/m/", "//evil.example/m/", "/accounts/login", "javascript:alert(1)"]
)
def test_a_form_leads_back_to_our_own_pages_only(offer, back):
    client = logged_in(offer.workshop)
    assert client.post("/m/call", {"back": back}).headers["Location"] == "/m/"


def test_work_that_went_to_others_is_contested_with_a_reason(offer, factory):
    work = accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    other = next(shop for shop in factory.workshops if shop.pk != offer.workshop_id)
    with clock.at(clock.now() + timedelta(days=9)):
        reassign_work(
            actor=coordinator(),
            work_order_id=work.pk,
            makers=[
                NewMaker(
                    workshop_id=other.pk,
                    quantity=work.quantity,
                    start_on=clock.today(),
                    due_on=clock.today() + timedelta(days=5),
                )
            ],
            reason="silent",
        )
        client = logged_in(offer.workshop)
        page = client.get(f"/m/work/{work.pk}").content.decode()
        assert f'action="/m/work/{work.pk}/contest"' in page
        client.post(f"/m/work/{work.pk}/contest", {"reason": "Nilikuwa hospitali"})
        row = Reassignment.objects.get()
        assert (row.state, row.contest) == ("contested", "Nilikuwa hospitali")
        assert "/contest" not in client.get(f"/m/work/{work.pk}").content.decode()


def test_why_there_is_no_work_is_said_in_sentences(offer):
    client = logged_in(offer.workshop)
    page = client.get("/m/why").content.decode()
    assert "/m/work" in page
    Offer.objects.filter(workshop=offer.workshop).update(state="declined", answered_at=clock.now())
    page = client.get("/m/why")
    assert page.status_code == 200


def test_days_off_are_taken_back(offer):
    days = [clock.today() + timedelta(days=n) for n in (3, 4, 7)]
    take_days_off(actor=artisan_of(offer.workshop), workshop_id=offer.workshop_id, days=days, reason="family")
    client = logged_in(offer.workshop)
    run = f"{days[0].isoformat()}_{days[1].isoformat()}"
    assert f"/m/me/days-off/{run}/cancel" in client.get("/m/me").content.decode()
    client.post(f"/m/me/days-off/{run}/cancel")
    assert [row.on for row in DayOff.objects.filter(workshop=offer.workshop)] == [days[2]]
    assert client.post("/m/me/days-off/garbage/cancel").status_code == 302


def test_a_stranger_sees_none_of_it(factory):
    for path in ("/m/messages", "/m/why"):
        assert Client().get(path).headers["Location"] == "/m/login"
