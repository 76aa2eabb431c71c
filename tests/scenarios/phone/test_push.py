"""Wake-ups: subscribed, woken with a kind and an id, dropped when the address is gone; an SMS follows in any case."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kiwanda.adapters.web_push import WebPush
from kiwanda.adapters.web_push.encryption import encoded
from kiwanda.adapters.web_push.vapid import new_key
from kiwanda.core import actors, clock, jobs
from kiwanda.core.jobs import Worker
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations.commands import fall_back
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.devices import pushing
from kiwanda.factory.devices.jobs import NotTaken
from kiwanda.factory.devices.models import PushSubscription
from kiwanda.factory.dispatch.commands import withdraw_offer
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.network.commands import set_contact_preference
from kiwanda.factory.network.tests.factories import artisan_of, coordinator
from kiwanda.twin.simulators import Fault, Faults, PushServiceSimulator
from tests.scenarios.phone.conftest import phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(monkeypatch):
    with PushServiceSimulator() as running:
        private, _ = new_key()
        provider = WebPush(
            private_key=private, contact="mailto:office@kiwanda.example", plain_hosts=(running.host,), timeout_seconds=5
        )
        monkeypatch.setattr(pushing, "bound", lambda port: provider)
        # The simulator speaks without TLS; addresses of phones must be https all the same.
        monkeypatch.setattr(provider, "_client", ToLoopback(provider._client))
        yield running


class ToLoopback:
    """Takes https addresses to the simulator on this machine."""

    def __init__(self, client):
        self.client = client

    def post(self, url, **more):
        return self.client.post(url.replace("https://", "http://"), **more)


def subscribe(phone, service):
    endpoint, browser = service.subscribe()
    body = {"endpoint": endpoint.replace("http://", "https://"), "keys": browser.keys}
    answer = phone.client.post("/m/v1/push", json.dumps(body), "application/json", headers=phone.headers)
    assert answer.status_code == 204, answer.content
    return browser


def test_without_a_key_wake_ups_are_off(phone):
    assert phone.client.get("/m/v1/push-key").status_code == 404
    answer = phone.client.post("/m/v1/push", "{}", "application/json", headers=phone.headers)
    assert answer.status_code == 404


def test_the_servers_key_is_told(phone, service):
    key = phone.client.get("/m/v1/push-key").json()["key"]
    assert len(pushing.unpadded(key)) == 65


def test_a_phone_is_woken_with_a_kind_and_an_id_and_nothing_more(phone, service, monkeypatch):
    # What the service's audience is told must be its own origin, whatever the scheme of the address.
    monkeypatch.setattr(type(service), "_genuine", lambda self, header: header.startswith("vapid t="))
    browser = subscribe(phone, service)
    assert pushing.wake(phone.artisan.pk, "msg", "abc").taken == 1
    assert [json.loads(body) for body in browser.received.values()] == [{"type": "msg", "id": "abc"}]


def test_an_address_that_is_gone_is_dropped(phone, service):
    subscribe(phone, service).gone = True
    assert pushing.wake(phone.artisan.pk, "msg", "abc") == pushing.Woken(0, again=False)
    assert not PushSubscription.objects.exists()


def test_a_passing_fault_is_tried_again(phone, service):
    subscribe(phone, service)
    service.faults = Faults(shares={Fault.BROKEN: 1.0})
    assert pushing.wake(phone.artisan.pk, "msg", "abc") == pushing.Woken(0, again=True)
    assert PushSubscription.objects.count() == 1
    jobs.load_jobs()
    with pytest.raises(NotTaken):
        jobs.JOBS["devices.wake"].function(artisan_id=str(phone.artisan.pk), kind="msg", thing="abc")


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example/x", "https://", "javascript:x", "https://e.example:99999/", "x" * 2000, "", "ftp://a"],
)
def test_only_https_addresses_are_kept(phone, service, endpoint):
    _, browser = service.subscribe()
    body = {"endpoint": endpoint, "keys": browser.keys}
    answer = phone.client.post("/m/v1/push", json.dumps(body), "application/json", headers=phone.headers)
    assert answer.status_code == 400
    assert not PushSubscription.objects.exists()


def test_keys_that_are_none_are_refused(phone, service):
    for keys in ({}, {"p256dh": "x", "auth": "y"}, {"p256dh": encoded(b"\x05" * 65), "auth": encoded(b"1" * 16)}, 7):
        body = {"endpoint": "https://push.example/x", "keys": keys}
        answer = phone.client.post("/m/v1/push", json.dumps(body), "application/json", headers=phone.headers)
        assert answer.status_code == 400


def test_logging_out_and_unsubscribing_forget_the_address(phone, service):
    from kiwanda.core.models import VaultEntry

    subscribe(phone, service)
    subscribe(phone, service)
    assert PushSubscription.objects.count() == VaultEntry.objects.filter(field="push").count() == 1
    assert phone.client.delete("/m/v1/push", headers=phone.headers).status_code == 204
    assert PushSubscription.objects.count() == VaultEntry.objects.filter(field="push").count() == 0
    subscribe(phone, service)
    phone.client.delete("/m/v1/devices/me", headers=phone.headers)
    assert PushSubscription.objects.count() == VaultEntry.objects.filter(field="push").count() == 0


def test_a_message_for_the_app_wakes_the_phone_and_an_sms_follows_unless_it_heard(factory, service, monkeypatch):
    monkeypatch.setattr(type(service), "_genuine", lambda self, header: True)
    shop = next(shop for shop in factory.workshops if Offer.objects.filter(workshop=shop, state="sent").count() >= 1)
    phone = phone_of(shop)
    set_contact_preference(actor=artisan_of(shop), artisan_id=phone.artisan.pk, language="sw", channel="app")
    phone.sync()
    browser = subscribe(phone, service)
    offer = Offer.objects.filter(workshop=shop, state="sent").first()
    withdraw_offer(actor=coordinator(), offer_id=offer.pk)
    run_reactions()
    Worker().run(until_idle=True)
    message = Message.objects.get(artisan_id=phone.artisan.pk, template="offer_withdrawn")
    assert {"type": "msg", "id": str(message.pk)} in [json.loads(body) for body in browser.received.values()]
    Message.objects.filter(pk=message.pk).update(fallback_at=clock.now() + timedelta(minutes=30))
    phone.sync()
    message.refresh_from_db()
    assert message.state == "delivered"
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert fall_back(actor=actors.system()) == 0
