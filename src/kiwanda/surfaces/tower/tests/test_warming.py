"""A server that has just started says so to who asks "why?", at once, and answers when it can."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.factory.planning import standing_plan, warming
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory() -> Iterator[SmallFactory]:
    standing_plan.forget()
    small = SmallFactory()
    small.plan()
    with clock.at(small.day):
        yield small
    standing_plan.forget()


@pytest.fixture
def coordinator() -> Client:
    return staff_client(Role.COORDINATOR)


@pytest.fixture
def preparing(monkeypatch: pytest.MonkeyPatch):
    """The engine is being made ready until the fixture's event is set."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait, daemon=True)
    thread.start()
    monkeypatch.setattr(warming, "_thread", thread)
    yield done
    done.set()
    thread.join()


def test_questions_are_answered_with_a_word_while_the_engine_is_made_ready(
    factory: SmallFactory, coordinator: Client, preparing: threading.Event
):
    order = ProductionOrder.objects.first()
    assert order is not None
    url = reverse("tower:why_making", args=[order.pk])
    part = coordinator.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "being made ready" in part
    assert f'hx-get="{url}"' in part
    assert "<html" not in part
    assert "being made ready" in coordinator.get(url).content.decode()


def test_a_process_that_never_began_to_prepare_answers_by_itself(factory: SmallFactory, coordinator: Client):
    order = ProductionOrder.objects.first()
    assert order is not None
    assert "being made ready" not in coordinator.get(reverse("tower:why_making", args=[order.pk])).content.decode()
