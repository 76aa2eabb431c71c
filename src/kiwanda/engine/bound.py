"""A lower bound on weighted tardiness, and the prices that prove it.

See :mod:`kiwanda.engine.pricing` for the idea. The relaxation lets pieces of an operation be made on any days by anyone
with the technique, wherever; it keeps hours, weekly caps, fixed work, release and material days, that a piece needs its
predecessors done a day before, and that an order is as late as its last piece. Any prices give a valid bound, so the
search for good ones (a softened dual, climbed by a projected quasi-Newton method) may stop whenever it likes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from .arrays import Arrays, Floats, Ints, pointers
from .passes import Setup
from .pricing import orders_exact, orders_smooth, shops_exact, shops_smooth

CHUNKS = 4
"""Orders are evaluated in this many parts whatever the number of threads, so that sums come out the same."""

METHOD = "pool prices, technique x day, one completion day per order"


@dataclass(frozen=True)
class Nodes:
    """Work of the orders as trees: N nodes, those of order l at ``ptr[l]:ptr[l+1]``, predecessors first.

    Where operations have different numbers of pieces left (work in progress), an order has several layers of pieces,
    each needing its own set of operations; an operation has a node in each. ``next`` is the node it feeds or -1.
    """

    ptr: Ints
    op: Ints
    tech: Ints
    work: Floats
    next: Ints
    start: Ints


@dataclass(frozen=True)
class Groups:
    """Workshops with the same techniques and much the same skills, added up (for the softened dual only)."""

    tech: Ints
    rate: Floats
    hours: Floats


@dataclass(frozen=True)
class Prices:
    """What the climb found.

    ``price`` (K x D) is weighted days per good standard minute, as last climbed; ``value`` the best exact bound proved
    on the way (at least 0), by the prices ``proof``; ``op_day`` the expected day of each operation's work (``days``
    where it is not worth doing), ``made`` the share of each order made.
    """

    price: Floats
    proof: Floats
    value: float
    op_day: Floats
    made: Floats
    rounds: int


def make_nodes(a: Arrays) -> Nodes:
    """Lay the orders' work out as trees; of an operation that feeds several, only one feed is kept (a relaxation)."""
    ops: list[int] = []
    pieces: list[int] = []
    nexts: list[int] = []
    starts: list[int] = []
    counts: list[int] = []
    left = a.op_left.tolist()
    feeds = [-1] * len(left)
    for edge in range(len(a.edge_pred) - 1, -1, -1):
        feeds[int(a.edge_pred[edge])] = int(a.edge_succ[edge])
    is_first = (np.diff(a.in_ptr) == 0).tolist()
    release = a.release[a.op_order].tolist()
    order_ptr = a.order_ptr.tolist()
    for order in range(len(a.order_ids)):
        mine = [o for o in range(order_ptr[order], order_ptr[order + 1]) if left[o] > 0]
        began = len(ops)
        below = 0
        for level in sorted({left[o] for o in mine}):
            place: dict[int, int] = {}
            layer = [o for o in mine if left[o] >= level]
            for o in layer:
                place[o] = len(ops) + len(place)
            for o in layer:
                ops.append(o)
                pieces.append(level - below)
                nexts.append(place.get(feeds[o], -1))
                starts.append(release[o] if is_first[o] else 0)
            below = level
        counts.append(len(ops) - began)
    op = np.array(ops, np.int64)
    return Nodes(
        ptr=pointers(counts),
        op=op,
        tech=a.op_tech[op],
        work=np.array(pieces, np.float64) * a.op_minutes[op],
        next=np.array(nexts, np.int64),
        start=np.array(starts, np.int64),
    )


