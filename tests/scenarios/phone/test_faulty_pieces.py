"""Paid pieces turned out faulty: the app asks, she answers, and her answer counts once."""

from __future__ import annotations

import pytest

from kiwanda.core.ids import new_id
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.network.tests.factories import artisan_spec, finance_maker, make_workshop
from kiwanda.factory.settlement.commands import propose_correction
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import Correction
from kiwanda.factory.settlement.tests.conftest import rail
from kiwanda.factory.settlement.tests.factories import approved, earn
from tests.scenarios.phone.conftest import phone_of

__all__ = ["rail"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def earning(noon, rail):
    found = earn(10)
    approved()
    send_ready_payouts()
    return found


def ask(earning, pieces=4) -> Correction:
    return propose_correction(actor=finance_maker(), earning_id=earning.pk, quantity=pieces, reason="Cracked in use.")


@pytest.mark.parametrize(("answer", "state"), [("agree", "agreed"), ("refuse", "refused")])
def test_she_is_asked_in_the_app_and_her_word_decides(earning, answer, state):
    phone = phone_of(earning.workshop).sync()
    assert phone.of("cor") == {}
    row = ask(earning)
    said = phone.sync().of("cor")[str(row.pk)]
    assert (said["q"], said["a"], said["c"], said["why"]) == (4, row.amount_minor, "KES", "Cracked in use.")
    command = phone.do("answer_correction", cor=str(row.pk), answer=answer)
    phone.sync()
    row.refresh_from_db()
    assert (phone.answer(command)["s"], row.state) == ("ok", state)
    assert phone.of("cor") == {}, "an answered question stays on the phone"
    again = phone.do("answer_correction", cor=str(row.pk), answer="agree")
    phone.sync()
    row.refresh_from_db()
    assert (phone.answer(again)["s"], row.state) == ("rejected", state)


@pytest.mark.parametrize("answer", ["", "yes", True, 1, None, ["agree"], "agreed"])
def test_nothing_but_a_plain_word_is_an_answer(earning, answer):
    row = ask(earning)
    phone = phone_of(earning.workshop).sync()
    command = phone.do("answer_correction", cor=str(row.pk), answer=answer)
    phone.sync()
    row.refresh_from_db()
    assert (phone.answer(command)["s"], row.state) == ("rejected", "proposed")


def test_nobody_answers_for_another(earning):
    row = ask(earning)
    stranger = phone_of(make_workshop(techniques=["cast"])).sync()
    assert stranger.of("cor") == {}
    command = stranger.do("answer_correction", cor=str(row.pk), answer="agree")
    unknown = stranger.do("answer_correction", cor=str(new_id()), answer="agree")
    stranger.sync()
    row.refresh_from_db()
    assert [stranger.answer(one)["s"] for one in (command, unknown)] == ["rejected", "rejected"]
    assert row.state == "proposed"


def test_another_pin_from_the_app_counts_wrong_tries(earning):
    phone = phone_of(earning.workshop).sync()
    first = phone.do("set_pin", pin="7305")
    wrong = [phone.do("change_pin", old="0001", pin="8264") for _ in range(4)]
    right = phone.do("change_pin", old="7305", pin="8264")
    phone.sync()
    assert phone.answer(first)["s"] == phone.answer(right)["s"] == "ok"
    assert {phone.answer(one)["s"] for one in wrong} == {"rejected"}
    old = [phone.do("change_pin", old="7305", pin="5519") for _ in range(5)]
    locked = phone.do("change_pin", old="8264", pin="5519")
    phone.sync()
    assert {phone.answer(one)["s"] for one in old} == {"rejected"}
    assert phone.answer(locked)["s"] == "rejected"


@pytest.mark.parametrize("channel", ["app", "whatsapp", "sms"])
def test_who_was_paid_for_faulty_pieces_is_told_by_her_channel(noon, rail, channel):
    shop = make_workshop(techniques=["cast"], owner_is=artisan_spec(channel=channel, language="en"))
    unpaid = earn(10, workshop=shop)
    ask(unpaid, 1)
    run_reactions()
    told = Message.objects.filter(template="correction_asked")
    assert not told.exists(), "what is not paid yet is finance's own business"
    approved()
    send_ready_payouts()
    row = ask(unpaid, 4)
    run_reactions()
    message = told.get()
    assert "4 paid pieces" in message.body and "may say no" in message.body and len(message.body) <= 160
    assert (message.fallback_at is not None) == (channel == "app"), "unread in the app it is said again by SMS"
    assert message.buttons == ([[f"faulty:{row.pk}", "Answer"]] if channel == "whatsapp" else [])
