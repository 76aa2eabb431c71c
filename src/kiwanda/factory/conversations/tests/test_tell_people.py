"""Events become messages: to the right person, in her language, by her channel, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiwanda.core import actors
from kiwanda.core.ids import new_id
from kiwanda.core.models import ParkedEvent, ReactionCursor
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.catalog.tests.factories import make_style, operation_spec, operations_of
from kiwanda.factory.conversations import checks
from kiwanda.factory.conversations.models import Message, Thread
from kiwanda.factory.conversations.tests.factories import logged, offer_sent, told
from kiwanda.factory.dispatch.events import OfferAccepted, OfferExpired, WorkOrderClosed
from kiwanda.factory.network import commands as network
from kiwanda.factory.network.tests.factories import artisan_spec, coordinator, make_workshop, make_workshops, owner
from kiwanda.factory.quality.events import AppealDecided, InspectionRecorded
from kiwanda.factory.settlement.events import PayoutPaid

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    style = make_style(
        name_en="Sun earrings", name_sw="Hereni za jua",
        operations=[operation_spec(name_en="Beading", name_sw="Kushona shanga")],
    )
    return operations_of(style)["bead"]


def workshop_with(channel="sms", language="sw"):
    return make_workshop(owner_is=artisan_spec(channel=channel, language=language), members=1)


def accepted(workshop, operation, **more):
    given = {
        "offer_id": new_id(), "work_order_id": new_id(), "production_order_id": new_id(),
        "operation_id": operation.id, "workshop_id": workshop.id, "quantity": 9, "piece_rate_minor": 3500,
        "currency": "KES", "start_on": date(2026, 11, 25), "due_on": date(2026, 12, 5), "countered": True,
        "remainder": 3,
    }
    return OfferAccepted(**given | more)


def inspected(workshop, operation, accepted_quantity=10, rework=1, rejected=1):
    return InspectionRecorded(
        inspection_id=new_id(), hand_in_id=new_id(), work_order_id=new_id(), production_order_id=new_id(),
        operation_id=operation.id, workshop_id=workshop.id, hub_id=new_id(),
        quantity=accepted_quantity + rework + rejected, accepted_quantity=accepted_quantity, rework_quantity=rework,
        rejected_quantity=rejected, is_rework=False, piece_rate_minor=3500, currency="KES", is_last_operation=True,
    )


def test_an_offer_reaches_the_owner_in_her_language(operation, noon):
    swahili, english = workshop_with(language="sw"), workshop_with(language="en", channel="whatsapp")
    told(offer_sent(swahili, operation), offer_sent(english, operation))
    first, second = (Message.objects.get(artisan_id=owner(w).id) for w in (swahili, english))
    assert first.body == (
        "Kazi mpya: 12 x Kushona shanga, Hereni za jua. Malipo KSh 420. Leta kufikia 05/12. "
        "Jibu NDIYO au HAPANA kabla ya 24/11 18:00."
    )
    assert second.body == (
        "New work: 12 x Beading, Sun earrings. Pay KSh 420. Hand in by 05/12. Answer YES or NO before 24/11 18:00."
    )
    assert (first.channel, second.channel, first.state) == ("sms", "whatsapp", "queued")
    assert (first.thread.subject_kind, first.thread.workshop_id) == ("offer", swahili.id)


def test_the_app_needs_no_sms_and_a_ussd_menu_cannot_ring(operation):
    told(offer_sent(workshop_with("app"), operation), offer_sent(workshop_with("ussd"), operation))
    assert sorted(Message.objects.values_list("channel", "state")) == [("app", "sent"), ("sms", "queued")]
    assert list(checks.sent_messages_are_proven()) == []


def test_an_event_is_told_once_however_often_it_is_read(operation):
    told(*(offer_sent(w, operation) for w in make_workshops(3)))
    bodies = set(Message.objects.values_list("id", "body"))
    ReactionCursor.objects.all().update(position=0, tx=0)
    run_reactions(names={"conversations.tell_people"})
    assert set(Message.objects.values_list("id", "body")) == bodies
    assert len(bodies) == 3


def test_a_full_batch_costs_a_handful_of_queries(operation, django_assert_max_num_queries):
    workshops = make_workshops(40)
    logged(*(offer_sent(w, operation) for w in workshops for _ in range(5)))
    with django_assert_max_num_queries(25):
        run_reactions(names={"conversations.tell_people"}, max_rounds=1)
    assert Message.objects.count() == 200


def test_an_event_that_cannot_be_told_does_not_silence_the_others(operation):
    good, bad = make_workshops(2)
    wrong = replace(offer_sent(bad, operation), currency=None, piece_rate_minor=None)
    logged(offer_sent(good, operation), wrong, offer_sent(good, operation))
    for _ in range(14):
        run_reactions(names={"conversations.tell_people"})
        ReactionCursor.objects.update(retry_at=None)
    assert Message.objects.filter(artisan_id=owner(good).id).count() == 2
    assert ParkedEvent.objects.get().event.data["workshop_id"] == str(bad.id)


def test_who_answers_on_her_own_phone_is_not_written_to(operation):
    workshop = workshop_with()
    told(accepted(workshop, operation), actor=actors.artisan(owner(workshop).id, workshop.id))
    assert not Message.objects.exists()
    told(accepted(workshop, operation), actor=coordinator())
    assert Message.objects.get().template == "work_confirmed"
    assert "9 x Kushona shanga" in Message.objects.get().body


def test_an_offer_that_ran_out_and_a_counter_that_did_have_their_own_words(operation):
    workshop = workshop_with(language="en")
    for countered in (False, True):
        told(
            OfferExpired(
                offer_id=new_id(), production_order_id=new_id(), operation_id=operation.id, workshop_id=workshop.id,
                quantity=4, countered=countered,
            )
        )
    assert list(Message.objects.order_by("created_at").values_list("template", flat=True)) == [
        "offer_expired", "counter_refused",
    ]


def test_a_verdict_says_what_was_earned(operation):
    told(inspected(workshop_with(language="en"), operation))
    assert Message.objects.get().body == (
        "Sun earrings, Beading: 10 accepted, 1 to mend, 1 rejected. You earned KSh 350."
    )


def test_a_perfect_hand_in_is_praised_in_few_words(operation):
    told(inspected(workshop_with(), operation, rework=0, rejected=0))
    assert Message.objects.get().body == (
        "Hereni za jua, Kushona shanga: zote 10 zimekubaliwa. Umepata KSh 350. Hongera."
    )


@pytest.mark.parametrize(("granted", "words"), [(2, "2 pieces of Sun earrings"), (0, "the result stands")])
def test_an_appeal_is_answered(operation, granted, words):
    told(
        AppealDecided(
            appeal_id=new_id(), inspection_id=new_id(), hand_in_id=new_id(), work_order_id=new_id(),
            production_order_id=new_id(), operation_id=operation.id, workshop_id=workshop_with(language="en").id,
            hub_id=new_id(), granted_quantity=granted, is_rework=False, piece_rate_minor=3500, currency="KES",
            is_last_operation=False,
        )
    )
    assert words in Message.objects.get().body


def test_money_is_told_to_whose_phone_it_went(operation):
    workshop = workshop_with()
    payee = workshop.artisans.get(role="member")
    told(
        PayoutPaid(
            payout_id=new_id(), attempt_id=new_id(), workshop_id=workshop.id, payee_id=payee.id,
            amount_minor=125_000, currency="KES", receipt_ref="SGL31HA2UV",
        )
    )
    message = Message.objects.get()
    assert message.artisan_id == payee.id
    assert message.body == "KSh 1,250 zimetumwa kwenye simu yako. Risiti SGL31HA2UV. Asante kwa kazi yako."


def test_work_that_ends_by_itself_is_not_announced(operation):
    workshop = workshop_with()
    closed = WorkOrderClosed(
        work_order_id=new_id(), production_order_id=new_id(), operation_id=operation.id, workshop_id=workshop.id,
        state="done", quantity=12, accepted_quantity=12, rejected_quantity=0, short_quantity=0, lost_quantity=0,
        by_staff=False, on_time=True,
    )
    told(closed)
    assert not Message.objects.exists()
    told(replace(closed, by_staff=True, accepted_quantity=7, short_quantity=5))
    assert "7 zimekubaliwa, 5" in Message.objects.get().body


def test_a_log_in_code_goes_by_sms_even_to_the_app_and_stays_hidden():
    workshop = workshop_with("app")
    artisan = owner(workshop)
    from kiwanda.core import vault
    from kiwanda.factory.network.models import LoginCode
    from kiwanda.factory.network.subjects import login_code_subject

    network.request_login_code(actor=actors.public(), phone=vault.get(artisan.id, vault.PHONE))
    run_reactions(names={"conversations.tell_people"})
    message = Message.objects.get()
    code = vault.get(login_code_subject(LoginCode.objects.get().pk), "login_code")
    assert (message.channel, message.artisan_id) == ("sms", artisan.id)
    assert code not in message.body
    assert list(checks.secrets_are_sealed()) == []


def test_a_workshop_without_an_owner_to_tell_gives_no_message(operation):
    workshop = workshop_with()
    workshop.artisans.update(state="left")
    told(offer_sent(workshop, operation))
    assert not Message.objects.exists()
    assert not Thread.objects.exists()
