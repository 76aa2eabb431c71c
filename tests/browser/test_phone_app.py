"""The artisan's app in a real browser behind a bad line: budgets, and every way a network or a phone can fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from kiwanda.factory.devices.models import Device, PhoneCommand
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import make_bench, make_offer, make_production_order, make_two_step_style
from kiwanda.factory.network.models import Workshop
from kiwanda.surfaces.phone import shell
from kiwanda.surfaces.phone.sync import doorkeeping
from tests.browser.phones import WINDOW, Phone
from tests.browser.slow_line import Fault, SlowLine, portal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NewPhone = Callable[..., Phone]
KBIT = 1000


@pytest.fixture
def offer(db: None) -> Offer:
    """Twenty pieces offered to one workshop of a small factory."""
    make_two_step_style()
    make_bench(2)
    return make_offer(make_production_order("RING", 20), "cast", Workshop.objects.order_by("code")[0], 20)


@pytest.fixture
def new_phone(live_server: Any, browser: Browser) -> Iterator[NewPhone]:
    """``new_phone(bits_per_second=…, round_trip=…)``: an empty phone and its line to the factory."""
    for limiter in (doorkeeping.CODES, doorkeeping.LOGINS, doorkeeping.SYNCS, doorkeeping.CHUNKS):
        limiter._windows.clear()
    opened = []

    def make(**line: Any) -> Phone:
        near = SlowLine(live_server.thread.host, live_server.thread.port, **line)
        context = browser.new_context(**WINDOW)
        context.grant_permissions(["notifications"], origin=near.url)
        opened.append((near, context))
        return Phone(context, context.new_page(), near)

    yield make
    for near, context in opened:
        near.close()
        context.close()


@pytest.fixture
def phone(new_phone: NewPhone, offer: Offer) -> Phone:
    """A phone with its artisan logged in and the app kept on it."""
    made = new_phone()
    made.open()
    made.log_in(offer.workshop)
    expect(made.page.locator("a.card[href^='#/offer/']").first).to_be_visible()
    made.is_kept()
    made.is_sent()
    return made


def done_once(offer: Offer) -> None:
    """The offer was accepted, by one command, and made one work order."""
    offer.refresh_from_db()
    assert offer.state == "accepted"
    assert WorkOrder.objects.filter(offer=offer).count() == 1
    assert PhoneCommand.objects.filter(type="accept_offer").count() == 1


def test_the_first_load_keeps_its_budgets(new_phone: NewPhone, db: None):
    phone = new_phone(bits_per_second=50 * KBIT, round_trip=0.6)
    # The first request to a fresh server process pays for its imports; no phone's line does.
    shell.shell()
    phone.page.request.get(phone.line.upstream_url + "/m/app")
    began = time.monotonic()
    phone.open()
    phone.page.locator("#phone").fill("0712345678")
    expect(phone.page.get_by_role("button", name="Nitumie namba ya siri")).to_be_enabled()
    seconds = time.monotonic() - began
    phone.page.wait_for_timeout(1500)
    print(f"interactive after {seconds:.1f} s; {phone.line.received} bytes in {len(phone.line.requests)} answers")
    assert seconds <= 10
    assert phone.line.received <= 35 * 1024
    assert len(phone.line.requests) <= 5


def test_a_warm_start_needs_no_network(phone: Phone):
    phone.offline()
    again = phone.context.new_page()
    began = time.monotonic()
    again.goto(f"{phone.line.url}/m/app")
    expect(again.locator("a.card[href^='#/offer/']").first).to_be_visible()
    seconds = time.monotonic() - began
    print(f"warm start without a network: {seconds:.2f} s")
    assert seconds <= 1.5


def test_an_offer_accepted_without_a_network_is_accepted_later(phone: Phone, offer: Offer):
    phone.offline()
    phone.accept_first_offer()
    card = phone.page.locator("a.card[href^='#/offer/']").first
    expect(card).to_contain_text("inasubiri")
    assert Offer.objects.get(pk=offer.pk).state == "sent"
    phone.online()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


def test_a_lost_answer_does_nothing_twice(phone: Phone, offer: Offer):
    phone.line.faults.append(Fault("POST /m/v1/sync", times=1, drop=True))
    phone.accept_first_offer()
    expect(phone.page.get_by_text("hazijatumwa")).to_be_visible()
    assert WorkOrder.objects.count() == 1  # the factory knows, the phone does not
    assert len(phone.outbox()) == 1
    phone.online()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


@pytest.mark.parametrize("at", [60, 400])
def test_an_answer_cut_in_its_middle_is_no_answer(phone: Phone, offer: Offer, at: int):
    phone.line.faults.append(Fault("POST /m/v1/sync", times=1, cut=at))
    phone.accept_first_offer()
    expect(phone.page.get_by_text("hazijatumwa")).to_be_visible()
    phone.online()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


def test_a_captive_portal_is_no_network(phone: Phone, offer: Offer):
    fault = Fault("POST /m/v1/sync", times=1000, portal=portal())
    phone.line.faults.append(fault)
    phone.accept_first_offer()
    expect(phone.page.get_by_text("Mtandao huu unataka uingie kwanza")).to_be_visible()
    assert [one["s"] for one in phone.outbox()] == ["waiting"]
    fault.times = 0
    phone.online()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


def test_a_taken_offer_is_told_and_put_away(phone: Phone, offer: Offer):
    phone.offline()
    phone.accept_first_offer()
    Offer.objects.filter(pk=offer.pk).update(state="withdrawn")
    phone.online()
    refused = phone.page.get_by_role("alert")
    expect(refused).to_contain_text("Kukubali kazi")
    refused.get_by_role("button", name="Nimeelewa").click()
    expect(refused).to_have_count(0)
    assert phone.outbox() == []


def test_a_revoked_phone_keeps_what_she_did(phone: Phone, offer: Offer):
    Device.objects.update(state="revoked")
    phone.accept_first_offer()
    phone.page.get_by_text("Simu hii imetolewa").click()
    assert [one["s"] for one in phone.outbox()] == ["waiting"]
    phone.log_in(offer.workshop)
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


def test_an_old_app_is_told_so_and_loses_nothing(phone: Phone, offer: Offer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kiwanda.surfaces.phone.sync.endpoint.MIN_VERSION", 99)
    phone.accept_first_offer()
    expect(phone.page.get_by_text("App ni ya zamani")).to_be_visible(timeout=10_000)
    assert [one["s"] for one in phone.outbox()] == ["waiting"]
    monkeypatch.undo()
    phone.online()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)
