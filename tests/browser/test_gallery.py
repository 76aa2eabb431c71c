"""The shell and the components in a real browser: sizes, themes, keyboard, live updates, a server that goes away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from playwright.sync_api import Page, expect

from kiwanda.core.models import User
from kiwanda.factory.demand.tests.factories import make_channel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]


@pytest.fixture
def visit(live_server: Any, open_page: Open) -> Open:
    """Open an address of the tower, signed in as a coordinator."""
    user = User.objects.create(username="njeri")
    user.groups.add(Group.objects.get_or_create(name="coordinator")[0])
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def go(path: str = "/gallery/", **options: Any) -> Page:
        page = open_page(cookies=(cookie,), **options)
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    return go


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (360, 640)])
def test_the_gallery_fits_every_screen(visit: Open, width: int, height: int, dark: bool):
    page = visit(width=width, height=height, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("canvas").count() >= 2
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(21, 18, 13)" if dark else "rgb(246, 241, 231)")


def test_tables_become_cards_on_a_phone(visit: Open):
    wide, narrow = visit(), visit(width=390, height=844)
    head = ".kw-table-cards thead"
    assert wide.locator(head).first.bounding_box()["height"] > 20
    assert narrow.locator(head).first.bounding_box()["height"] <= 1
    label = narrow.evaluate("getComputedStyle(document.querySelector('td[data-label]'), '::before').content")
    assert "Customer" in label


def test_the_keyboard_leads_everywhere(visit: Open):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "kw-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    expect(page.locator("#kw-palette")).to_be_visible()
    page.keyboard.type("work")
    expect(page.locator("#kw-palette li").first).to_have_text(re.compile("Work"))
    page.keyboard.press("Escape")
    expect(page.locator("#kw-palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#kw-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/workshops/")


def test_focus_is_always_visible(visit: Open):
    page = visit()
    for _ in range(25):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.matches(':focus-visible'), s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert style[0]
        assert style[1] == "solid"
        assert style[2] >= 2


def test_every_control_has_a_name(visit: Open):
    page = visit()
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea')].filter(e =>"
        " !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length || e.title || e.closest('label')"
        " || e.hasAttribute('data-yes'))).map(e => e.outerHTML)"
    )
    assert nameless == []
    assert page.locator("h1").count() == 1


def test_the_chosen_theme_stays(visit: Open):
    page = visit()
    page.locator(".kw-menu summary").first.click()
    page.locator('[data-theme-choice="dark"]').click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_language_changes_in_place(visit: Open):
    page = visit()
    page.locator(".kw-menu summary").first.click()
    page.get_by_role("button", name="Kiswahili").click()
    page.wait_for_function("document.documentElement.lang === 'sw'")


def test_a_dangerous_press_is_asked_about_first(visit: Open):
    page = visit()
    page.get_by_role("spinbutton", name="Pieces", exact=True).fill("5")
    page.get_by_role("button", name="Save").click()
    dialog = page.locator("#kw-confirm")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Offer these pieces to another workshop?")
    dialog.get_by_role("button", name="Go back").click()
    expect(dialog).to_be_hidden()
    assert "quantity=" not in page.url


def test_the_drawer_on_a_phone(visit: Open):
    page = visit(width=390, height=844)
    rail = page.locator("#kw-rail")
    expect(rail).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(rail).to_be_visible()
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()


def test_charts_and_map_have_tables(visit: Open):
    page = visit()
    page.locator(".kw-chart summary").first.click()
    expect(page.locator(".kw-chart table").first).to_be_visible()
    page.locator(".kw-map summary").click()
    expect(page.locator(".kw-map table")).to_contain_text("Nairobi City")
    assert page.locator(".kw-map a[aria-label]").count() >= 47


def test_a_page_follows_the_log_without_reload(visit: Open):
    page = visit("/activity/")
    page.evaluate("window.kept = true")
    page.wait_for_timeout(3500)
    make_channel("harbour")
    expect(page.locator("#log")).to_contain_text("The sales channel harbour was registered", timeout=9000)
    assert page.evaluate("window.kept") is True


def test_a_server_that_goes_away_is_said(visit: Open):
    page = visit(expected=("503",))
    page.route("**/live/position*", lambda route: route.fulfill(status=503))
    expect(page.locator("#kw-offline")).to_be_visible(timeout=12000)
    page.unroute("**/live/position*")
    expect(page.locator("#kw-offline")).to_be_hidden(timeout=20000)


def test_paper_shows_the_content_only(visit: Open):
    page = visit()
    page.emulate_media(media="print")
    expect(page.locator(".kw-rail")).to_be_hidden()
    expect(page.locator(".kw-top")).to_be_hidden()
    expect(page.locator("main h1")).to_be_visible()
