"""Seeded planning problems: a region of workshops in hubs, orders of mixed routings, work in progress.

``instance(...)`` returns a :class:`kiwanda.engine.Problem`. Loads are good standard minutes asked for, over what the
workshops can give up to the last due day (weekly caps taken off, several techniques shared evenly).
"""

from __future__ import annotations

import datetime

import numpy as np

from kiwanda.engine import Capability, Lot, Operation, Order, Problem, Workshop

TECHNIQUES = (
    "assembly", "basketry", "beading", "carving", "casting", "dyeing",
    "finishing", "leather", "packing", "sewing", "sisal", "weaving",
)  # fmt: skip
SHARES = np.array([0.14, 0.13, 0.12, 0.11, 0.10, 0.09, 0.08, 0.07, 0.05, 0.04, 0.04, 0.03])


def routing(rng: np.random.Generator, steps: int, graph: bool) -> list[tuple[int, ...]]:
    """Predecessors of each step: a chain, or two parallel components joined by the last two steps."""
    if not graph or steps < 4:
        return [() if step == 0 else (step - 1,) for step in range(steps)]
    split = int(rng.integers(1, steps - 2))
    after: list[tuple[int, ...]] = []
    for step in range(steps - 1):
        after.append(() if step in (0, split) else (step - 1,))
    after.append((split - 1, steps - 2))
    return after