def make_groups(a: Arrays, share: float = 1.0) -> Groups:
    """Add up workshops with the same techniques and skill ratios within six per cent; ``share`` derates the hours."""
    count = len(a.workshop_ids)
    width = max(1, int(np.diff(a.cap_ptr).max())) if count else 1
    tech = np.full((count, width), -1, np.int64)
    rate = np.zeros((count, width))
    shop = np.repeat(np.arange(count), np.diff(a.cap_ptr))
    column = np.arange(len(a.cap_tech)) - a.cap_ptr[shop]
    tech[shop, column] = a.cap_tech
    rate[shop, column] = a.cap_rate
    weeks = np.arange(0, a.days, 7)
    weekly = np.add.reduceat(a.free, weeks, axis=1)
    scale = np.minimum(1.0, a.week_free / np.maximum(weekly, 1e-9))
    hours = a.free * np.repeat(scale, np.diff(np.append(weeks, a.days)), axis=1) * share
    base = np.maximum(rate[:, :1], 1e-12)
    ratio = np.where(tech >= 0, np.round(np.log(np.maximum(rate, 1e-12) / base) / 0.06), 0).astype(np.int64)
    keys = np.concatenate([tech, ratio], axis=1)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    total = np.zeros((len(unique), a.days))
    np.add.at(total, inverse, hours * rate[:, :1])
    weight = np.zeros(len(unique))
    np.add.at(weight, inverse, rate[:, 0])
    mean = np.zeros((len(unique), width))
    np.add.at(mean, inverse, rate)
    mean /= np.maximum(weight, 1e-12)[:, None]
    return Groups(np.ascontiguousarray(unique[:, :width]), mean, total)


class Dual:
    """The bound as a function of the prices.

    ``share`` of the hours, ``lag`` days from an operation to the next and due days ``earlier`` than they are make the
    softened dual more careful than the truth, for guidance; the exact one is always that of the true problem.
    """

    def __init__(
        self, setup: Setup, workers: int = 1, share: float = 1.0, lag: int | None = None, earlier: int = 0
    ) -> None:
        self.setup = setup
        self.a = a = setup.arrays
        self.nodes = make_nodes(a)
        self.groups = make_groups(a, share)
        self.closed = (
            ~np.logical_or.reduceat(setup.op_open, a.order_ptr[:-1]) if len(a.order_ids) else np.zeros(0, bool)
        )
        nearest = int(a.transfer.min()) if a.transfer.size else 0
        self.true_lag = 1 + nearest
        self.lag = self.true_lag if lag is None else lag
        self.due = a.due - earlier
        self.workers = workers
        self.cuts = np.linspace(0, len(a.order_ids), CHUNKS + 1).astype(np.int64).tolist()
        mean = float(self.nodes.work.sum()) / max(1, int((np.diff(self.nodes.ptr) > 0).sum()))
        self.unit = float(a.weight.mean()) / max(mean, 1.0) if len(a.weight) and a.weight.any() else 1.0

    def exact(self, price: Floats) -> float:
        """The bound these prices prove; may be below zero."""
        a, n = self.a, self.nodes
        paid = orders_exact(
            price, a.days, self.true_lag, 0, len(a.order_ids), n.ptr, n.tech, n.work, n.next, n.start, a.weight,
            a.due, self.setup.fixed_finish, self.closed,
        )  # fmt: skip
        taken = shops_exact(price, a.days, a.cap_ptr, a.cap_tech, a.cap_rate, a.free, a.week_free)
        # What rounding could have added is taken off, so that the bound stays valid.
        return float(paid - taken) - 1e-9 * float(abs(paid) + abs(taken))

    def smooth(self, price: Floats, soft: float) -> tuple[float, Floats, Floats, Floats]:
        """Softened value, its gradient (K x D), expected day of each node, share of each order made."""
        a, n = self.a, self.nodes
        mean_day = np.full(len(n.op), float(a.days))
        made = np.zeros(len(a.order_ids))
        demands = [np.zeros_like(price) for _ in range(CHUNKS)]

        def part(index: int) -> float:
            paid: float = orders_smooth(
                price, a.days, self.lag, soft, self.cuts[index], self.cuts[index + 1], n.ptr, n.tech, n.work, n.next,
                n.start, a.weight, self.due, self.setup.fixed_finish, self.closed, demands[index], mean_day, made,
            )  # fmt: skip
            return paid

        if self.workers > 1:
            with ThreadPoolExecutor(self.workers) as pool:
                parts = list(pool.map(part, range(CHUNKS)))
        else:
            parts = [part(index) for index in range(CHUNKS)]
        supply = np.zeros_like(price)
        g = self.groups
        taken = shops_smooth(price, a.days, soft * 0.05 * self.unit, g.tech, g.rate, g.hours, supply)
        gradient: Floats = sum(demands, np.zeros_like(price)) - supply
        return sum(parts) - float(taken), gradient, mean_day, made

    def op_days(self, mean_day: Floats) -> Floats:
        """Days of nodes to days of operations, weighted by work; an operation with nothing left gets 0."""
        n = self.nodes
        total = np.zeros(len(self.a.op_order))
        work = np.zeros(len(self.a.op_order))
        np.add.at(total, n.op, mean_day * n.work)
        np.add.at(work, n.op, n.work)
        days: Floats = total / np.maximum(work, 1e-12)
        return days


