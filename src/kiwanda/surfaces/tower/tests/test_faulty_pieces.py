"""Faulty pieces that were paid: finance writes them down, the workshop is asked on her page, and her word decides."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.scenarios.doors import logged_in

from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import make_workshop
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.models import Correction
from kiwanda.factory.settlement.tests.conftest import rail
from kiwanda.factory.settlement.tests.factories import approved, earn
from kiwanda.surfaces.tower.tests.people import staff_client

__all__ = ["rail"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def earning(noon, rail):
    found = earn(10)
    approved()
    send_ready_payouts()
    found.refresh_from_db()
    return found


def write_down(client, earning, **fields):
    return client.post(reverse("tower:propose_correction", args=[earning.pk]), {"command_id": str(new_id()), **fields})


def work_page(client, earning):
    return client.get(reverse("tower:work_order", args=[earning.work_order_id])).content.decode()


@pytest.mark.parametrize(
    ("word", "state", "seen"), [("yes", "agreed", "Agreed: taken bit by bit"), ("no", "refused", "does not agree")]
)
def test_from_finance_to_her_page_and_back(earning, word, state, seen):
    maker = staff_client(Role.FINANCE_MAKER)
    assert "Faulty pieces?" in work_page(maker, earning)
    write_down(maker, earning, quantity="4", reason="Cracked in use.")
    asked = Correction.objects.get()
    assert (asked.quantity, asked.after_pay, asked.state) == (4, True, "proposed")
    assert "The workshop is asked" in work_page(maker, earning)
    her = logged_in(earning.work_order.workshop)
    assert "Cracked in use." in her.get("/m/pay").content.decode()
    answer = her.post(f"/m/pay/corrections/{asked.pk}", {"command_id": str(new_id()), "consent": word})
    assert answer.headers["Location"] == "/m/pay"
    asked.refresh_from_db()
    assert asked.state == state
    assert "Cracked in use." not in her.get("/m/pay").content.decode()
    assert seen in work_page(maker, earning)


@pytest.mark.parametrize("bad", [{"quantity": "0"}, {"quantity": "x"}, {"quantity": "11"}, {"reason": ""}])
def test_what_makes_no_sense_is_said_and_nothing_is_asked(earning, bad):
    maker = staff_client(Role.FINANCE_MAKER)
    assert "kw-notice" not in work_page(maker, earning)
    assert write_down(maker, earning, **{"quantity": "4", "reason": "Cracked."} | bad).status_code == 302
    assert not Correction.objects.exists()
    assert "kw-notice" in work_page(maker, earning), "the refusal is not said"


def test_others_neither_write_it_down_nor_answer_for_her(earning):
    coordinator = staff_client(Role.COORDINATOR)
    assert "Faulty pieces?" not in work_page(coordinator, earning)
    write_down(coordinator, earning, quantity="4", reason="Cracked.")
    assert not Correction.objects.exists()
    write_down(staff_client(Role.FINANCE_MAKER), earning, quantity="4", reason="Cracked.")
    asked = Correction.objects.get()
    stranger = logged_in(make_workshop(techniques=["cast"]))
    stranger.post(f"/m/pay/corrections/{asked.pk}", {"command_id": str(new_id()), "consent": "yes"})
    asked.refresh_from_db()
    assert asked.state == "proposed"
    assert write_down(staff_client(Role.FINANCE_MAKER), type(earning)(pk=new_id())).status_code == 404
