"""The promise before an order is placed, one tap to another workshop, and answers to why, as staff meet them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.demand.commands import NewLine
from kiwanda.factory.demand.models import OrderLine, Promise, SalesOrder
from kiwanda.factory.demand.tests.factories import make_channel, make_order
from kiwanda.factory.dispatch.commands import contest_reassignment, decline_offer
from kiwanda.factory.dispatch.models import Offer, Reassignment, WorkOrder
from kiwanda.factory.network.tests.factories import artisan_of, make_workshops
from kiwanda.factory.planning import standing_plan
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.promising import promise_new_lines
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory() -> Iterator[SmallFactory]:
    """Offers are out, nobody has answered, and there is room for more."""
    standing_plan.forget()
    small = SmallFactory()
    small.plan()
    with clock.at(small.day):
        make_workshops(4, techniques=["cast", "bead", "finish"])
        yield small
    standing_plan.forget()


@pytest.fixture
def coordinator() -> Client:
    return staff_client(Role.COORDINATOR)


def typed(channel: str, rows: str, in_days: int = 30) -> dict[str, str]:
    due = clock.today() + timedelta(days=in_days)
    return {"channel": channel, "number": "N-1", "country": "", "due_on": due.isoformat(), "lines": rows}


def a_sku() -> str:
    return str(ProductionOrder.objects.select_related("variant").first().variant.sku)


class TestPromises:
    def test_rough_first_and_exact_when_the_plan_is_at_hand(self, factory: SmallFactory, coordinator: Client):
        channel = make_channel("desk2").pk
        given = typed(channel, f"{a_sku()} 5\nNOPE 3")
        answer = coordinator.post(reverse("tower:quote_order"), given, headers={"HX-Request": "true"})
        text = answer.content.decode()
        assert "This SKU is not known" in text
        assert "% sure by" not in text
        standing_plan.standing_plan()
        text = coordinator.post(reverse("tower:quote_order"), given).content.decode()
        assert "85 % sure by" in text
        assert "50 % by" in text
        assert not SalesOrder.objects.filter(number="N-1").exists()

    def test_unfinished_rows_ask_for_nothing(self, factory: SmallFactory, coordinator: Client):
        answer = coordinator.post(reverse("tower:quote_order"), typed("", "half a ro"))
        assert answer.status_code == 200
        assert "type a row" in answer.content.decode()

    def test_without_javascript_the_page_answers_before_it_places(self, factory: SmallFactory, coordinator: Client):
        channel = make_channel("desk2").pk
        standing_plan.standing_plan()
        answer = coordinator.post(reverse("tower:new_order"), typed(channel, f"{a_sku()} 5") | {"ask": "1"})
        assert "85 % sure by" in answer.content.decode()
        assert not SalesOrder.objects.filter(number="N-1").exists()

    def test_placing_promises_at_once(self, factory: SmallFactory, coordinator: Client):
        channel = make_channel("desk2").pk
        standing_plan.standing_plan()
        answer = coordinator.post(reverse("tower:new_order"), typed(channel, f"{a_sku()} 5"))
        assert answer.status_code == 302
        promise = Promise.objects.get(line__order__number="N-1")
        assert promise.basis == "engine"
        assert "85 % sure" in coordinator.get(answer.headers["Location"]).content.decode()

    def test_no_day_is_said_on_the_order_and_on_today(self, factory: SmallFactory, coordinator: Client):
        line = make_order(make_channel("desk2").pk, NewLine(a_sku(), 900_000)).lines.get()
        promise_new_lines(actor=actors.system())
        page = coordinator.get(reverse("tower:order", args=[line.order_id])).content.decode()
        assert "Everything is taken" in page
        assert "No day can be promised" in coordinator.get(reverse("tower:today") + "?only=unpromised").content.decode()
        assert "No day can be promised for 1 line" in coordinator.get(reverse("tower:orders")).content.decode()

    def test_waiting_lines_are_counted_until_they_are_promised(self, factory: SmallFactory, coordinator: Client):
        make_order(make_channel("desk2").pk, NewLine(a_sku(), 5))
        assert "1 line waits" in coordinator.get(reverse("tower:waiting_promises")).content.decode()
        promise_new_lines(actor=actors.system())
        assert "waits" not in coordinator.get(reverse("tower:waiting_promises")).content.decode()


def choices_of(client: Client, kind: str, key: object) -> list[str]:
    text = client.get(reverse("tower:reassign_choices", args=[kind, key])).content.decode()
    return re.findall(r'name="choice" value="([^"]+)"', text)


class TestReassigning:
    def test_a_decline_goes_to_the_best_choice(self, factory: SmallFactory, coordinator: Client):
        offer = Offer.objects.select_related("workshop").filter(state="sent").first()
        decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="ill")
        page = coordinator.get(reverse("tower:reassign", args=["offer", offer.pk])).content.decode()
        assert 'hx-trigger="load"' in page
        found = choices_of(coordinator, "offer", offer.pk)
        assert 1 <= len(found) <= 3
        given = {"choice": found[0], "command_id": str(new_id())}
        url = reverse("tower:give_reassignment", args=["offer", offer.pk])
        answer = coordinator.post(url, given)
        assert answer.headers["Location"] == reverse("tower:offers")
        assert coordinator.post(url, given).status_code == 302
        assert sum(row.quantity for row in offer.replacements.all()) == offer.quantity
        # With another id it is another wish: refused, beside the choices.
        answer = coordinator.post(url, {"choice": found[0], "command_id": str(new_id())}, follow=True)
        assert "already made, offered to others or no longer needed" in answer.content.decode()
        assert audit() == []

    def test_silent_work_its_message_and_its_contest(self, factory: SmallFactory, coordinator: Client):
        factory.accept_all()
        work = WorkOrder.objects.filter(operation__code="cast").select_related("workshop").first()
        page = coordinator.get(reverse("tower:work_order", args=[work.pk])).content.decode()
        assert reverse("tower:reassign", args=["work", work.pk]) in page
        found = choices_of(coordinator, "work", work.pk)
        url = reverse("tower:give_reassignment", args=["work", work.pk])
        coordinator.post(url, {"choice": found[0], "reason": "silent", "command_id": str(new_id())})
        row = Reassignment.objects.get(work_order=work)
        assert row.quantity == work.quantity
        contest_reassignment(actor=artisan_of(work.workshop), reassignment_id=row.pk, contest="My phone was lost")
        assert "My phone was lost" in coordinator.get(reverse("tower:today") + "?only=contested").content.decode()
        page = coordinator.get(reverse("tower:work_order", args=[work.pk])).content.decode()
        assert "Give it back" in page
        answer = {"give_back": "1", "answer": "You are right", "command_id": str(new_id())}
        coordinator.post(reverse("tower:answer_contest", args=[row.pk]), answer)
        row.refresh_from_db()
        assert row.state == "given_back"

    def test_a_contest_is_written_down_for_the_workshop(self, factory: SmallFactory, coordinator: Client):
        factory.accept_all()
        work = WorkOrder.objects.filter(operation__code="cast").first()
        choice = choices_of(coordinator, "work", work.pk)[0]
        url = reverse("tower:give_reassignment", args=["work", work.pk])
        coordinator.post(url, {"choice": choice, "reason": "late", "command_id": str(new_id())})
        row = Reassignment.objects.get()
        told = {"contest": "It was nearly done", "behalf": "she called", "command_id": str(new_id())}
        coordinator.post(reverse("tower:contest_reassignment", args=[row.pk]), told)
        row.refresh_from_db()
        assert (row.state, row.contest) == ("contested", "It was nearly done")

    def test_nothing_left_and_nonsense(self, factory: SmallFactory, coordinator: Client):
        offer = Offer.objects.filter(state="sent").first()
        url = reverse("tower:give_reassignment", args=["offer", offer.pk])
        answer = coordinator.post(url, {"choice": "x:y", "command_id": str(new_id())}, follow=True)
        assert "Choose one of the ways" in answer.content.decode()
        assert coordinator.get(reverse("tower:reassign", args=["cake", offer.pk])).status_code == 404
        assert coordinator.get(reverse("tower:reassign", args=["offer", new_id()])).status_code == 404
        factory.accept_all()
        text = coordinator.get(reverse("tower:reassign", args=["offer", offer.pk])).content.decode()
        assert "Nothing is left to give" in text

    def test_only_a_coordinator_gives(self, factory: SmallFactory):
        offer = Offer.objects.filter(state="sent").first()
        merchandiser = staff_client(Role.MERCHANDISER)
        found = choices_of(merchandiser, "offer", offer.pk)
        url = reverse("tower:give_reassignment", args=["offer", offer.pk])
        merchandiser.post(url, {"choice": found[0], "command_id": str(new_id())})
        offer.refresh_from_db()
        assert offer.state == "sent"


@pytest.mark.parametrize("language", ["en", "sw"])
class TestWhy:
    def test_every_question_is_answered(self, factory: SmallFactory, language: str):
        client = staff_client(Role.COORDINATOR, language=language)
        offer = Offer.objects.filter(state="sent").first()
        making = ProductionOrder.objects.first()
        line = OrderLine.objects.filter(pegs__production_order=making).first()
        lot = offer.lots.first()
        for url in (
            reverse("tower:why_offer", args=[offer.pk]),
            reverse("tower:why_allocation", args=[lot.allocation_id]),
            reverse("tower:why_workshop", args=[offer.workshop_id]),
            reverse("tower:why_workshop", args=[offer.workshop_id]) + "?week=2",
            reverse("tower:why_line", args=[line.pk]),
            reverse("tower:why_line", args=[line.pk]) + "?remedies=1",
            reverse("tower:why_making", args=[making.pk]),
        ):
            whole = client.get(url)
            assert whole.status_code == 200, url
            part = client.get(url, headers={"HX-Request": "true"}).content.decode()
            assert "<li>" in part, url
            assert not any(str(offer.workshop_id) in text for text in re.findall(r"<li>(.*?)</li>", part))
            assert "<html" not in part
        assert client.get(reverse("tower:why_workshop", args=[offer.workshop_id]) + "?week=²").status_code == 200
        assert client.get(reverse("tower:why_offer", args=[new_id()])).status_code == 404


def test_more_weight_by_a_button(factory: SmallFactory, coordinator: Client):
    making = ProductionOrder.objects.first()
    url = reverse("tower:set_priority", args=[making.pk])
    coordinator.post(url, {"factor": "4.0", "command_id": str(new_id())})
    before = making.weight
    making.refresh_from_db()
    assert making.weight == before * 4
    coordinator.post(url, {"factor": "lots", "command_id": str(new_id())})
    making.refresh_from_db()
    assert making.weight == before * 4
