"""The messages screen: figures, filters, calls, and who may do what."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kiwanda.core import actors, vault
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.core.models import User
from kiwanda.factory.catalog.tests.factories import make_style, operations_of
from kiwanda.factory.conversations import commands, sending
from kiwanda.factory.conversations.models import CallRequest, Contact, Delivery, Message, StaffContact
from kiwanda.factory.conversations.tests.factories import offer_sent, told
from kiwanda.factory.network.tests.factories import artisan_of, artisan_spec, make_workshop, owner
from kiwanda.ports.messaging import SendResult
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db
PHONE = "+254712345678"


class Provider:
    """Takes SMS at a price, refuses WhatsApp for good."""

    def send(self, message):
        if message.channel == "whatsapp":
            return SendResult(ok=False, error="131026 Message undeliverable", permanent=True)
        return SendResult(ok=True, provider_ref=f"ref-{message.id}", cost_micros=800_000, currency="KES")


@pytest.fixture
def spoken(noon, monkeypatch):
    """An SMS that went, a WhatsApp that failed, words nobody has read, somebody to call."""
    monkeypatch.setattr(sending, "bound", lambda port: Provider())
    operation = operations_of(make_style())["bead"]
    sms = make_workshop(owner_is=artisan_spec(name="Wanjiru Test", phone=PHONE))
    whatsapp = make_workshop(owner_is=artisan_spec(channel="whatsapp"))
    told(offer_sent(sms, operation), offer_sent(whatsapp, operation))
    sending.send_queued()
    commands.record_incoming(actor=actors.system(), channel="sms", phone=PHONE, body="Nitachelewa", provider_ref="1")
    commands.request_call(actor=artisan_of(sms), channel="ussd")
    Delivery.objects.create(
        source="whatsapp", dedupe_key="x", state="unreadable", error="entry is missing", received_at=noon
    )
    return sms


def text_of(client, **query) -> str:
    answer = client.get(reverse("tower:messages"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_who_got_what_and_what_it_cost(spoken):
    page = text_of(staff_client(Role.COORDINATOR))
    assert "Kazi mpya" in page
    assert "KSh\u00a00.80" in page
    assert "131026 Message undeliverable" in page
    assert "Nitachelewa" in page
    assert "Wanjiru Test" in page


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ({"show": "failed"}, "131026", "Nitachelewa"),
        ({"show": "new"}, "Nitachelewa", "Kazi mpya"),
        ({"show": "out", "channel": "sms"}, "Kazi mpya", "131026"),
        ({"template": "payout_paid"}, "No message here", "Kazi mpya"),
        ({"show": "calls"}, PHONE, "Kazi mpya"),
        ({"show": "posts"}, "entry is missing", "Kazi mpya"),
        ({"q": "nobody of that name"}, "No message here", "Kazi mpya"),
    ],
)
def test_filters(spoken, query, there, absent):
    page = text_of(staff_client(Role.COORDINATOR), **query)
    assert there in page
    assert absent not in page


@pytest.mark.parametrize(
    "query", [{"show": "%00"}, {"page": "x"}, {"channel": "pigeon"}, {"q": "\x00"}, {"q": "x" * 999}]
)
def test_nonsense_is_no_error(spoken, query):
    text_of(staff_client(Role.COORDINATOR), **query)


def test_names_and_numbers_only_for_those_who_call(spoken):
    for query in ({}, {"show": "calls"}):
        page = text_of(staff_client(Role.DESIGNER), **query)
        assert "Wanjiru Test" not in page
        assert PHONE not in page


def test_an_empty_factory_and_swahili(noon):
    for show in ("all", "calls", "posts", "failed"):
        text_of(staff_client(Role.COORDINATOR, language="sw"), show=show)


def test_the_actions_give_their_commands(spoken):
    client = staff_client(Role.COORDINATOR)
    failed = Message.objects.get(state="failed")
    client.post(reverse("tower:send_again", args=[failed.pk]), {"command_id": str(new_id())})
    failed.refresh_from_db()
    assert failed.state == "queued"
    heard = Message.objects.get(direction="in")
    client.post(reverse("tower:message_settled", args=[heard.pk]))
    heard.refresh_from_db()
    assert heard.state == "read"
    call = CallRequest.objects.get()
    client.post(reverse("tower:call_made", args=[call.pk]))
    call.refresh_from_db()
    assert call.state == "done"
    commands.set_pin(actor=artisan_of(spoken), pin="4826")
    client.post(reverse("tower:forget_pin", args=[owner(spoken).pk]))
    assert Contact.objects.get(pk=owner(spoken).pk).pin_hash == ""


def test_a_designer_changes_nothing(spoken):
    client = staff_client(Role.DESIGNER)
    failed, call = Message.objects.get(state="failed"), CallRequest.objects.get()
    client.post(reverse("tower:send_again", args=[failed.pk]))
    client.post(reverse("tower:call_made", args=[call.pk]))
    failed.refresh_from_db()
    call.refresh_from_db()
    assert (failed.state, call.state) == ("failed", "open")


def test_an_administrator_links_staff_to_the_chat_room(noon):
    user = User.objects.create(username="asha")
    client = staff_client(Role.ADMINISTRATOR)
    client.post(reverse("tower:link_staff"), {"user_id": str(user.pk), "chat_id": "U012ABCDEF"})
    assert StaffContact.objects.get().chat_id == "U012ABCDEF"
    other = User.objects.create(username="otieno")
    client.post(reverse("tower:link_staff"), {"user_id": str(other.pk), "chat_id": "U012ABCDEF"})
    assert StaffContact.objects.count() == 1
    client.post(reverse("tower:link_staff"), {"user_id": "x"})
    client.post(reverse("tower:link_staff"), {"user_id": str(user.pk), "chat_id": ""})
    assert not StaffContact.objects.exists()
    staff_client(Role.COORDINATOR).post(reverse("tower:link_staff"), {"user_id": str(user.pk), "chat_id": "U1"})
    assert not StaffContact.objects.exists()


def test_strangers_numbers_come_from_the_vault(noon):
    call = commands.request_call(actor=actors.system(), channel="ussd", phone="+254711222333")
    assert vault.get(call.pk, vault.CONTACT) == "+254711222333"
    assert "+254711222333" in text_of(staff_client(Role.COORDINATOR), show="calls")
