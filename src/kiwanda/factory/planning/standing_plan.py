"""The standing plan: what is so now, laid out for questions, and kept in memory.

The plan in force was made some days ago. Since then work was accepted and declined, orders were released and further
ones promised. The standing plan joins what is left of the plan (its lots not offered yet stay where they are) with
work in progress as it is and fits in what the plan does not know: production orders released since, pieces that were
declined, order lines that have a promise and no production order yet. What is free after that can be promised.

Building it takes about a second for 2,300 workshops, asking it milliseconds. Each process keeps one. It is good for as
long as the same plan is in force on the same day and nothing decisive happened (:data:`DECISIVE`); promises made since
are taken out of its free hours one by one.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import numpy.typing as npt
import structlog
from django.db import close_old_connections, connection, transaction

from kiwanda.core import clock
from kiwanda.core.models import Event
from kiwanda.engine import Lot, LotTable, Operation, Order, Plan, Problem, solve
from kiwanda.factory.demand.models import OrderLine, Promise
from kiwanda.factory.planning import calibration, learning
from kiwanda.factory.planning.models import Allocation, PlanRun
from kiwanda.factory.planning.pegging import Want, released_tech_packs
from kiwanda.factory.planning.problem import Question, load_question
from kiwanda.factory.planning.routings import Step, load_routings

if TYPE_CHECKING:
    from kiwanda.engine.promising import Promiser

log = structlog.get_logger(__name__)

Floats = npt.NDArray[np.float64]

#: Days looked ahead: further than a plan, so that a large order finds its day.
HORIZON_DAYS = 112
#: Days from the last finish to a packed carton: hand-in, inspection, packing.
READY_DAYS = 2
#: Seconds the engine may improve what it fits in.
BUDGET_SECONDS = 0.3
#: A standing plan older than this (seconds) is renewed in the background while the old one still answers.
FRESH_SECONDS = 120.0
#: More promises than this since it was built are not taken up one by one.
MOST_CATCHING_UP = 40
#: Events after which an answer from before would be wrong.
DECISIVE = (
    "catalog.TechPackReleased",
    "network.CapabilitySet",
    "network.WorkshopPaused",
    "network.WorkshopRegistered",
    "network.WorkshopReopened",
    "planning.PlanPublished",
    "planning.ProductionOrderCancelled",
)


@dataclass
class StandingPlan:
    """One moment's plan. Lines not released yet stand in ``problem.orders`` under their own id.

    Attributes
    ----------
    problem : Problem
        Everything in hand is among its fixed lots, lots of the plan in force included.
    plan : Plan
        The same lots and those fitted in; its orders say when each is finished.
    promised : set of UUID
        Order lines whose hours are taken.
    expected : dict
        Where lines quoted by this process will be made, until their promise is seen in the database.
    """

    run_id: UUID | None
    start_on: date
    question: Question
    problem: Problem
    plan: Plan
    promiser: Promiser
    routings: dict[UUID, list[Step]]
    tech_packs: dict[UUID, UUID]
    tentative: list[Lot]
    last_event: int
    last_event_id: UUID | None
    last_promise: int
    promised: set[UUID]
    built: float = field(default_factory=time.monotonic)
    expected: dict[UUID, tuple[Lot, ...]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.shop_at = {name: index for index, name in enumerate(self.promiser.a.workshop_ids)}

    @property
    def days(self) -> int:
        return self.problem.days

    def day(self, on: date) -> int:
        """Days from ``start_on``; negative before it."""
        return (on - self.start_on).days

    def on(self, day: int) -> date:
        """The date of a day of the plan."""
        return self.start_on + timedelta(days=int(day))

    def take(self, lots: Iterable[Lot], room: Floats | None = None, week_room: Floats | None = None) -> None:
        """Take the hours of ``lots`` out of the free ones (of ``room`` and ``week_room``, where given)."""
        room = self.promiser.room if room is None else room
        week_room = self.promiser.week_room if week_room is None else week_room
        for lot in lots:
            shop = self.shop_at.get(lot.workshop)
            if shop is None:
                continue
            for day, minutes in lot.minutes:
                room[shop, day] = max(0.0, room[shop, day] - minutes)
                week_room[shop, day // 7] = max(0.0, week_room[shop, day // 7] - minutes)

    def steps_of(self, tech_pack_id: UUID) -> list[Step]:
        """The routing of a tech pack, read once."""
        if tech_pack_id not in self.routings:
            self.routings |= load_routings([tech_pack_id])
        return self.routings.get(tech_pack_id, [])

    def order(self, key: UUID, tech_pack_id: UUID, quantity: int, due_on: date, weight: float = 1.0) -> Order:
        """An order the engine can be asked about. Raises :class:`ProblemError` where the routing is unusable."""
        return engine_order(key, self.steps_of(tech_pack_id), quantity, self.day(due_on), weight)


def engine_order(key: UUID, steps: Iterable[Step], quantity: int, due_day: int, weight: float) -> Order:
    """So many pieces of a routing as the engine's order, to be begun from day 0 on."""
    return Order(
        id=str(key),
        quantity=quantity,
        release_day=0,
        due_day=due_day,
        weight=weight,
        operations=tuple(
            Operation(
                id=str(step.id),
                technique=step.technique,
                minutes=step.minutes,
                piece_rate=step.piece_rate_minor,
                after=tuple(str(source) for source in step.after),
                min_lot=step.min_lot,
                max_lot=step.max_lot,
            )
            for step in steps
        ),
    )


