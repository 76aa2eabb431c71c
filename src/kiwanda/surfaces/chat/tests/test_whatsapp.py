"""Offers, answers and pictures by WhatsApp; the 24 hours; and the SMS that says again what did not arrive."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from kiwanda.core import clock, files, vault
from kiwanda.core.models import Event
from kiwanda.factory.catalog.tests.factories import make_style, operations_of
from kiwanda.factory.conversations.models import Delivery, Message
from kiwanda.factory.conversations.tests.factories import logged, offer_sent
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import make_offers, make_work_orders
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.tests.factories import artisan_spec, make_workshop, owner
from kiwanda.factory.production.models import ProgressReport
from kiwanda.ports.messaging import FetchedPicture
from kiwanda.surfaces.chat import handling
from kiwanda.surfaces.chat.tests.offers import one_offer

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20


@pytest.fixture
def offer(world) -> Offer:
    offers = make_offers(quantity=12, workshops=1)
    Artisan.objects.update(channel="whatsapp")
    Offer.objects.exclude(pk=offers[0].pk).update(state="withdrawn")
    world.settle()
    return offers[0]


def phone_of(workshop) -> str:
    return vault.get(owner(workshop).pk, vault.PHONE)


def about(world, offer):
    """The bubble that offers ``offer``."""
    rows = [b for b in world.whatsapp.thread(phone_of(offer.workshop)) if (f"accept:{offer.pk}") in dict(b.taps)]
    return rows[-1]


def test_an_offer_goes_by_template_and_its_button_takes_it(world, offer):
    bubble = about(world, offer)
    assert bubble.kind == "template"
    assert bubble.kind == "template" and "Kazi mpya: " in bubble.text
    world.whatsapp.tap(phone_of(offer.workshop), bubble, f"accept:{offer.pk}")
    world.settle()
    assert WorkOrder.objects.get().offer_id == offer.pk
    assert Event.objects.get(type="dispatch.OfferAccepted").channel == "whatsapp"
    answer = world.whatsapp.thread(phone_of(offer.workshop))[-1]
    assert answer.kind == "text"
    assert WorkOrder.objects.get().code in answer.text


def test_declining_is_a_list_of_reasons(world, offer):
    phone = phone_of(offer.workshop)
    world.whatsapp.tap(phone, about(world, offer), f"decline:{offer.pk}")
    world.settle()
    reasons = world.whatsapp.thread(phone)[-1]
    assert reasons.kind == "list"
    world.whatsapp.tap(phone, reasons, f"reason:{offer.pk}:materials")
    world.settle()
    offer.refresh_from_db()
    assert (offer.state, offer.decline_reason) == ("declined", "materials")


def test_the_same_tap_posted_for_seven_days_is_one(world, offer):
    world.whatsapp.tap(phone_of(offer.workshop), about(world, offer), f"accept:{offer.pk}")
    body = json.loads(world.whatsapp.callbacks.waiting[-1].body)
    # Meta packs the same message into other posts, too: the bytes differ, the wamid does not.
    body["entry"].append(body["entry"][0])
    for number in range(5):
        body["entry"][0]["id"] = str(number)
        world.whatsapp.callbacks.add(world.whatsapp.signed(json.dumps(body).encode()))
    world.settle()
    assert WorkOrder.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 1
    assert Message.objects.filter(template="reply").count() == 1


def test_somebody_else_s_button_takes_nothing(world, offer):
    stranger = make_workshop(owner_is=artisan_spec(channel="whatsapp"))
    world.whatsapp.tap(phone_of(stranger), about(world, offer), f"accept:{offer.pk}")
    world.settle()
    assert not WorkOrder.objects.exists()
    assert "haipo au si yako" in world.whatsapp.thread(phone_of(stranger))[-1].text


@pytest.mark.parametrize("button", ["", "accept:", "accept:x", "reason:x:y", "choice:99", "drop table", "accept:0000"])
def test_buttons_we_never_made_do_nothing(world, offer, button):
    world.whatsapp._incoming(phone_of(offer.workshop), {"type": "button", "button": {"payload": button, "text": "x"}})
    world.settle()
    assert not WorkOrder.objects.exists()
    assert world.whatsapp.thread(phone_of(offer.workshop))[-1].kind in ("text", "list")


def test_inside_24_hours_words_outside_a_template_again(world, noon):
    workshop = make_workshop(owner_is=artisan_spec(channel="whatsapp"))
    operation, phone = operations_of(make_style())["bead"], phone_of(workshop)
    world.whatsapp.say(phone, "msaada")
    world.settle()
    logged(offer_sent(workshop, operation))
    world.settle()
    assert world.whatsapp.thread(phone)[-1].kind == "button"
    with clock.at(noon + timedelta(hours=24, minutes=5)):
        logged(offer_sent(workshop, operation))
        world.settle()
        assert world.whatsapp.thread(phone)[-1].kind == "template"
    costs = Message.objects.filter(template="offer_sent").values_list("cost_micros", flat=True)
    assert sorted(costs) == [0, 4000]


def test_read_before_delivered_is_read(world, offer):
    world.whatsapp.callbacks.shuffled = True
    world.whatsapp.read(phone_of(offer.workshop))
    world.settle()
    row = Message.objects.get(thread__subject_id=offer.pk, template="offer_sent")
    assert row.state == "read"
    assert row.read_at is not None
    assert row.delivered_at is not None


def test_a_phone_without_whatsapp_gets_the_sms_at_once(world, noon):
    workshop = make_workshop(owner_is=artisan_spec(channel="whatsapp"))
    phone = phone_of(workshop)
    world.whatsapp.absent.add(phone)
    # An offer that is no more is not said again: this one exists only in the log.
    logged(offer_sent(workshop, operations_of(make_style())["bead"]))
    world.settle()
    assert world.sms.inbox(phone) == []
    one_offer(workshop)
    world.settle()
    assert [text[:9] for text in world.sms.inbox(phone)] == ["Kazi mpya"]


def test_what_does_not_arrive_in_time_is_said_again_by_sms_once(world, noon):
    offers = make_offers(quantity=12, workshops=1)
    Artisan.objects.update(channel="whatsapp")
    Offer.objects.exclude(pk=offers[0].pk).update(state="withdrawn")
    phone = phone_of(offers[0].workshop)
    world.whatsapp.absent.add(phone)
    for minutes in (0, 31, 62):
        with clock.at(noon + timedelta(minutes=minutes)):
            world.settle()
    told = [text for text in world.sms.inbox(phone) if text.startswith("Kazi mpya")]
    assert len(told) == 1
    again = Message.objects.get(replaces__isnull=False, thread__subject_id=offers[0].pk)
    assert (again.channel, again.state) == ("sms", "delivered")
    assert again.replaces.state == "failed"
    assert not Event.objects.filter(type="conversations.MessageFailed", data__template="offer_sent").exists()


def test_silence_for_half_an_hour_falls_back_and_an_answered_offer_does_not(world, noon):
    offers = make_offers(quantity=12, workshops=1)
    Artisan.objects.update(channel="whatsapp")
    phone = phone_of(offers[0].workshop)
    world.whatsapp.callbacks._post = lambda post: (200, b"")  # no status ever reaches us
    world.settle()
    assert world.sms.inbox(phone) == []
    Offer.objects.filter(pk=offers[0].pk).update(state="declined")
    with clock.at(noon + timedelta(minutes=31)):
        world.settle()
    assert len(world.sms.inbox(phone)) == len(offers) - 1


def test_an_offer_unread_in_the_app_is_said_by_sms(world, noon):
    offers = make_offers(quantity=12, workshops=1)
    Artisan.objects.update(channel="app")
    Offer.objects.exclude(pk=offers[0].pk).update(state="withdrawn")
    world.settle()
    phone = phone_of(offers[0].workshop)
    assert world.sms.inbox(phone) == []
    with clock.at(noon + timedelta(minutes=31)):
        world.settle()
    assert len(world.sms.inbox(phone)) == 1


@pytest.fixture
def order(world) -> WorkOrder:
    order = make_work_orders(quantity=12, workshops=1)[0]
    Artisan.objects.update(channel="whatsapp")
    WorkOrder.objects.exclude(pk=order.pk).update(state="cancelled")
    return order


def test_a_picture_is_kept_with_the_work(world, order):
    world.whatsapp.send_picture(phone_of(order.workshop), JPEG)
    world.settle()
    report = ProgressReport.objects.get()
    assert files.read(report.photo) == JPEG
    assert report.made_quantity == order.made_quantity
    world.whatsapp.send_picture(phone_of(order.workshop), JPEG, "5 tayari")
    world.settle()
    order.refresh_from_db()
    assert order.made_quantity == 5


def test_with_two_works_the_picture_waits_for_the_choice(world):
    orders = make_work_orders(quantity=12, workshops=1)
    Artisan.objects.update(channel="whatsapp")
    phone = phone_of(orders[0].workshop)
    world.whatsapp.send_picture(phone, JPEG)
    world.settle()
    question = world.whatsapp.thread(phone)[-1]
    assert ProgressReport.objects.count() == 0
    world.whatsapp.tap(phone, question, "choice:2")
    world.settle()
    chosen = WorkOrder.objects.order_by("due_on", "code")[1]
    assert ProgressReport.objects.get().work_order_id == chosen.pk


def test_a_picture_that_is_none_or_gone_is_asked_for_again(world, order):
    phone = phone_of(order.workshop)
    world.whatsapp.send_picture(phone, b"GIF89a not ours")
    world.settle()
    assert "haikufika" in world.whatsapp.thread(phone)[-1].text
    world.whatsapp.send_picture(phone, JPEG)
    world.whatsapp._media.clear()
    world.settle()
    assert "haikufika" in world.whatsapp.thread(phone)[-1].text
    assert not ProgressReport.objects.exists()


def test_a_picture_that_waits_holds_no_other_message_up(world, order, monkeypatch):
    class Slow:
        def fetch(self, picture):
            return FetchedPicture(None, "no answer")

    real = handling.bound
    monkeypatch.setattr(handling, "bound", lambda port: Slow() if port == "pictures" else real(port))
    phone = phone_of(order.workshop)
    world.whatsapp.send_picture(phone, JPEG)
    world.whatsapp.say(phone, "msaada")
    posts = [json.loads(item.body)["entry"][0] for item in world.whatsapp.callbacks.waiting]
    world.whatsapp.callbacks.waiting.clear()
    world.whatsapp.callbacks.add(world.whatsapp.signed(json.dumps({"entry": posts}).encode()))
    world.settle()
    assert "MSAADA" not in world.whatsapp.thread(phone)[-1].text
    assert "Chagua" in world.whatsapp.thread(phone)[-1].text
    monkeypatch.undo()
    with clock.at(clock.now() + timedelta(minutes=5)):
        world.settle()
    assert ProgressReport.objects.count() == 1


def test_somebody_who_hides_her_number_later_is_still_known(world):
    workshop = make_workshop(owner_is=artisan_spec(channel="whatsapp"))
    phone = phone_of(workshop)
    world.whatsapp.say(phone, "msaada", user_id="KE.77")
    world.settle()
    world.whatsapp.say(phone, "NIPIGIE", user_id="KE.77", hidden=True)
    world.settle()
    assert Message.objects.filter(direction="in", artisan_id=owner(workshop).pk).count() == 2


def test_voice_and_places_get_an_answer_and_staff_see_them(world, order):
    for message in ({"type": "audio", "audio": {"id": "1"}}, {"type": "location", "location": {"latitude": 1}}):
        world.whatsapp._incoming(phone_of(order.workshop), message)
        world.settle()
        assert "aina hii" in world.whatsapp.thread(phone_of(order.workshop))[-1].text
    world.whatsapp._incoming(phone_of(order.workshop), {"type": "reaction", "reaction": {"emoji": "x"}})
    before = len(world.whatsapp.bubbles)
    world.settle()
    assert len(world.whatsapp.bubbles) == before


def test_meta_s_question_is_answered_and_bad_signatures_are_not(world):
    client = Client()
    query = {"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "42"}
    assert client.get("/hooks/whatsapp/", query).content == b"42"
    assert client.get("/hooks/whatsapp/", query | {"hub.verify_token": "x"}).status_code == 403
    body = b'{"entry": []}'
    for headers in ({}, {"X-Hub-Signature-256": "sha256=00"}):
        answer = client.post("/hooks/whatsapp/", body, content_type="application/json", headers=headers)
        assert answer.status_code == 403
    assert not Delivery.objects.exists()


def test_every_sample_and_garbage_is_answered_with_200_and_never_breaks(world, shared_data):
    bodies = [b"", b"{", b"[]", b'{"entry": 7}', b'{"entry": [{"changes": [null]}]}', b'{"entry": "\\u0000"}']
    for path in sorted((shared_data / "messaging" / "whatsapp_cloud" / "updates").glob("*.json")):
        bodies += [json.dumps(payload).encode() for payload in json.loads(path.read_text()).values()]
    for body in bodies:
        # The samples are another number's; ours is written in so that they are read in earnest.
        post = world.whatsapp.signed(body.replace(b"1122334455667", world.whatsapp.phone_number_id.encode()))
        assert world.whatsapp.callbacks.now(post)[0] == 200
    world.whatsapp.callbacks.waiting.clear()
    handling.handle_waiting(1000)
    states = set(Delivery.objects.values_list("state", flat=True))
    assert states == {"handled", "unreadable"}
