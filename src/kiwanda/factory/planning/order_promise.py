"""When could these pieces be ready? Asked before an order is placed, and answered once more when it is.

The answer counts on the hours the standing plan leaves free. Where that is later than asked for, the order is
dispatched among the others, who may move within their time, as long as there is time to ask. Lines asked about
together, and lines promised before, never count on the same hour. Lines of one variant due in one week are made
together, as when demand is released, and as many pieces as would be planned then, rejects allowed for: each
gets the day by which its share of the pieces is there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from kiwanda.core import clock
from kiwanda.engine import Lot, Order
from kiwanda.engine import Promise as EnginePromise
from kiwanda.factory.planning.laying import by_operation, forked
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.planning.pegging import Batch, Want, batches, released_tech_packs
from kiwanda.factory.planning.routings import Step, load_routings
from kiwanda.factory.planning.standing_plan import EVEN, READY_DAYS, SURE, StandingPlan

if TYPE_CHECKING:
    from kiwanda.engine.promising import Promiser

#: What a buyer is told: the day that holds with this confidence.
CONFIDENCE = SURE
#: Seconds one set of questions may spend on exact answers; those after get the answer of the free hours.
EXACT_SECONDS = 0.5
#: Share of the free hours of a week that a rough answer counts on.
USABLE = 0.9
#: A rough answer leaves this much room for what it does not look at: transfer, lots, days off.
ROUGH_DAYS = 7

#: Why there is no day.
NO_TECH_PACK, NOBODY_CAN, BEYOND, UNMAPPED, IGNORED = "no_tech_pack", "nobody_can", "beyond", "unmapped", "ignored"


@dataclass(frozen=True)
class LineQuote:
    """The answer about one line.

    ``sure_on`` holds with :data:`CONFIDENCE`, ``likely_on`` with :data:`EVEN` (None where not asked for); both None
    where ``problem`` says why there is no day. ``in_time_quantity`` pieces would be ready by ``asked_on``. ``rough``:
    from a week's totals, without looking at workshops. ``lots``: how it would be made.
    """

    line_id: UUID
    quantity: int
    asked_on: date
    sure_on: date | None = None
    likely_on: date | None = None
    in_time_quantity: int = 0
    problem: str = ""
    technique: str = ""
    rough: bool = False
    lots: tuple[Lot, ...] = ()

    @property
    def days_late(self) -> int:
        """Days from the day asked for to the sure day; 0 when it is in time or there is no day."""
        return max(0, (self.sure_on - self.asked_on).days) if self.sure_on else 0

    @property
    def promised_on(self) -> date | None:
        """What the buyer is told: never earlier than asked for."""
        return max(self.sure_on, self.asked_on) if self.sure_on else None

    @property
    def confidence_percent(self) -> int:
        return round(CONFIDENCE * 100)


class Quoting:
    """Questions about one standing plan, each counting on what the ones before it left.

    A copy of the free hours: nothing is taken from the standing plan until a promise is recorded.
    """

    def __init__(self, standing: StandingPlan, exact_seconds: float = EXACT_SECONDS) -> None:
        self.standing = standing
        self.exact_seconds = exact_seconds
        with standing.lock:
            self._promiser: Promiser = forked(standing.promiser)
            self._exact: Promiser = forked(standing.exact)
        self._uncounted: list[tuple[Order, int]] = []
        self._asked: set[UUID] = set()
        arrays = standing.promiser.a
        self._able = {arrays.techniques[tech] for tech in set(arrays.cap_tech.tolist())}

    def quote(
        self,
        wants: Sequence[Want],
        *,
        likely: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> dict[UUID, LineQuote]:
        """Answers by line. ``likely`` asks for the even day as well."""
        found: dict[UUID, LineQuote] = {}
        packs = self.standing.tech_packs
        groups = batches(wants, packs)
        for want in wants:
            if want.style_id not in packs:
                found[want.line_id] = LineQuote(want.line_id, want.quantity, want.due_on, problem=NO_TECH_PACK)
        asked = {want.line_id: want for want in wants}
        for done, group in enumerate(groups):
            for answer in self._batch(group, asked, likely):
                found[answer.line_id] = _joined(found.get(answer.line_id), answer)
            if progress is not None:
                progress(done + 1, len(groups))
        return found

    def _batch(self, group: Batch, asked: dict[UUID, Want], likely: bool) -> Iterable[LineQuote]:
        standing = self.standing
        steps = standing.steps_of(group.tech_pack_id)
        missing = next((step.technique for step in steps if step.technique not in self._able), "")
        if missing or not steps:
            problem = NOBODY_CAN if missing else NO_TECH_PACK
            return [
                LineQuote(line, pieces, asked[line].due_on, problem=problem, technique=missing)
                for line, pieces in group.pegs
            ]
        key = group.pegs[0][0]
        if key in self._asked:
            # A line larger than a batch is asked about in parts.
            key = uuid5(key, str(len(self._asked)))
        self._asked.add(key)
        order = standing.order(key, group.tech_pack_id, group.quantity, group.due_on)
        if order.id in standing.problem.order_by_id:
            return [LineQuote(line, pieces, asked[line].due_on, problem=BEYOND) for line, pieces in group.pegs]
        answer, lots = self._ask(order, standing.day(group.due_on) - READY_DAYS)
        if answer.day is None or answer.sure_day is None:
            return [LineQuote(line, pieces, asked[line].due_on, problem=BEYOND) for line, pieces in group.pegs]
        extra = answer.sure_day - answer.day
        even = max(0, _day_at(answer, EVEN) - answer.day) if likely else None
        standing.take(lots, self._promiser.room, self._promiser.week_room)
        found = _Found(answer.lots, lots, _ready_days(answer.lots, steps), order.quantity / group.quantity)
        return self._lines(group, asked, found, extra, even)

    def _lines(
        self,
        group: Batch,
        asked: dict[UUID, Want],
        found: _Found,
        extra: int,
        even: int | None,
    ) -> Iterable[LineQuote]:
        before, total = 0, group.quantity
        for line, pieces in group.pegs:
            due = asked[line].due_on
            upto = before + pieces
            day = next(day for count, day in found.ready if count >= math.floor(upto * found.made_for_one + 1e-6))
            made = max((count for count, last in found.ready if self._on(last + extra) <= due), default=0)
            in_time = int(made / found.made_for_one + 1e-6)
            yield LineQuote(
                line,
                pieces,
                due,
                sure_on=self._on(day + extra),
                likely_on=self._on(day + even) if even is not None else None,
                in_time_quantity=min(pieces, max(0, in_time - before)),
                lots=_share(found.booked, before, upto, total),
            )
            before = upto

    def _on(self, day: int) -> date:
        return self.standing.on(day + READY_DAYS)

    def _ask(self, order: Order, due_day: int) -> tuple[EnginePromise, tuple[Lot, ...]]:
        """The answer, and the lots whose hours are spoken for by it.

        Free hours answer first. Where they are late, or leave some pieces undone, the order is put among the others;
        what counts is the earlier day. The hours taken are always free ones: whose lots make room is for the next plan
        to say, and in sum they are the same.
        """
        free = self._promiser.promise(order, confidence=CONFIDENCE)
        if (free.sure_day is not None and free.sure_day <= due_day) or self.exact_seconds <= 0:
            if free.day is not None:
                self._uncounted.append((order, free.day))
            return free, free.lots
        began = time.perf_counter()
        for other, day in self._uncounted:
            self._exact.count_in(other, day)
        self._uncounted.clear()
        exact = self._exact.exact(order, confidence=CONFIDENCE)
        better = exact.sure_day is not None and (free.sure_day is None or exact.sure_day < free.sure_day)
        found = exact if better else free
        if found.day is not None:
            self._uncounted.append((order, found.day))
        self.exact_seconds -= time.perf_counter() - began
        return (exact, free.lots or exact.lots) if better else (free, free.lots)


@dataclass(frozen=True)
class _Found:
    """How an order would be made, the lots booked for it, ``(pieces, day)`` when ready, pieces made for one wanted."""

    lots: tuple[Lot, ...]
    booked: tuple[Lot, ...]
    ready: list[tuple[int, int]]
    made_for_one: float


def _day_at(answer: EnginePromise, confidence: float) -> int:
    """The day that holds with ``confidence`` by the answer's curve."""
    assert answer.day is not None
    return next((day for level, day in answer.curve if level >= confidence), answer.day)


