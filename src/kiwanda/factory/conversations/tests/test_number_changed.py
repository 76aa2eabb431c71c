"""Who has her number changed by somebody else hears of it on the number that was hers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kiwanda.core import clock, vault
from kiwanda.core.models import VaultEntry
from kiwanda.factory.conversations import sending
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.network.commands import change_phone
from kiwanda.factory.network.tests.factories import artisan_spec, coordinator, make_workshop, owner
from kiwanda.ports.messaging import OutgoingMessage, SendResult

pytestmark = pytest.mark.django_db

OLD, NEW = "+254712345678", "+254722345678"


class Provider:
    def __init__(self) -> None:
        self.given: list[OutgoingMessage] = []

    def send(self, message: OutgoingMessage) -> SendResult:
        self.given.append(message)
        return SendResult(ok=True, provider_ref=str(message.id))


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    one = Provider()
    monkeypatch.setattr(sending, "bound", lambda port: one)
    return one


def test_the_old_number_is_told_at_once_also_at_night(noon: datetime, provider: Provider) -> None:
    person = owner(make_workshop(owner_is=artisan_spec(phone=OLD)))
    with clock.at(noon + timedelta(hours=14)):
        change_phone(actor=coordinator(), artisan_id=person.pk, phone=NEW)
        sending.send_queued()
    (told,) = [message for message in provider.given if message.phone == OLD]
    assert "Kiwanda" in told.body and OLD not in told.body and NEW not in told.body
    assert not [message for message in provider.given if message.phone == NEW]
    assert Message.objects.get(template="number_changed").state == "sent"


def test_the_old_number_is_kept_only_with_what_was_written_to_it(noon: datetime, provider: Provider) -> None:
    person = owner(make_workshop(owner_is=artisan_spec(phone=OLD)))
    change_phone(actor=coordinator(), artisan_id=person.pk, phone=NEW)
    (entry,) = VaultEntry.objects.filter(field=vault.CONTACT)
    assert entry.subject_id == Message.objects.get(template="number_changed").pk


def test_the_same_number_again_is_no_change(noon: datetime, provider: Provider) -> None:
    person: Any = owner(make_workshop(owner_is=artisan_spec(phone=OLD)))
    change_phone(actor=coordinator(), artisan_id=person.pk, phone="0712 345 678")
    assert not Message.objects.exists() and not VaultEntry.objects.filter(field=vault.CONTACT).exists()