_current: StandingPlan | None = None
_building = threading.Lock()
_guard = threading.Lock()
_thread: threading.Thread | None = None


def warm() -> StandingPlan | None:
    """The standing plan where this process has a good one; never waits for one to be built."""
    standing = _current
    if standing is None or not _still_good(standing):
        return None
    with standing.lock:
        if not _catch_up(standing):
            return None
    if time.monotonic() - standing.built > FRESH_SECONDS:
        warm_up_in_background()
    return standing


def standing_plan() -> StandingPlan:
    """The standing plan; built now where there is none (about a second)."""
    global _current
    found = warm()
    if found is not None:
        return found
    with _building:
        found = warm()
        if found is None:
            found = _current = build()
    return found


def warm_up_in_background() -> None:
    """Begin to build one beside the requests; nothing to do while one is being built.

    Inside a transaction nothing is begun: no other connection sees what this one sees.
    """
    global _thread
    if connection.in_atomic_block:
        return
    with _guard:
        if _thread is not None and _thread.is_alive():
            return
        _thread = threading.Thread(target=_build_beside, name="standing-plan", daemon=True)
        _thread.start()


def is_warming() -> bool:
    """Whether one is being built beside the requests."""
    return _thread is not None and _thread.is_alive()


def forget() -> None:
    """Drop what is kept (tests, a demo that is set back)."""
    global _current
    _current = None


def _build_beside() -> None:
    global _current
    try:
        close_old_connections()
        with _building:
            _current = build()
    except Exception:
        # Whoever asks next builds it in the open and sees what is wrong.
        log.exception("standing_plan_failed")
    finally:
        connection.close()


def _still_good(standing: StandingPlan) -> bool:
    if standing.start_on != clock.today() + timedelta(days=1):
        return False
    if standing.last_event_id is not None:
        # The same log, not that of another database or of a transaction that was taken back.
        if not Event.objects.filter(position=standing.last_event, id=standing.last_event_id).exists():
            return False
    elif standing.run_id is not None or Promise.objects.exists():
        return False
    return not Event.objects.filter(type__in=DECISIVE, position__gt=standing.last_event).exists()


