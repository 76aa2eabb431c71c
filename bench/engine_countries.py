"""Seeded problems of up to a million workshops, made as arrays in seconds: a country of clusters of hubs.

The same routings, lots, hours and work in progress as ``engine_instances.instance``; in addition lines lie where their
kits are and must end there, and demand is uneven: a cluster may be asked for half or twice what it can make.
"""

from __future__ import annotations

import datetime

import numpy as np
from engine_instances import SHARES, TECHNIQUES

from kiwanda.engine.regions import ProblemArrays

HUB_WORKSHOPS, CLUSTER_HUBS = 770, 10


def country(
    workshops: int = 100_000,
    *,
    load: float = 0.9,
    uneven: float = 0.4,
    seed: int = 0,
    days: int = 84,
    last_due: int = 70,
    week_cap: float = 2700.0,
    hub_workshops: int = HUB_WORKSHOPS,
    cluster_hubs: int = CLUSTER_HUBS,
) -> ProblemArrays:
    """``load`` is over the whole country; ``uneven`` the spread of a cluster's demand over its capacity (lognormal)."""
    rng = np.random.default_rng(seed)
    kinds, orders = len(TECHNIQUES), max(1, workshops * 10 // 23)
    hubs = max(1, workshops // hub_workshops)
    cluster_of_hub = np.arange(hubs) // cluster_hubs
    clusters = int(cluster_of_hub[-1]) + 1
    middle = rng.random((clusters, 2)) * np.sqrt(clusters)
    apart = np.hypot(*(middle[:, None] - middle[None]).transpose(2, 0, 1))
    between = np.where(np.eye(clusters, dtype=bool), 1, np.minimum(4, 1 + np.ceil(apart / 1.5).astype(np.int64)))
    transfer = between[np.ix_(cluster_of_hub, cluster_of_hub)]
    np.fill_diagonal(transfer, 0)
    hub = np.arange(workshops) * hubs // workshops
    cluster = cluster_of_hub[hub]

    count = rng.choice((2, 3, 4), orders)
    due = rng.integers(12, last_due + 1, orders)
    lead = rng.integers(14, 43, orders)
    release = due - lead
    weight = rng.choice([1.0, 2.0, 4.0, 8.0], orders, p=[0.5, 0.3, 0.15, 0.05])
    amount = np.clip(rng.lognormal(np.log(300), 0.8, orders), 10, 6000)
    asked = np.bincount(cluster, minlength=clusters) * rng.lognormal(0, uneven, clusters)
    home = rng.choice(clusters, orders, p=asked / asked.sum())
    first_hub = np.searchsorted(cluster_of_hub, np.arange(clusters))
    hubs_in = np.bincount(cluster_of_hub)
    home_hub = first_hub[home] + (rng.random(orders) * hubs_in[home]).astype(np.int64)

    order_ptr = np.concatenate([[0], np.cumsum(count)])
    op_order = np.repeat(np.arange(orders), count)
    step = np.arange(len(op_order)) - order_ptr[op_order]
    crafts = np.sort(np.argsort(rng.gumbel(size=(orders, kinds)) + np.log(SHARES), axis=1)[:, -4:], axis=1)
    # The order of a line's techniques along its routing is drawn anew, as many as it has steps
    crafts = np.take_along_axis(crafts, np.argsort(rng.random((orders, 4)), axis=1), axis=1)
    op_tech = crafts[op_order, step]
    minutes = np.round(np.clip(rng.lognormal(np.log(12), 0.6, len(op_order)), 2, 90), 1)
    passed = np.clip((lead - due) / lead, 0, 1)
    gone = np.minimum(count - 1, (passed * count * rng.uniform(0.6, 1.2, orders)).astype(np.int64))
    open_ = step >= gone[op_order]

    demand = np.bincount(op_tech[open_], minutes[open_] * amount[op_order[open_]], kinds)
    able = rng.choice([1, 2, 3], workshops, p=[0.5, 0.35, 0.15])
    ranked = np.argsort(-(rng.gumbel(size=(workshops, kinds)) + np.log(demand / demand.sum())), axis=1)[:, :3]
    skill = np.clip(rng.normal(1, 0.18, workshops), 0.6, 1.5)[:, None] * rng.lognormal(0, 0.08, (workshops, 3))
    good = np.clip(rng.beta(40, 2, (workshops, 3)), 0.8, 1.0)
    daily = rng.integers(300, 541, workshops)
    five = (rng.random(workshops) >= 0.75).astype(np.int64)
    weekday = np.arange(days) % 7
    calendars = np.array([np.where(weekday == 6, 0.0, 480.0), np.where(weekday >= 5, 0.0, 480.0)])
    offs = rng.binomial(days, 0.03, workshops)
    off_shop = np.repeat(np.arange(workshops), offs)
    off = np.unique(off_shop * days + rng.integers(0, days, len(off_shop)))
    off_ptr = np.searchsorted(off // days, np.arange(workshops + 1))
    worked = np.minimum(np.where(five == 1, 5, 6) * daily, week_cap) * (1 - 0.03)
    has = np.arange(3) < able[:, None]
    rate = np.where(has, skill * good, 0).sum(1) / able
    supply = float((worked * rate).sum()) * last_due / 7
    amount = np.maximum(5, np.round(amount * load * supply / demand.sum())).astype(np.int64)

    # Work in progress: four makers in the home cluster for each step behind a line
    behind = np.flatnonzero(~open_)
    fixed_op = np.repeat(behind, 4)
    first_shop, shops_in = np.searchsorted(cluster, np.arange(clusters)), np.bincount(cluster, minlength=clusters)
    at = home[op_order[fixed_op]]
    maker = first_shop[at] + (rng.random(len(fixed_op)) * shops_in[at]).astype(np.int64)
    whole = amount[op_order[fixed_op]]
    part = np.tile(np.arange(4), len(behind))
    pieces = whole * (part + 1) // 4 - whole * part // 4
    fixed_op, maker, pieces = fixed_op[pieces > 0], maker[pieces > 0], pieces[pieces > 0]
    none = np.zeros(0, np.int64)
    edges = np.flatnonzero(step > 0)
    able_flat = has.ravel()
    usual = 480 / minutes
    # Capabilities stand sorted by technique within a workshop
    turn = np.argsort(np.where(has, ranked, kinds), axis=1)
    return ProblemArrays(
        start_on=datetime.date(2026, 11, 23), days=days, week_minutes_cap=week_cap, techniques=TECHNIQUES,
        hubs=tuple(f"h{h:05d}" for h in range(hubs)), transfer=transfer, calendars=calendars,
        workshop_ids=np.char.mod("w%07d", np.arange(workshops)), hub=hub, calendar=five, factor=daily / 480.0,
        off_ptr=off_ptr, off_day=off % days, cap_ptr=np.concatenate([[0], np.cumsum(able)]),
        cap_tech=np.take_along_axis(ranked, turn, 1).ravel()[able_flat],
        cap_speed=np.round(np.take_along_axis(skill, turn, 1).ravel()[able_flat], 4),
        cap_yield=np.round(np.take_along_axis(good, turn, 1).ravel()[able_flat], 4),
        cap_max=np.full(int(able.sum()), 10**9), income=np.zeros(workshops, np.int64),
        target=np.full(workshops, 700_000), acceptance=np.ones(workshops), on_time=np.ones(workshops),
        order_ids=np.char.mod("o%06d", np.arange(orders)), quantity=amount, release=np.maximum(0, release), due=due,
        weight=weight, material_hub=home_hub, finishing_hub=home_hub, order_ptr=order_ptr,
        op_ids=np.char.mod("s%d", step), op_tech=op_tech, op_minutes=minutes,
        op_pay=np.round(minutes * rng.uniform(220, 320, kinds)[op_tech]).astype(np.int64),
        op_min=np.maximum(1, (usual * 0.1).astype(np.int64)), op_max=np.maximum(2, (usual * 4).astype(np.int64)),
        in_ptr=np.concatenate([[0], np.cumsum(step > 0)]), edge_pred=edges - 1, fixed_op=fixed_op,
        fixed_workshop=maker, fixed_quantity=pieces, fixed_start=np.full(len(fixed_op), -2),
        fixed_finish=np.full(len(fixed_op), -1), fixed_ptr=np.zeros(len(fixed_op) + 1, np.int64), fixed_day=none,
        fixed_minutes=np.zeros(0), busy_workshop=none, busy_day=none, busy_minutes=np.zeros(0),
    )  # fmt: skip
