"""promise: when could a further order be done, and how sure is that?

Four answers of rising cost:

=================  =========================================================================  ==================
:meth:`quick`      from the pools' free hours, one operation after another                    microseconds
:meth:`promise`    dispatched into the hours the plan leaves free; nothing else moves         some milliseconds
:meth:`exact`      dispatched among the others, who may move within their time; where that     tens of
                   would make them later in sum, the answer of ``promise``                    milliseconds
:meth:`replanned`  the earliest day for which others are no later, by halving                 half a second
=================  =========================================================================  ==================

``quick`` may be earlier or later than the others (it looks neither at lots nor at places). ``replanned`` is never
later than ``exact``. All but ``quick`` carry a curve: the day that holds with a confidence
(:mod:`kiwanda.engine.confidence`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .arrays import Arrays, Floats, Ints, compile_problem
from .confidence import LEVELS, Outlook, Places, finish_curve
from .errors import ProblemError
from .inserting import alone, among_others, due_on, lots_of_last, shorter
from .model import Lot, Order, Problem
from .passes import RULES, Pass, Rule, Setup, prepare, run_pass
from .plan import Plan, Promise

DERATE = 0.9
"""Share of a pool's free hours the quick answer counts on: lots do not fill every gap."""
TOLERANCE = 1e-6
LOOK_DAYS = 10
"""Days beyond its finish for which others are watched when an order is put among them."""
LARGE = 0.25
"""Days of a whole pool's work from which on an order is watched to the end of the horizon."""
SPARE_DAYS = 1
"""Days added to the earliest finish found: a plan made later cuts lots a little differently."""
FIRST_DAYS = 7
"""Days dispatched at first, with :data:`STEP_DAYS` for each operation; doubled as long as they are too few."""
STEP_DAYS = 3

FINISH = Rule("promise", kappa=2.0, lead=3.0, lot_low=0.35, lot_high=1.0)


class Reference(NamedTuple):
    """A rule and what it makes of the plan without the new order."""

    rule: Rule
    finish: Ints
    late: Floats