def instance(
    *,
    workshops: int = 2300,
    orders: int = 1000,
    hubs: int = 12,
    days: int = 84,
    load: float = 0.9,
    peak: float = 0.0,
    seed: int = 0,
    steps: tuple[int, ...] = (2, 3, 4),
    graph: bool = False,
    progress: bool = True,
    quantity: tuple[float, float] = (300.0, 0.8),
    last_due: int = 70,
    week_cap: float = 2700.0,
    scarce: float = 1.0,
) -> Problem:
    """Make one problem; equal arguments give equal problems.

    ``peak`` is the share of orders due in one week; ``quantity`` the median and spread of a lognormal, before scaling
    to the load; ``scarce`` below 1 takes workshops away from the first technique; ``progress`` gives orders that were
    released before day 0 pieces already made.
    """
    rng = np.random.default_rng(seed)
    kinds = len(TECHNIQUES)
    count = rng.choice(steps, orders)
    due = rng.integers(12, last_due + 1, orders)
    due = np.where(rng.random(orders) < peak, rng.integers(44, 50, orders), due)
    lead = rng.integers(14, 43, orders)
    release = due - lead
    weight = rng.choice([1.0, 2.0, 4.0, 8.0], orders, p=[0.5, 0.3, 0.15, 0.05])
    amount = np.clip(rng.lognormal(np.log(quantity[0]), quantity[1], orders), 10, 6000)
    crafts = [
        np.sort(rng.choice(kinds, n, replace=False, p=SHARES)) if n <= kinds else rng.choice(kinds, n, p=SHARES)
        for n in count
    ]
    minutes = [np.round(np.clip(rng.lognormal(np.log(12), 0.6, n), 2, 90), 1) for n in count]
    graphs = [routing(rng, int(n), graph) for n in count]
    # Steps an order released before today has already behind it
    gone = np.zeros(orders, np.int64)
    if progress:
        passed = np.clip((lead - due) / lead, 0, 1)
        gone = np.minimum(count - 1, (passed * count * rng.uniform(0.6, 1.2, orders)).astype(np.int64))

    demand = np.zeros(kinds)
    for i in range(orders):
        np.add.at(demand, crafts[i][gone[i] :], minutes[i][gone[i] :] * amount[i])
    able = rng.choice([1, 2, 3], workshops, p=[0.5, 0.35, 0.15])
    wanted = demand / demand.sum()
    wanted[0] *= scarce
    draws = rng.gumbel(size=(workshops, kinds)) + np.log(np.maximum(wanted, 1e-9))
    ranked = np.argsort(-draws, axis=1)
    skill = np.clip(rng.normal(1, 0.18, workshops), 0.6, 1.5)[:, None] * rng.lognormal(0, 0.08, (workshops, 3))
    good = np.clip(rng.beta(40, 2, (workshops, 3)), 0.8, 1.0)
    daily = rng.integers(300, 541, workshops)
    six = rng.random(workshops) < 0.75
    off = rng.random((workshops, days)) < 0.03
    hub = rng.permutation(np.arange(workshops) * hubs // workshops)
    where = rng.random((hubs, 2))
    apart = np.hypot(*(where[:, None] - where[None]).transpose(2, 0, 1))
    transfer = np.where(apart < 1e-9, 0, np.where(apart < 0.4, 1, 2))

    weekday = np.arange(days) % 7
    calendar = {
        "six": np.where(weekday == 6, 0.0, 480.0),
        "five": np.where(weekday >= 5, 0.0, 480.0),
    }
    capacity = np.where(six[:, None], calendar["six"], calendar["five"]) * (daily / 480)[:, None] * ~off
    weekly = np.minimum(np.add.reduceat(capacity, np.arange(0, days, 7), axis=1), week_cap)
    share = np.arange(weekly.shape[1]) < last_due / 7
    rate = np.where(np.arange(3) < able[:, None], skill * good, 0).sum(1) / able
    supply = (weekly[:, share].sum(1) * rate).sum()
    amount = np.maximum(5, np.round(amount * load * supply / demand.sum())).astype(np.int64)
    pay = rng.uniform(220, 320, kinds)  # minor units a standard minute

    fixed: list[Lot] = []
    listed: list[Order] = []
    shops_of = [np.flatnonzero((ranked[:, :3] == k)[:, :3].any(1)) for k in range(kinds)]
    for i in range(orders):
        operations = []
        for step in range(count[i]):
            k = int(crafts[i][step])
            usual = 480 / minutes[i][step]
            operations.append(
                Operation(
                    id=f"s{step}",
                    technique=TECHNIQUES[k],
                    minutes=float(minutes[i][step]),
                    piece_rate=round(minutes[i][step] * pay[k]),
                    after=tuple(f"s{before}" for before in graphs[i][step]),
                    min_lot=max(1, int(usual * 0.1)),
                    max_lot=max(2, int(usual * 4)),
                )
            )
            if step < gone[i]:
                makers = rng.choice(shops_of[k], 4) if len(shops_of[k]) else rng.integers(0, workshops, 4)
                parts = np.diff(np.linspace(0, amount[i], 5).astype(int))
                fixed.extend(
                    Lot(f"o{i:05d}", f"s{step}", f"w{maker:06d}", int(part), -2, -1)
                    for maker, part in zip(makers, parts, strict=True)
                    if part
                )
        listed.append(
            Order(
                id=f"o{i:05d}",
                quantity=int(amount[i]),
                release_day=int(release[i]),
                due_day=int(due[i]),
                operations=tuple(operations),
                weight=float(weight[i]),
            )
        )
    people = tuple(
        Workshop(
            id=f"w{w:06d}",
            hub=f"h{hub[w]:03d}",
            calendar="six" if six[w] else "five",
            capabilities=tuple(
                Capability(TECHNIQUES[ranked[w, j]], round(float(skill[w, j]), 4), round(float(good[w, j]), 4))
                for j in range(able[w])
            ),
            capacity_factor=round(float(daily[w] / 480), 6),
            off_days=tuple(int(day) for day in np.flatnonzero(off[w])),
            target_weekly_income=700_000,
        )
        for w in range(workshops)
    )
    return Problem(
        start_on=datetime.date(2026, 11, 23),
        days=days,
        techniques=TECHNIQUES,
        hubs=tuple(f"h{h:03d}" for h in range(hubs)),
        transfer_days=tuple(tuple(int(x) for x in row) for row in transfer),
        calendars={name: tuple(float(x) for x in row) for name, row in calendar.items()},
        workshops=people,
        orders=tuple(listed),
        fixed=tuple(fixed),
        week_minutes_cap=week_cap,
    )