def _joined(one: LineQuote | None, two: LineQuote) -> LineQuote:
    """A line larger than a batch is answered in parts: the last part's day counts."""
    if one is None:
        return two
    if one.problem or two.problem:
        return replace(one if one.problem else two, quantity=one.quantity + two.quantity)
    assert one.sure_on is not None
    assert two.sure_on is not None
    likely = [on for on in (one.likely_on, two.likely_on) if on is not None]
    return replace(
        one,
        quantity=one.quantity + two.quantity,
        sure_on=max(one.sure_on, two.sure_on),
        likely_on=max(likely) if likely else None,
        in_time_quantity=one.in_time_quantity + two.in_time_quantity,
        lots=(*one.lots, *two.lots),
    )


def _ready_days(lots: Iterable[Lot], steps: Sequence[Step]) -> list[tuple[int, int]]:
    """``(pieces, day)``: so many are through their last operations by the end of that day, both growing."""
    followed = {str(source) for step in steps for source in step.after}
    groups = by_operation(lots)
    curves = []
    for step in steps:
        if str(step.id) in followed:
            continue
        count, curve = 0, []
        for lot in groups.get(str(step.id), []):
            count += lot.quantity
            curve.append((count, lot.finish_day))
        curves.append(curve)
    points = sorted({count for curve in curves for count, _ in curve})
    return [(count, max(next(day for have, day in curve if have >= count) for curve in curves)) for count in points]


