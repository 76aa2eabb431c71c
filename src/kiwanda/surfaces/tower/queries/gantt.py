"""A production order over time: who works on which step when, what is on the road, how much time is left.

Work comes from three places: work orders (made and accepted counted), live offers, lots of the plan in force. Up to
:data:`SEPARATE` of them stand one by one; more are gathered into one band a hub, which can be opened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiwanda.core import clock
from kiwanda.core.actors import Actor
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.states import LIVE_OFFERS, LIVE_WORK_ORDERS
from kiwanda.factory.network.models import TransferTime
from kiwanda.factory.planning import queries as planning
from kiwanda.factory.planning.models import Allocation, ProductionOrder
from kiwanda.surfaces.tower.templatetags.tower import named

#: A step with so many pieces of work shows them one by one.
SEPARATE = 6
#: Most single bars under an opened step; what is beyond stays in bands.
MOST_OPENED = 120
#: Width of the drawing is days times this, within limits: a week fits a phone, a quarter a desk (pixels).
WIDEST_DAY, NARROWEST_DAY, TARGET_WIDTH = 26, 9, 680


class Work(NamedTuple):
    """Some pieces of one step at one workshop. ``kind``: done, working, offered, planned."""

    order_id: UUID
    operation_id: UUID
    kind: str
    workshop: str
    hub: str
    hub_code: str
    quantity: int
    made: int
    accepted: int
    start_on: date
    end_on: date
    ended_on: date | None
    href: str


@dataclass(slots=True)
class Bar:
    """One rectangle, in days from the left edge; ``tail`` is how far it runs over its due day."""

    kind: str
    start: int
    days: int
    made: float
    accepted: float
    text: str
    title: str
    href: str = ""
    tail: int = 0
    road: int = 0
    """Days on the road before it can begin, from another hub."""


@dataclass(slots=True)
class Row:
    """One line of the drawing, its bars, and the same in words for the table."""

    label: str
    hint: str
    bars: list[Bar] = field(default_factory=list)
    is_head: bool = False
    href: str = ""
    is_open: bool = False
    when: str = ""
    progress: str = ""
    y: int = 0


@dataclass(slots=True)
class Chart:
    """A drawing of ``days`` days from ``first_on``; marks are days from the left edge, None outside."""

    first_on: date
    days: int
    rows: list[Row]
    today: int | None
    due: int | None
    forecast: int | None
    due_on: date
    forecast_on: date | None
    slack: int | None
    """Days between forecast and due day; negative: late. None where nothing is forecast."""
    is_done: bool = False

    @property
    def late(self) -> int:
        """Days late, 0 when in time."""
        return max(0, -(self.slack or 0))

    @property
    def day_width(self) -> int:
        return max(NARROWEST_DAY, min(WIDEST_DAY, TARGET_WIDTH // max(1, self.days)))

    @property
    def width(self) -> int:
        return self.days * self.day_width

    @property
    def mondays(self) -> list[tuple[int, str]]:
        """Days that begin a week, with their dates in words."""
        first = -self.first_on.weekday() % 7
        return [
            (day, date_format(self.first_on + timedelta(days=day), "j M")) for day in range(first, self.days, 7)
        ]


def work_of(actor: Actor, orders: Collection[UUID]) -> list[Work]:
    """All work on ``orders``: three queries."""
    today = clock.today()
    found = []
    columns = ("production_order_id", "operation_id", "workshop__trade_name", "workshop__hub__name",
               "workshop__hub__code", "quantity", "start_on")  # fmt: skip
    rows = dispatch.work_orders(actor).filter(production_order__in=orders).exclude(state="cancelled")
    for pk, state, made, accepted, lost, due, closed, *shared in rows.values_list(
        "pk", "state", "made_quantity", "accepted_quantity", "rejected_quantity", "due_on", "closed_at", *columns
    ):
        order, step, workshop, hub, code, quantity, start = shared
        ended = clock.local_date(closed) if closed else None
        is_live = state in LIVE_WORK_ORDERS
        if is_live and due < today:
            ended = today
        elif ended and not is_live:
            # What is done shows the days it took, not those it might have taken.
            due = min(due, ended)
        found.append(
            Work(
                order, step, "working" if is_live else "done", workshop, hub, code, quantity,
                max(made, accepted + lost), accepted, start, max(start, due), ended,
                reverse("tower:work_order", args=[pk]),
            )
        )
    offers = dispatch.offers(actor).filter(production_order__in=orders, state__in=LIVE_OFFERS)
    for due, *shared in offers.values_list("due_on", *columns):
        order, step, workshop, hub, code, quantity, start = shared
        found.append(
            Work(order, step, "offered", workshop, hub, code, quantity, 0, 0, start, max(start, due), None, "")
        )
    lots = Allocation.objects.filter(production_order__in=orders, state="tentative")
    for finish, *shared in lots.values_list("finish_on", *columns):
        order, step, workshop, hub, code, quantity, start = shared
        found.append(Work(order, step, "planned", workshop, hub, code, quantity, 0, 0, start, finish, None, ""))
    return sorted(found, key=lambda row: (row.start_on, row.end_on, row.workshop))


def chart_of_order(actor: Actor, order: ProductionOrder, *, opened: str = "") -> Chart | None:
    """The drawing of one production order; None while nobody has any of its work. ``opened``: a step's id."""
    work = work_of(actor, [order.pk])
    if not work:
        return None
    steps = list(order.tech_pack.operations.select_related("technique").prefetch_related("after").order_by("sequence"))
    rows: list[Row] = []
    span = _span(work, order.due_on, order.forecast_on if order.state == "open" else None)
    transfers = _transfers()
    for number, step in enumerate(steps, start=1):
        mine = [row for row in work if row.operation_id == step.pk]
        rows += _step(order, number, step, mine, work, span[0], transfers, opened == str(step.pk))
    return _chart(rows, span, order.due_on, order.forecast_on, is_done=order.state == "done")


