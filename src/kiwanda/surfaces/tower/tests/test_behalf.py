"""The page on which a coordinator acts for a workshop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.conversations.commands import contest_action
from kiwanda.factory.conversations.models import Contact, OnBehalf
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import DayOff
from kiwanda.factory.network.tests.factories import artisan_of, owner
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.supply.models import Issue
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db
WHY = "she called, her phone is broken"


@pytest.fixture
def factory(db):
    small = SmallFactory()
    small.plan()
    with clock.at(small.day + timedelta(hours=1)):
        yield small


@pytest.fixture
def coordinator() -> Client:
    return staff_client(Role.COORDINATOR)


def press(client: Client, workshop, do: str, **fields) -> str:
    """Press one button of the page; the page afterwards."""
    form = {"behalf": WHY, "do": do, "command_id": str(new_id())} | fields
    answer = client.post(reverse("tower:do_behalf", args=[workshop.pk]), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def first_offer() -> Offer:
    """An open offer of a first step: nothing has to be made before it."""
    return Offer.objects.filter(state="sent").select_related("workshop").order_by("operation__sequence", "pk")[0]


def test_offer_work_and_hand_in_in_her_name(factory, coordinator):
    offer = first_offer()
    shop = offer.workshop
    assert f"accept:{offer.pk}" in coordinator.get(reverse("tower:behalf", args=[shop.pk])).content.decode()
    assert "Accepted for the workshop" in press(coordinator, shop, f"accept:{offer.pk}")
    order = WorkOrder.objects.get()
    for issue in Issue.objects.filter(work_order=order):
        press(coordinator, shop, f"material:{issue.pk}", **{f"got-{issue.pk}": str(issue.quantity)})
    press(coordinator, shop, f"report:{order.pk}", **{f"made-{order.pk}": "2"})
    press(coordinator, shop, f"hand:{order.pk}", **{f"pieces-{order.pk}": "2"})
    order.refresh_from_db()
    assert (order.made_quantity, HandIn.objects.get().quantity) == (2, 2)
    assert OnBehalf.objects.filter(reason=WHY).count() >= 3
    assert "Handed in 2 of" in coordinator.get(reverse("tower:behalf", args=[shop.pk])).content.decode()


def test_without_a_reason_the_page_says_so_and_nothing_is_done(factory, coordinator):
    offer = first_offer()
    shown = press(coordinator, offer.workshop, f"decline:{offer.pk}", behalf="", **{f"reason-{offer.pk}": "ill"})
    assert "Say why you do this for her" in shown
    offer.refresh_from_db()
    assert offer.state == "sent" and not OnBehalf.objects.exists()


def test_decline_and_other_terms(factory, coordinator):
    first, second = Offer.objects.filter(state="sent").select_related("workshop")[:2]
    press(coordinator, first.workshop, f"decline:{first.pk}", **{f"reason-{first.pk}": "ill"})
    later = (second.due_on + timedelta(days=2)).isoformat()
    press(coordinator, second.workshop, f"counter:{second.pk}", **{f"later-{second.pk}": later})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("declined", "countered")


def test_days_off_and_how_she_is_reached(factory, coordinator):
    shop = factory.workshops[0]
    person, today = owner(shop), clock.today()
    press(coordinator, shop, f"off:{shop.pk}", **{f"first-{shop.pk}": today.isoformat(), f"off-{shop.pk}": "funeral"})
    assert DayOff.objects.get().reason == "funeral"
    press(coordinator, shop, f"back:{shop.pk}", **{f"back-{shop.pk}": today.isoformat()})
    assert not DayOff.objects.exists()
    press(
        coordinator,
        shop,
        f"preference:{person.pk}",
        **{
            f"channel-{person.pk}": "whatsapp",
            f"language-{person.pk}": "en",
        },
    )
    press(coordinator, shop, f"quiet:{person.pk}", **{f"quiet-from-{person.pk}": "20", f"quiet-until-{person.pk}": "6"})
    press(coordinator, shop, f"stop:{person.pk}")
    person.refresh_from_db()
    contact = Contact.objects.get(pk=person.pk)
    assert (person.channel, person.language, contact.quiet_from) == ("whatsapp", "en", 20)
    assert contact.sms_stopped_at is not None


@pytest.mark.parametrize("do", ["", "accept", "accept:x", "burn:" + "0" * 32, "x:y:z"])
def test_buttons_we_never_made(factory, coordinator, do):
    url = reverse("tower:do_behalf", args=[factory.workshops[0].pk])
    assert coordinator.post(url, {"do": do, "behalf": WHY}).status_code == 404


@pytest.mark.parametrize("typed", ["", "many", "-", "9" * 30])
def test_nonsense_beside_a_button_is_a_sentence(factory, coordinator, typed):
    factory.accept_all()
    order = WorkOrder.objects.select_related("workshop").first()
    press(coordinator, order.workshop, f"report:{order.pk}", **{f"made-{order.pk}": typed})
    press(coordinator, order.workshop, f"off:{order.workshop.pk}", **{f"first-{order.workshop.pk}": typed})
    order.refresh_from_db()
    assert order.made_quantity == 0 and not DayOff.objects.exists()


def test_who_may_not_is_told_whose_it_is(factory):
    offer = first_offer()
    finance = staff_client(Role.FINANCE_MAKER)
    shown = finance.get(reverse("tower:behalf", args=[offer.workshop_id])).content.decode()
    assert "Only for" in shown and "accept:" not in shown
    press(finance, offer.workshop, f"accept:{offer.pk}")
    assert not WorkOrder.objects.exists()


def test_an_objection_is_answered_by_somebody_else(factory, coordinator):
    offer = first_offer()
    press(coordinator, offer.workshop, f"decline:{offer.pk}", **{f"reason-{offer.pk}": "ill"})
    row = OnBehalf.objects.get()
    contest_action(actor=artisan_of(offer.workshop), action_id=row.pk, reason="I was not ill")
    url = reverse("tower:answer_action", args=[row.pk])
    assert "Somebody else answers" in coordinator.post(url, {"answer": "It was so."}, follow=True).content.decode()
    other = staff_client(Role.COORDINATOR)
    assert "I was not ill" in other.get(reverse("tower:messages") + "?show=contested").content.decode()
    today = other.get(reverse("tower:today_part", args=["exceptions"])).content.decode()
    assert "does not agree with what was done for it" in today and "I was not ill" in today
    other.post(url, {"answer": "We offer it again."})
    assert "I was not ill" not in other.get(reverse("tower:today_part", args=["exceptions"])).content.decode()
    row.refresh_from_db()
    assert (row.state, row.answer) == ("answered", "We offer it again.")
