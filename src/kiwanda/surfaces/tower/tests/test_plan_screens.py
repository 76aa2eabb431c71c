"""The plan's screens: the board and its cells, orders over time, the map, two plans side by side, what-ifs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.demand.models import SalesOrder
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Hub
from kiwanda.factory.planning.commands import fail_plan, request_plan, run_plan, run_scenario, start_plan
from kiwanda.factory.planning.models import Allocation, PlanRun, ProductionOrder, Scenario
from kiwanda.factory.planning.outcomes import outcome_of_run
from kiwanda.factory.planning.tests.factories import coordinator as planner
from kiwanda.surfaces.tower.queries.gantt import SEPARATE, chart_of_order
from kiwanda.surfaces.tower.queries.plan_map import plan_map
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def played() -> Iterator[SmallFactory]:
    """A factory at work, and a second plan over what is left."""
    small = SmallFactory()
    small.plan()
    small.accept_all()
    small.work()
    with clock.at(small.day):
        run_plan(actor=planner(), plan_run_id=request_plan(actor=planner(), days=28, reason="again").pk)
        yield small


@pytest.fixture
def client() -> Client:
    return staff_client(Role.COORDINATOR)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def ask(client: Client, **fields: object) -> Scenario:
    """Ask one of the questions asked most, and let the worker answer."""
    answer = client.post(reverse("tower:create_scenario"), {"command_id": str(new_id()), **fields})
    assert answer.status_code == 302
    made = Scenario.objects.first()
    assert made is not None and answer.headers["Location"] == reverse("tower:scenario", args=[made.pk])
    return run_scenario(actor=actors.system(), scenario_id=made.pk)


def new_order(small: SmallFactory) -> dict[str, object]:
    sku = ProductionOrder.objects.select_related("variant").latest("created_at").variant.sku
    due = (clock.today() + timedelta(days=20)).isoformat()
    return {"kind": "new_order", "sku": sku, "quantity": 50, "due_on": due}


@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_screen_of_the_plan_shows(played: SmallFactory, language: str):
    client = staff_client(Role.COORDINATOR, language=language)
    made = ask(client, **new_order(played))
    assert made.state == "ready", made.message
    run, order = PlanRun.objects.get(state="published"), ProductionOrder.objects.latest("created_at")
    week, technique = run.summary["weeks"][0], run.summary["techniques"][0]["code"]
    hub = Hub.objects.values_list("code", flat=True)[0]
    for path in (
        *(reverse(f"tower:{name}") for name in ("plan", "plan_runs", "plan_map", "plan_compare", "scenarios")),
        *(f"{reverse('tower:scenarios')}?preset={kind}" for kind in ("new_order", "absence", "training")),
        f"{reverse('tower:plan_map')}?week={week}&technique={technique}",
        f"{reverse('tower:plan_map')}?plan=scenario:{made.pk}",
        f"{reverse('tower:plan_cell')}?week={week}&technique={technique}",
        f"{reverse('tower:plan_cell')}?hub={hub}",
        f"{reverse('tower:plan_compare')}?part=workshops&side=lose",
        f"{reverse('tower:plan_compare')}?part=techniques",
        f"{reverse('tower:plan_compare')}?part=orders&kind=same",
        f"{reverse('tower:scenario', args=[made.pk])}?part=workshops",
        *(f"{reverse('tower:scenario', args=[made.pk])}?add={kind}" for kind in (
            "new_order", "absence", "training", "longer_days", "weekly_cap", "due_date", "hub_closed", "demand")),
        reverse("tower:order_over_time", args=[SalesOrder.objects.latest("ordered_at").pk]),
        reverse("tower:production_order", args=[order.pk]),
    ):  # fmt: skip
        text = text_of(client, path)
        assert f'<html lang="{language}"' in text
        assert len(re.findall(r"<h1[ >]", text)) == 1, path


def test_a_factory_without_plans_says_what_to_do(client: Client):
    assert "No plan yet" in text_of(client, reverse("tower:plan_map"))
    assert "Nothing to compare yet" in text_of(client, reverse("tower:plan_compare"))
    assert "No question was asked yet" in text_of(client, reverse("tower:scenarios"))
    assert "No plan here" in text_of(client, reverse("tower:plan_runs") + "?state=failed")


@pytest.mark.parametrize(
    "path",
    [
        "/plan/map/?plan=run:x", "/plan/map/?plan=nonsense", "/plan/map/?technique=fly", "/plan/map/?week=2026-W99",
        "/plan/compare/?before=x", f"/plan/compare/?after={UUID(int=1)}", f"/plan/scenarios/{UUID(int=1)}/",
        "/plan/scenarios/?preset=magic&page=minus", "/plan/runs/?state=%27;drop", "/plan/cell/?hub=NOWHERE",
        f"/plan/orders/{UUID(int=1)}/", f"/plan/scenarios/{UUID(int=1)}/export/", "/plan/compare/export/?before=z",
    ],
)  # fmt: skip
def test_nonsense_is_never_an_error(played: SmallFactory, client: Client, path: str):
    assert client.get(path).status_code in (200, 404)


def test_a_cell_adds_up_with_the_board(played: SmallFactory, client: Client):
    run = PlanRun.objects.get(state="published")
    row = max(run.summary["techniques"], key=lambda row: max(row["load"]))
    place = row["load"].index(max(row["load"]))
    week = run.summary["weeks"][place]
    answer = client.get(f"{reverse('tower:plan_cell')}?week={week}&technique={row['code']}")
    cell = answer.context["cell"]
    assert cell.load == pytest.approx(row["load"][place] / 60, abs=0.02)
    assert cell.capacity == pytest.approx(row["capacity"][place] / 60, abs=0.02)
    assert sum(hub.load for hub in cell.hubs) == pytest.approx(cell.load)
    assert sum(person.hours for person in cell.people) == pytest.approx(cell.load)
    assert sum(order.hours for order in cell.orders) == pytest.approx(cell.load)
    assert all(person.all_hours >= person.hours for person in cell.people)


def test_the_map_holds_every_hour_and_every_piece(played: SmallFactory):
    outcome = outcome_of_run(PlanRun.objects.get(state="published"))
    assert outcome is not None
    drawn = plan_map(outcome)
    assert sum(hub.load for hub in drawn.hubs) == pytest.approx(drawn.load)
    assert sum(county.load for county in drawn.counties) == pytest.approx(drawn.load)
    assert drawn.pieces == sum(hub.sent for hub in drawn.hubs) == sum(hub.received for hub in drawn.hubs)


def test_an_order_over_time_shows_plan_progress_and_slack(played: SmallFactory, client: Client):
    order = ProductionOrder.objects.order_by("created_at").first()
    assert order is not None
    chart = chart_of_order(planner(), order)
    assert chart is not None
    assert [row.label for row in chart.rows if row.is_head] == [
        f"{number}. {step.name_en}" for number, step in enumerate(order.tech_pack.operations.all(), start=1)
    ]
    bars = [bar for row in chart.rows for bar in row.bars]
    assert bars and all(bar.start >= 0 and bar.start + bar.days <= chart.days for bar in bars)
    assert all(0 <= bar.accepted <= bar.made <= 1 for bar in bars)
    assert any(bar.accepted for bar in bars)
    text = text_of(client, reverse("tower:production_order", args=[order.pk]))
    assert "kw-gantt-bar" in text and "Show as a table" in text


def test_hundreds_of_lots_become_bands_that_open(played: SmallFactory, client: Client):
    order = ProductionOrder.objects.order_by("created_at").first()
    work = WorkOrder.objects.filter(production_order=order).first()
    assert order and work
    run = PlanRun.objects.get(state="published")
    Allocation.objects.bulk_create(
        Allocation(
            plan_run=run, production_order=order, operation=work.operation, workshop=work.workshop, quantity=2,
            start_on=clock.today() + timedelta(days=number % 9), finish_on=clock.today() + timedelta(days=9),
            minutes=10, state="tentative",
        )
        for number in range(200)
    )
    chart = chart_of_order(planner(), order)
    assert chart is not None and len(chart.rows) < 30
    band = next(row for row in chart.rows if row.bars and "lots" in row.hint)
    assert int(re.findall(r"^\d+", band.hint)[0]) > SEPARATE
    opened = chart_of_order(planner(), order, opened=str(work.operation_id))
    assert opened is not None and len(opened.rows) > 100
    address = reverse("tower:production_order", args=[order.pk])
    assert f"?open={work.operation_id}" in text_of(client, address)


def test_two_plans_are_compared_and_exported(played: SmallFactory, client: Client):
    runs = list(PlanRun.objects.filter(state__in=["published", "proposed"]).order_by("number"))
    query = f"?before={runs[0].pk}&after={runs[1].pk}"
    assert f"From plan {runs[0].number} to plan {runs[1].number}" in text_of(client, f"/plan/compare/{query}")
    answer = client.get(f"/plan/compare/export/{query}&part=workshops&format=csv")
    assert answer.headers["Content-Disposition"].endswith('-workshops.csv"')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Workshop"
    assert {len(row) for row in rows} == {len(rows[0])}
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plan/compare/export/{query}&format=xlsx").content))
    assert book.sheetnames == ["Figures", "Orders", "Workshops", "Techniques"]
    assert book["Figures"].max_row > 3


def test_a_question_is_asked_answered_and_made_real(played: SmallFactory, client: Client):
    live = PlanRun.objects.get(state="published")
    made = ask(client, **new_order(played), name="A big one")
    assert (made.name, made.state) == ("A big one", "ready")
    text = text_of(client, reverse("tower:scenario", args=[made.pk]))
    assert "50 pieces of" in text and "is not touched" in text
    assert f"{reverse('tower:new_order')}?sku=" in text
    assert "publish" not in text.lower().replace("published", "")
    assert PlanRun.objects.get(state="published") == live
    answer = client.get(reverse("tower:scenario_export", args=[made.pk]) + "?part=orders")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert any(row[-1] == "Only in the second" for row in rows)


def test_a_what_if_is_built_step_by_step(played: SmallFactory, client: Client):
    hub = Hub.objects.values_list("code", flat=True)[0]
    client.post(reverse("tower:create_scenario"), {"name": "Mine", "weeks": "4", "command_id": str(new_id())})
    made = Scenario.objects.get()
    here = reverse("tower:scenario", args=[made.pk])
    assert "Nothing is different yet" in text_of(client, here)
    day = clock.today() + timedelta(days=2)
    for fields in (
        {"kind": "hub_closed", "hub": hub, "from_on": day.isoformat()},
        {"kind": "absence", "place": f"hub:{hub}", "percent": "10", "from_on": day.isoformat(),
         "to_on": (day + timedelta(days=6)).isoformat()},
        {"kind": "demand", "percent": "150"},
    ):  # fmt: skip
        client.post(f"{here}add/", {**fields, "command_id": str(new_id())})
    made.refresh_from_db()
    assert [change["kind"] for change in made.changes] == ["hub_closed", "absence", "demand"]
    client.post(f"{here}remove/", {"change_id": made.changes[0]["id"], "command_id": str(new_id())})
    client.post(f"{here}work-out/", {"command_id": str(new_id())})
    made.refresh_from_db()
    assert (made.state, len(made.changes)) == ("queued", 2)
    assert "Waiting for the worker" in text_of(client, here)
    assert 'hx-trigger="every 1s"' in text_of(client, here)
    client.post(f"{here}cancel/", {"command_id": str(new_id())})
    made.refresh_from_db()
    assert made.state == "draft"
    client.post(f"{here}discard/", {"command_id": str(new_id())})
    assert "Mine" not in text_of(client, reverse("tower:scenarios"))


def test_a_wrong_field_is_said_beside_the_form(played: SmallFactory, client: Client):
    answer = client.post(
        reverse("tower:create_scenario"),
        {"kind": "new_order", "sku": "NONE", "quantity": "3", "due_on": "2026-12-30", "command_id": str(new_id())},
        follow=True,
    )
    assert "does not exist" in answer.content.decode()
    assert not Scenario.objects.exists()


def test_who_may_only_look_finds_the_buttons_locked(played: SmallFactory):
    made = ask(staff_client(Role.MERCHANDISER), **new_order(played))
    inspector = staff_client(Role.INSPECTOR)
    text = text_of(inspector, reverse("tower:scenario", args=[made.pk]))
    assert "data-locked" in text and "Add a change" not in text
    here = reverse("tower:scenario", args=[made.pk])
    inspector.post(f"{here}discard/", {"command_id": str(new_id())})
    made.refresh_from_db()
    assert made.state == "ready"


def test_a_plan_at_work_shows_its_progress_and_can_be_stopped(played: SmallFactory, client: Client):
    run = request_plan(actor=planner(), days=28)
    start_plan(actor=planner(), plan_run_id=run.pk)
    PlanRun.objects.filter(pk=run.pk).update(progress_percent=40, message="Searching")
    for path in (reverse("tower:plan"), reverse("tower:plan_run", args=[run.pk])):
        text = text_of(client, path)
        assert "40 %" in text and "Searching" in text and "so far" in text and "every 1s" in text
    client.post(reverse("tower:discard_plan", args=[run.pk]), {"command_id": str(new_id())})
    run.refresh_from_db()
    assert run.state == "discarded"


def test_a_failure_says_what_to_do(played: SmallFactory, client: Client):
    run = request_plan(actor=planner(), days=28)
    fail_plan(actor=planner(), plan_run_id=run.pk, message="The engine stopped: out of memory")
    for path in (reverse("tower:plan"), reverse("tower:plan_run", args=[run.pk])):
        text = text_of(client, path)
        assert "out of memory" in text and "The plan in force stays as it is" in text


@pytest.mark.parametrize("name", ["plan", "plan_runs", "scenarios", "plan_compare", "plan_map"])
def test_pages_ask_few_questions(played: SmallFactory, client: Client, name: str):
    client.get(reverse(f"tower:{name}"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(f"tower:{name}"))
    assert len(asked) <= 30, [query["sql"][:90] for query in asked.captured_queries]