def climb(
    dual: Dual,
    start: Floats | None = None,
    softness: tuple[float, ...] = (1.0, 0.3, 0.1),
    steps: tuple[int, ...] = (30, 30, 40),
    until: float | None = None,
    tell: Callable[[float], None] | None = None,
) -> Prices:
    """Climb the softened dual from ``start`` through falling softness; keep the prices that prove most.

    ``until`` is a reading of ``time.perf_counter`` at which to stop.
    """
    shape = (len(dual.a.techniques), dual.a.days)
    price = np.full(shape, 0.2) if start is None else start / dual.unit
    best, best_price = -np.inf, price
    rounds = 0
    for stage, (soft, most) in enumerate(zip(softness, steps, strict=True)):

        def evaluate(x: Floats, soft: float = soft) -> tuple[float, Floats]:
            value, gradient, _, _ = dual.smooth(x.reshape(shape) * dual.unit, soft)
            return -value, -(gradient * dual.unit).ravel()

        flat, used = minimise(evaluate, price.ravel(), most, until)
        price = flat.reshape(shape)
        rounds += used
        value = dual.exact(price * dual.unit)
        if value > best:
            best, best_price = value, price
        if tell is not None:
            tell((stage + 1) / len(steps))
        if until is not None and time.perf_counter() > until:
            break
    _, _, mean_day, made = dual.smooth(price * dual.unit, softness[-1])
    return Prices(
        price * dual.unit, best_price * dual.unit, max(0.0, float(best)), dual.op_days(mean_day), made, rounds
    )


def minimise(
    evaluate: Callable[[Floats], tuple[float, Floats]],
    x: Floats,
    most: int,
    until: float | None = None,
    memory: int = 10,
) -> tuple[Floats, int]:
    """Minimise over x >= 0: limited-memory BFGS on the free variables, projected back-tracking (Bertsekas 1982).

    Returns the best point and the number of evaluations, at most ``most`` and a few.
    """
    value, gradient = evaluate(x)
    used = 1
    pairs: list[tuple[Floats, Floats, float]] = []
    while used < most:
        free = (x > 1e-12) | (gradient < 0)
        if not free.any():
            break
        direction = np.where(free, gradient, 0.0)
        alphas = []
        for s, y, rho in reversed(pairs):
            alpha = rho * float(s @ direction)
            direction = direction - alpha * y
            alphas.append(alpha)
        if pairs:
            s, y, _ = pairs[-1]
            direction *= float(s @ y) / float(y @ y)
        else:
            size = float(np.abs(direction).max())
            if size <= 0:
                break
            direction *= 0.1 * max(float(np.abs(x).max()), 1e-3) / size
        for (s, y, rho), alpha in zip(pairs, reversed(alphas), strict=True):
            direction = direction + s * (alpha - rho * float(y @ direction))
        direction = np.where(free, direction, 0.0)
        if float(direction @ gradient) <= 0:
            if not pairs:
                break
            pairs.clear()
            continue
        step = 1.0
        while True:
            trial = np.maximum(0.0, x - step * direction)
            new_value, new_gradient = evaluate(trial)
            used += 1
            if new_value <= value - 1e-4 * float(gradient @ (x - trial)):
                break
            step *= 0.4
            if used >= most or step < 1e-6 or (until is not None and time.perf_counter() > until):
                return x, used
        s, y = trial - x, new_gradient - gradient
        curve = float(s @ y)
        if curve > 1e-12 * float(y @ y):
            pairs.append((s, y, 1.0 / curve))
            del pairs[:-memory]
        change = value - new_value
        x, value, gradient = trial, new_value, new_gradient
        if change <= 1e-7 * abs(value) or (until is not None and time.perf_counter() > until):
            break
    return x, used
