"""The phone bench: real doors, only in a demo, only for whom a visitor plays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kiwanda import ports
from kiwanda.core import vault
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations import sending
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.tests.factories import artisan_spec, make_workshop, owner
from kiwanda.surfaces.bench import views
from kiwanda.surfaces.chat.handling import handle_waiting
from kiwanda.surfaces.chat.tests.conftest import to_client
from kiwanda.surfaces.chat.tests.offers import one_offer
from kiwanda.twin import phones
from kiwanda.twin.phones import PhoneBench

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(settings: Any, noon: Any, tmp_path: Any, monkeypatch: Any) -> Iterator[PhoneBench]:
    settings.KIWANDA_DEMO = True
    settings.CONFIG = settings.CONFIG.model_copy(update={"home": tmp_path, "at_callback_secret": ""})
    monkeypatch.setattr(phones, "to_address", lambda url: to_client)
    ports._make.cache_clear()
    place = PhoneBench("http://factory", tmp_path, carries=False)
    monkeypatch.setattr(views, "bench", lambda: place)
    yield place
    place.close()
    ports._make.cache_clear()


@pytest.fixture
def offer(bench: PhoneBench) -> Offer:
    return one_offer(make_workshop(owner_is=artisan_spec(channel="whatsapp")))


def settle(bench: PhoneBench) -> None:
    for _ in range(6):
        run_reactions()
        sending.send_queued()
        for service in (bench.sms, bench.whatsapp):
            service.callbacks.flush()
        handle_waiting()


def do(person: Artisan, **fields: str) -> dict[str, Any]:
    answer = Client().post(reverse("bench:do", args=[person.pk]), fields)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_outside_a_demo_there_is_no_bench(settings, noon):
    settings.KIWANDA_DEMO = False
    person = owner(make_workshop())
    assert Client().get(reverse("bench:phones")).status_code == 404
    assert Client().get(reverse("bench:state", args=[person.pk])).status_code == 404
    assert Client().post(reverse("bench:do", args=[person.pk]), {"what": "dial"}).status_code == 404


def test_the_page_offers_those_with_an_open_offer(offer):
    page = Client().get(reverse("bench:phones")).content.decode()
    assert offer.workshop.trade_name in page
    assert vault.get(owner(offer.workshop).pk, vault.PHONE) in page
    assert Client().get(reverse("bench:phones") + "?artisan=nobody").status_code == 200


def test_the_menu_is_dialled_through_its_own_door(bench, offer):
    person = owner(offer.workshop)
    assert "1 Kazi mpya (1)" in do(person, what="dial")["ussd"]["screen"]
    do(person, what="send", text="1")
    shown = do(person, what="send", text="1")
    order = WorkOrder.objects.get()
    assert order.code in shown["ussd"]["screen"] and shown["work"] == 1
    assert Event.objects.get(type="dispatch.OfferAccepted").channel == "ussd"
    assert any("accepted" in row["text"] for row in shown["events"])


def test_whatsapp_comes_to_the_bench_and_its_button_takes_the_work(bench, offer):
    person = owner(offer.workshop)
    do(person, what="dial")
    settle(bench)
    shown = Client().get(reverse("bench:state", args=[person.pk])).json()
    bubble = shown["whatsapp"][-1]
    accept = next(tap for tap in bubble["taps"] if tap["title"] == "Kubali")
    do(person, what="tap", bubble=bubble["bubble"], id=accept["id"])
    settle(bench)
    assert WorkOrder.objects.count() == 1
    refused = Client().post(
        reverse("bench:do", args=[person.pk]), {"what": "tap", "bubble": bubble["bubble"], "id": "accept:x"}
    )
    assert refused.status_code == 409


def test_a_network_that_doubles_and_loses_answers_does_nothing_twice(bench, offer):
    person = owner(offer.workshop)
    shown = do(person, what="network", doubled="1", lost="1", delay="nan")
    assert shown["network"] == {"doubled": True, "lost": True, "delay": 0.0, "waiting": 0}
    do(person, what="dial")
    do(person, what="send", text="1")
    do(person, what="send", text="1")
    do(person, what="sms", text="mbona")
    settle(bench)
    assert WorkOrder.objects.count() == 1
    state = Client().get(reverse("bench:state", args=[person.pk])).json()
    assert len([row for row in state["sms"] if row["out"]]) == 1
    assert any(row["again"] for row in state["wire"])
    assert phones.secret("sms") not in str(state)


def test_she_chooses_her_channel_in_the_menu(bench, offer):
    person = owner(offer.workshop)
    assert do(person, what="prefer", text="2")["channel"] == "sms"


def test_others_are_written_to_by_the_sandbox_as_before(bench, offer):
    do(owner(offer.workshop), what="dial")
    other = one_offer(make_workshop())
    settle(bench)
    assert bench.sms.outbox == [] and other.state == "sent"
    assert type(ports.bound("messaging")).__name__ == "BenchMessaging"


@pytest.mark.parametrize(
    "fields", [{}, {"what": "burn"}, {"what": "sms", "text": " "}, {"what": "prefer", "text": "9"}]
)
def test_nothing_is_done_for_nonsense(bench, offer, fields):
    person = owner(offer.workshop)
    assert Client().post(reverse("bench:do", args=[person.pk]), fields).status_code == 400