def _catch_up(standing: StandingPlan) -> bool:
    """Take up the promises made since; False where building anew is the shorter way."""
    fresh = list(
        Promise.objects.filter(basis="engine", pk__gt=standing.last_promise)
        .order_by("pk")
        .values_list("pk", "line_id", "promised_on", "line__variant_id", "line__quantity", "line__variant__style_id")[
            : MOST_CATCHING_UP + 1
        ]
    )
    unknown = [row for row in fresh if row[1] not in standing.expected and row[1] not in standing.promised]
    if len(unknown) > MOST_CATCHING_UP:
        return False
    for pk, line, promised_on, _, quantity, style in fresh:
        standing.last_promise = pk
        lots = standing.expected.pop(line, None)
        if line in standing.promised:
            continue
        standing.promised.add(line)
        pack = standing.tech_packs.get(style)
        if lots is None and pack is not None and quantity:
            order = standing.order(line, pack, quantity, promised_on)
            lots = standing.promiser.promise(order).lots
        standing.take(lots or ())
    return True


def build() -> StandingPlan:
    """Read the database and lay everything out."""
    # The compiled parts of the engine are loaded when they are first needed, not when the web server starts.
    from kiwanda.engine.promising import Promiser

    began = time.perf_counter()
    start_on = clock.today() + timedelta(days=1)
    with transaction.atomic():
        last = Event.objects.order_by("-position").values_list("position", "id").first() or (0, None)
        run = PlanRun.objects.filter(state="published").only("id").first()
        question = load_question(start_on, HORIZON_DAYS, clock.now())
        tentative = list(
            Allocation.objects.filter(state="tentative").order_by("start_on", "finish_on", "pk").values_list(
                "production_order_id", "operation_id", "workshop_id", "quantity", "start_on"
            )
        )
        packs = released_tech_packs()
        last_promise = Promise.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        waiting = _promised_lines()
    routings = load_routings({row.tech_pack_id for row in question.orders.values()} | set(packs.values()))
    problem = Problem.from_dict(question.data)
    lots = lay_out(problem, question, tentative)
    pending = []
    for want in waiting:
        pack = packs.get(want.style_id)
        if pack is not None and routings.get(pack):
            due = (want.due_on - start_on).days - READY_DAYS
            pending.append(engine_order(want.line_id, routings[pack], want.quantity, due, _weight(want)))
    frozen = replace(problem, orders=(*problem.orders, *pending), fixed=(*problem.fixed, *lots))
    plan = solve(frozen, seconds=BUDGET_SECONDS)
    today = clock.today()
    promiser = Promiser(frozen, plan, learning.outlook(today, calibration.correction(today, READY_DAYS)))
    log.info("standing_plan_built", seconds=round(time.perf_counter() - began, 3), lots=len(plan.lots))
    return StandingPlan(
        run_id=run.id if run else None,
        start_on=start_on,
        question=question,
        problem=frozen,
        plan=plan,
        promiser=promiser,
        routings=routings,
        tech_packs=packs,
        tentative=lots,
        last_event=last[0],
        last_event_id=last[1],
        last_promise=last_promise,
        promised={want.line_id for want in waiting},
    )


def open_problem(standing: StandingPlan) -> tuple[Problem, Plan]:
    """The same with the lots of the plan in force as planned ones, not as facts: what explanations speak about."""
    held = {id(lot) for lot in standing.tentative}
    facts = tuple(lot for lot in standing.problem.fixed if id(lot) not in held)
    problem = replace(standing.problem, fixed=facts)
    planned = [*standing.tentative, *standing.plan.planned(standing.problem)]
    plan = Plan(
        LotTable([*facts, *planned]), standing.plan.orders, standing.plan.objective, seed=standing.plan.seed
    )
    return problem, plan


def _weight(want: Want) -> float:
    # A promise that was given goes before what was not promised yet.
    return max(1.0, want.quantity * want.price_minor / 10_000)


def _promised_lines() -> list[Want]:
    """Open lines with a promise of the engine and without a production order, by the day they were promised for."""
    rows = (
        OrderLine.objects.filter(state="open", variant__isnull=False, order__is_history=False)
        .filter(promises__basis="engine")
        .order_by("promises__promised_on", "pk")
        .values_list(
            "id", "variant_id", "variant__style_id", "variant__price_minor", "quantity", "promises__promised_on"
        )
    )
    found: dict[UUID, Want] = {}
    for row in rows:
        found[row[0]] = Want(*row)
    return list(found.values())


