"""Staying with the plan in force: people have been told, so what can stay as it was stays.

The lots of the published plan become hints to the dispatcher (:mod:`kiwanda.engine.hints`). Those that begin in the
frozen days are kept unless that has become impossible (the workshop left, its pieces do not come, the order is gone).
Of the later ones first all are kept, then fewer weeks of them, then only those that could not well be later, until the
plan is no later than allowed. Kept lots that can no longer begin within days of their time are given up and their
pieces offered anew. A plan replayed on an unchanged problem comes out as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .arrays import Arrays, Floats, Ints
from .model import Problem
from .passes import RULES, Hints, Setup, steps_to_go
from .plan import Plan
from .search import Attempt, Candidate, run_all, settled, squeak

WHOLE = 10**6
"""Weeks, or days, without end."""
STEPS = (
    (WHOLE, WHOLE), (6, WHOLE), (4, WHOLE), (3, WHOLE), (2, WHOLE), (3, 14), (1, WHOLE), (1, 14), (3, 7), (1, 7),
)  # fmt: skip
"""What is kept, tried in this order: weeks after the frozen days, and days of slack from which a lot is let go."""
SHIFTS = 4
"""Passes of search to win lateness back at each step that comes near."""
NEAR = 3.0
"""Times the lateness allowed that is near."""
NEAR_DAYS = 10.0
"""Weighted days above what is allowed that are near anyway."""


@dataclass(frozen=True)
class Published:
    """The lots of the plan in force that may stay, as columns of the problem now, in the order of the plan.

    ``slack`` is how many days later a lot could begin if every operation after it took three days.
    """

    op: Ints
    workshop: Ints
    quantity: Ints
    start: Ints
    rate: Floats
    slack: Ints

    def __len__(self) -> int:
        return len(self.op)


def from_day_on(a: Arrays, from_day: int) -> Arrays:
    """The same factory with no free hours before ``from_day``: what is not yet accepted begins then or later."""
    if from_day <= 0:
        return a
    free = a.free.copy()
    free[:, :from_day] = 0.0
    return replace(a, free=free)


def published_lots(a: Arrays, problem: Problem, plan: Plan, from_day: int) -> Published:
    """Read the plan in force; what is fixed by now, began before, or cannot be any more is left out."""
    order_at = {name: index for index, name in enumerate(a.order_ids)}
    op_at = {
        (name, a.op_ids[o]): o
        for name, index in order_at.items()
        for o in range(int(a.order_ptr[index]), int(a.order_ptr[index + 1]))
    }
    shop_at = {name: index for index, name in enumerate(a.workshop_ids)}
    columns = plan.lots.columns
    if columns is not None and columns.fixed == problem.fixed:
        old = columns.arrays
        ops = np.array(
            [
                op_at.get((old.order_ids[order], name), -1)
                for order, name in zip(old.op_order.tolist(), old.op_ids, strict=True)
            ],
            np.int64,
        )
        shops = np.array([shop_at.get(name, -1) for name in old.workshop_ids], np.int64)
        op, workshop = ops[columns.op], shops[columns.workshop]
        quantity, start = columns.quantity, columns.start
    else:
        facts = Counter((lot.order, lot.operation, lot.workshop, lot.quantity, lot.start_day) for lot in problem.fixed)
        rows = []
        for lot in plan.lots:
            key = (lot.order, lot.operation, lot.workshop, lot.quantity, lot.start_day)
            if facts[key] > 0:
                facts[key] -= 1
                continue
            place = (op_at.get((lot.order, lot.operation), -1), shop_at.get(lot.workshop, -1))
            rows.append((*place, lot.quantity, lot.start_day))
        table = np.array(rows, np.int64).reshape(-1, 4)
        op, workshop, quantity, start = (np.ascontiguousarray(table[:, column]) for column in range(4))
    rate, largest = _skills(a, op, workshop)
    fits = (rate > 0) & (start >= max(from_day, 0)) & (start < a.days)
    known = np.maximum(op, 0)
    fits &= quantity <= np.minimum(a.op_max[known], np.maximum(largest, a.op_min[known]))
    keep = np.flatnonzero(fits)
    # Of an operation no more is kept than is left to be made: what begins first stays.
    by_op = keep[np.lexsort((keep, start[keep], op[keep]))]
    before = np.cumsum(quantity[by_op])
    first = np.searchsorted(op[by_op], op[by_op])
    spent = before - (before[first] - quantity[by_op][first]) if len(by_op) else before
    keep = np.sort(by_op[spent <= a.op_left[op[by_op]]])
    slack = a.due[a.op_order[op[keep]]] - 3 * (steps_to_go(a)[op[keep]] - 1) - start[keep]
    return Published(op[keep], workshop[keep], quantity[keep], start[keep], rate[keep], slack)


def _skills(a: Arrays, op: Ints, workshop: Ints) -> tuple[Floats, Ints]:
    """Rate and largest lot of each pair of operation and workshop; a rate of 0 where it cannot be."""
    crafts = len(a.techniques)
    rate = np.zeros(len(op))
    largest = np.zeros(len(op), np.int64)
    known = np.flatnonzero((op >= 0) & (workshop >= 0))
    if not len(known) or not len(a.cap_tech):
        return rate, largest
    skill = np.repeat(np.arange(len(a.workshop_ids)), np.diff(a.cap_ptr)) * crafts + a.cap_tech
    wanted = workshop[known] * crafts + a.op_tech[op[known]]
    place = np.minimum(np.searchsorted(skill, wanted), len(skill) - 1)
    able = skill[place] == wanted
    rate[known[able]] = a.cap_rate[place[able]]
    largest[known[able]] = a.cap_max[place[able]]
    return rate, largest


def held(setup: Setup, lots: Published, frozen_until: int, until_day: int = 0, slack: int = WHOLE) -> Setup:
    """The setup that keeps lots beginning before ``frozen_until``, or before ``until_day`` with less than ``slack``."""
    use = np.flatnonzero((lots.start < frozen_until) | ((lots.start < until_day) & (lots.slack < slack)))
    use = use[setup.op_open[lots.op[use]]]
    turn = np.empty(len(lots), np.int64)
    turn[np.lexsort((np.arange(len(lots)), lots.start))] = np.arange(len(lots))
    use = use[np.lexsort((use, lots.start[use], lots.workshop[use]))]
    ptr = np.searchsorted(lots.workshop[use], np.arange(len(setup.arrays.workshop_ids) + 1)).astype(np.int64)
    hints: Hints = (ptr, lots.op[use], lots.quantity[use], lots.start[use], lots.rate[use], turn[use])
    return replace(setup, hints=hints)


def stay(
    setup: Setup,
    lots: Published,
    frozen_until: int,
    tie: Floats,
    *,
    rng: np.random.Generator,
    allowed: tuple[float, float],
    steps: Sequence[tuple[int, int]] = STEPS,
    known: Candidate | None = None,
    until: float | None = None,
    workers: int = 1,
    local_first: bool = False,
) -> tuple[Setup, Candidate, int] | None:
    """The plan that keeps most and whose value is no worse than ``allowed``: setup, pass, first day not kept."""
    attempts = [Attempt(replace(rule, local_first=local_first)) for rule in (RULES[0], RULES[3])]
    if known is not None:
        attempts = [Attempt(known.outcome.rule, known.op_due, known.price), attempts[0]]
    last = int(lots.start.max(initial=-1)) + 1
    tried = set[tuple[int, int]]()
    for ahead, slack in steps:
        day = min(last, frozen_until + 7 * ahead)
        if (day, slack) in tried or day <= frozen_until:
            continue
        tried.add((day, slack))
        trial = held(setup, lots, frozen_until, day, slack)
        found = run_all(trial, attempts, tie, workers, until)
        if not found:
            return None
        best = min(found, key=lambda candidate: candidate.value)
        if settled(allowed[0]) < best.value[0] <= NEAR * allowed[0] + NEAR_DAYS:
            best, _ = squeak(trial, best, tie, rng=rng, rounds=SHIFTS, until=until, workers=1, floor=allowed[0])
        if best.value[0] <= settled(allowed[0]) and best.value[1] <= allowed[1] * (1.0 + 1e-9) + 1e-9:
            return trial, best, day
    return None
