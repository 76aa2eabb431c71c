"""Reminders leave the house by e-mail: once, with the invoice, and what failed is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiwanda import ports
from kiwanda.core import actors, clock
from kiwanda.core.errors import Rejected
from kiwanda.core.events import events_about
from kiwanda.core.models import VaultEntry
from kiwanda.factory.billing import commands, jobs, letters
from kiwanda.factory.billing.models import Invoice, ReminderLetter
from kiwanda.factory.billing.tests.factories import make_shipped
from kiwanda.factory.network.tests.factories import coordinator, finance_maker
from kiwanda.ports.mail import Letter, Posted, Posting

pytestmark = pytest.mark.django_db


class Postman:
    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.answer = Posted(Posting.SENT)
        self.dies = False

    def send(self, letter: Letter) -> Posted:
        self.sent.append(letter)
        if self.dies:
            raise SystemExit
        return self.answer


@pytest.fixture
def postman(monkeypatch) -> Postman:
    man = Postman()
    real = ports.bound
    monkeypatch.setattr(jobs, "bound", lambda port: man if port == "mail" else real(port))
    return man


@pytest.fixture
def late(noon) -> Iterator[Invoice]:
    make_shipped()
    with clock.at(noon + timedelta(days=34)):
        yield Invoice.objects.get()


def said(late: Invoice, email: str = "accounts@shop.example") -> None:
    commands.set_invoice_contact(actor=finance_maker(), channel=late.channel_id, email=email)


def test_a_reminder_goes_out_once_with_the_invoice(late, postman) -> None:
    said(late)
    assert jobs.remind_late_payers() == 1
    assert jobs.send_letters() == 1
    assert jobs.send_letters() == 0 and jobs.look_after_letters() == 0
    (letter,) = postman.sent
    assert letter.to == "accounts@shop.example" and late.code in letter.subject and "$180" in letter.body
    assert letter.attachments[0].content.startswith(b"%PDF")
    row = ReminderLetter.objects.get()
    assert (row.state, row.attempts, row.step) == ("sent", 1, 1)
    assert [e.data["state"] for e in events_about(late.pk).filter(type="billing.ReminderLetterSettled")] == ["sent"]


def test_a_crash_while_it_is_handed_over_never_sends_it_twice(late, postman) -> None:
    said(late)
    jobs.remind_late_payers()
    postman.dies = True
    with pytest.raises(SystemExit):
        jobs.send_letters()
    postman.dies = False
    assert jobs.send_letters() == 0 and ReminderLetter.objects.get().state == "sending"
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert jobs.look_after_letters() == 1
    row = ReminderLetter.objects.get()
    assert row.state == "unknown" and len(postman.sent) == 1
    commands.send_letter_again(actor=finance_maker(), letter_id=row.pk)
    assert jobs.send_letters() == 1 and len(postman.sent) == 2
    assert postman.sent[0].letter_id != postman.sent[1].letter_id


def test_what_failed_is_seen_and_sent_again_by_hand(late, postman, client) -> None:
    jobs.remind_late_payers()
    jobs.send_letters()
    row = ReminderLetter.objects.get()
    assert (row.state, row.error) == ("failed", letters.NO_ADDRESS) and postman.sent == []
    said(late)
    postman.answer = Posted(Posting.FAILED, "SMTPRecipientsRefused: no such box")
    commands.send_letter_again(actor=finance_maker(), letter_id=row.pk)
    assert jobs.send_letters() == 0
    assert "no such box" in ReminderLetter.objects.get().error
    assert jobs.send_letters() == 0 and len(postman.sent) == 1
    with pytest.raises(Rejected):
        commands.send_letter_again(actor=coordinator(), letter_id=row.pk)


def test_what_is_paid_meanwhile_is_not_asked_for(late, postman) -> None:
    said(late)
    jobs.remind_late_payers()
    Invoice.objects.update(state="paid")
    assert jobs.send_letters() == 0 and postman.sent == []
    row = ReminderLetter.objects.get()
    assert row.error == letters.NOT_OPEN
    with pytest.raises(Rejected):
        commands.send_letter_again(actor=finance_maker(), letter_id=row.pk)


def test_without_a_mail_server_nothing_is_pretended(late, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "bound", lambda port: None)
    said(late)
    jobs.remind_late_payers()
    assert jobs.send_letters() == 0
    assert ReminderLetter.objects.get().error == letters.NO_SERVER


def test_the_address_lies_in_the_vault_only(late) -> None:
    said(late)
    assert letters.address_of(late.channel_id) == "accounts@shop.example"
    assert all("shop.example" not in str(row.data) for row in events_about(letters.address_subject(late.channel_id)))
    with pytest.raises(Rejected):
        said(late, "no address")
    said(late, "")
    assert not VaultEntry.objects.filter(subject_id=letters.address_subject(late.channel_id)).exists()
    with pytest.raises(Rejected):
        commands.settle_letter(actor=actors.system(), letter_id=late.pk, state="sent")