def lay_out(
    problem: Problem, question: Question, rows: Iterable[tuple[UUID, UUID, UUID, int, date]]
) -> list[Lot]:
    """Lots of the plan in force with their minutes, day by day, in hours work in progress leaves free.

    Only as many pieces as are still to be given out; what begins last comes off, as when the wave goes out.
    """
    room, week_room = hours_left(problem)
    place = {row.id: index for index, row in enumerate(problem.workshops)}
    left = {(order.id, step.id): order.quantity for order in problem.orders for step in order.operations}
    minutes_of = {(order.id, step.id): step for order in problem.orders for step in order.operations}
    for lot in problem.fixed:
        left[lot.order, lot.operation] -= lot.quantity
    rates: dict[tuple[str, str], float] = {
        (row.id, skill.technique): skill.speed * skill.yield_share
        for row in problem.workshops
        for skill in row.capabilities
    }
    lots: list[Lot] = []
    for order, operation, workshop, planned, start_on in rows:
        key = (str(order), str(operation))
        quantity = min(planned, left.get(key, 0))
        step = minutes_of.get(key)
        shop = place.get(str(workshop))
        if quantity <= 0 or step is None or shop is None:
            continue
        rate = rates.get((str(workshop), step.technique))
        if rate is None:
            continue
        start = max(0, (start_on - problem.start_on).days)
        spent = _spend(room[shop], week_room[shop], quantity * step.minutes / rate, start)
        if not spent:
            continue
        left[key] -= quantity
        lots.append(Lot(*key, str(workshop), quantity, spent[0][0], spent[-1][0], tuple(spent)))
    return lots


def hours_left(problem: Problem) -> tuple[Floats, Floats]:
    """Minutes each workshop has left a day (W x D) and a week of the horizon after the problem's fixed lots."""
    weeks = -(-problem.days // 7)
    names = {code: index for index, code in enumerate(problem.calendars)}
    table = np.array(list(problem.calendars.values()), np.float64).reshape(len(names), problem.days)
    which = np.array([names[row.calendar] for row in problem.workshops], np.int64)
    factor = np.array([row.capacity_factor for row in problem.workshops])
    room: Floats = table[which] * factor[:, None] if len(which) else np.zeros((0, problem.days))
    week_room: Floats = np.full((len(which), weeks), float(problem.week_minutes_cap))
    place: dict[str, int] = {}
    for index, row in enumerate(problem.workshops):
        place[row.id] = index
        for day in row.off_days:
            if day < problem.days:
                room[index, day] = 0.0
    for lot in problem.fixed:
        for day, minutes in lot.minutes:
            room[place[lot.workshop], day] -= minutes
            week_room[place[lot.workshop], day // 7] -= minutes
    return np.maximum(0.0, room), np.maximum(0.0, week_room)


def _spend(room: Floats, week_room: Floats, minutes: float, start: int) -> list[tuple[int, float]]:
    """Lay ``minutes`` into one workshop's free days from ``start`` on, and take them; what does not fit is left off."""
    spent: list[tuple[int, float]] = []
    for day in range(start, len(room)):
        if minutes <= 1e-6:
            break
        taken = min(minutes, float(room[day]), float(week_room[day // 7]))
        if taken > 1e-6:
            room[day] -= taken
            week_room[day // 7] -= taken
            minutes -= taken
            spent.append((day, taken))
    return spent


def by_operation(lots: Iterable[Lot]) -> dict[str, list[Lot]]:
    """Lots by operation, in order of finish."""
    found: dict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        found[lot.operation].append(lot)
    for group in found.values():
        group.sort(key=lambda lot: (lot.finish_day, lot.start_day, lot.workshop))
    return found

