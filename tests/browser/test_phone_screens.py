"""Every screen of the artisan's app: it fits 360 × 640, fingers and eyes can use it, and it speaks both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kiwanda.surfaces.phone.shell import APP, HERE, LANGUAGES
from tests.browser import phone_rows as told
from tests.browser.phones import WINDOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = [
    "/", f"/offer/{told.OFFER}", f"/offer/{told.OFFER}/no", f"/offer/{told.OFFER}/other", f"/steps/offer/{told.OFFER}",
    f"/work/{told.LATE}", f"/work/{told.OPEN}", f"/progress/{told.LATE}", f"/hand/{told.LATE}", f"/mend/{told.LATE}",
    f"/material/{told.OPEN}/{told.ISSUE}", f"/in/{told.INCOMING}", f"/result/{told.LATE}/{told.INSPECTION}",
    f"/appeal/{told.LATE}/{told.INSPECTION}", f"/moved/{told.MOVED}", f"/act/{told.ACTION}", "/pay", "/advance",
    f"/cor/{told.FAULTY}", "/newpin",
    "/messages", "/call/work", "/learn", f"/learn/{told.TECHNIQUE}/0", "/me", "/off", "/quiet", "/language", "/told",
    "/consent", "/pin", "/phone", "/idle", "/done",
]  # fmt: skip
#: What is wrong with the screen that is shown, as sentences.
FAULTS = r"""(() => {
  const wrong = [];
  const seen = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  const name = (e) => (e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.[0]?.textContent || "").trim();
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) wrong.push(`wider than the window: ${width}`);
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  for (const e of document.querySelectorAll("a, button, input, select, summary")) {
    if (!seen(e)) continue;
    const box = e.getBoundingClientRect();
    if (box.width < 48 || box.height < 48) wrong.push(`too small ${box.width}x${box.height}: ${name(e)}`);
    if (!name(e)) wrong.push(`no name: ${e.outerHTML}`);
    if (box.right > innerWidth + 1) wrong.push(`cut off: ${name(e)}`);
  }
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (colour) => colour.slice(0, 3).map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const parts = (text) => text.match(/[\d.]+/g).map(Number);
  const ground = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) {
      const colour = parts(getComputedStyle(e).backgroundColor);
      layers.push(colour);
      if (colour.length === 3 || colour[3] === 1) break;
    }
    const over = (under, [r, g, b, a = 1]) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a));
    return layers.reverse().reduce(over, [246, 241, 231]);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !seen(e) || e.closest("noscript, :disabled")) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(1)}: ${walk.currentNode.data}`);
  }
  return wrong;
})()"""


@pytest.fixture
def page(live_server: Any, browser: Browser) -> Iterator[Page]:
    """The app on a phone whose server says something for every screen; logged in."""
    context = browser.new_context(**WINDOW, service_workers="block")
    sayer = told.Sayer()
    context.route("**/m/v1/**", sayer)
    context.route("**/pictures/**", sayer)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"{live_server.url}/m/app")
    opened.locator("#phone").fill("0712345678")
    assert opened.evaluate(FAULTS) == []
    opened.get_by_role("button", name="Nitumie").click()
    opened.locator("#code").fill("123456")
    opened.get_by_role("button", name="Ingia", exact=True).click()
    expect(opened.locator("a.card").first).to_be_visible()
    yield opened
    context.close()
    assert errors == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_can_be_used(page: Page, language: str):
    if language != "sw":
        page.evaluate("location.hash = '/language'")
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("link", name="Days off")).to_be_visible()
    words = json.loads((APP / f"{language}.json").read_text(encoding="utf-8"))
    faults = {}
    titles = set()
    for path in SCREENS:
        page.evaluate("path => { location.hash = path }", path)
        page.wait_for_timeout(60)
        found = page.evaluate(FAULTS)
        text = page.locator("#app").inner_text()
        found += [f"a word without a sentence: {key}" for key in re.findall(r"\b[a-z]+_[a-z_]+\b", text)]
        if found:
            faults[path] = found
        titles.add(page.locator("h1").inner_text())
        if not path.startswith("/call"):
            expect(page.get_by_role("link", name=words["call_me"], exact=True).first).to_be_visible()
        expect(page.get_by_role("button", name=words["listen"])).to_be_visible()
    assert faults == {}
    assert len(titles) > 25


def test_every_prompt_speaks_and_is_small(page: Page):
    asked = set(re.findall(r'voice="([a-z-]+)"', "".join(file.read_text() for file in APP.rglob("*.js"))))
    for language in LANGUAGES:
        words = json.loads((HERE / "voice" / f"{language}.json").read_text(encoding="utf-8"))
        assert asked <= set(words)
        for name in words:
            size = (HERE / "voice" / language / f"{name}.opus").stat().st_size
            assert 0 < size <= 10 * 1024, name
    with page.expect_response("**/voice/sw/feed.opus") as answered:
        page.get_by_role("button", name="Sikiliza").click()
    assert answered.value.status == 200
    page.wait_for_timeout(300)
    # Still there: the button goes away where a prompt cannot be played.
    expect(page.get_by_role("button", name="Sikiliza")).to_be_visible()


def test_an_acceptance_is_three_taps_and_says_what_is_sent(page: Page):
    page.locator(f"a.card[href='#/offer/{told.OFFER}']").click()
    expect(page.get_by_text("KSh 5,400")).to_be_visible()
    expect(page.get_by_text("Waya wa shaba 2 mm")).to_be_visible()
    with page.expect_request(lambda request: request.url.endswith("/m/v1/sync")) as asked:
        page.get_by_role("button", name="Nakubali").click()
    [command] = asked.value.post_data_json["cmds"]
    assert (command["type"], command["args"], command["seq"]) == ("accept_offer", {"offer": told.OFFER}, 1)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", command["id"])
