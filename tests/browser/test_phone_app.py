"""The artisan's app in a real browser behind a bad line: budgets, and every way a network or a phone can fail."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from playwright.sync_api import Browser, BrowserContext, CDPSession, expect

from kiwanda.core import files, vault
from kiwanda.factory.devices.models import Device, Feed, PhoneCommand, Photo
from kiwanda.factory.dispatch.commands import accept_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.tests.factories import make_bench, make_offer, make_production_order, make_two_step_style
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import artisan_of, owner
from kiwanda.factory.production.models import ProgressReport
from kiwanda.surfaces.phone import shell
from kiwanda.surfaces.phone.sync import doorkeeping
from tests.browser.conftest import CHROMIUM
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
    for limiter in (doorkeeping.SYNCS, doorkeeping.CHUNKS):
        limiter.forget()
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
    # The phone tries again by itself before anybody could look: every answer is lost until the line is mended.
    phone.line.faults.append(Fault("POST /m/v1/sync", times=50, drop=True))
    phone.accept_first_offer()
    expect(phone.page.get_by_text("hazijatumwa")).to_be_visible()
    until = time.monotonic() + 10
    while not WorkOrder.objects.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert WorkOrder.objects.count() == 1  # the factory knows, the phone does not
    assert len(phone.outbox()) == 1
    phone.line.faults.clear()
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
    phone.page.locator("a.card[href^='#/offer/']").first.click()
    # The app fetches itself anew, once.
    with phone.page.expect_event("load"):
        phone.page.get_by_role("button", name="Nakubali").click()
    expect(phone.page.get_by_text("App ni ya zamani")).to_be_visible(timeout=10_000)
    assert [one["s"] for one in phone.outbox()] == ["waiting"]
    monkeypatch.undo()
    phone.online()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


def test_two_people_on_one_phone_never_mix(phone: Phone, offer: Offer):
    first, second = offer.workshop, Workshop.objects.exclude(pk=offer.workshop_id).order_by("code")[0]
    phone.offline()
    phone.accept_first_offer()
    phone.page.goto(f"{phone.line.url}/m/app#/pick")
    phone.page.get_by_role("button", name="Mtu mwingine").click()
    phone.line.revive()
    phone.log_in(second)
    # A shared phone asks for a PIN; she may say "later".
    phone.page.get_by_role("button", name="Baadaye").click()
    expect(phone.page.get_by_text("Hakuna kazi mpya sasa")).to_be_visible()
    assert phone.outbox() == []
    assert phone.page.locator("a.card").count() == 0
    names = phone.page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert len([name for name in names if name.startswith("kiwanda-")]) == 2
    # Back to the first: what she did is still hers and goes out under her name alone.
    phone.page.goto(f"{phone.line.url}/m/app#/pick")
    phone.page.get_by_role("button", name=vault.get(owner(first).pk, vault.NAME)).click()
    phone.page.get_by_role("button", name="Baadaye").click()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)
    sent = PhoneCommand.objects.select_related("device").get(type="accept_offer")
    assert sent.device.workshop_id == first.pk


def test_a_pin_keeps_other_eyes_away(phone: Phone):
    phone.page.goto(f"{phone.line.url}/m/app#/pin")
    for digit in "28372837":
        phone.page.get_by_role("button", name=digit, exact=True).click()
    expect(phone.page.get_by_text("PIN imewekwa.")).to_be_visible()
    phone.is_sent()
    phone.offline()
    phone.open()
    expect(phone.page.locator(".pad")).to_be_visible()
    assert phone.page.locator("a.card").count() == 0
    for digit in "1111":
        phone.page.get_by_role("button", name=digit, exact=True).click()
    expect(phone.page.get_by_role("alert")).to_contain_text("PIN si sahihi.")
    for digit in "2837":
        phone.page.get_by_role("button", name=digit, exact=True).click()
    expect(phone.page.locator("a.card[href^='#/offer/']").first).to_be_visible()


def test_a_photo_goes_on_where_it_was_cut(phone: Phone, offer: Offer):
    accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    phone.online()
    phone.page.locator("a.card[href^='#/work/']").first.click()
    phone.page.get_by_role("link", name="Ripoti kazi").click()
    phone.page.locator("#number").fill("7")
    phone.page.locator("input[type=file]").set_input_files(
        files=[{"name": "kazi.jpg", "mimeType": "image/jpeg", "buffer": noisy_photo(phone)}]
    )
    expect(phone.page.get_by_alt_text("Picha yako")).to_be_visible()
    # The second piece is cut off after some of its bytes, then the line is gone; the count is told all the same.
    fault = Fault("PATCH /m/v1/files", skip=1, times=1000, cut_request=9000)
    phone.line.faults.append(fault)
    phone.page.get_by_role("button", name="Hifadhi").click()
    phone.is_sent()
    report = ProgressReport.objects.get()
    assert (report.made_quantity, len(report.photo)) == (7, 64)
    phone.wait_for("self.$kw['state.js'].state.syncing === false")
    half = Photo.objects.get(sha256=report.photo)
    assert half.state == "waiting"
    assert 0 < half.offset < half.length
    fault.times = 0
    phone.online()
    phone.wait_for("self.$kw['state.js'].state.uploads.length === 0 && !self.$kw['state.js'].state.syncing")
    assert Photo.objects.get(sha256=report.photo).state == "complete"
    kept = files.path_of(report.photo).read_bytes()
    assert len(kept) <= 60 * 1024
    assert kept[:3] == b"\xff\xd8\xff"
    assert b"Exif" not in kept
    assert PhoneCommand.objects.filter(type="report_progress").count() == 1


def noisy_photo(phone: Phone) -> bytes:
    """A large JPEG with camera notes, as a camera would give it: noise does not pack well."""
    encoded = phone.page.evaluate(
        """new Promise((done) => {
          const canvas = document.createElement("canvas");
          Object.assign(canvas, { width: 1600, height: 1200 });
          const pen = canvas.getContext("2d");
          for (let i = 0; i < 20000; i++) {
            pen.fillStyle = `hsl(${(i * 47) % 360} 60% ${(i * 13) % 90}%)`;
            pen.fillRect((i * 911) % 1600, (i * 577) % 1200, 23, 17);
          }
          done(canvas.toDataURL("image/jpeg", 0.95).split(",")[1]);
        })"""
    )
    plain = base64.b64decode(encoded)
    notes = b"Exif\x00\x00" + b"GPS 1.29S 36.82E" * 8
    return plain[:2] + b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes + plain[2:]


def test_a_killed_camera_brings_her_back_to_her_form(phone: Phone, offer: Offer):
    accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
    phone.online()
    phone.page.locator("a.card[href^='#/work/']").first.click()
    phone.page.get_by_role("link", name="Ripoti kazi").click()
    phone.page.locator("#number").fill("9")
    with phone.page.expect_file_chooser():
        phone.page.locator("input[type=file]").click()
    phone.page.wait_for_timeout(200)
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.open()
    expect(phone.page.locator("#number")).to_have_value("9")
    expect(phone.page.get_by_text("Piga picha tena")).to_be_visible()


def test_a_push_leads_to_its_offer_without_telling_about_it(phone: Phone, offer: Offer):
    cdp, registration = worker_of(phone)
    cdp.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": phone.line.url,
            "registrationId": registration,
            "data": json.dumps({"type": "offer", "id": str(offer.pk)}),
        },
    )
    shown = "navigator.serviceWorker.getRegistration().then((one) => one.getNotifications())"
    phone.wait_for(f"{shown}.then((all) => all.length > 0)")
    [told] = phone.page.evaluate(f"{shown}.then((all) => all.map((one) => [one.body, one.data.path]))")
    assert told == ["Una kazi mpya", f"/m/app#/offer/{offer.pk}"]
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.open(told[1].removeprefix("/m/app"))
    expect(phone.page.get_by_role("button", name="Nakubali")).to_be_visible()


def worker_of(phone: Phone) -> tuple[CDPSession, str]:
    """A way to the browser's own tools, and the service worker's registration there."""
    cdp = phone.context.new_cdp_session(phone.page)
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(
            one["registrationId"] for one in told["registrations"] if "/m/app" in one["scopeURL"]
        ),
    )
    cdp.send("ServiceWorker.enable")
    phone.page.wait_for_timeout(200)
    return cdp, found[-1]


def test_background_sync_sends_what_waits(phone: Phone, offer: Offer):
    phone.offline()
    phone.accept_first_offer()
    phone.wait_for("!self.$kw['state.js'].state.syncing")
    cdp, registration = worker_of(phone)
    phone.line.revive()
    cdp.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": phone.line.url,
            "registrationId": registration,
            "tag": "kiwanda",
            "lastChance": False,
        },
    )
    phone.is_sent()
    done_once(offer)
    # The worker says so, and the page that was open shows it.
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()


def test_a_new_version_takes_over_at_the_list(phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fresh = tmp_path / "app"
    shutil.copytree(shell.APP, fresh)
    words = (fresh / "sw.json").read_text(encoding="utf-8")
    (fresh / "sw.json").write_text(words.replace('"tab_pay": "Malipo"', '"tab_pay": "Pesa"'), encoding="utf-8")
    monkeypatch.setattr(shell, "APP", fresh)
    shell._made.cache_clear()
    try:
        phone.open()
        expect(phone.page.get_by_role("link", name="Malipo")).to_be_visible()
        phone.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
        phone.wait_for("caches.keys().then((all) => all.filter((one) => one.startsWith('kw-shell')).length === 1)")
        phone.page.get_by_role("link", name="Mimi").click()
        phone.page.get_by_role("link", name="Kazi", exact=True).click()
        expect(phone.page.get_by_role("link", name="Pesa")).to_be_visible()
    finally:
        shell._made.cache_clear()


def test_a_wrong_clock_changes_no_deadline(phone: Phone, offer: Offer):
    phone.context.add_init_script("const real = Date.now; Date.now = () => real() - 56 * 365 * 864e5;")
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.open()
    phone.wait_for("!self.$kw['state.js'].state.syncing")
    left = phone.page.locator("a.card[href^='#/offer/'] .tag").inner_text()
    assert re.search(r"Jibu ndani ya (saa|siku) \d", left)
    phone.accept_first_offer()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


def test_a_full_phone_says_so_instead_of_losing_it(phone: Phone):
    phone.page.evaluate(
        "void (IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); })"
    )
    phone.page.locator("a.card[href^='#/offer/']").first.click()
    phone.page.get_by_role("button", name="Nakubali").click()
    expect(phone.page.get_by_text("Simu imejaa")).to_be_visible()
    assert phone.outbox() == []


def test_a_wiped_phone_begins_anew(phone: Phone, offer: Offer):
    phone.page.goto("about:blank")
    cdp = phone.context.new_cdp_session(phone.page)
    cdp.send("Storage.clearDataForOrigin", {"origin": phone.line.url, "storageTypes": "indexeddb"})
    phone.open()
    phone.log_in(offer.workshop)
    expect(phone.page.locator("a.card[href^='#/offer/']").first).to_be_visible()
    phone.accept_first_offer()
    phone.is_sent()
    done_once(offer)


def test_a_reset_sends_before_it_drops(phone: Phone, offer: Offer):
    phone.offline()
    phone.accept_first_offer()
    Feed.objects.update(epoch=F("epoch") + 1)
    phone.online()
    expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
    done_once(offer)


def test_a_killed_phone_sends_what_was_written_down(live_server: Any, offer: Offer, browser: Browser, tmp_path: Path):
    line = SlowLine(live_server.thread.host, live_server.thread.port)
    try:
        with killable(browser, tmp_path) as (context, kill):
            phone = Phone(context, context.pages[0], line)
            phone.open()
            phone.log_in(offer.workshop)
            phone.is_kept()
            phone.is_sent()
            phone.offline()
            phone.accept_first_offer()
            kill()
        line.revive()
        with killable(browser, tmp_path) as (context, _):
            phone = Phone(context, context.pages[0], line)
            phone.open()
            expect(phone.page.locator("a.card[href^='#/work/']").first).to_be_visible()
            done_once(offer)
    finally:
        line.close()


@contextmanager
def killable(browser: Browser, profile: Path) -> Iterator[tuple[BrowserContext, Callable[[], None]]]:
    """A browser of its own with its profile on the disk, and the way to end it without any warning."""
    command = [
        str(CHROMIUM),
        "--headless=new",
        "--no-sandbox",
        "--remote-debugging-port=0",
        "--window-size=360,640",
        "--no-first-run",
        f"--user-data-dir={profile}",
        "about:blank",
    ]
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + 20
        while not (port.exists() and port.read_text().count("\n")):
            assert time.monotonic() < until, "Chromium did not start"
            time.sleep(0.05)
        other = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port.read_text().splitlines()[0]}")
        yield other.contexts[0], lambda: os.killpg(process.pid, signal.SIGKILL)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_without_service_workers_the_plain_pages_open(new_phone: NewPhone, db: None):
    phone = new_phone()
    phone.context.add_init_script("Object.defineProperty(navigator, 'serviceWorker', { value: undefined })")
    phone.page.goto(f"{phone.line.url}/m/app")
    phone.page.wait_for_url("**/m/login")