def chart_of_orders(actor: Actor, orders: Sequence[ProductionOrder], due_on: date, forecast_on: date | None) -> Any:
    """The drawing of several production orders (those behind a sales order): one band a step."""
    work = work_of(actor, [order.pk for order in orders])
    if not work:
        return None
    by_step: dict[tuple[UUID, UUID], list[Work]] = defaultdict(list)
    for row in work:
        by_step[row.order_id, row.operation_id].append(row)
    span = _span(work, due_on, forecast_on)
    rows = []
    for order in orders:
        href = reverse("tower:production_order", args=[order.pk])
        rows.append(
            Row(order.code, f"{order.variant.name_en} · {_pieces(order.quantity)}", is_head=True, href=href)
        )
        for number, step in enumerate(order.tech_pack.operations.all(), start=1):
            mine = by_step.get((order.pk, step.pk))
            if mine:
                rows.append(_band(f"{number}. {named(step)}", mine, span[0], hint=_hubs(mine)))
            else:
                rows.append(Row(f"{number}. {named(step)}", _("nobody has this work yet")))
    return _chart(rows, span, due_on, forecast_on, is_done=all(order.state == "done" for order in orders))


def _step(
    order: ProductionOrder,
    number: int,
    step: Operation,
    mine: list[Work],
    work: list[Work],
    first: date,
    transfers: dict[tuple[str, str], int],
    is_open: bool,
) -> list[Row]:
    accepted = sum(row.accepted for row in mine)
    # More are accepted than ordered where later steps lost some.
    hint = _("%(done)s accepted, %(total)s ordered") % {"done": f"{accepted:,}", "total": f"{order.quantity:,}"}
    head = Row(f"{number}. {named(step)}", hint, is_head=True)
    if not mine:
        head.hint = _("nobody has this work yet")
        return [head]
    before = {key.pk for key in step.after.all()}
    source_hubs = {row.hub_code for row in work if row.operation_id in before}
    if len(mine) <= SEPARATE or is_open:
        head.is_open = is_open
        head.href = "" if len(mine) <= SEPARATE else "?"
        rows = [_single(row, first) for row in mine[:MOST_OPENED]]
        for drawn, row in zip(rows, mine, strict=False):
            drawn.bars[0].road = _road(row.hub_code, source_hubs, transfers)
        if len(mine) > MOST_OPENED:
            rows.append(_band(_("the others"), mine[MOST_OPENED:], first))
        return [head, *rows]
    head.href = f"?open={step.pk}"
    hubs: dict[tuple[str, str], list[Work]] = defaultdict(list)
    for row in mine:
        hubs[row.hub, row.hub_code].append(row)
    bands = []
    for (name, code), group in sorted(hubs.items(), key=lambda item: (item[1][0].start_on, item[0])):
        band = _band(name, group, first)
        band.bars[0].road = _road(code, source_hubs, transfers)
        bands.append(band)
    return [head, *bands]


def _road(hub: str, sources: set[str], transfers: dict[tuple[str, str], int]) -> int:
    """The longest way pieces have to this hub from another that makes the step before."""
    return max((transfers.get((source, hub), 0) for source in sources if source != hub), default=0)


