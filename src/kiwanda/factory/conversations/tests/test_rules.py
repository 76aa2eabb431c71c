"""Sending rules, delivery news in any order, PINs and opt-outs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from kiwanda.core import actors, clock, vault
from kiwanda.core.actors import Role
from kiwanda.core.clock import FACTORY_ZONE
from kiwanda.core.errors import Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event, Receipt, User
from kiwanda.factory.catalog.tests.factories import make_style, operations_of
from kiwanda.factory.conversations import commands, inbox, menus, sending
from kiwanda.factory.conversations.commands import DeliveryNews, SendingOutcome
from kiwanda.factory.conversations.errors import ConversationsError
from kiwanda.factory.conversations.models import CallRequest, Contact, Delivery, MenuSession, Message
from kiwanda.factory.conversations.rules import Reach, channel_for, is_urgent, quiet_until
from kiwanda.factory.conversations.templates import TEMPLATES, parameters, placeholders
from kiwanda.factory.conversations.tests.factories import offer_sent, told
from kiwanda.factory.network.tests.factories import (
    administrator,
    artisan_of,
    coordinator,
    make_workshop,
    owner,
)
from kiwanda.ports.menus import MenuEnd

HOURS = st.none() | st.integers(0, 23)


@given(st.integers(0, 366 * 24 * 60), HOURS, HOURS)
def test_quiet_hours_end_at_their_hour_and_within_a_day(minutes, begin, end):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    reach = Reach(quiet_from=begin, quiet_until=end)
    wait = quiet_until(now, reach)
    if wait is None:
        return
    assert now < wait <= now + timedelta(hours=24)
    assert wait.astimezone(FACTORY_ZONE).hour == (7 if end is None else end)
    assert quiet_until(wait, reach) is None


@pytest.mark.parametrize(
    ("hour", "quiet"), [(20, False), (21, True), (23, True), (0, True), (6, True), (7, False), (12, False)]
)
def test_the_house_sleeps_from_nine_to_seven(hour, quiet):
    now = datetime(2026, 11, 23, hour, 30, tzinfo=FACTORY_ZONE)
    assert (quiet_until(now, Reach()) is not None) == quiet


def test_equal_hours_mean_none_at_all():
    assert quiet_until(datetime(2026, 11, 23, 3, tzinfo=FACTORY_ZONE), Reach(quiet_from=5, quiet_until=5)) is None


@pytest.mark.parametrize(
    ("preferred", "template", "channel"),
    [("app", "offer_sent", "app"), ("app", "login_code", "sms"), ("ussd", "offer_sent", "sms"),
     ("whatsapp", "login_code", "whatsapp"), ("pigeon", "offer_sent", "sms")],
)  # fmt: skip
def test_which_channel(preferred, template, channel):
    assert channel_for(preferred, template, Reach()) == channel


def test_codes_and_answers_wait_for_nothing():
    assert is_urgent("login_code")
    assert is_urgent("reply")
    assert not is_urgent("offer_sent")


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_template_s_values_stand_in_the_order_of_its_sentence(template):
    for language in ("en", "sw"):
        names = placeholders(template, language)
        assert sorted(names) == sorted(placeholders(template, "en"))
        assert parameters(template, language, **{name: f"<{name}>" for name in names}) == [f"<{n}>" for n in names]


@pytest.fixture
def sent(noon):
    """A message the provider took."""
    told(offer_sent(make_workshop(), operations_of(make_style())["bead"]))
    message = Message.objects.get()
    outcome = SendingOutcome(message.id, ok=True, provider_ref="ref-1")
    commands.record_sending(actor=actors.system(), outcomes=[outcome])
    return message


def news(*states: str, **more) -> int:
    rows = [DeliveryNews("sms", "ref-1", state, **more) for state in states]
    return commands.record_deliveries(actor=actors.system(), news=rows)


RANK = {"sent": 0, "failed": 1, "delivered": 2, "read": 3}


@pytest.mark.django_db
@limits(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(sorted(RANK)), max_size=8))
def test_news_in_any_order_and_any_number_end_at_the_furthest_word(sent, states):
    Message.objects.update(state="sent", delivered_at=None, read_at=None, error="")
    reached = 0
    for state in states:
        news(state)
        current = RANK[Message.objects.get().state]
        assert current >= reached, states
        reached = current
    row = Message.objects.get()
    assert row.state == max(["sent", *states], key=lambda state: RANK[state])
    assert (row.read_at is not None) == ("read" in states)
    assert (row.delivered_at is not None) == bool({"read", "delivered"} & set(states))


@pytest.mark.django_db
def test_news_about_what_we_never_sent_are_no_fault_and_prices_are_counted_once(sent):
    assert commands.record_deliveries(
        actor=actors.system(), news=[DeliveryNews("sms", "nobody", "read"), DeliveryNews("sms", "", "read")]
    ) == 0
    news("delivered", cost_micros=800_000, cost_currency="KES")
    news("read", cost_micros=900_000, cost_currency="KES")
    assert Message.objects.get().cost_micros == 800_000


@pytest.mark.django_db
def test_a_late_failure_is_told_without_the_number(sent):
    news("failed", error="+254712345678 is absent")
    assert Message.objects.get().error == "… is absent"
    assert Event.objects.get(type="conversations.MessageFailed").data["error"] == "… is absent"


@pytest.mark.django_db
def test_a_provider_s_clock_in_the_future_is_now(sent, noon):
    news("delivered", at=noon + timedelta(days=400))
    assert Message.objects.get().delivered_at == noon


@pytest.mark.django_db
@pytest.mark.parametrize("pin", ["", "123", "12345", "abcd", "1111", "1234", "٤٨٢٦", None, 4826])
def test_a_poor_pin_is_refused(pin):
    with pytest.raises(Invalid):
        commands.set_pin(actor=artisan_of(make_workshop()), pin=pin)


@pytest.mark.django_db
def test_a_pin_is_chosen_once_checked_counted_and_reset_by_the_hub(noon):
    workshop = make_workshop()
    her = artisan_of(workshop)
    with pytest.raises(Rejected) as refused:
        commands.check_pin(actor=her, pin="4826")
    assert refused.value.error is ConversationsError.PIN_UNSET
    commands.set_pin(actor=her, pin="4826")
    with pytest.raises(Rejected) as refused:
        commands.set_pin(actor=her, pin="7351")
    assert refused.value.error is ConversationsError.PIN_SET
    for _ in range(4):
        with pytest.raises(Rejected):
            commands.check_pin(actor=her, pin="0000")
    # The right one in between forgives the wrong ones before it.
    assert commands.check_pin(actor=her, pin="4826") is True
    assert Contact.objects.get(pk=her.id).pin_failures == 0
    for _ in range(5):
        with pytest.raises(Rejected):
            commands.check_pin(actor=her, pin="0000")
    with pytest.raises(Rejected) as refused:
        commands.check_pin(actor=her, pin="4826")
    assert refused.value.error is ConversationsError.PIN_LOCKED
    commands.reset_pin(actor=coordinator(), artisan_id=her.id)
    commands.set_pin(actor=her, pin="7351")
    assert commands.check_pin(actor=her, pin="7351") is True
    commands.change_pin(actor=her, old="7351", pin="9026")
    named = [f"conversations.{name}_pin" for name in ("set", "check", "change")]
    assert not Receipt.objects.filter(command__in=named).exclude(body_hash="").exists()


@pytest.mark.django_db
def test_another_pin_is_chosen_by_who_knows_the_old_one(noon):
    her = artisan_of(make_workshop())
    with pytest.raises(Rejected) as refused:
        commands.change_pin(actor=her, old="4826", pin="9026")
    assert refused.value.error is ConversationsError.PIN_UNSET
    commands.set_pin(actor=her, pin="4826")
    with pytest.raises(Invalid):
        commands.change_pin(actor=her, old="4826", pin="1234")
    assert commands.check_pin(actor=her, pin="4826") is True
    commands.change_pin(actor=her, old="4826", pin="9026")
    assert commands.check_pin(actor=her, pin="9026") is True
    # The old one opens nothing any more, and guessing it here counts as guessing it there.
    guesses = [(commands.change_pin, {"old": "4826", "pin": "7351"}), (commands.check_pin, {"pin": "4826"})]
    for command, typed in [*guesses, *guesses, guesses[0]]:
        with pytest.raises(Rejected) as refused:
            command(actor=her, **typed)
        assert refused.value.error is ConversationsError.PIN_WRONG
    with pytest.raises(Rejected) as refused:
        commands.change_pin(actor=her, old="9026", pin="7351")
    assert refused.value.error is ConversationsError.PIN_LOCKED


@pytest.mark.django_db
def test_one_person_s_pin_opens_nobody_else_s(noon):
    one, other = artisan_of(make_workshop()), artisan_of(make_workshop())
    for her in (one, other):
        commands.set_pin(actor=her, pin="4826")
    hashes = set(Contact.objects.values_list("pin_hash", flat=True))
    assert len(hashes) == 2


@pytest.mark.django_db
def test_only_for_herself(noon):
    mine, other = make_workshop(), make_workshop()
    with pytest.raises(NotFound):
        commands.set_opt_out(actor=artisan_of(mine), artisan_id=owner(other).id, channel="sms", stopped=True)
    with pytest.raises(NotFound):
        commands.set_quiet_hours(actor=artisan_of(mine), artisan_id=owner(other).id, quiet_from=1, quiet_until=2)
    with pytest.raises(Forbidden):
        commands.reset_pin(actor=artisan_of(mine), artisan_id=owner(mine).id)


@pytest.mark.django_db
@pytest.mark.parametrize(("begin", "end"), [(24, 1), (-1, 1), (1, None), (None, 1), (True, 3), ("1", 3)])
def test_hours_that_are_none_are_refused(begin, end):
    workshop = make_workshop()
    with pytest.raises(Invalid):
        commands.set_quiet_hours(
            actor=artisan_of(workshop), artisan_id=owner(workshop).id, quiet_from=begin, quiet_until=end
        )


@pytest.mark.django_db
def test_her_own_hours_hold_messages_back_until_they_end(noon):
    workshop = make_workshop()
    commands.set_quiet_hours(
        actor=artisan_of(workshop), artisan_id=owner(workshop).id, quiet_from=11, quiet_until=14
    )
    told(offer_sent(workshop, operations_of(make_style())["bead"]))
    assert sending.send_queued() == 0
    assert Message.objects.get().retry_at == noon + timedelta(hours=2)
    assert Message.objects.get().attempts == 0
    with clock.at(noon + timedelta(hours=2)):
        assert sending.send_queued() == 1


@pytest.mark.django_db
def test_calls_are_asked_for_once_and_closed_once(noon):
    workshop = make_workshop()
    first = commands.request_call(actor=artisan_of(workshop), channel="ussd")
    assert commands.request_call(actor=artisan_of(workshop), channel="sms") == first
    commands.close_call(actor=coordinator(), call_id=first.id, note="will come on Friday")
    with pytest.raises(Rejected):
        commands.close_call(actor=coordinator(), call_id=first.id)
    assert commands.request_call(actor=artisan_of(workshop), channel="sms") != first
    with pytest.raises(NotFound):
        commands.close_call(actor=coordinator(), call_id=new_id())
    assert CallRequest.objects.count() == 2


@pytest.mark.django_db
def test_a_chat_name_is_one_person_s(noon):
    one, other = (User.objects.create(username=name) for name in ("asha", "otieno"))
    commands.link_staff_chat(actor=administrator(), user_id=one.pk, chat_id="U1")
    with pytest.raises(Rejected):
        commands.link_staff_chat(actor=administrator(), user_id=other.pk, chat_id="U1")
    with pytest.raises(NotFound):
        commands.link_staff_chat(actor=administrator(), user_id=new_id(), chat_id="U2")
    with pytest.raises(Forbidden):
        commands.link_staff_chat(
            actor=actors.staff(new_id(), Role.COORDINATOR), user_id=other.pk, chat_id="U2"
        )


@pytest.mark.django_db
def test_posts_are_kept_once_whatever_their_bytes_and_forgotten_after_a_month(noon):
    body = bytes(range(256))
    row = inbox.keep("whatsapp", body)
    assert row is not None
    assert inbox.raw(row) == body
    assert inbox.keep("whatsapp", body) is None
    assert inbox.keep("slack", body) is not None
    inbox.handled(row)
    with clock.at(noon + timedelta(days=31)):
        assert inbox.forget_old() == 1
        assert inbox.keep("whatsapp", body) is not None
    assert vault.get(row.id, inbox.RAW) is None
    assert Delivery.objects.filter(state="received").count() == 2


@pytest.mark.django_db
def test_a_session_s_end_is_counted_once(noon):
    end = MenuEnd("s1", "+254700000123", "success", 3, 9000, 1_000_000, "KES")
    menus.record_end(end)
    menus.record_end(MenuEnd("s1", "+254700000123", "failed", 3, 9000, 9_000_000, "KES"))
    row = MenuSession.objects.get()
    assert (row.state, row.cost_micros, row.cost_currency) == ("success", 1_000_000, "KES")
