"""Paid pieces turned out faulty: she answers by SMS numbers or WhatsApp buttons."""

from __future__ import annotations

import pytest

from kiwanda.factory.network.tests.factories import artisan_spec, finance_maker, make_workshop
from kiwanda.factory.settlement.commands import propose_correction
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import Correction
from kiwanda.factory.settlement.tests.conftest import rail
from kiwanda.factory.settlement.tests.factories import approved, earn
from kiwanda.surfaces.chat.tests.test_wishes import phone_of, said, tap

__all__ = ["rail"]
pytestmark = pytest.mark.django_db


def asked(world, channel) -> Correction:
    """Four of ten paid pieces are said to be faulty, and the workshop was told."""
    shop = make_workshop(techniques=["cast"], owner_is=artisan_spec(channel=channel))
    earning = earn(10, workshop=shop)
    approved()
    send_ready_payouts()
    world.settle()
    row = propose_correction(actor=finance_maker(), earning_id=earning.pk, quantity=4, reason="Zimevunjika.")
    world.settle()
    return row


@pytest.mark.parametrize(("number", "state"), [("1", "agreed"), ("2", "refused")])
def test_by_sms_word_and_number(world, rail, number, state):
    row = asked(world, "sms")
    assert "KAZI" in world.sms.inbox(phone_of(row.workshop))[-1]
    listed = said(world, row.workshop, "KAZI")
    line = next(line for line in listed.splitlines() if "Kasoro: 4" in line)
    question = said(world, row.workshop, line.split()[0])
    assert "Zimevunjika." in question and "1 Nakubali" in question and "2 Sikubali" in question
    said(world, row.workshop, number)
    row.refresh_from_db()
    assert row.state == state
    assert "Kasoro" not in said(world, row.workshop, "KAZI")


@pytest.mark.parametrize(("label", "state"), [("Nakubali", "agreed"), ("Sikubali", "refused")])
def test_by_whatsapp_button(world, rail, label, state):
    row = asked(world, "whatsapp")
    tap(world, row.workshop, "Jibu")
    tap(world, row.workshop, label)
    row.refresh_from_db()
    assert row.state == state


def test_another_s_button_answers_nothing(world, rail):
    row = asked(world, "whatsapp")
    thief = make_workshop(owner_is=artisan_spec(channel="whatsapp"))
    button = {"type": "button", "button": {"payload": f"faulty:{row.pk}", "text": "x"}}
    world.whatsapp._incoming(phone_of(thief), button)
    world.settle()
    assert "limefungwa" in world.whatsapp.thread(phone_of(thief))[-1].text
    row.refresh_from_db()
    assert row.state == "proposed"