def _single(row: Work, first: date) -> Row:
    drawn = Row(
        row.workshop, f"{row.hub} · {_pieces(row.quantity)}", href=row.href, when=_when(row.start_on, row.end_on),
        progress=_progress([row]),
    )
    drawn.bars.append(_bar([row], row.kind, first, row.href))
    return drawn


def _band(label: str, group: list[Work], first: date, hint: str = "") -> Row:
    lots = ngettext("%(count)s lot", "%(count)s lots", len(group)) % {"count": f"{len(group):,}"}
    pieces = _pieces(sum(row.quantity for row in group))
    start, end = min(row.start_on for row in group), max(row.end_on for row in group)
    drawn = Row(label, hint or f"{lots} · {pieces}", when=_when(start, end), progress=_progress(group))
    kinds = {row.kind for row in group}
    kind = next(name for name in ("working", "offered", "planned", "done") if name in kinds)
    drawn.bars.append(_bar(group, kind, first))
    return drawn


def _bar(group: list[Work], kind: str, first: date, href: str = "") -> Bar:
    total = sum(row.quantity for row in group) or 1
    start, end = min(row.start_on for row in group), max(row.end_on for row in group)
    ended = max((row.ended_on for row in group if row.ended_on), default=None)
    return Bar(
        kind,
        (start - first).days,
        (end - start).days + 1,
        min(1.0, sum(row.made for row in group) / total),
        min(1.0, sum(row.accepted for row in group) / total),
        f"{sum(row.quantity for row in group):,}",
        f"{_when(start, end)}: {_progress(group)}",
        href,
        max(0, (ended - end).days) if ended else 0,
    )


def _progress(group: Iterable[Work]) -> str:
    rows = list(group)
    words = {
        "planned": _("%(count)s planned"),
        "offered": _("%(count)s offered"),
        "working": _("%(count)s being made"),
    }
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row.kind] += row.quantity
    parts = [word % {"count": f"{sums[kind]:,}"} for kind, word in words.items() if sums[kind]]
    if sums["working"] or sums["done"]:
        made, accepted = sum(row.made for row in rows), sum(row.accepted for row in rows)
        parts.append(
            _("%(made)s made, %(accepted)s accepted") % {"made": f"{made:,}", "accepted": f"{accepted:,}"}
        )
    return ", ".join(parts)


def _pieces(count: int) -> str:
    return ngettext("%(count)s piece", "%(count)s pieces", count) % {"count": f"{count:,}"}


def _hubs(group: list[Work]) -> str:
    names = list(dict.fromkeys(row.hub for row in group))
    return ", ".join(names) if len(names) <= 2 else ngettext("%(count)s hub", "%(count)s hubs", len(names)) % {
        "count": len(names)
    }  # fmt: skip


def _when(start: date, end: date) -> str:
    if start == end:
        return date_format(start, "D j M")
    return f"{date_format(start, 'D j M')} – {date_format(end, 'D j M')}"


def _transfers() -> dict[tuple[str, str], int]:
    rows = TransferTime.objects.values_list("from_hub__code", "to_hub__code", "days")
    return {(source, target): days for source, target, days in rows}


def _span(work: list[Work], due_on: date, forecast_on: date | None) -> tuple[date, date]:
    """First and last day drawn: all work, today if it is near, due day and forecast, a day's margin."""
    ends = [row.ended_on or row.end_on for row in work] + [row.end_on for row in work] + [due_on]
    ends += [forecast_on] if forecast_on else []
    first, last = min(row.start_on for row in work), max(ends)
    today = clock.today()
    if first - timedelta(days=14) <= today <= last + timedelta(days=14):
        first, last = min(first, today), max(last, today)
    return first - timedelta(days=1), last + timedelta(days=2)


def _chart(
    rows: list[Row], span: tuple[date, date], due_on: date, forecast_on: date | None, *, is_done: bool
) -> Chart:
    first, last = span
    days = (last - first).days + 1

    def mark(on: date | None) -> int | None:
        return (on - first).days if on and first <= on <= last else None

    return Chart(
        first, days, rows, mark(clock.today()), mark(due_on), None if is_done else mark(forecast_on), due_on,
        forecast_on, (due_on - forecast_on).days if forecast_on and not is_done else None, is_done,
    )


def orders_behind(actor: Actor, order_id: UUID) -> list[ProductionOrder]:
    """Live and finished production orders that make pieces for a sales order, by due day."""
    rows = planning.production_orders(actor).filter(pegs__line__order=order_id).exclude(state="cancelled").distinct()
    return list(
        rows.select_related("variant", "tech_pack").prefetch_related("tech_pack__operations").order_by("due_on", "code")
    )