def _share(lots: tuple[Lot, ...], first: int, last: int, total: int) -> tuple[Lot, ...]:
    """A line's part of a batch's lots: all of them for a batch of one line, else the minutes in proportion."""
    if first == 0 and last == total:
        return lots
    part = (last - first) / total
    return tuple(
        replace(lot, minutes=tuple((day, minutes * part) for day, minutes in lot.minutes)) for lot in lots
    )


def rough_quotes(wants: Sequence[Want]) -> dict[UUID, LineQuote]:
    """Answers from the published plan's summary alone: hours left a week and technique. Milliseconds, no engine.

    For the moment in which the standing plan is being built. Lines do not count on the same week's hours twice.
    """
    run = PlanRun.objects.filter(state="published").only("summary").first()
    packs = released_tech_packs()
    routings = load_routings({packs[want.style_id] for want in wants if want.style_id in packs})
    weeks: list[date] = []
    free: dict[str, list[float]] = {}
    if run is not None and run.summary.get("weeks"):
        weeks = [_monday(text) for text in run.summary["weeks"]]
        free = {
            row["code"]: [max(0.0, has - load) for has, load in zip(row["capacity"], row["load"], strict=True)]
            for row in run.summary.get("techniques", [])
        }
    today = clock.today()
    found = {}
    for want in sorted(wants, key=lambda row: (row.due_on, str(row.line_id))):
        steps = routings.get(packs.get(want.style_id, UUID(int=0)), [])
        if not steps:
            found[want.line_id] = LineQuote(want.line_id, want.quantity, want.due_on, problem=NO_TECH_PACK, rough=True)
            continue
        ready: dict[UUID, int] = {}
        for step in steps:
            first = max((ready[source] for source in step.after), default=0)
            ready[step.id] = _week_for(free.get(step.technique, []), first, want.quantity * step.minutes / USABLE)
        last = max(ready.values())
        if last >= len(weeks):
            found[want.line_id] = LineQuote(want.line_id, want.quantity, want.due_on, problem=BEYOND, rough=True)
            continue
        likely = max(today, weeks[last] + timedelta(days=6)) + timedelta(days=READY_DAYS)
        sure = likely + timedelta(days=ROUGH_DAYS)
        found[want.line_id] = LineQuote(
            want.line_id, want.quantity, want.due_on, sure_on=sure, likely_on=likely, rough=True,
            in_time_quantity=want.quantity if sure <= want.due_on else 0,
        )
    return found


def _week_for(free: list[float], first: int, minutes: float) -> int:
    """The week in which ``minutes`` more are done, taken from ``free``; its length where they do not fit."""
    for week in range(first, len(free)):
        taken = min(minutes, free[week])
        free[week] -= taken
        minutes -= taken
        if minutes <= 1e-6:
            return week
    return len(free) if free else 10**6


def _monday(label: str) -> date:
    year, week = label.split("-W")
    return date.fromisocalendar(int(year), int(week), 1)


__all__ = [
    "BEYOND",
    "CONFIDENCE",
    "IGNORED",
    "NOBODY_CAN",
    "NO_TECH_PACK",
    "UNMAPPED",
    "LineQuote",
    "Quoting",
    "rough_quotes",
]
