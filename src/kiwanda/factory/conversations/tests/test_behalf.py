"""Acting for an artisan: with a reason, told in the same transaction, contested, answered by somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role, for_artisan
from kiwanda.core.errors import CoreError, Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations import behalf, checks, queries
from kiwanda.factory.conversations.commands import answer_action, contest_action, set_opt_out
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.models import Message, OnBehalf
from kiwanda.factory.dispatch.commands import accept_offer, answer_counter, counter_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import make_offers
from kiwanda.factory.network.commands import take_days_off
from kiwanda.factory.network.models import Artisan, DayOff
from kiwanda.factory.network.tests.factories import artisan_of, coordinator, make_workshop, owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(noon) -> Offer:
    return make_offers()[0]


def by_phone(reason: str = "she called, her phone is broken"):
    return for_artisan(coordinator(), reason)


def test_she_is_told_what_was_done_by_whom_and_why(offer):
    order = accept_offer(actor=by_phone(), offer_id=offer.pk)
    row = OnBehalf.objects.get()
    person = owner(offer.workshop)
    assert (row.command, row.state, row.role, row.artisan_id) == (
        "dispatch.accept_offer",
        "told",
        "coordinator",
        person.pk,
    )
    assert row.message.artisan_id == person.pk and row.message.state == "queued"
    body = row.message.body
    assert f"amekubali kazi {order.quantity} x" in body and "she called, her phone is broken" in body
    assert "mratibu" in body and "SIKUBALI" in body
    # Nothing else says the same once more.
    run_reactions()
    assert not Message.objects.filter(template="work_confirmed").exists()
    assert list(checks.deeds_are_told()) == []
    event = Event.objects.get(type="core.ActedOnBehalf")
    assert "phone" not in str(event.data), "the reason stays out of the log"


@pytest.mark.parametrize("reason", ["", "   ", "ok", "x" * 121, "\x07\x00"])
def test_without_a_reason_nothing_happens(offer, reason):
    with pytest.raises(Invalid) as refused:
        accept_offer(actor=by_phone(reason), offer_id=offer.pk)
    assert refused.value.field == "behalf"
    assert not WorkOrder.objects.exists() and not OnBehalf.objects.exists()


def test_what_cannot_be_told_is_not_done(offer):
    # The owner of an open workshop cannot leave; should nobody be there all the same, nothing is done in her name.
    Artisan.objects.filter(workshop=offer.workshop).update(state="left")
    with pytest.raises(Rejected) as refused:
        decline_offer(actor=by_phone(), offer_id=offer.pk, reason="ill")
    assert refused.value.error is ConversationsError.NOBODY_TOLD
    offer.refresh_from_db()
    assert offer.state == "sent"


def test_the_same_command_again_tells_once(offer):
    actor, command_id = by_phone(), new_id()
    for _ in range(3):
        accept_offer(actor=actor, command_id=command_id, offer_id=offer.pk)
    assert OnBehalf.objects.count() == 1 and Message.objects.filter(template="acted").count() == 1


def test_a_refusal_or_what_is_so_already_tells_nothing(offer):
    person = owner(offer.workshop)
    with pytest.raises(Rejected):
        decline_offer(actor=by_phone(), offer_id=offer.pk, reason="no such reason")
    set_opt_out(actor=by_phone(), artisan_id=person.pk, channel="sms", stopped=False)
    assert not OnBehalf.objects.exists()


def test_she_does_it_herself_without_any_reason(offer):
    accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    assert not OnBehalf.objects.exists()
    assert list(checks.deeds_are_told()) == []


def test_agreeing_to_her_own_terms_is_no_deed_for_her(offer):
    counter_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, due_on=offer.due_on + timedelta(days=2))
    answer_counter(actor=coordinator(), offer_id=offer.pk, accept=True)
    run_reactions()
    assert not OnBehalf.objects.exists()
    assert Message.objects.filter(template="work_confirmed").count() == 1


def test_told_contested_answered_by_somebody_else(offer):
    first = by_phone()
    decline_offer(actor=first, offer_id=offer.pk, reason="ill")
    row = OnBehalf.objects.get()
    herself = artisan_of(offer.workshop)
    with pytest.raises(Rejected) as early:
        answer_action(actor=coordinator(), action_id=row.pk, answer="Too soon.")
    assert early.value.error is CoreError.WRONG_STATE
    contest_action(actor=herself, action_id=row.pk, reason="I was never ill")
    with pytest.raises(Rejected):
        contest_action(actor=herself, action_id=row.pk, reason="again")
    with pytest.raises(Rejected) as own:
        answer_action(actor=first, action_id=row.pk, answer="It was right.")
    assert own.value.error is ConversationsError.OWN_ANSWER
    answer_action(actor=coordinator(), action_id=row.pk, answer="You were right, it is offered again.")
    run_reactions()
    told = Message.objects.get(template="action_answered")
    assert "it is offered again" in told.body and told.artisan_id == row.artisan_id
    (deed,) = behalf.deeds(list(queries.actions(herself)), "en")
    assert (deed.state, deed.contest, deed.by) == ("answered", "I was never ill", "the coordinator")
    assert deed.text.startswith("Declined ")


def test_nobody_elses_deed_can_be_seen_or_contested(offer):
    decline_offer(actor=by_phone(), offer_id=offer.pk, reason="ill")
    stranger = artisan_of(make_workshop())
    assert not queries.actions(stranger).exists()
    with pytest.raises(NotFound):
        contest_action(actor=stranger, action_id=OnBehalf.objects.get().pk, reason="not mine")
    with pytest.raises(Forbidden):
        answer_action(actor=stranger, action_id=OnBehalf.objects.get().pk, answer="mine")


def test_days_off_are_said_in_her_language(offer):
    person = owner(offer.workshop)
    Artisan.objects.filter(pk=person.pk).update(language="en")
    today = clock.today()
    take_days_off(actor=by_phone(), workshop_id=offer.workshop_id, days=[today, today + timedelta(days=1)])
    assert DayOff.objects.count() == 2
    body = OnBehalf.objects.get().message.body
    assert f"the coordinator wrote down 2 days off from {today:%d/%m}" in body


def test_every_deed_that_artisans_own_commands_tell_has_its_words():
    from kiwanda.core.events import EVENT_TYPES

    assert set(behalf.DEEDS) <= set(EVENT_TYPES)
    for english, swahili in behalf.DEEDS.values():
        assert english != swahili


def test_administrators_answer_to_the_same_rule(offer):
    administrator = actors.staff(new_id(), Role.ADMINISTRATOR)
    with pytest.raises(Invalid):
        accept_offer(actor=administrator, offer_id=offer.pk)
    accept_offer(actor=for_artisan(administrator, "she stood at the desk"), offer_id=offer.pk)
    assert OnBehalf.objects.get().role == "administrator"