class Promiser:
    """A plan laid out for quotes: open it once, ask often.

    Attributes
    ----------
    a : Arrays
        The problem in arrays.
    room, week_room : ndarray, W x D and W x weeks
        Minutes the plan leaves free. :meth:`promise` counts on these and takes nothing from them: whoever books an
        answer takes its lots' minutes out.
    """

    def __init__(self, problem: Problem, plan: Plan, outlook: Outlook | None = None) -> None:
        self.problem = problem
        self.plan = plan
        self.outlook = outlook or Outlook.of(problem)
        self.places = Places.of(problem)
        self.a: Arrays = compile_problem(problem)
        self.room, self.week_room, self.earned = _left_over(self.a, problem, plan)
        a = self.a
        weeks = np.arange(0, a.days, 7)
        weekly = np.add.reduceat(self.room, weeks, axis=1)
        scale = np.minimum(1.0, self.week_room / np.maximum(weekly, 1e-9))
        hours = self.room * np.repeat(scale, np.diff(np.append(weeks, a.days)), axis=1)
        shop = np.repeat(np.arange(len(a.workshop_ids)), np.diff(a.cap_ptr))
        free = np.zeros((len(a.techniques), a.days))
        np.add.at(free, a.cap_tech, hours[shop] * a.cap_rate[:, None])
        self.free_until: Floats = np.cumsum(free, axis=1)
        # Good standard minutes a pool gives on a usual day, whoever has them now
        pool = np.zeros(len(a.techniques))
        np.add.at(pool, a.cap_tech, (a.capacity.mean(axis=1)[shop] if a.days else 0.0) * a.cap_rate)
        self.pool_day: Floats = pool
        off = a.transfer[~np.eye(len(a.hubs), dtype=bool)]
        self.travel = int(np.median(off)) if off.size else 0
        self.hubs_of: dict[int, set[int]] = {}
        for tech, hub in zip(a.cap_tech.tolist(), a.hub[shop].tolist(), strict=True):
            self.hubs_of.setdefault(tech, set()).add(hub)
        self.tie = np.random.default_rng(plan.seed).random(len(a.workshop_ids)) * 1e-9
        self.tech_at = {name: index for index, name in enumerate(a.techniques)}
        self._shop_at = {name: index for index, name in enumerate(a.workshop_ids)}
        self._counted: list[tuple[Order, int]] = []

    @cached_property
    def setup(self) -> Setup:
        """What passes over the whole problem share, orders counted in included."""
        setup = prepare(self.a)
        for order, day in self._counted:
            setup = among_others(setup, order, day)
        return setup

    @cached_property
    def references(self) -> list[Reference]:
        """The two plain rules that do best without the new order, and what they make of the others."""
        found = []
        for rule in RULES:
            outcome = run_pass(self.setup, rule, self.tie)
            found.append((outcome.value, Reference(rule, outcome.order_finish, self._late(outcome.order_finish))))
        found.sort(key=lambda pair: pair[0])
        return [reference for _, reference in found[:2]]

    def count_in(self, order: Order, day: int) -> None:
        """From now on answers count on ``order`` being made as well: by ``day``, or in hours that are free now."""
        for lot in self.promise(order).lots:
            shop = self._shop_at[lot.workshop]
            for worked, minutes in lot.minutes:
                self.room[shop, worked] = max(0.0, self.room[shop, worked] - minutes)
                self.week_room[shop, worked // 7] = max(0.0, self.week_room[shop, worked // 7] - minutes)
        self._counted.append((order, day))
        for name in ("setup", "references"):
            self.__dict__.pop(name, None)

    def quick(self, order: Order) -> int | None:
        """Day by which the pools' free hours suffice for the order, one operation after another; None beyond the end.

        Not a plan: it ignores where the hours are, how lots fall, and that an hour can be used for one technique only.
        """
        self._check(order)
        done: dict[str, int] = {}
        tech_of = {step.id: self.tech_at[step.technique] for step in order.operations}
        for step in order.sorted_operations():
            start = max(0, order.release_day, order.material_day or 0)
            mine = self.hubs_of.get(tech_of[step.id], set())
            for name in step.after:
                near = not mine.isdisjoint(self.hubs_of.get(tech_of[name], set()))
                start = max(start, done[name] + 1 + (0 if near else self.travel))
            if start >= self.a.days:
                return None
            until = self.free_until[self.tech_at[step.technique]]
            before = until[start - 1] if start else 0.0
            day = int(np.searchsorted(until, before + order.quantity * step.minutes / DERATE - TOLERANCE))
            if day >= self.a.days:
                return None
            done[step.id] = max(day, start)
        return max(done.values())

    def promise(self, order: Order, *, confidence: float = 0.85, from_day: int = 0, seed: int = 0) -> Promise:
        """Dispatch the order into the plan's free hours from ``from_day`` on; its lots fit the plan as it stands."""
        self._check(order)
        early = replace(order, release_day=max(order.release_day, from_day), due_day=from_day)
        whole = alone(self.a, early, self.room, self.week_room, self.earned)
        found, part = self._finish(whole, FINISH, early)
        if found is None:
            return self._never(order, confidence, "free hours", whole.notes)
        return self._answer(
            order, int(found.order_finish[-1]), lots_of_last(part, found), confidence, from_day, "free hours", seed,
            whole.notes,
        )  # fmt: skip

    def exact(self, order: Order, *, confidence: float = 0.85, from_day: int = 0, seed: int = 0) -> Promise:
        """Dispatch the order among the others, as urgent as it must be to come soonest.

        The day counts if the others are no later in sum than the same rule leaves them without it: watched for
        ``LOOK_DAYS`` beyond it (to the end for an order that is large for its pools), and only where the pools have
        hours left later for what is put off. Otherwise the answer of :meth:`promise`. The lots say how it would be
        made with the others moved; they do not fit the plan as it stands.
        """
        self._check(order)
        soon = replace(order, release_day=max(order.release_day, from_day))
        first = max(0, soon.release_day, soon.material_day or 0)
        best: Promise | None = None
        if self._absorbed(soon):
            whole = among_others(self.setup, soon, first)
            found, _ = self._finish(whole, self.references[0].rule, soon)
            for reference in self.references:
                if found is None:
                    break
                due = int(found.order_finish[-1]) + SPARE_DAYS
                part = shorter(due_on(whole, due), self._watched(soon, due))
                again = run_pass(part, reference.rule, self.tie)
                if again.order_done[-1] and self._harm(part, again, reference) <= TOLERANCE:
                    day = max(due, int(again.order_finish[-1]))
                    lots = lots_of_last(part, again)
                    best = self._answer(order, day, lots, confidence, from_day, "inserted", seed, whole.notes)
                    break
        return best or self.promise(order, confidence=confidence, from_day=from_day, seed=seed)

    def replanned(self, order: Order, *, confidence: float = 0.85, from_day: int = 0, seed: int = 0) -> Promise:
        """The earliest day found, by halving, when everything not yet accepted is dispatched anew with the order in it.

        A day counts if the order is done by it and weighted tardiness of the others, to the end of the horizon, is no
        more than in the plan or than the same rule leaves without the order. Never later than :meth:`exact`.
        """
        best = self.exact(order, confidence=confidence, from_day=from_day, seed=seed)
        soon = replace(order, release_day=max(order.release_day, from_day))
        whole = among_others(self.setup, soon, from_day)
        low = max(0, soon.release_day, soon.material_day or 0)
        high = best.day if best.day is not None else self.a.days - 1
        while low < high:
            middle = (low + high) // 2
            trial = due_on(whole, middle)
            for reference in self.references:
                found = run_pass(trial, reference.rule, self.tie)
                late = float((self._late(found.order_finish[:-1])).sum())
                allowed = max(self.plan.objective.weighted_tardiness, float(reference.late.sum()))
                day = int(found.order_finish[-1])
                if found.order_done[-1] and day <= middle and late <= allowed + TOLERANCE:
                    lots = lots_of_last(trial, found)
                    best = self._answer(order, day, lots, confidence, from_day, "replanned", seed, whole.notes)
                    high = day
                    break
            else:
                low = middle + 1
        return best

    def _finish(self, whole: Setup, rule: Rule, order: Order) -> tuple[Pass | None, Setup]:
        """A pass over as many days as the last order needs; None where even all of them are too few."""
        days = max(0, order.release_day, order.material_day or 0) + FIRST_DAYS + STEP_DAYS * len(order.operations)
        while True:
            part = shorter(whole, days)
            found = run_pass(part, rule, self.tie)
            if found.order_done[-1]:
                return found, part
            if part is whole:
                return None, whole
            days *= 2

    def _absorbed(self, order: Order) -> bool:
        """Whether the pools have hours left for this much more work before the horizon ends."""
        first = max(0, order.release_day, order.material_day or 0)
        if first >= self.a.days:
            return False
        wanted = np.zeros(len(self.a.techniques))
        for step in order.operations:
            wanted[self.tech_at[step.technique]] += step.minutes * order.quantity
        free = self.free_until[:, -1] - (self.free_until[:, first - 1] if first else 0.0)
        return bool((wanted <= free * DERATE + TOLERANCE).all())

    def _watched(self, order: Order, due: int) -> int:
        """Days to dispatch so as to see whom the order harms."""
        share = max(
            step.minutes * order.quantity / max(float(self.pool_day[self.tech_at[step.technique]]), 1e-9)
            for step in order.operations
        )
        return self.a.days if share > LARGE else min(self.a.days, due + LOOK_DAYS)

    def _late(self, finish: Ints, upto: int | None = None) -> Floats:
        """Weighted days late of each of the others, those after ``upto`` not counted."""
        a = self.setup.arrays
        ends = finish if upto is None else np.minimum(finish, upto)
        late: Floats = a.weight * np.maximum(0, ends - a.due)
        return late

    def _harm(self, part: Setup, found: Pass, reference: Reference) -> float:
        """Weighted days by which the others are later in sum than without the last order."""
        upto = part.arrays.days
        now = self._late(found.order_finish[:-1], upto)
        return float(now.sum() - self._late(reference.finish, upto).sum())

    def _answer(
        self,
        order: Order,
        day: int,
        lots: tuple[Lot, ...],
        confidence: float,
        from_day: int,
        method: str,
        seed: int,
        notes: tuple[str, ...],
    ) -> Promise:
        curve = finish_curve(self.places, order, lots, self.outlook, today=from_day, seed=seed)
        planned = max(lot.finish_day for lot in lots)
        sure = max(day, day + curve.day(confidence) - planned)
        points = tuple((level, max(day, day + late - planned)) for level, late in curve.points(LEVELS))
        return Promise(order.id, day, sure, confidence, self.quick(order), method, lots, notes, points)

    def _never(self, order: Order, confidence: float, method: str, notes: tuple[str, ...]) -> Promise:
        return Promise(order.id, None, None, confidence, self.quick(order), method, (), notes)

    def _check(self, order: Order) -> None:
        if order.id in self.problem.order_by_id or any(order.id == other.id for other, _ in self._counted):
            raise ProblemError("order.id", f"names {order.id!r}, which the problem has already")
        for index, step in enumerate(order.operations):
            if step.technique not in self.tech_at:
                raise ProblemError(
                    f"order.operations[{index}].technique", f"names {step.technique!r}, which is not in techniques"
                )


def _left_over(a: Arrays, problem: Problem, plan: Plan) -> tuple[Floats, Floats, Floats]:
    """Minutes a day and a week the plan leaves free, and what each workshop has earned by its end."""
    columns = plan.lots.columns
    if columns is not None and columns.arrays.workshop_ids == a.workshop_ids and columns.fixed == problem.fixed:
        shop = columns.workshop
        who = np.repeat(shop, np.diff(columns.work_ptr))
        day, minutes = columns.day, columns.minutes
        pay = columns.quantity * columns.arrays.op_pay[columns.op]
    else:
        lots = plan.planned(problem)
        at = {name: index for index, name in enumerate(a.workshop_ids)}
        rates = {(order.id, step.id): step.piece_rate for order in problem.orders for step in order.operations}
        shop = np.array([at[lot.workshop] for lot in lots], np.int64)
        who = np.repeat(shop, [len(lot.minutes) for lot in lots]) if lots else shop
        day = np.array([day for lot in lots for day, _ in lot.minutes], np.int64)
        minutes = np.array([minutes for lot in lots for _, minutes in lot.minutes], np.float64)
        pay = np.array([lot.quantity * rates[lot.order, lot.operation] for lot in lots], np.float64)
    shops, weeks = len(a.workshop_ids), a.week_free.shape[1]
    used = np.bincount(who * a.days + day, minutes, shops * a.days).reshape(shops, a.days)
    weekly = np.bincount(who * weeks + day // 7, minutes, shops * weeks).reshape(shops, weeks)
    room: Floats = np.maximum(0.0, a.free - used)
    week_room: Floats = np.maximum(0.0, a.week_free - weekly)
    earned: Floats = a.income + np.bincount(shop, pay, shops)
    return room, week_room, earned


def promise_order(
    problem: Problem,
    plan: Plan,
    order: Order,
    *,
    confidence: float = 0.85,
    from_day: int = 0,
    replan: bool = False,
    seed: int = 0,
) -> Promise:
    """See :func:`kiwanda.engine.promise`."""
    desk = Promiser(problem, plan)
    answer = desk.replanned if replan else desk.exact
    return answer(order, confidence=confidence, from_day=from_day, seed=seed)
