"""The plan's screens in a real browser: they fit a desk and a phone, and a what-if is followed to its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from kiwanda.core import actors
from kiwanda.core.models import User
from kiwanda.factory.planning.commands import run_scenario
from kiwanda.factory.planning.models import ProductionOrder, Scenario
from kiwanda.factory.planning.tests.factories import (
    make_bench,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]


@pytest.fixture
def planned(db: None) -> ProductionOrder:
    """An order of 300 pieces and a plan in force."""
    make_two_step_style()
    make_bench(6)
    order = make_production_order("RING", 300)
    make_published_plan()
    return order


@pytest.fixture
def visit(live_server: Any, open_page: Open) -> Open:
    """Open an address of the tower, signed in as a coordinator."""
    user = User.objects.create(username="njeri")
    user.groups.add(Group.objects.get_or_create(name="coordinator")[0])
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def go(path: str, page: Page | None = None, **options: Any) -> Page:
        page = page or open_page(cookies=(cookie,), **options)
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    return go


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_plan_fits_every_screen(planned: ProductionOrder, visit: Open, width: int, dark: bool):
    page = None
    for path in (
        *(reverse(f"tower:{name}") for name in ("plan", "plan_map", "plan_compare", "plan_runs", "plan_cell")),
        f"{reverse('tower:scenarios')}?preset=new_order",
        reverse("tower:production_order", args=[planned.pk]),
    ):
        page = visit(path, page, width=width, dark=dark)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        expect(page.locator("h1")).to_be_visible()


def test_a_cell_leads_to_who_is_loaded(planned: ProductionOrder, visit: Open):
    page = visit(reverse("tower:plan"))
    page.locator("a.kw-load-low, a.kw-load-fit, a.kw-load-full").first.click()
    expect(page.get_by_role("heading", name="Who is loaded")).to_be_visible()
    expect(page.get_by_role("heading", name="Free hours by hub")).to_be_visible()


def test_a_what_if_is_followed_to_its_answer(planned: ProductionOrder, visit: Open):
    page = visit(f"{reverse('tower:scenarios')}?preset=new_order")
    page.get_by_label("Pieces").fill("500")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("Waiting for the worker")).to_be_visible()
    run_scenario(actor=actors.system(), scenario_id=Scenario.objects.get().pk)
    # The page asks by itself; the head follows too.
    expect(page.get_by_role("heading", name="The two plans side by side")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("Answered")
    expect(page.get_by_text("Only in the second").first).to_be_visible()
