"""Exceptions in the staff's room: told once, answered with the rights of the person who presses."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.models import User
from kiwanda.factory.conversations.commands import link_staff_chat, request_call
from kiwanda.factory.conversations.models import CallRequest, Delivery, StaffNotice
from kiwanda.factory.dispatch.commands import counter_offer
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.tests.factories import make_offers
from kiwanda.factory.network.tests.factories import administrator, artisan_of, make_workshop
from kiwanda.twin.simulators import Fault

pytestmark = pytest.mark.django_db


def linked(chat_id: str, *roles: Role) -> User:
    user = User.objects.create(username=f"staff-{chat_id.lower()}")
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    link_staff_chat(actor=administrator(), user_id=user.pk, chat_id=chat_id)
    return user


@pytest.fixture
def countered(world) -> Offer:
    offer = make_offers(quantity=12, workshops=1)[0]
    counter_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, quantity=5)
    world.settle()
    return offer


def test_other_terms_are_told_once_and_agreed_with_one_press(world, countered):
    linked("U1", Role.COORDINATOR)
    (post,) = [item for item in world.slack.posts if "other terms" in item["text"]]
    assert "5 instead of" in json.dumps(post)
    world.slack.press("accept_counter", "U1", world.slack.posts.index(post))
    world.settle()
    countered.refresh_from_db()
    assert countered.state == "accepted"
    assert world.slack.answers == ["staff-u1 agreed to the other terms."]


def test_the_same_press_posted_again_does_nothing_twice(world, countered):
    linked("U1", Role.COORDINATOR)
    world.slack.press("refuse_counter", "U1")
    world.slack.callbacks.doubled = 1.0
    world.settle()
    countered.refresh_from_db()
    assert countered.state == "declined"
    assert len(world.slack.answers) == 1


def test_a_second_person_s_press_is_told_that_it_was_done(world, countered):
    linked("U1", Role.COORDINATOR)
    linked("U2", Role.COORDINATOR)
    number = len(world.slack.posts) - 1
    for user in ("U1", "U2"):
        world.slack.press("refuse_counter", user, number)
        world.settle()
    assert "already declined" in world.slack.answers[-1]


@pytest.mark.parametrize("roles", [(Role.INSPECTOR,), (Role.FINANCE_MAKER,), ()])
def test_a_press_has_the_rights_of_its_person_and_no_more(world, countered, roles):
    linked("U1", *roles)
    world.slack.press("accept_counter", "U1")
    world.settle()
    countered.refresh_from_db()
    assert countered.state == "countered"
    assert world.slack.answers == ["Your role does not allow this."]


def test_somebody_unknown_or_gone_is_told_so(world, countered):
    user = linked("U1", Role.COORDINATOR)
    world.slack.press("accept_counter", "U9")
    world.settle()
    assert "Nobody at Kiwanda" in world.slack.answers[-1]
    User.objects.filter(pk=user.pk).update(is_active=False)
    world.slack.press("accept_counter", "U1")
    world.settle()
    assert "Nobody at Kiwanda" in world.slack.answers[-1]
    countered.refresh_from_db()
    assert countered.state == "countered"


def test_a_wanted_call_is_told_and_closed(world):
    linked("U1", Role.COORDINATOR)
    workshop = make_workshop()
    request_call(actor=artisan_of(workshop), channel="sms")
    world.settle()
    assert workshop.code in world.slack.posts[-1]["text"]
    world.slack.press("close_call", "U1")
    world.settle()
    assert CallRequest.objects.get().state == "done"


def test_old_and_unsigned_presses_are_refused(world, countered):
    linked("U1", Role.COORDINATOR)
    world.slack.press("accept_counter", "U1", age_seconds=301)
    assert world.slack.callbacks.flush(tries=1) == 0
    body = urlencode({"payload": "{}"}).encode()
    assert Client().post("/hooks/slack/", body, content_type="application/x-www-form-urlencoded").status_code == 403
    assert not Delivery.objects.filter(source="slack").exists()


def test_every_sample_and_garbage_is_taken_and_never_breaks(world, shared_data):
    bodies = [b"", b"payload=", b"payload=%7B", b"payload=[]", b"\xff\xfe"]
    for path in sorted((shared_data / "messaging" / "slack").glob("*.json")):
        bodies.append(urlencode({"payload": path.read_text()}).encode())
    for body in bodies:
        assert world.slack.callbacks.now(world.slack.signed(body))[0] == 200
    world.settle()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"handled", "unreadable"}
    assert world.slack.answers == []


def test_a_room_that_does_not_answer_loses_no_notice(world):
    world.slack.faults.shares = {Fault.THROTTLED: 1.0}
    request_call(actor=artisan_of(make_workshop()), channel="sms")
    world.settle()
    assert StaffNotice.objects.get().state == "queued"
    world.slack.faults.shares = {}
    with clock.at(clock.now() + timedelta(minutes=1)):
        world.settle()
    assert StaffNotice.objects.get().state == "sent"
    assert len(world.slack.posts) == 1
