"""Sending: once, with patience, and honest about failure; and what comes back in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import actors, clock, vault
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event, VaultEntry
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.catalog.tests.factories import make_style, operations_of
from kiwanda.factory.conversations import checks, commands, queries, sending
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.tests.factories import offer_sent, told
from kiwanda.factory.network import commands as network
from kiwanda.factory.network import queries as network_queries
from kiwanda.factory.network.tests.factories import (
    artisan_of,
    artisan_spec,
    coordinator,
    make_workshop,
    make_workshops,
    owner,
)
from kiwanda.ports.messaging import SendResult

pytestmark = pytest.mark.django_db
PHONE = "+254712345678"


class Outbox:
    """A provider that takes everything."""

    def __init__(self):
        self.outbox = []

    def send(self, message):
        self.outbox.append(message)
        return SendResult(ok=True, provider_ref=f"ref-{message.id}")


@pytest.fixture
def provider(monkeypatch):
    provider = Outbox()
    monkeypatch.setattr(sending, "bound", lambda port: {"messaging": provider}[port])
    return provider


@pytest.fixture
def offers(noon):
    operation = operations_of(make_style())["bead"]
    workshops = make_workshops(3)
    told(*(offer_sent(workshop, operation) for workshop in workshops))
    return workshops


def states():
    return sorted(Message.objects.values_list("state", flat=True))


def test_what_is_queued_is_sent_once_to_the_number_in_the_vault(offers, provider):
    assert sending.send_queued() == 3
    assert sending.send_queued() == 0
    assert {m.phone for m in provider.outbox} == {vault.get(owner(w).id, vault.PHONE) for w in offers}
    assert states() == ["sent"] * 3
    assert list(checks.sent_messages_are_proven()) == []


def test_a_limit_is_a_limit(offers, provider):
    assert sending.send_queued(limit=2) == 2
    assert states() == ["queued", "sent", "sent"]


def test_a_passing_fault_is_tried_again_with_growing_pauses_and_then_given_up(offers, monkeypatch, noon):
    class Busy:
        tries = 0

        def send(self, message):
            self.tries += 1
            return SendResult(ok=False, error="busy")

    busy = Busy()
    monkeypatch.setattr(sending, "bound", lambda port: busy)
    pauses = []
    moment = noon
    for _ in range(6):
        with clock.at(moment):
            sending.send_queued()
            sending.send_queued()
        retry_at = Message.objects.first().retry_at
        pauses.append(retry_at - moment)
        moment = max(moment, retry_at)
    assert busy.tries == 3 * 6
    assert pauses[:5] == [timedelta(minutes=m) for m in (1, 2, 4, 8, 16)]
    assert states() == ["failed"] * 3
    failed = Event.objects.filter(type="conversations.MessageFailed")
    assert {e.data["error"] for e in failed} == {"busy"}
    assert queries.needing_attention(coordinator()).count() == 3


def test_an_adapter_that_raises_holds_nobody_else_up(offers, monkeypatch):
    class Broken:
        def send(self, message):
            raise ConnectionError("cable cut")

    monkeypatch.setattr(sending, "bound", lambda port: Broken())
    assert sending.send_queued() == 0
    assert set(Message.objects.values_list("state", "error")) == {("queued", "ConnectionError: cable cut")}


def test_a_provider_that_quotes_the_number_does_not_put_it_in_the_log(offers, monkeypatch):
    class Talkative:
        def send(self, message):
            return SendResult(ok=False, error=f"{message.phone} is barred (0712 345 678)", permanent=True)

    monkeypatch.setattr(sending, "bound", lambda port: Talkative())
    sending.send_queued()
    errors = set(Message.objects.values_list("error", flat=True))
    assert errors == {e.data["error"] for e in Event.objects.filter(type="conversations.MessageFailed")}
    assert errors == {"… is barred (…)"}


def test_somebody_without_a_number_fails_at_once_and_is_sent_again_after_it_was_put_right(offers, provider):
    lost = owner(offers[0])
    VaultEntry.objects.filter(subject_id=lost.id, field=vault.PHONE).delete()
    assert sending.send_queued() == 2
    message = Message.objects.get(state="failed")
    assert (message.artisan_id, message.error) == (lost.id, "no phone number is known")
    network.change_phone(actor=coordinator(), artisan_id=lost.id, phone="0712345678")
    commands.send_again(actor=coordinator(), message_id=message.id)
    assert sending.send_queued() == 1
    with pytest.raises(Rejected) as refused:
        commands.send_again(actor=coordinator(), message_id=message.id)
    assert refused.value.error is ConversationsError.NOT_FAILED


def test_the_code_travels_once_and_is_then_gone(provider, noon, settings):
    settings.KIWANDA_DEMO = False
    workshop = make_workshop(owner_is=artisan_spec(phone=PHONE, language="en"))
    network.request_login_code(actor=actors.public(), phone=PHONE)
    run_reactions(names={"conversations.tell_people"})
    assert sending.send_queued() == 1
    (sent,) = provider.outbox
    code = sent.body.split("code is ")[1][:6]
    assert code.isdigit()
    assert not VaultEntry.objects.filter(field="login_code").exists()
    assert network_queries.login_code_shown_in_demo(PHONE) is None
    assert network.confirm_login_code(actor=actors.public(), phone=PHONE, code=code) == owner(workshop)


def test_a_code_that_was_overtaken_is_not_sent_and_troubles_nobody(provider, noon):
    make_workshop(owner_is=artisan_spec(phone=PHONE))
    for _ in range(2):
        network.request_login_code(actor=actors.public(), phone=PHONE)
    run_reactions(names={"conversations.tell_people"})
    assert sending.send_queued() == 1
    assert len(provider.outbox) == 1
    assert states() == ["failed", "sent"]
    assert not Event.objects.filter(type="conversations.MessageFailed").exists()
    assert not queries.needing_attention(coordinator()).exists()


def test_the_demo_keeps_the_code_to_show_it_until_it_is_used(provider, noon, settings):
    settings.KIWANDA_DEMO = True
    make_workshop(owner_is=artisan_spec(phone=PHONE))
    network.request_login_code(actor=actors.public(), phone=PHONE)
    run_reactions(names={"conversations.tell_people"})
    sending.send_queued()
    code = network_queries.login_code_shown_in_demo("0712 345 678")
    network.confirm_login_code(actor=actors.public(), phone=PHONE, code=code)
    assert network_queries.login_code_shown_in_demo(PHONE) is None


def incoming(**more):
    given = {"channel": "sms", "phone": PHONE, "body": "Ndiyo, nitaleta kesho. Wanjiru", "provider_ref": "AT-1"}
    return commands.record_incoming(actor=actors.system(), **given | more)


def test_what_comes_in_is_kept_once_sealed_and_readable_for_staff_and_its_writer(noon):
    workshop, other = make_workshop(owner_is=artisan_spec(phone=PHONE)), make_workshop()
    message = incoming()
    assert incoming() == message
    assert incoming(provider_ref="AT-2") != message
    assert Message.objects.get(pk=message.pk).body == ""
    assert "Wanjiru" not in str(list(Event.objects.values_list("data", flat=True)))
    (newest, _) = queries.with_workshop(coordinator(), workshop.id)
    assert newest.body.endswith("Wanjiru")
    assert queries.with_workshop(artisan_of(other), workshop.id) == []
    assert queries.messages(actors.public()).count() == 0
    assert queries.needing_attention(coordinator()).count() == 2
    commands.mark_read(actor=coordinator(), message_id=message.id)
    commands.mark_read(actor=coordinator(), message_id=message.id)
    assert queries.needing_attention(coordinator()).count() == 1
    assert list(checks.secrets_are_sealed()) == []


@pytest.mark.parametrize("phone", ["+15550100", "MPESA", "0799 999 999", ""])
def test_a_stranger_is_heard_too(phone):
    message = incoming(phone=phone)
    assert (message.artisan_id, message.thread.workshop_id, message.thread.subject_kind) == (None, None, "stranger")
    assert incoming(phone=phone, provider_ref="AT-9").thread == message.thread


def test_empty_endless_and_odd_words_are_taken(noon):
    make_workshop(owner_is=artisan_spec(phone=PHONE))
    for number, body in enumerate(["", "x" * 100_000, "a\x00b 😀"]):
        message = incoming(body=body, provider_ref=f"AT-{number}")
        assert len(vault.get(message.id, "message")) <= 4096
    with pytest.raises(Rejected):
        incoming(channel="pigeon")


def test_an_artisan_reads_her_own_messages_only(offers):
    mine = Message.objects.get(artisan_id=owner(offers[0]).id)
    Message.objects.filter(pk=mine.pk).update(state="sent")
    with pytest.raises(Rejected) as refused:
        commands.mark_read(actor=artisan_of(offers[1]), message_id=mine.pk)
    assert refused.value.status == 404
    assert commands.mark_read(actor=artisan_of(offers[0]), message_id=mine.pk).state == "read"
