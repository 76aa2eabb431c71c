"""One more order in a problem laid out in arrays, and one dispatch with it: what promises are made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from .arrays import Arrays, Floats, Ints, pointers
from .columns import LotColumns
from .model import Lot, Order
from .passes import Pass, Setup, prepare


def alone(a: Arrays, order: Order, room: Floats, week_room: Floats, earned: Floats) -> Setup:
    """The order by itself in a factory with only these hours free; its release day counts from ``order``."""
    empty: Ints = np.zeros(0, np.int64)
    bare = replace(
        a,
        free=room,
        week_free=week_room,
        income=earned,
        order_ids=(),
        op_ids=(),
        order_ptr=np.zeros(1, np.int64),
        quantity=empty,
        release=empty,
        due=empty,
        weight=np.zeros(0),
        op_order=empty,
        op_tech=empty,
        op_minutes=np.zeros(0),
        op_pay=np.zeros(0),
        op_min=empty,
        op_max=empty,
        op_fixed=empty,
        in_ptr=np.zeros(1, np.int64),
        edge_pred=empty,
        edge_succ=empty,
        out_ptr=np.zeros(1, np.int64),
        out_edges=empty,
        fixed_op=empty,
        fixed_workshop=empty,
        fixed_quantity=empty,
        fixed_start=empty,
        fixed_finish=empty,
    )
    return prepare(_with(bare, order, order.due_day))


def among_others(setup: Setup, order: Order, due_day: int) -> Setup:
    """The same problem with ``order`` as its last one, due on ``due_day``; what passes share is carried over."""
    a = _with(setup.arrays, order, due_day)
    operations = len(order.operations)
    added = np.ones(operations, np.int64)
    for edge in range(len(a.edge_pred) - 1, len(setup.owed) - 1, -1):
        before, after = int(a.edge_pred[edge]) - len(setup.steps), int(a.edge_succ[edge]) - len(setup.steps)
        added[before] = max(added[before], added[after] + 1)
    work = float((a.op_minutes[-operations:] * order.quantity).sum())
    return replace(
        setup,
        arrays=a,
        op_open=np.append(setup.op_open, np.ones(operations, bool)),
        owed=_longer(setup.owed, [0] * (len(a.edge_pred) - len(setup.owed))),
        steps=_longer(setup.steps, added),
        fixed_finish=_longer(setup.fixed_finish, [-(10**9)]),
        guess=setup.guess + int(work / 40.0) + 1000,
    )


def due_on(setup: Setup, due_day: int) -> Setup:
    """The same with the last order due on another day."""
    due = setup.arrays.due.copy()
    due[-1] = due_day
    return replace(setup, arrays=replace(setup.arrays, due=due))


def shorter(setup: Setup, days: int) -> Setup:
    """The first ``days`` days of the same: a dispatcher decides day by day, so nearly all is as in the whole.

    Nearly: a lot too long for the days left is not begun, which the whole would begin in the last of these days.
    """
    a = setup.arrays
    if days >= a.days:
        return setup
    weeks = (days + 6) // 7
    cut = replace(
        a,
        days=days,
        free=np.ascontiguousarray(a.free[:, :days]),
        week_free=np.ascontiguousarray(a.week_free[:, :weeks]),
    )
    return replace(setup, arrays=cut, guess=max(1000, int(setup.guess * min(1.0, 1.5 * days / a.days))))


def lots_of_last(setup: Setup, found: Pass) -> tuple[Lot, ...]:
    """The lots a pass gave the last order."""
    a = setup.arrays
    mine = np.flatnonzero(found.op >= a.order_ptr[-2])
    rows = np.isin(found.work_lot, mine)
    lot, day, minutes = found.work_lot[rows], found.work_day[rows], found.work_minutes[rows]
    by_lot = np.argsort(lot, kind="stable")
    ends = np.searchsorted(lot[by_lot], mine)
    return LotColumns(
        a, (), found.op[mine], found.workshop[mine], found.quantity[mine], found.start[mine], found.finish[mine],
        np.append(ends, len(by_lot)), day[by_lot], np.round(minutes[by_lot], 6),
    ).lots()  # fmt: skip


def _longer(array: npt.NDArray[np.int64], values: object) -> Ints:
    result: Ints = np.append(array, np.asarray(values, np.int64))
    return result


def _with(a: Arrays, order: Order, due_day: int) -> Arrays:
    """The arrays with ``order`` appended as the last one."""
    steps = order.sorted_operations()
    first, edges_before, row = len(a.op_order), len(a.edge_pred), len(a.order_ids)
    at = {step.id: first + index for index, step in enumerate(steps)}
    tech_at = {name: index for index, name in enumerate(a.techniques)}
    edges = [(at[name], at[step.id]) for step in steps for name in sorted(step.after)]
    out: list[list[int]] = [[] for _ in steps]
    for edge, (before, _) in enumerate(edges):
        out[before - first].append(edges_before + edge)
    count = len(steps)
    return replace(
        a,
        order_ids=(*a.order_ids, order.id),
        op_ids=(*a.op_ids, *(step.id for step in steps)),
        order_ptr=_longer(a.order_ptr, [first + count]),
        quantity=_longer(a.quantity, [order.quantity]),
        release=_longer(a.release, [max(0, order.release_day, order.material_day or 0)]),
        due=_longer(a.due, [due_day]),
        weight=np.append(a.weight, order.weight),
        op_order=_longer(a.op_order, [row] * count),
        op_tech=_longer(a.op_tech, [tech_at[step.technique] for step in steps]),
        op_minutes=np.append(a.op_minutes, [step.minutes for step in steps]),
        op_pay=np.append(a.op_pay, [float(step.piece_rate) for step in steps]),
        op_min=_longer(a.op_min, [step.min_lot for step in steps]),
        op_max=_longer(a.op_max, [step.max_lot for step in steps]),
        op_fixed=_longer(a.op_fixed, [0] * count),
        in_ptr=np.concatenate([a.in_ptr, edges_before + pointers([len(step.after) for step in steps])[1:]]),
        edge_pred=_longer(a.edge_pred, [before for before, _ in edges]),
        edge_succ=_longer(a.edge_succ, [after for _, after in edges]),
        out_ptr=np.concatenate([a.out_ptr, edges_before + pointers([len(mine) for mine in out])[1:]]),
        out_edges=_longer(a.out_edges, [edge for mine in out for edge in mine]),
    )
