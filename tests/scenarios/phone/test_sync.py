"""The round trip: a first copy, what she does, what changes, in her language, at most once."""

from __future__ import annotations

import pytest

from kiwanda.factory.dispatch.models import WorkOrder
from tests.scenarios.phone.model import Lost, Phone

pytestmark = pytest.mark.django_db


def test_a_first_copy_holds_her_offers_and_nobody_elses(phone, offer):
    phone.sync()
    assert str(offer.pk) in phone.of("offer")
    hers = {str(pk) for pk in offer.workshop.offers.values_list("pk", flat=True)}
    assert set(phone.of("offer")) <= hers
    (me,) = phone.of("me").values()
    assert me["code"] == offer.workshop.code


def test_an_offer_says_what_it_pays_and_what_comes_with_it(phone, offer):
    row = phone.sync().of("offer")[str(offer.pk)]
    assert row["q"] == offer.quantity
    assert row["p"] == offer.piece_rate_minor
    assert row["c"] == "KES"
    assert row["due"] == offer.due_on.isoformat()
    assert row["exp"] == int(offer.expires_at.timestamp() * 1000)
    assert row["h"] > 0 and row["m"] > 0
    assert row["s"] == "sent"


def test_accepting_on_the_phone_makes_one_work_order_and_shows_it_in_the_same_round(phone, offer):
    phone.sync()
    command = phone.do("accept_offer", offer=str(offer.pk), base=phone.versions["offer", str(offer.pk)])
    phone.sync()
    assert phone.answer(command)["s"] == "ok"
    assert phone.answer(command)["v"] > 0
    (work,) = [row for row in phone.of("work").values() if row["q"] == offer.quantity]
    assert work["s"] == "accepted"
    assert phone.of("offer")[str(offer.pk)]["s"] == "accepted"
    assert WorkOrder.objects.filter(offer=offer).count() == 1


def test_an_answer_that_was_lost_is_given_again_and_nothing_happens_twice(phone, offer):
    phone.sync()
    command = phone.do("accept_offer", offer=str(offer.pk))
    with pytest.raises(Lost):
        phone.sync(lose_answer=True)
    assert WorkOrder.objects.filter(offer=offer).count() == 1
    for _ in range(100):
        answer = phone.post(phone.body()).json()
        assert [row["s"] for row in answer["res"]] == ["ok"]
    phone.sync()
    assert phone.answer(command)["s"] == "ok"
    assert WorkOrder.objects.filter(offer=offer).count() == 1


def test_an_idle_phone_hears_nothing_and_is_told_so_briefly(phone):
    phone.sync()
    response = phone.post(phone.body())
    answer = response.json()
    assert answer["ch"] == [] and answer["res"] == [] and not answer["reset"] and not answer["more"]
    assert answer["cur"] == phone.cursor
    assert len(response.content) < 200


def test_what_others_do_reaches_the_phone(phone, offer, factory):
    phone.sync()
    phone.do("accept_offer", offer=str(offer.pk))
    phone.sync()
    work = WorkOrder.objects.get(offer=offer)
    phone.do("report_progress", work=str(work.pk), made=2)
    phone.sync()
    assert phone.of("work")[str(work.pk)]["made"] == 2


def test_a_change_of_language_begins_the_copy_anew_in_that_language(phone, offer):
    phone.sync()
    before = phone.of("offer")[str(offer.pk)]["t"]
    phone.do("set_language", language="en")
    answer = phone.post(phone.body()).json()
    assert answer["reset"]
    phone.hear(answer)
    phone.sync()
    style = offer.production_order.variant.style
    assert phone.of("offer")[str(offer.pk)]["t"] == style.name_en
    assert before == (style.name_sw or style.name_en)
    again = phone.post(phone.body()).json()
    assert not again["reset"]


def test_a_copy_in_pages_is_whole(phone, offer, monkeypatch):
    whole = Phone(phone.artisan).log_in().sync()
    monkeypatch.setattr("kiwanda.surfaces.phone.sync.endpoint.ROWS", 2)
    phone.sync(rounds=200)
    assert phone.rows == whole.rows


def test_messages_reach_the_app_and_reading_them_on_one_phone_shows_on_the_other(phone, offer):
    from kiwanda.factory.conversations.models import Message

    other = Phone(phone.artisan, name="Itel").log_in().sync()
    phone.sync()
    message = Message.objects.filter(artisan_id=phone.artisan.pk, template="offer_sent").first()
    assert message is not None
    assert phone.of("msg")[str(message.pk)]["b"] == message.body
    Message.objects.filter(pk=message.pk).update(channel="app", state="delivered")
    phone.do("read_messages", ids=[str(message.pk)])
    phone.sync()
    other.sync()
    assert phone.of("msg")[str(message.pk)]["read"] and other.of("msg")[str(message.pk)]["read"]
