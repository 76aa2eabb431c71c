"""Every screen in a factory with work and in one without any: it shows, in both languages, with few queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import clock
from kiwanda.core.actors import STAFF_ROLES, Role
from kiwanda.core.ids import new_id
from kiwanda.factory.demand.models import SalesOrder
from kiwanda.factory.demand.tests.factories import make_channel, make_order
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.tests.factories import make_workshops
from kiwanda.factory.planning.models import PlanRun, ProductionOrder
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.settlement.models import PayoutBatch
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db

PLAIN = [
    "today", "nav", "gallery", "orders", "new_order", "skus", "imports", "plan", "plan_runs", "plan_cell", "workshops",
    "work", "offers", "quality", "quality_results", "appeals", "pay", "payouts", "pay_attention", "reconcile",
    "pay_rules", "ledger", "activity",
]  # fmt: skip
FILTERED = [
    "/?only=late", "/today/exceptions/", "/today/figures/", "/today/latest/", "/orders/?show=late&sort=-pieces&q=x",
    "/orders/?show=unmapped", "/orders/?sku=KW-NECK", "/skus/?show=known", "/workshops/?county=47&busy=idle&sort=-work",
    "/workshops/?technique=cast&hub=NBI&q=a", "/work/?show=silent", "/work/?show=late", "/work/?show=done&hub=NBI",
    "/work/offers/?state=declined", "/quality/?show=disputed", "/quality/?show=declared&hub=NBI",
    "/quality/results/?show=failed", "/pay/payouts/?state=paid",
    "/pay/payouts/?state=ended", "/activity/?room=quality", "/plan/?by=hub",
    "/activity/?room=dispatch&type=dispatch.OfferSent&day=2026-11-23",
]  # fmt: skip
GARBAGE = [
    "/orders/?page=minus&sort=;drop&show=%00", "/workshops/?county=abc&state=nope&page=9999",
    "/activity/?before=x&day=never",
    "/activity/?about=not-a-uuid&room=nowhere", "/plan/cell/?week=2026-W99&technique=x", "/plan/cell/?week=abc",
    "/plan/cell/?run=nonsense", "/search/?q=%25%27%22", "/files/..%2F..%2Fetc%2Fpasswd/",
]  # fmt: skip


@pytest.fixture
def played() -> Iterator[SmallFactory]:
    """A factory in the middle of its work: something accepted, something in rework, something paid."""
    small = SmallFactory()
    small.spoils = {"cast": (1, 1)}
    small.plan()
    small.accept_all()
    small.work()
    small.pay()
    with clock.at(small.day):
        yield small


@pytest.fixture
def coordinator() -> Client:
    return staff_client(Role.COORDINATOR)


def detail_pages() -> list[str]:
    work, hand_in = WorkOrder.objects.first(), HandIn.objects.first()
    run, batch = PlanRun.objects.get(state="published"), PayoutBatch.objects.first()
    assert work and hand_in and batch
    return [
        reverse("tower:order", args=[SalesOrder.objects.get().pk]),
        reverse("tower:work_order", args=[work.pk]),
        reverse("tower:inspect", args=[hand_in.pk]),
        reverse("tower:plan_run", args=[run.pk]),
        reverse("tower:batch", args=[batch.pk]),
        reverse("tower:production_order", args=[ProductionOrder.objects.get().pk]),
        *(
            reverse("tower:workshop", args=[work.workshop_id]) + f"?tab={tab}"
            for tab in ("work", "quality", "pay", "craft", "calendar", "activity")
        ),
    ]


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_screen_shows_a_factory_at_work(played: SmallFactory, language: str):
    client = staff_client(Role.COORDINATOR, language=language)
    for path in [*(reverse(f"tower:{name}") for name in PLAIN), *FILTERED, *detail_pages()]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        if b"<html" in answer.content:
            text = answer.content.decode()
            assert f'<html lang="{language}"' in text
            assert len(re.findall(r"<h1[ >]", text)) == 1, path


def test_every_screen_shows_an_empty_factory(coordinator: Client):
    for path in [*(reverse(f"tower:{name}") for name in PLAIN), *FILTERED]:
        assert coordinator.get(path).status_code == 200, path


def test_nonsense_in_an_address_is_never_an_error(coordinator: Client):
    for path in GARBAGE:
        assert coordinator.get(path).status_code in (200, 302, 404), path


def test_what_is_not_there_is_not_found(coordinator: Client):
    for name in ("order", "work_order", "workshop", "plan_run", "production_order", "inspect", "batch", "import_run"):
        assert coordinator.get(reverse(f"tower:{name}", args=[new_id()])).status_code == 404, name


def test_strangers_are_sent_to_the_log_in(db: None):
    for name in PLAIN:
        answer = Client().get(reverse(f"tower:{name}"))
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith("/accounts/login/"), name
    assert Client().get("/nav/", headers={"HX-Request": "true"}).status_code == 403


def test_a_member_of_staff_without_a_role_sees_nothing(db: None):
    assert staff_client().get("/orders/").status_code == 403


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_every_role_reads_every_screen(played: SmallFactory, role: Role):
    client = staff_client(role)
    for path in [*(reverse(f"tower:{name}") for name in PLAIN), *detail_pages()]:
        assert client.get(path).status_code == 200, path


def test_a_locked_button_says_whose_it_is(played: SmallFactory):
    text = staff_client(Role.AUDITOR).get("/pay/").content.decode()
    assert "Only for: Finance, prepares" in text
    assert 'action="/pay/batches/create/"' in text
    assert 'name="command_id"' not in text.split("Prepare a batch")[0].split('action="/pay/batches/create/"')[1]


def test_today_names_what_is_late_and_silent(played: SmallFactory):
    offer = Offer.objects.first()
    assert offer
    WorkOrder.objects.filter(offer=offer).update(state="in_progress", closed_at=None, accepted_quantity=0)
    with clock.at(played.day + timedelta(days=40)):
        text = staff_client(Role.COORDINATOR).get("/").content.decode()
    assert f"{offer.workshop.trade_name} is " in text
    assert "days late with" in text
    assert "has been silent for" in text


def test_the_order_page_counts_every_piece(played: SmallFactory, coordinator: Client):
    text = coordinator.get(reverse("tower:order", args=[played.order.pk])).content.decode()
    bars = re.findall(r'aria-label="Pieces by stage: ([^"]+)"', text)
    counts = [int(number.replace(",", "")) for number in re.findall(r" ([\d,]+)(?:,|$)", bars[0])]
    assert sum(counts) == 24


def test_search_finds_records_of_every_kind(played: SmallFactory, coordinator: Client):
    workshop = played.workshops[0]
    found = coordinator.get("/search/", {"q": workshop.code}).json()["results"]
    assert any(row["url"] == reverse("tower:workshop", args=[workshop.pk]) for row in found)
    found = coordinator.get("/search/", {"q": played.order.number}).json()["results"]
    assert any(row["url"] == reverse("tower:order", args=[played.order.pk]) for row in found)
    assert coordinator.get("/search/", {"q": "a"}).json() == {"results": []}


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


@pytest.mark.parametrize("path", ["/orders/", "/workshops/", "/work/", "/work/offers/", "/activity/", "/"])
def test_lists_ask_the_same_number_of_questions_for_more_rows(noon: object, path: str):
    small = SmallFactory(quantity=12, workshops=3)
    small.day = clock.now()
    small.plan()
    client = staff_client(Role.COORDINATOR)
    client.get(path)
    before = queries(client, path)
    make_workshops(8, techniques=["cast", "bead", "assemble"])
    for number in range(9):
        make_order("desk", ("KW-NECK", 5 + number))
    small.plan()
    assert queries(client, path) <= before + 2
    assert before <= 45


def test_activity_pages_do_not_shift(played: SmallFactory, coordinator: Client):
    first = coordinator.get("/activity/").content.decode()
    older = re.search(r'rel="next" href="(\?[^"]*before=\d+[^"]*)"', first)
    assert older
    href = older.group(1).replace("&amp;", "&")
    before = coordinator.get("/activity/" + href).content.decode()
    make_channel("another")
    after = coordinator.get("/activity/" + href).content.decode()
    titles = [re.findall(r'kw-timeline-title">(.*?)</p>', text) for text in (before, after)]
    assert titles[0] == titles[1] != []
