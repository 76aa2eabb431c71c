"""The artisan's pages over HTTP: log-in, answers, work, pay; hers only; garbage is a sentence, never a 500."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core import clock, vault
from kiwanda.core.ids import new_id
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.tests.factories import owner
from tests.scenarios.doors import logged_in
from tests.scenarios.small_factory import SmallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory():
    small = SmallFactory()
    small.plan()
    with clock.at(small.day):
        yield small


def first_offer() -> Offer:
    offer = Offer.objects.filter(state="sent").select_related("workshop").first()
    assert offer is not None
    return offer


def test_a_stranger_is_sent_to_the_log_in(factory):
    for path in ("/m/", "/m/work", "/m/pay", "/m/me", f"/m/offers/{new_id()}"):
        assert Client().get(path).headers["Location"] == "/m/login"


def test_an_unknown_number_looks_like_a_known_one(factory):
    answer = Client().post("/m/login", {"phone": "+254190000000"})
    assert answer.headers["Location"] == "/m/code"


def test_a_wrong_code_does_not_open(factory):
    client = Client()
    client.post("/m/login", {"phone": vault.get(owner(factory.workshops[0]).pk, vault.PHONE)})
    answer = client.post("/m/code", {"code": "000000"})
    assert answer.status_code == 200
    assert "artisan_id" not in client.session


def test_every_page_of_an_artisan_opens_in_both_languages(factory):
    offer = first_offer()
    client = logged_in(offer.workshop)
    for language in ("en", "sw"):
        client.post("/m/language", {"language": language, "back": "/m/"})
        for path in ("/m/", f"/m/offers/{offer.pk}", "/m/work", "/m/pay", "/m/me"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert f'<html lang="{language}"' in answer.content.decode()


def test_accepting_twice_with_one_command_id_makes_one_work_order(factory):
    offer = first_offer()
    client = logged_in(offer.workshop)
    body = {"command_id": str(new_id())}
    first = client.post(reverse("phone:accept", args=[offer.pk]), body)
    again = client.post(reverse("phone:accept", args=[offer.pk]), body)
    assert first.headers["Location"] == again.headers["Location"]
    assert WorkOrder.objects.filter(offer=offer).count() == 1


def test_the_offers_of_others_do_not_exist(factory):
    offer = first_offer()
    other = next(w for w in factory.workshops if w.pk != offer.workshop_id)
    client = logged_in(other)
    assert client.get(f"/m/offers/{offer.pk}").status_code == 404
    client.post(reverse("phone:accept", args=[offer.pk]))
    offer.refresh_from_db()
    assert offer.state == "sent"


def test_decline_and_counter(factory):
    offers = list(Offer.objects.filter(state="sent").select_related("workshop")[:2])
    logged_in(offers[0].workshop).post(reverse("phone:decline", args=[offers[0].pk]), {"reason": "ill"})
    smaller = max(1, offers[1].quantity - 1)
    logged_in(offers[1].workshop).post(reverse("phone:counter", args=[offers[1].pk]), {"quantity": smaller})
    offers[0].refresh_from_db()
    offers[1].refresh_from_db()
    assert (offers[0].state, offers[0].decline_reason) == ("declined", "ill")
    if offers[1].quantity > 1:
        assert (offers[1].state, offers[1].counter_quantity) == ("countered", smaller)


def test_work_from_progress_to_pay(factory):
    order = factory.accept_all()[0]
    client = logged_in(order.workshop)
    page = reverse("phone:work_order", args=[order.pk])
    assert client.get(page).status_code == 200
    client.post(reverse("phone:progress", args=[order.pk]), {"made_quantity": str(order.quantity)})
    order.refresh_from_db()
    expected = order.quantity if not order.operation.after.exists() else 0
    assert order.made_quantity == expected


GARBAGE = st.text(max_size=40) | st.sampled_from(["", "-1", "1e9", "٣", "NaN", "9" * 30, "<script>", "\x00", "1;2"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=GARBAGE, other=GARBAGE)
def test_garbage_in_any_form_is_never_a_server_error(factory, text, other):
    offer = Offer.objects.filter(state__in=["sent", "countered", "declined"]).select_related("workshop").first()
    assert offer is not None
    client = Client(raise_request_exception=True)
    session = client.session
    session["artisan_id"], session["workshop_id"] = str(owner(offer.workshop).pk), str(offer.workshop_id)
    session.save()
    forms = [
        (reverse("phone:decline", args=[offer.pk]), {"reason": text, "note": other}),
        (reverse("phone:counter", args=[offer.pk]), {"quantity": text, "due_on": other}),
        (reverse("phone:days_off"), {"first": text, "last": other, "reason": text}),
        (reverse("phone:consent"), {"withdraw": text}),
        (reverse("phone:progress", args=[new_id()]), {"made_quantity": text}),
        (reverse("phone:hand_in", args=[new_id()]), {"quantity": text, "is_rework": other}),
        ("/m/login", {"phone": text}),
        ("/m/language", {"language": text, "back": other}),
    ]
    for path, body in forms:
        answer = client.post(path, {**body, "command_id": other})
        assert answer.status_code < 500, path
        assert not answer.headers.get("Location", "/").startswith(("http", "//")), path


def test_forms_need_the_csrf_token(factory):
    offer = first_offer()
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("phone:accept", args=[offer.pk])).status_code == 403
