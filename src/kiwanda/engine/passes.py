"""One dispatch pass: what it needs prepared, how it is run, how good its result is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import Arrays, Floats, Ints
from .fairness import shares
from .kernel import dispatch

UNFINISHABLE = 1e-3


@dataclass(frozen=True)
class Rule:
    """How a pass ranks operations and cuts lots.

    ``kappa`` days of slack weigh as much as a factor e in importance; ``lead`` days are allowed for each operation
    still to come; ``beta`` 1 ranks by weight per remaining work (ATC), 0 by due day alone; lots last between
    ``lot_low`` and ``lot_high`` usual working days, growing ``lot_grow`` a day of slack; pieces lying at the workshop's
    own hub are preferred by ``local_bonus`` and, with ``local_first``, offered to the workshops there before others;
    ``price_power`` is the pull of dear techniques; ``look`` is how many operations of a technique are compared.
    With ``day_end`` short lots are cut so that they are done the day they begin; ``finish_pull`` is how much more an
    order counts when it is all but finished than when it is begun.
    """

    name: str
    kappa: float = 2.0
    lead: float = 3.0
    beta: float = 1.0
    clip: bool = True
    lot_low: float = 0.35
    lot_high: float = 2.0
    lot_grow: float = 0.2
    local_bonus: float = 0.1
    price_power: float = 0.0
    look: int = 6
    local_first: bool = False
    day_end: bool = False
    finish_pull: float = 0.0


RULES = (
    Rule("atc 1.5/3.5", kappa=1.5, lead=3.5),
    Rule("atc 2/3", kappa=2.0, lead=3.0),
    Rule("atc 4/3", kappa=4.0, lead=3.0),
    Rule("edd 3", kappa=1.0, lead=3.0, beta=0.0, clip=False),
)
"""Tried in this order; the best is kept."""


Hints = tuple[Ints, Ints, Ints, Ints, Floats, Ints]
"""Lots of the plan in force: pointers by workshop, then operation, pieces, day, rate, turn (see hints.py)."""


@dataclass(frozen=True)
class Setup:
    """What every pass over the same problem shares.

    ``op_open`` marks operations worth starting (False throughout an order that cannot be finished at all); ``first_*``
    are the pieces fixed lots bring to each edge, less what fixed successors have already drawn; ``owed`` is what fixed
    successors still have to get from planned lots. ``risk`` (W) keeps work without slack from workshops that may not
    deliver (0 for none); ``hints`` are lots to be kept.
    """

    arrays: Arrays
    op_open: Any
    notes: tuple[str, ...]
    near: Ints
    near_count: Ints
    first_edge: Ints
    first_hub: Ints
    first_quantity: Ints
    first_day: Ints
    first_source: Ints
    owed: Ints
    steps: Ints
    available: Floats
    entitled: Floats
    fixed_finish: Ints
    fixed_pay: Floats
    transfer_rows: list[list[int]]
    guess: int
    risk: Floats
    hints: Hints


@dataclass(frozen=True)
class Pass:
    """The raw outcome: lots (``finish`` -1 if the horizon ended first), minutes by lot and day, who drew from whom.

    ``link_source`` is the index of the planned lot drawn from, or -2 - f for fixed lot f. ``order_finish`` is ``days``
    for orders left undone.
    """

    rule: Rule
    op: Ints
    workshop: Ints
    quantity: Ints
    start: Ints
    finish: Ints
    work_lot: Ints
    work_day: Ints
    work_minutes: Floats
    link_lot: Ints
    link_source: Ints
    link_hub: Ints
    link_edge: Ints
    link_quantity: Ints
    order_finish: Ints
    order_due: Ints
    order_done: Any
    weighted_tardiness: float
    undone_work: float

    @property
    def value(self) -> tuple[float, float]:
        """Smaller is better: weighted tardiness, then weighted minutes left undone of what could be made."""
        return (round(self.weighted_tardiness, 6), self.undone_work)


_COLUMNS = (
    "op", "workshop", "quantity", "start", "finish", "work_lot", "work_day", "work_minutes",
    "link_lot", "link_source", "link_hub", "link_edge", "link_quantity",
)  # fmt: skip


def no_hints(workshops: int) -> Hints:
    """Nothing to be kept."""
    none = np.zeros(0, np.int64)
    return (np.zeros(workshops + 1, np.int64), none, none, none, np.zeros(0), none)


def steps_to_go(a: Arrays) -> Ints:
    """For each operation the number of operations on the longest way from it to the end, itself included."""
    steps = np.ones(len(a.op_order), np.int64)
    for edge in range(len(a.edge_pred) - 1, -1, -1):
        pred, succ = a.edge_pred[edge], a.edge_succ[edge]
        steps[pred] = max(steps[pred], steps[succ] + 1)
    return steps


def available_minutes(a: Arrays) -> Floats:
    """Minutes each workshop could work in the horizon under its weekly cap, before fixed work; shape W."""
    weekly = np.add.reduceat(a.capacity, np.arange(0, a.days, 7), axis=1)
    total: Floats = np.minimum(weekly, a.week_cap).sum(axis=1)
    return total


def free_minutes(a: Arrays) -> Floats:
    """The same after fixed work; shape W."""
    weekly = np.add.reduceat(a.free, np.arange(0, a.days, 7), axis=1)
    total: Floats = np.minimum(weekly, a.week_free).sum(axis=1)
    return total


def prepare(a: Arrays) -> Setup:
    """Work out what all passes share."""
    hubs = len(a.hubs)
    rings = [np.unique(a.transfer[hub]) for hub in range(hubs)]
    near = np.zeros((hubs, max((len(ring) for ring in rings), default=1)), np.int64)
    for hub, ring in enumerate(rings):
        near[hub, : len(ring)] = ring
    available = available_minutes(a)
    op_open, notes = _openings(a)
    # Lots last a third of a usual day or more, unless the pieces run out; a wrong guess costs a second pass.
    work = float((a.op_left * a.op_minutes).sum())
    guess = min(int(work / 80.0), len(a.workshop_ids) * a.days * 4) + 4 * len(a.op_order) + 1000
    fixed_finish = np.full(len(a.order_ids), -(10**9), np.int64)
    np.maximum.at(fixed_finish, a.op_order[a.fixed_op], a.fixed_finish)
    fixed_pay = np.zeros(len(a.workshop_ids))
    running = a.fixed_finish >= 0
    pay = a.fixed_quantity[running] * a.op_pay[a.fixed_op[running]]
    np.add.at(fixed_pay, a.fixed_workshop[running], pay)
    edge, hub_of, quantity, day, source, owed = _first_batches(a)
    return Setup(
        arrays=a,
        op_open=op_open,
        notes=notes,
        near=near,
        near_count=np.array([len(ring) for ring in rings], np.int64),
        first_edge=edge,
        first_hub=hub_of,
        first_quantity=quantity,
        first_day=day,
        first_source=source,
        owed=owed,
        steps=steps_to_go(a),
        available=available,
        entitled=np.maximum(shares(a, available), 1e-9),
        fixed_finish=fixed_finish,
        fixed_pay=fixed_pay,
        transfer_rows=a.transfer.tolist(),
        guess=guess,
        risk=np.zeros(len(a.workshop_ids)),
        hints=no_hints(len(a.workshop_ids)),
    )


def _openings(a: Arrays) -> tuple[Any, tuple[str, ...]]:
    """Which operations can be finished by anyone at all; closes whole orders and says why."""
    rest = free_minutes(a)
    best = np.zeros(len(a.techniques))  # most good standard minutes one workshop can give each technique
    shop_of = np.repeat(np.arange(len(a.workshop_ids)), np.diff(a.cap_ptr))
    np.maximum.at(best, a.cap_tech, a.cap_rate * np.maximum(0.0, rest[shop_of] - UNFINISHABLE))
    known = np.zeros(len(a.techniques), bool)
    known[a.cap_tech] = True
    left = a.op_left
    least = np.minimum(a.op_min, left)
    impossible = (left > 0) & (least * a.op_minutes > best[a.op_tech])
    notes = []
    for tech in np.unique(a.op_tech[impossible]).tolist():
        hit = np.flatnonzero(impossible & (a.op_tech == tech))
        count = len(np.unique(a.op_order[hit]))
        orders = "1 order that needs it stays" if count == 1 else f"{count} orders that need it stay"
        if not known[tech]:
            why = "No workshop has"
        elif best[tech] <= 0:
            why = "No workshop with free hours has"
        else:
            why = "No workshop has hours enough for even the smallest lot of"
        notes.append(f"{why} technique {a.techniques[tech]!r}: {orders} undone.")
    op_open = np.ones(len(a.op_order), bool)
    closed = np.zeros(len(a.order_ids), bool)
    closed[a.op_order[impossible]] = True
    op_open &= ~closed[a.op_order]
    return op_open, tuple(notes)


def _first_batches(a: Arrays) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Pieces fixed lots bring to each edge, after fixed successors have drawn theirs: in time, near, early first."""
    lots_of: dict[int, list[int]] = {}
    for lot, op in enumerate(a.fixed_op.tolist()):
        lots_of.setdefault(op, []).append(lot)
    rows: list[tuple[int, int, int, int, int]] = []
    owed = np.zeros(len(a.edge_pred), np.int64)
    for op, lots in lots_of.items():
        for edge in a.out_edges[a.out_ptr[op] : a.out_ptr[op + 1]].tolist():
            left = {lot: int(a.fixed_quantity[lot]) for lot in lots}
            drawers = sorted(lots_of.get(int(a.edge_succ[edge]), ()), key=lambda lot: (a.fixed_start[lot], lot))
            for drawn in drawers:
                home, want = a.hub[a.fixed_workshop[drawn]], int(a.fixed_quantity[drawn])
                begun = a.fixed_start[drawn]
                away = {lot: int(a.transfer[a.hub[a.fixed_workshop[lot]], home]) for lot in lots}
                late = {lot: bool(a.fixed_finish[lot] + 1 + away[lot] > begun) for lot in lots}
                for lot in sorted(lots, key=lambda lot: (late[lot], away[lot], a.fixed_finish[lot], lot)):
                    taken = min(want, left[lot])
                    left[lot] -= taken
                    want -= taken
            for lot in sorted(lots, key=lambda lot: (a.fixed_finish[lot], lot)):
                if left[lot] > 0:
                    hub = int(a.hub[a.fixed_workshop[lot]])
                    rows.append((edge, hub, left[lot], int(a.fixed_finish[lot]) + 1, -2 - lot))
    for edge in range(len(owed)):
        owed[edge] = max(0, int(a.op_fixed[a.edge_succ[edge]]) - int(a.op_fixed[a.edge_pred[edge]]))
    table = np.array(rows, np.int64).reshape(-1, 5)
    edge_, hub_, quantity_, day_, source_ = (np.ascontiguousarray(table[:, column]) for column in range(5))
    return edge_, hub_, quantity_, day_, source_, owed


