"""The standing plan: what is so now, laid out for questions, and kept in memory.

The plan in force was made some days ago. Since then work was accepted and declined, orders were released and further
ones promised. The standing plan joins what is left of the plan (its lots not offered yet stay where they are) with
work in progress as it is and fits in what the plan does not know: production orders released since, pieces that were
declined, order lines that have a promise and no production order yet. What is free after that can be promised; where
that comes too late, so can what the plan's own lots leave when they move within their time (``exact``).

Building it takes about a second for 2,300 workshops, asking it milliseconds. Each process keeps one. It is good for as
long as the same plan is in force on the same day and nothing decisive happened (:data:`DECISIVE`); promises made since
are taken out of its free hours one by one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.db import close_old_connections, connection, transaction

from kiwanda.core import clock
from kiwanda.core.models import Event
from kiwanda.engine import Lot, LotTable, Order, Plan, Problem, solve
from kiwanda.factory.demand.models import OrderLine, Promise
from kiwanda.factory.planning import calibration, learning
from kiwanda.factory.planning.allowance import allowance_for, loss_shares
from kiwanda.factory.planning.capacity import HABIT_WEEKS
from kiwanda.factory.planning.in_progress import work_in_progress
from kiwanda.factory.planning.laying import Floats, engine_order, lay_out
from kiwanda.factory.planning.models import Allocation, PlanRun
from kiwanda.factory.planning.pegging import Want, released_tech_packs
from kiwanda.factory.planning.problem import Question, load_question
from kiwanda.factory.planning.routings import Step, load_routings

if TYPE_CHECKING:
    from kiwanda.engine.promising import Promiser

log = structlog.get_logger(__name__)

#: Days looked ahead: further than a plan, so that a large order finds its day.
HORIZON_DAYS = 112
#: Days from the last finish to a packed carton: hand-in, inspection, packing.
READY_DAYS = 2
#: What a buyer is told holds with this confidence; the day that is as likely missed as kept.
SURE, EVEN = 0.85, 0.5
#: Days between the two where nothing was learned yet.
USUAL_MARGIN = 3
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
    "network.WorkshopClosed",
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
    shares : dict
        Share of pieces lost by technique: an order is made that much larger (:mod:`.allowance`).
    exact : Promiser
        The same factory with the lots of the plan in force free to move: for questions the free hours answer too late.
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
    shares: dict[str, float]
    exact: Promiser
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
        """An order the engine can be asked about, as large as it will be made: with its allowance for rejects.

        Raises :class:`ProblemError` where the routing is unusable.
        """
        steps = self.steps_of(tech_pack_id)
        return engine_order(key, steps, to_make(quantity, steps, self.shares), self.day(due_on), weight)

    def promise(self, order: Order, day: int | None) -> tuple[Lot, ...]:
        """Count on ``order`` being made from now on, by ``day`` where one was promised; its lots in free hours."""
        lots = self.promiser.promise(order).lots
        self.exact.count_in(order, day if day is not None else self.days - 1)
        return lots


def to_make(quantity: int, steps: list[Step], shares: Mapping[str, float]) -> int:
    """Pieces planned for ``quantity`` wanted: as when demand is released."""
    return quantity + allowance_for(quantity, steps, shares) if steps else quantity


_current: StandingPlan | None = None
_building = threading.Lock()
_guard = threading.Lock()
_thread: threading.Thread | None = None
_failed = False


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


def has_failed() -> bool:
    """Whether the last one could not be built: who asks then must see why."""
    return _failed


def forget() -> None:
    """Drop what is kept (tests, a demo that is set back)."""
    global _current
    _current = None


def _build_beside() -> None:
    global _current, _failed
    try:
        close_old_connections()
        with _building:
            _current = build()
        _failed = False
    except Exception:
        _failed = True
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
        if pack is not None and quantity and standing.steps_of(pack):
            order = standing.order(line, pack, quantity, promised_on - timedelta(days=READY_DAYS))
            found = standing.promise(order, min(max(0, order.due_day), standing.days - 1))
            lots = lots or found
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
        waiting, likely_days = _promised_lines()
        judged = work_in_progress().losses_by_technique(clock.now() - timedelta(weeks=HABIT_WEEKS))
    shares = loss_shares(judged, question.data["techniques"])
    routings = load_routings({row.tech_pack_id for row in question.orders.values()} | set(packs.values()))
    problem = Problem.from_dict(question.data)
    lots = lay_out(problem, question, tentative)
    today = clock.today()
    correction = calibration.correction(today, READY_DAYS)
    margin = USUAL_MARGIN + max(0, correction.shift(SURE) - correction.shift(EVEN))
    pending = []
    for want in waiting:
        pack = packs.get(want.style_id)
        if pack is not None and routings.get(pack):
            # Days kept before the promised one: others may move such an order, but not eat what makes its day sure.
            likely = likely_days.get(want.line_id) or want.due_on
            kept = min(margin, max(0, (want.due_on - likely).days))
            due = (want.due_on - start_on).days - READY_DAYS - kept
            pieces = to_make(want.quantity, routings[pack], shares)
            pending.append(engine_order(want.line_id, routings[pack], pieces, due, _weight(want)))
    frozen = replace(problem, orders=(*problem.orders, *pending), fixed=(*problem.fixed, *lots))
    plan = solve(frozen, seconds=BUDGET_SECONDS)
    outlook = learning.outlook(today, correction)
    promiser = Promiser(frozen, plan, outlook)
    exact = Promiser(*_opened(frozen, plan, lots), outlook)
    # What passes over the whole problem share is worked out here, not by the first question.
    _ = exact.references
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
        shares=shares,
        exact=exact,
    )


def open_problem(standing: StandingPlan) -> tuple[Problem, Plan]:
    """The same with the lots of the plan in force as planned ones, not as facts: what explanations speak about."""
    return _opened(standing.problem, standing.plan, standing.tentative)


def _opened(frozen: Problem, plan: Plan, tentative: list[Lot]) -> tuple[Problem, Plan]:
    held = {id(lot) for lot in tentative}
    facts = tuple(lot for lot in frozen.fixed if id(lot) not in held)
    planned = [*tentative, *plan.planned(frozen)]
    return replace(frozen, fixed=facts), Plan(
        LotTable([*facts, *planned]), plan.orders, plan.objective, seed=plan.seed
    )


def _weight(want: Want) -> float:
    # A promise that was given goes before what was not promised yet.
    return max(1.0, want.quantity * want.price_minor / 10_000)


def _promised_lines() -> tuple[list[Want], dict[UUID, date | None]]:
    """Open lines with a promise of the engine and without a production order, by the day they were promised for, and
    the days on which they are as likely done as not.
    """
    rows = (
        OrderLine.objects.filter(state="open", variant__isnull=False, order__is_history=False)
        .filter(promises__basis="engine")
        .order_by("promises__promised_on", "pk")
        .values_list(
            "id", "variant_id", "variant__style_id", "variant__price_minor", "quantity", "promises__promised_on",
            "promises__likely_on",
        )
    )
    found: dict[UUID, Want] = {}
    likely: dict[UUID, date | None] = {}
    for row in rows:
        found[row[0]] = Want(*row[:-1])
        likely[row[0]] = row[-1]
    return list(found.values()), likely
