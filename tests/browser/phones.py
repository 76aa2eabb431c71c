"""An artisan's phone in a real browser: the app in a window of 360 × 640, behind a line that can be made bad."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from kiwanda.core import vault
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import owner
from tests.browser.slow_line import SlowLine

WINDOW: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "has_touch": True,
    "reduced_motion": "reduce",
    "locale": "sw-KE",
}
OUTBOX = (
    "self.$kw['core/accounts.js'].accounts().then(([one]) => self.$kw['core/db.js'].ownDb(one.id))"
    ".then((db) => self.$kw['core/outbox.js'].outbox(db))"
)


@dataclass
class Phone:
    """One phone: its window, its line."""

    context: BrowserContext
    page: Page
    line: SlowLine

    def open(self, path: str = "") -> None:
        """The app, or one of its screens (``#/offer/…``)."""
        self.page.goto(f"{self.line.url}/m/app{path}")
        self.page.wait_for_selector("html[data-ready]")

    def log_in(self, workshop: Workshop) -> None:
        """Number and code; the first data is there afterwards and the app is kept on the phone."""
        number = vault.get(owner(workshop).id, vault.PHONE)
        assert number
        self.page.locator("#phone").fill(number)
        self.page.get_by_role("button", name="Nitumie namba ya siri").click()
        self.page.locator("#code").wait_for()
        code = network.login_code_shown_in_demo(number)
        assert code
        self.page.locator("#code").fill(code)
        self.page.get_by_role("button", name="Ingia", exact=True).click()
        expect(self.page.locator("nav, .pad").first).to_be_visible()

    def wait_for(self, expression: str, seconds: float = 10) -> None:
        """Until a script's value (or its promise's) is true. The page's policy forbids Playwright's own way."""
        until = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < until, f"still not: {expression}"
            self.page.wait_for_timeout(50)

    def is_kept(self) -> None:
        """Wait until the service worker has the app."""
        self.wait_for("navigator.serviceWorker.controller && self.$kw['more.js'] && true")

    def offline(self) -> None:
        self.line.die()

    def online(self) -> None:
        """The network comes back, and the phone notices."""
        self.line.revive()
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def accept_first_offer(self) -> None:
        """Three taps at most: the card, the green button."""
        self.page.locator("a.card[href^='#/offer/']").first.click()
        self.page.get_by_role("button", name="Nakubali").click()
        expect(self.page.get_by_text("Imeandikwa.")).to_be_visible()

    def outbox(self) -> list[dict[str, Any]]:
        """What the phone has written down for the person who used it last."""
        return self.page.evaluate(OUTBOX)

    def is_sent(self) -> None:
        """Wait until nothing is left to send."""
        self.wait_for(f"{OUTBOX}.then((all) => all.every((one) => one.s !== 'waiting'))")
