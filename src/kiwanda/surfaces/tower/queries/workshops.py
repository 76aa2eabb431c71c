"""Workshops: the list, the map, and one workshop's whole picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.core.clock import local_date, local_midnight
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.calendars import calendar_minutes
from kiwanda.factory.network.models import Capability, Workshop
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.settlement import queries as settlement
from kiwanda.factory.settlement.models import Account

SORTS = {"name": "trade_name", "code": "code", "work": "open_pieces", "on_time": "on_time", "joined": "joined_on"}


def listed(
    actor: Actor,
    *,
    text: str = "",
    technique: str = "",
    hub: str = "",
    county: int | None = None,
    state: str = "",
    busy: str = "",
    sort: str = "name",
) -> QuerySet[Workshop]:
    """Workshops for the list, with ``open_pieces`` of live work on each."""
    rows = network.workshops(actor).select_related("hub", "county")
    if text:
        rows = rows.filter(Q(trade_name__icontains=text) | Q(code__icontains=text))
    if technique:
        rows = rows.filter(
            Exists(Capability.objects.filter(workshop=OuterRef("pk"), technique_id=technique, state="active"))
        )
    if hub:
        rows = rows.filter(hub__code=hub)
    if county:
        rows = rows.filter(county_id=county)
    if state:
        rows = rows.filter(state=state)
    work = WorkOrder.objects.filter(workshop=OuterRef("pk"), state__in=LIVE_WORK_ORDERS).order_by()
    if busy == "idle":
        rows = rows.filter(~Exists(work), state="active")
    elif busy == "busy":
        rows = rows.filter(Exists(work))
    elif busy == "late":
        rows = rows.filter(Exists(work.filter(due_on__lt=clock.today())))
    left = F("quantity") - F("accepted_quantity") - F("rejected_quantity") - F("short_quantity")
    pieces = work.values("workshop").annotate(total=Sum(left)).values("total")
    rows = rows.annotate(open_pieces=Coalesce(Subquery(pieces, output_field=IntegerField()), 0))
    name = SORTS.get(sort.lstrip("-"), "trade_name")
    return rows.order_by(f"-{name}" if sort.startswith("-") else name, "code")


def techniques_of(workshops: list[Workshop]) -> dict[Any, list[Capability]]:
    """Active capabilities by workshop id, one query."""
    found: dict[Any, list[Capability]] = {}
    rows = Capability.objects.filter(workshop__in=workshops, state="active").select_related("technique")
    for row in rows.order_by("grade", "technique_id"):
        found.setdefault(row.workshop_id, []).append(row)
    return found


def per_county(actor: Actor, rows: QuerySet[Workshop]) -> dict[int, int]:
    """Workshops of ``rows`` by county code."""
    return dict(rows.order_by().values_list("county_id").annotate(n=Count("pk", distinct=True)))


@dataclass(slots=True)
class Profile:
    """One workshop's figures. Shares are 0–1, None without data; weeks are Mondays, oldest first.

    Work is on time when its last piece was handed in by the due day (as dispatch tells it in ``WorkOrderClosed``).
    """

    workshop: Workshop
    owner: str
    open_pieces: int
    live_work: int
    on_time: float | None
    passed: float | None
    acceptance: float | None
    balance_minor: int
    earned_minor: int
    weekly: list[tuple[date, int]]
    pieces_weekly: list[tuple[date, int, int]]


def profile(actor: Actor, workshop: Workshop, now: datetime) -> Profile:
    """Figures of the last twelve weeks. Eight queries."""
    today = local_date(now)
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=11)
    since = local_midnight(first)
    own = dispatch.work_orders(actor).filter(workshop=workshop).order_by()
    left = F("quantity") - F("accepted_quantity") - F("rejected_quantity") - F("short_quantity")
    live = own.filter(state__in=LIVE_WORK_ORDERS).aggregate(pieces=Sum(left), n=Count("pk"))
    finished = own.filter(state="done", closed_at__gte=since)
    done = list(finished.values_list("last_sign_at", "due_on"))
    offers = dispatch.offers(actor).filter(workshop=workshop, sent_at__gte=since).order_by()
    answers = offers.aggregate(
        yes=Count("pk", filter=Q(state="accepted")),
        no=Count("pk", filter=Q(state__in=["declined", "expired"])),
    )
    verdicts = list(
        quality.inspections(actor)
        .order_by()
        .filter(work_order__workshop=workshop, inspected_at__gte=since)
        .values_list("inspected_at", "quantity", "accepted_quantity")
    )
    earned = list(
        settlement.earnings(actor)
        .order_by()
        .filter(workshop=workshop, earned_at__gte=since)
        .values_list("earned_at", "amount_minor")
    )
    people = network.people(actor, workshop.pk)
    balance = Account.objects.filter(owner_id=workshop.pk, kind="liability").aggregate(n=Sum("balance_minor"))["n"]
    mondays = [first + timedelta(weeks=i) for i in range(12)]
    pieces = sum(row[1] for row in verdicts)
    answered = answers["yes"] + answers["no"]
    return Profile(
        workshop=workshop,
        owner=next((person.name for person in people if person.role == "owner"), ""),
        open_pieces=live["pieces"] or 0,
        live_work=live["n"] or 0,
        on_time=sum(local_date(last) <= due for last, due in done) / len(done) if done else None,
        passed=sum(row[2] for row in verdicts) / pieces if pieces else None,
        acceptance=answers["yes"] / answered if answered else None,
        balance_minor=balance or 0,
        earned_minor=sum(amount for _, amount in earned),
        weekly=[(on, sum(amount for at, amount in earned if _in_week(at, on))) for on in mondays],
        pieces_weekly=[
            (
                on,
                sum(row[2] for row in verdicts if _in_week(row[0], on)),
                sum(row[1] - row[2] for row in verdicts if _in_week(row[0], on)),
            )
            for on in mondays
        ],
    )


def _in_week(at: datetime, monday: date) -> bool:
    return monday <= local_date(at) < monday + timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """A day of the calendar: minutes of work by the calendar, a day off with its reason, work due then."""

    on: date
    minutes: int
    off: str
    due: int
    is_today: bool


def calendar(actor: Actor, workshop: Workshop, today: date, weeks: int = 5) -> list[list[CalendarCell]]:
    """Five weeks from this Monday: what the calendar says, days off, pieces due."""
    first = today - timedelta(days=today.weekday())
    days = [first + timedelta(days=i) for i in range(7 * weeks)]
    off = dict(
        network.days_off(actor).filter(workshop=workshop, on__range=(days[0], days[-1])).values_list("on", "reason")
    )
    due: dict[date, int] = {}
    live = dispatch.work_orders(actor).filter(workshop=workshop, state__in=LIVE_WORK_ORDERS)
    for row in live:
        due[row.due_on] = due.get(row.due_on, 0) + row.open_quantity
    minutes = calendar_minutes([workshop.calendar_id], days[0], len(days))[workshop.calendar_id].tolist()
    cells = [
        CalendarCell(on, work, off.get(on, ""), due.get(on, 0), on == today)
        for on, work in zip(days, minutes, strict=True)
    ]
    return [cells[i : i + 7] for i in range(0, len(cells), 7)]
