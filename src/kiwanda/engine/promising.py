"""promise: when could a further order be done, and how sure is that?

Three answers of rising cost: from the pools' free hours (microseconds once the plan is laid out), by dispatching the
order into the free hours of the plan (milliseconds; nothing else moves), and by planning everything anew with the order
in it (several passes; others move within their time).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .arrays import Arrays, Floats, Ints, compile_problem, pointers
from .columns import LotColumns
from .desk import Desk
from .errors import ProblemError
from .model import Lot, Order, Problem, Workshop
from .passes import RULES, Rule, Setup, prepare, run_pass
from .plan import Plan, Promise

DERATE = 0.9
"""Share of a pool's free hours the quick answer counts on: lots do not fill every gap."""
LATE_DAYS = 2.0
"""Mean days by which a lot that is not on time is late (a geometric tail), until history says better."""
DECLINE_DAYS = 1.0
"""Days lost by one decline, until the offer is with the next workshop."""
SAMPLES = 400
"""Drawn futures behind a confidence."""
TOLERANCE = 1e-6

FINISH = Rule("promise", kappa=2.0, lead=3.0, lot_low=0.35, lot_high=1.0)


class Promiser:
    """A plan laid out for quotes: open it once, ask often."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.desk = Desk(problem, plan.planned(problem))
        self.a: Arrays = self.desk.a
        self.room: Floats = np.maximum(0.0, self.desk.room)
        self.week_room: Floats = np.maximum(0.0, self.desk.week_room)
        a = self.a
        weeks = np.arange(0, a.days, 7)
        weekly = np.add.reduceat(self.room, weeks, axis=1)
        scale = np.minimum(1.0, self.week_room / np.maximum(weekly, 1e-9))
        hours = self.room * np.repeat(scale, np.diff(np.append(weeks, a.days)), axis=1)
        shop = np.repeat(np.arange(len(a.workshop_ids)), np.diff(a.cap_ptr))
        free = np.zeros((len(a.techniques), a.days))
        np.add.at(free, a.cap_tech, hours[shop] * a.cap_rate[:, None])
        self.free_until: Floats = np.cumsum(free, axis=1)
        off = a.transfer[~np.eye(len(a.hubs), dtype=bool)]
        self.travel = int(np.median(off)) if off.size else 0
        self.hubs_of: dict[int, set[int]] = {}
        for tech, hub in zip(a.cap_tech.tolist(), a.hub[shop].tolist(), strict=True):
            self.hubs_of.setdefault(tech, set()).add(hub)
        self.tie = np.random.default_rng(plan.seed).random(len(a.workshop_ids)) * 1e-9
        self.tech_at = {name: index for index, name in enumerate(a.techniques)}

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
        """Dispatch the order into the plan's free hours from ``from_day`` on."""
        self._check(order)
        early = replace(order, release_day=max(order.release_day, from_day), due_day=from_day)
        setup = prepare(_alone(self.a, early, self.room, self.week_room, self.desk.earned))
        found = run_pass(setup, FINISH, self.tie)
        if not found.order_done[0]:
            return Promise(order.id, None, None, confidence, self.quick(early), "free hours", (), setup.notes)
        by_lot = np.argsort(found.work_lot, kind="stable")
        ends = np.searchsorted(found.work_lot[by_lot], np.arange(len(found.op) + 1))
        lots = LotColumns(
            setup.arrays, (), found.op, found.workshop, found.quantity, found.start, found.finish, ends,
            found.work_day[by_lot], np.round(found.work_minutes[by_lot], 6),
        ).lots()  # fmt: skip
        day = int(found.order_finish[0])
        sure = day + sure_days(self.problem, order, lots, confidence, seed)
        return Promise(order.id, day, sure, confidence, self.quick(early), "free hours", lots, setup.notes)

    def replanned(self, order: Order, *, confidence: float = 0.85, from_day: int = 0, seed: int = 0) -> Promise:
        """The earliest day found when everything not yet accepted is planned anew with the order in it.

        A day counts if the order is done by it and weighted tardiness of the others is no more than in the plan. Never
        later than :meth:`promise`.
        """
        best = self.promise(order, confidence=confidence, from_day=from_day, seed=seed)
        release = max(order.release_day, from_day)
        with_order = replace(
            self.problem, orders=(*self.problem.orders, replace(order, release_day=release, due_day=from_day))
        )
        a = compile_problem(with_order)
        setup: Setup = prepare(a)
        place = a.order_ids.index(order.id)
        others = np.arange(len(a.order_ids)) != place
        allowed = self.plan.objective.weighted_tardiness
        low, high = max(0, release), best.day if best.day is not None else a.days - 1
        improved: int | None = None
        while low < high:
            middle = (low + high) // 2
            due = a.due.copy()
            due[place] = middle
            trial = replace(setup, arrays=replace(a, due=due))
            ok = False
            for rule in RULES[:2]:
                outcome = run_pass(trial, rule, self.tie)
                late = np.maximum(0, outcome.order_finish - due)
                if late[place] == 0 and float((a.weight * late)[others].sum()) <= allowed + TOLERANCE:
                    ok = bool(outcome.order_done[place])
                if ok:
                    break
            if ok:
                improved = high = int(outcome.order_finish[place])
            else:
                low = middle + 1
        if improved is None:
            return best
        extra = (best.sure_day - best.day) if best.day is not None and best.sure_day is not None else 0
        return replace(best, day=improved, sure_day=improved + extra, method="replanned", lots=())

    def _check(self, order: Order) -> None:
        if order.id in self.problem.order_by_id:
            raise ProblemError("order.id", f"names {order.id!r}, which the problem has already")
        for index, step in enumerate(order.operations):
            if step.technique not in self.tech_at:
                raise ProblemError(
                    f"order.operations[{index}].technique", f"names {step.technique!r}, which is not in techniques"
                )