def run_pass(
    setup: Setup,
    rule: Rule,
    tie: Floats,
    op_due: Floats | None = None,
    price: Floats | None = None,
) -> Pass:
    """Dispatch once.

    Parameters
    ----------
    tie : ndarray, shape W
        Tiny numbers that order workshops of equal need.
    op_due : ndarray, shape O, optional
        Day by which each operation should be done; by default the order's due day less ``rule.lead`` a step to go.
    price : ndarray, K x D, optional
        How dear a good standard minute of each technique is each day, relative to 1.
    """
    a = setup.arrays
    if op_due is None:
        op_due = a.due[a.op_order] - rule.lead * (setup.steps - 1.0)
    if price is None:
        price = np.ones((len(a.techniques), a.days))
    left = a.op_left
    size = setup.guess
    while True:
        full, done, last_day, result = dispatch(
            a.days, a.week_cap, a.transfer, setup.near, setup.near_count, a.hub, a.free, a.week_free,
            a.cap_ptr, a.cap_tech, a.cap_rate, a.cap_max, a.order_ptr, a.release, a.due, a.weight, a.op_order,
            a.op_tech, a.op_minutes, a.op_pay, a.op_min, a.op_max, left, setup.op_open, a.in_ptr, a.edge_pred,
            a.edge_succ, a.out_ptr, a.out_edges, setup.first_edge, setup.first_hub, setup.first_quantity,
            setup.first_day, setup.first_source, setup.owed, op_due, price, a.income + setup.fixed_pay,
            setup.entitled, tie, setup.risk, *setup.hints, rule.beta, rule.clip, rule.kappa, rule.lot_low,
            rule.lot_high, rule.lot_grow, rule.local_bonus, rule.price_power, rule.look, int(rule.local_first),
            rule.day_end, rule.finish_pull, size,
        )  # fmt: skip
        if not full:
            break
        size *= 4
    order_done = np.ones(len(a.order_ids), bool)
    order_done[a.op_order[done < left]] = False
    order_finish = np.where(order_done, np.maximum(setup.fixed_finish, last_day), a.days)
    late = np.maximum(0, order_finish - a.due)
    undone = ((left - done) * a.op_minutes * a.weight[a.op_order] * setup.op_open).sum()
    columns = dict(zip(_COLUMNS, result, strict=True))
    return Pass(
        rule=rule, order_finish=order_finish, order_due=a.due, order_done=order_done,
        weighted_tardiness=float((a.weight * late).sum()), undone_work=float(undone), **columns,
    )  # fmt: skip
