"""What goes wrong between a phone and the factory, one test each."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from kiwanda.core import actors, clock
from kiwanda.core.models import Receipt
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations.commands import fall_back, set_pin
from kiwanda.factory.conversations.models import CallRequest, Contact, Message
from kiwanda.factory.devices.models import Device, FeedChange, FeedRow, PhoneCommand
from kiwanda.factory.dispatch.commands import accept_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.commands import set_contact_preference
from kiwanda.factory.network.tests.factories import artisan_of
from tests.scenarios.phone.model import Phone, twice

pytestmark = pytest.mark.django_db


def test_the_same_id_with_another_body_is_refused(phone):
    phone.sync()
    phone.do("request_call", about="")
    body = phone.body()
    assert phone.post(body).json()["res"][0]["s"] == "ok"
    changed = twice(body)
    changed["cmds"][0]["args"] = {"about": "other"}
    result = phone.post(changed).json()["res"][0]
    assert (result["s"], result["code"]) == ("rejected", "id_reuse")


def test_a_gap_in_the_count_waits_for_what_is_missing(phone, offer):
    phone.sync()
    first, second = phone.do("request_call", about=""), phone.do("accept_offer", offer=str(offer.pk))
    body = phone.body()
    late = twice(body) | {"cmds": body["cmds"][1:]}
    result = phone.post(late).json()["res"][0]
    assert (result["id"], result["s"]) == (second, "held")
    assert not WorkOrder.objects.filter(offer=offer).exists()
    phone.sync()
    assert phone.answer(first)["s"] == phone.answer(second)["s"] == "ok"


def test_commands_in_reverse_are_carried_out_in_order_and_answered_as_they_came(phone, offer):
    phone.sync()
    phone.do("accept_offer", offer=str(offer.pk))
    phone.do("request_call", about="")
    body = phone.body()
    body["cmds"].reverse()
    results = phone.post(body).json()["res"]
    assert [row["id"] for row in results] == [command["id"] for command in body["cmds"]]
    assert {row["s"] for row in results} == {"ok"}


def test_a_count_used_twice_is_no_second_command(phone):
    phone.sync()
    phone.do("request_call", about="")
    phone.sync()
    phone.seq -= 1
    again = phone.do("request_call", about="")
    phone.sync()
    assert (phone.answer(again)["s"], phone.answer(again)["code"]) == ("rejected", "seq_reuse")


def test_an_id_another_artisan_used_tells_nothing_and_does_nothing(phone, factory, offer):
    other = Phone(next(shop for shop in factory.workshops if shop.pk != offer.workshop_id).artisans.get()).log_in()
    phone.sync()
    phone.do("request_call", about="")
    phone.sync()
    used = PhoneCommand.objects.get()
    other.sync()
    command = other.do("request_call", about="")
    other.outbox[0]["id"] = str(used.pk)
    other.outbox[0]["at"] = used.done_at_ms
    next_one = other.do("set_channel", channel="sms")
    other.sync()
    assert other.answers[str(used.pk)]["code"] == "id_reuse"
    assert other.answer(next_one)["s"] == "ok", "the count goes on"
    assert command not in other.answers
    assert CallRequest.objects.count() == 1


def test_an_outbox_of_a_month_is_taken_and_judged_by_what_is_so_now(phone, offer):
    phone.sync()
    command = phone.do("accept_offer", offer=str(offer.pk))
    with clock.at(clock.now() + timedelta(days=30)):
        phone.sync()
    assert phone.answer(command)["s"] == "rejected"
    assert "expired" in phone.answer(command)["code"]


@pytest.mark.parametrize("skew", [-56 * 365 * 86400_000, 365 * 86400_000, -3 * 3600_000, 11 * 60_000])
def test_a_wrong_clock_is_noted_and_never_a_reason_to_refuse(phone, offer, skew):
    phone.skew_ms = skew
    phone.sync()
    command = phone.do("accept_offer", offer=str(offer.pk))
    phone.sync()
    assert phone.answer(command)["s"] == "ok"
    assert Device.objects.get(pk=phone.device).skew_seconds == pytest.approx(skew / 1000, abs=2)
    phone.skew_ms = 60_000
    phone.sync()
    assert Device.objects.get(pk=phone.device).skew_seconds == 0


def test_two_phones_accept_and_decline_one_offer_and_the_first_wins(phone, offer):
    other = Phone(phone.artisan).log_in().sync()
    phone.sync()
    yes, no = (
        phone.do("accept_offer", offer=str(offer.pk)),
        other.do("decline_offer", offer=str(offer.pk), reason="ill"),
    )
    phone.sync()
    other.sync()
    assert phone.answer(yes)["s"] == "ok"
    assert other.answer(no)["s"] == "rejected" and other.answer(no)["m"]
    assert other.of("offer")[str(offer.pk)]["s"] == "accepted"


def test_another_channel_was_faster(phone, offer):
    phone.sync()
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="busy")
    command = phone.do("accept_offer", offer=str(offer.pk))
    phone.sync()
    assert phone.answer(command)["s"] == "rejected"
    assert phone.of("offer")[str(offer.pk)]["s"] == "declined"


def test_a_wiped_database_begins_anew(phone, offer):
    phone.sync()
    rows = twice({f"{kind} {thing}": row for (kind, thing), row in phone.rows.items()})
    phone.cursor, phone.rows = 0, {}
    phone.sync()
    assert {f"{kind} {thing}": row for (kind, thing), row in phone.rows.items()} == rows


def test_a_cursor_from_before_a_restored_backup_begins_anew(phone):
    phone.sync()
    phone.cursor += 1000
    answer = phone.post(phone.body()).json()
    assert answer["reset"]


def test_a_change_that_commits_late_is_numbered_late(phone, offer):
    """What was written while the phone synced, and is seen only afterwards, comes with the next sync."""
    phone.sync()
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="busy")
    late = list(FeedChange.objects.filter(artisan_id=phone.artisan.pk).values("artisan_id", "kind", "object_id"))
    FeedChange.objects.all().delete()
    phone.sync()
    assert phone.of("offer")[str(offer.pk)]["s"] == "sent"
    FeedChange.objects.bulk_create([FeedChange(**row) for row in late])
    phone.sync()
    assert phone.of("offer")[str(offer.pk)]["s"] == "declined"


def test_what_no_event_told_is_healed_by_the_comparison(phone, offer):
    phone.sync()
    FeedRow.objects.filter(artisan_id=phone.artisan.pk, kind="offer", object_id=str(offer.pk)).delete()
    phone.rows.pop(("offer", str(offer.pk)))
    with clock.at(clock.now() + timedelta(minutes=11)):
        phone.sync()
    assert ("offer", str(offer.pk)) in phone.rows


def test_what_is_over_leaves_the_phone_after_ninety_days(phone, offer):
    phone.sync()
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="busy")
    phone.sync()
    assert ("offer", str(offer.pk)) in phone.rows
    with clock.at(clock.now() + timedelta(days=89)):
        phone.sync()
        assert ("offer", str(offer.pk)) in phone.rows
    with clock.at(clock.now() + timedelta(days=98)):
        phone.sync()
    assert ("offer", str(offer.pk)) not in phone.rows


def test_an_offer_that_reached_the_phone_is_not_said_again_by_sms(phone, offer, factory):
    person = phone.artisan
    set_contact_preference(actor=artisan_of(offer.workshop), artisan_id=person.pk, language="sw", channel="app")
    phone.sync()
    message = Message.objects.get(artisan_id=person.pk, template="offer_sent", thread__subject_id=offer.pk)
    Message.objects.filter(pk=message.pk).update(
        channel="app", state="sent", sent_at=clock.now(), fallback_at=clock.now() + timedelta(minutes=30)
    )
    # A phone that has heard of it asks for what comes after it: that is the proof.
    Device.objects.filter(pk=phone.device).update(cursor=0)
    phone.sync()
    message.refresh_from_db()
    assert (message.state, message.fallback_at) == ("delivered", None)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert fall_back(actor=actors.system()) == 0


def test_an_offer_on_the_phone_before_its_message_was_written_counts_as_told(phone, offer):
    set_contact_preference(actor=artisan_of(offer.workshop), artisan_id=phone.artisan.pk, language="sw", channel="app")
    phone.sync()
    Message.objects.filter(artisan_id=phone.artisan.pk, template="offer_sent").update(
        channel="app", state="sent", sent_at=clock.now(), fallback_at=clock.now() + timedelta(minutes=30)
    )
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert fall_back(actor=actors.system()) == 0


def test_a_lost_answer_is_no_proof_and_the_sms_goes_out(phone, offer):
    set_contact_preference(actor=artisan_of(offer.workshop), artisan_id=phone.artisan.pk, language="sw", channel="app")
    Message.objects.filter(artisan_id=phone.artisan.pk, template="offer_sent").update(
        channel="app", state="sent", sent_at=clock.now(), fallback_at=clock.now() + timedelta(minutes=30)
    )
    phone.post(phone.body())
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert fall_back(actor=actors.system()) > 0


def test_wrong_pins_count_although_the_command_is_refused(phone, offer):
    from kiwanda.surfaces.phone.sync.table import TYPES

    if "ask_advance" not in TYPES:
        pytest.skip("the house gives no advances")
    set_pin(actor=artisan_of(offer.workshop), pin="7305")
    phone.sync()
    for _ in range(3):
        phone.do("ask_advance", a=50_000, pin="0001")
    phone.sync()
    assert Contact.objects.get(pk=phone.artisan.pk).pin_failures == 3
    for _ in range(4):
        phone.do("ask_advance", a=50_000, pin="0001")
    right = phone.do("ask_advance", a=50_000, pin="7305")
    phone.sync()
    assert phone.answer(right)["code"] == "conversations.pin_locked"


def test_no_pin_is_kept_where_it_could_be_guessed_from(phone):
    phone.sync()
    command = phone.do("set_pin", pin="7305")
    phone.sync()
    assert phone.answer(command)["s"] == "ok"
    assert phone.of("me")[str(phone.artisan.pk)]["pin"] is True
    assert not Receipt.objects.filter(command_id=command, command="conversations.set_pin").exists()
    kept = PhoneCommand.objects.get(pk=command)
    assert "7305" not in str(vars(kept))


def test_a_fault_of_ours_does_not_stand_in_the_way_for_ever(phone, monkeypatch):
    from kiwanda.surfaces.phone.sync import table

    def broken(given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(table.TYPES, "request_call", broken)
    phone.sync()
    bad, good = phone.do("request_call", about=""), phone.do("set_channel", channel="app")
    phone.sync()
    assert (phone.answer(bad)["s"], phone.answer(bad)["code"]) == ("rejected", "fault")
    assert phone.answer(good)["s"] == "ok"


def test_a_command_given_on_the_plain_page_under_the_same_id_happens_once(phone, offer):
    phone.sync()
    command = phone.do("accept_offer", offer=str(offer.pk))
    accept_offer(actor=artisan_of(offer.workshop), command_id=UUID(command), offer_id=offer.pk)
    phone.sync()
    assert phone.answer(command)["s"] == "ok"
    assert WorkOrder.objects.filter(offer=offer).count() == 1


def test_messages_come_to_the_phone_in_the_workers_round(phone, offer):
    phone.sync()
    before = set(phone.of("msg"))
    accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    other = Offer.objects.filter(workshop_id=offer.workshop_id, state="sent").first()
    if other is None:
        pytest.skip("no second offer to withdraw")
    from kiwanda.factory.dispatch.commands import withdraw_offer
    from kiwanda.factory.network.tests.factories import coordinator

    withdraw_offer(actor=coordinator(), offer_id=other.pk)
    run_reactions()
    phone.sync()
    assert set(phone.of("msg")) - before


def test_a_new_feed_is_compared_soon_for_transactions_that_did_not_know_of_it(phone, offer):
    phone.sync()
    FeedRow.objects.filter(artisan_id=phone.artisan.pk, kind="offer").delete()
    phone.rows = {key: row for key, row in phone.rows.items() if key[0] != "offer"}
    with clock.at(clock.now() + timedelta(minutes=10, seconds=1)):
        phone.sync()
    assert str(offer.pk) in phone.of("offer")