def _alone(a: Arrays, order: Order, room: Floats, week_room: Floats, earned: Floats) -> Arrays:
    """The arrays of one order in a factory with only these hours free."""
    steps = order.sorted_operations()
    at = {step.id: index for index, step in enumerate(steps)}
    tech_at = {name: index for index, name in enumerate(a.techniques)}
    edges = [(at[name], index) for index, step in enumerate(steps) for name in sorted(step.after)]
    out: list[list[int]] = [[] for _ in steps]
    for edge, (pred, _) in enumerate(edges):
        out[pred].append(edge)
    none: Ints = np.zeros(0, np.int64)
    count = len(steps)

    def column(values: list[int]) -> Ints:
        return np.array(values, np.int64)

    return replace(
        a,
        free=room,
        week_free=week_room,
        income=earned,
        order_ids=(order.id,),
        op_ids=tuple(step.id for step in steps),
        order_ptr=column([0, count]),
        quantity=column([order.quantity]),
        release=column([max(0, order.release_day, order.material_day or 0)]),
        due=column([order.due_day]),
        weight=np.array([max(order.weight, 1.0)]),
        op_order=np.zeros(count, np.int64),
        op_tech=column([tech_at[step.technique] for step in steps]),
        op_minutes=np.array([step.minutes for step in steps], np.float64),
        op_pay=np.array([step.piece_rate for step in steps], np.float64),
        op_min=column([step.min_lot for step in steps]),
        op_max=column([step.max_lot for step in steps]),
        op_fixed=np.zeros(count, np.int64),
        in_ptr=pointers([len(step.after) for step in steps]),
        edge_pred=column([pred for pred, _ in edges]),
        edge_succ=column([succ for _, succ in edges]),
        out_ptr=pointers([len(edges_) for edges_ in out]),
        out_edges=column([edge for edges_ in out for edge in edges_]),
        fixed_op=none,
        fixed_workshop=none,
        fixed_quantity=none,
        fixed_start=none,
        fixed_finish=none,
    )


def sure_days(problem: Problem, order: Order, lots: tuple[Lot, ...], confidence: float, seed: int) -> int:
    """Days to add to a planned finish so that it holds with ``confidence``.

    Each lot may be declined (each time a day is lost and another workshop is asked, with the same chances) and may be
    late by a geometric number of days; an operation is as late as its worst lot, and along a routing delays add up: on
    the safe side, as lots rarely wait for the worst of all.
    """
    if not 0.0 < confidence < 1.0:
        raise ProblemError("confidence", f"must lie between 0 and 1, not {confidence}")
    rng = np.random.default_rng(seed)
    shops = problem.workshop_by_id
    delay: dict[str, Floats] = {}
    total = np.zeros(SAMPLES)
    for step in order.sorted_operations():
        worst = _worst([lot for lot in lots if lot.operation == step.id], shops, rng)
        before = [delay[name] for name in step.after]
        delay[step.id] = worst + (np.max(before, axis=0) if before else 0.0)
        total = np.maximum(total, delay[step.id])
    return int(np.ceil(np.quantile(total, confidence)))


def _worst(lots: list[Lot], shops: dict[str, Workshop], rng: np.random.Generator) -> Floats:
    worst = np.zeros(SAMPLES)
    for lot in lots:
        shop = shops[lot.workshop]
        declines = rng.geometric(max(shop.acceptance, 0.05), SAMPLES) - 1
        late = np.where(rng.random(SAMPLES) >= shop.on_time, rng.geometric(1.0 / LATE_DAYS, SAMPLES), 0)
        worst = np.maximum(worst, declines * DECLINE_DAYS + late)
    return worst


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
    answer = desk.replanned if replan else desk.promise
    return answer(order, confidence=confidence, from_day=from_day, seed=seed)
