"""Offers answered by SMS: at most once, never by guess."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kiwanda.core import actors, clock, vault
from kiwanda.core.models import Event
from kiwanda.factory.catalog.tests.factories import make_style, operations_of
from kiwanda.factory.conversations import checks, queries
from kiwanda.factory.conversations.models import CallRequest, Contact, Delivery, Message
from kiwanda.factory.conversations.tests.factories import logged, offer_sent
from kiwanda.factory.dispatch.commands import withdraw_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import make_offers, make_work_orders
from kiwanda.factory.network.commands import request_login_code
from kiwanda.factory.network.tests.factories import coordinator, fresh_phone, make_workshop, owner
from kiwanda.factory.production.models import ProgressReport
from kiwanda.surfaces.chat import handling
from kiwanda.surfaces.chat.tests.offers import one_offer

pytestmark = pytest.mark.django_db


def phone_of(workshop) -> str:
    return vault.get(owner(workshop).pk, vault.PHONE)


@pytest.fixture
def offered(world) -> Offer:
    offer = one_offer()
    world.settle()
    return offer


def said(world, offer, words) -> str:
    """What comes back for ``words``."""
    phone = phone_of(offer.workshop)
    world.sms.text(phone, words)
    world.settle()
    return world.sms.inbox(phone)[-1]


def test_an_offer_comes_with_pay_and_due_and_yes_takes_it_once(world, offered):
    phone = phone_of(offered.workshop)
    told = [text for text in world.sms.inbox(phone) if text.startswith("Kazi mpya")]
    assert any("Malipo KSh" in text and "NDIYO au HAPANA" in text for text in told)
    answer = said(world, offered, "Ndiyo")
    order = WorkOrder.objects.get()
    assert order.code in answer
    assert Event.objects.get(type="dispatch.OfferAccepted").channel == "sms"
    assert list(checks.secrets_are_sealed()) == []


def test_the_same_sms_delivered_a_hundred_times_is_one(world, offered):
    world.sms.text(phone_of(offered.workshop), "NDIYO")
    (post,) = [item for item in world.sms.callbacks.waiting if "incoming" in item.path]
    for _ in range(100):
        assert world.sms.callbacks.now(post)[0] == 200
    world.settle()
    assert WorkOrder.objects.count() == 1
    assert Message.objects.filter(direction="in").count() == 1
    assert Message.objects.filter(template="reply").count() == 1


def test_no_asks_why_and_the_number_is_the_reason(world, offered):
    assert "4 Malipo ni kidogo" in said(world, offered, "HAPANA")
    assert "Wengine" in said(world, offered, "4")
    offered.refresh_from_db()
    assert (offered.state, offered.decline_reason) == ("declined", "pay")


def test_one_and_two_are_yes_and_no_to_the_one_offer(world, offered):
    said(world, offered, "1")
    assert WorkOrder.objects.count() == 1


def test_with_two_offers_yes_is_asked_back_and_the_number_is_pinned(world):
    offers = make_offers(quantity=12, workshops=1)
    world.settle()
    assert len(offers) >= 2
    listed = said(world, offers[0], "NDIYO")
    assert "Jibu kwa namba" in listed
    assert not WorkOrder.objects.exists()
    # The first of the list goes away meanwhile: "2" still means what stood under 2.
    rows = list(Offer.objects.filter(state="sent").order_by("expires_at", "id"))
    withdraw_offer(actor=coordinator(), offer_id=rows[0].pk)
    said(world, offers[0], "2")
    assert WorkOrder.objects.get().offer_id == rows[1].pk


def test_a_slip_of_the_pen_is_asked_back(world, offered):
    assert "1 Ndiyo 2 Hapana" in said(world, offered, "Ndyio")
    assert not WorkOrder.objects.exists()
    said(world, offered, "ndiyo")
    assert WorkOrder.objects.count() == 1


def test_an_answer_that_crossed_with_a_newer_offer_is_asked_back(world, noon):
    first = one_offer()
    world.settle()
    withdraw_offer(actor=coordinator(), offer_id=first.pk)
    one_offer(first.workshop)
    assert "unakubali kazi hii" in said(world, first, "NDIYO")
    assert not WorkOrder.objects.exists()
    # Later it is clear which one she means.
    with clock.at(noon + timedelta(minutes=5)):
        said(world, first, "NDIYO")
    assert WorkOrder.objects.count() == 1


def test_yes_after_the_end_is_refused_in_words(world, offered):
    with clock.at(offered.expires_at + timedelta(minutes=1)):
        assert "Hakuna kazi" in said(world, offered, "NDIYO")
    assert not WorkOrder.objects.exists()


def test_progress_by_sms_and_a_bare_number_is_asked_back(world):
    order = make_work_orders(quantity=12, workshops=1)[0]
    WorkOrder.objects.exclude(pk=order.pk).update(state="cancelled")
    assert f"{order.code}: 5 kati ya" in said(world, order, "5 tayari")
    assert "1 Ndiyo 2 Hapana" in said(world, order, "7")
    assert ProgressReport.objects.count() == 1
    assert "7 kati ya" in said(world, order, "1")
    assert "9999" in said(world, order, "9999 tayari")
    order.refresh_from_db()
    assert order.made_quantity == 7


def test_stop_is_honoured_start_undoes_it_and_codes_still_come(world):
    workshop = make_workshop()
    phone = phone_of(workshop)
    world.sms.text(phone, "STOP")
    world.settle()
    assert "Hatutakuandikia" in world.sms.inbox(phone)[-1]
    heard = len(world.sms.inbox(phone))

    operation = operations_of(make_style())["bead"]
    logged(offer_sent(workshop, operation))
    world.settle()
    assert len(world.sms.inbox(phone)) == heard
    assert Message.objects.get(template="offer_sent").state == "withheld"
    request_login_code(actor=actors.public(), phone=phone)
    world.settle()
    assert "Namba yako ya siri" in world.sms.inbox(phone)[-1]
    assert list(checks.opt_outs_are_kept()) == []
    world.sms.text(phone, "anza")
    world.settle()
    assert Contact.objects.get(pk=owner(workshop).pk).sms_stopped_at is None


def test_what_nobody_understands_waits_for_staff_and_the_rest_does_not(world, offered):
    said(world, offered, "Mama amefariki, nitachelewa")
    waiting = queries.needing_attention(coordinator())
    assert [line.body for line in queries.lines(coordinator(), list(waiting))] == ["Mama amefariki, nitachelewa"]
    said(world, offered, "msaada")
    assert waiting.count() == 1


def test_call_me_back_and_help(world, offered):
    assert "atakupigia" in said(world, offered, "NIPIGIE")
    assert CallRequest.objects.get().channel == "sms"
    assert "50 tayari" in said(world, offered, "help")
    assert "PIN" in said(world, offered, "PESA")


def test_a_stranger_is_greeted_once_a_day_and_can_be_called(world):
    phone = fresh_phone()
    for words in ("Habari", "Nataka kazi", "??"):
        world.sms.text(phone, words)
        world.settle()
    assert len(world.sms.inbox(phone)) == 1
    assert "haijasajiliwa" in world.sms.inbox(phone)[0]
    world.sms.text(phone, "NIPIGIE")
    world.settle()
    assert vault.get(CallRequest.objects.get().pk, vault.CONTACT) == phone
    rows = str(list(Message.objects.values())) + str(list(Event.objects.values_list("data", flat=True)))
    assert phone not in rows
    assert phone[1:] not in rows


def test_two_machines_do_not_write_to_each_other_for_ever(world, offered):
    phone = phone_of(offered.workshop)
    before = len(world.sms.inbox(phone))
    for number in range(45):
        world.sms.text(phone, f"Auto reply {number}")
        world.sms.callbacks.flush()
    world.settle()
    assert len(world.sms.inbox(phone)) - before <= 31
    assert Message.objects.filter(direction="in").count() == 45


def test_what_was_sent_is_delivered_and_its_price_counted(world, offered):
    row = Message.objects.filter(template="offer_sent", direction="out").exclude(state="failed").first()
    assert row.state == "delivered"
    assert (row.cost_micros, row.cost_currency) == (800_000, "KES")
    assert row.delivered_at is not None


def test_reports_doubled_and_out_of_order_never_take_a_status_back(world, offered):
    row = Message.objects.filter(template="offer_sent", state="delivered").first()
    for status in ("Sent", "Buffered", "Failed", "Success", "Sent"):
        world.sms.report(row.provider_ref, status)
    world.settle()
    row.refresh_from_db()
    assert row.state == "delivered"


def test_a_barred_number_is_for_staff(world):
    workshop = make_workshop()
    world.sms.codes[phone_of(workshop)] = 406

    logged(offer_sent(workshop, operations_of(make_style())["bead"]))
    world.settle()
    assert Event.objects.get(type="conversations.MessageFailed").data["error"] == "406 UserInBlacklist"
    assert "reached nobody" in world.slack.posts[-1]["text"]


def test_quiet_hours_hold_offers_back_until_morning_but_not_answers(world, noon):
    workshop = make_workshop()
    phone = phone_of(workshop)

    operation = operations_of(make_style())["bead"]
    night = noon + timedelta(hours=11)
    with clock.at(night):
        logged(offer_sent(workshop, operation))
        world.settle()
        assert world.sms.inbox(phone) == []
        world.sms.text(phone, "msaada")
        world.settle()
        assert len(world.sms.inbox(phone)) == 1
    with clock.at(night + timedelta(hours=8, minutes=1)):
        world.settle()
        assert len(world.sms.inbox(phone)) == 2


def test_garbage_is_kept_and_never_an_error(world):

    for path in ("incoming", "delivery"):
        for body in (b"", b"\xff\xfe\x00", b"id=1", b"from=MTN&text=a&id=2&date=x", b"&" * 5000, b"id=%00&status=X"):
            answer = Client().post(
                f"/hooks/sms/{world.sms.secret}/{path}/", body, content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code == 200
        assert Client().post(f"/hooks/sms/wrong/{path}/", {}).status_code == 403
    world.settle()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"unreadable"}
    assert list(checks.raw_bodies_are_sealed()) == []


def test_handling_that_breaks_is_tried_again_and_does_all_or_nothing(world, offered, monkeypatch):

    world.sms.text(phone_of(offered.workshop), "NDIYO")
    world.sms.callbacks.flush()

    def broken(**_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(handling, "reply", broken)
    handling.handle_waiting()
    assert not WorkOrder.objects.exists()
    assert Delivery.objects.get(source="sms_incoming").state == "received"
    monkeypatch.undo()
    with clock.at(clock.now() + timedelta(minutes=1)):
        handling.handle_waiting()
    assert WorkOrder.objects.count() == 1
    assert Message.objects.get(direction="in").answered_by.count() == 1
