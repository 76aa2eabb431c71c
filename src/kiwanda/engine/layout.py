"""Laying a plan out in the arrays of a desk."""

from __future__ import annotations

from collections.abc import Container, Iterable

import numpy as np

from .arrays import Arrays, Floats, Ints
from .errors import ProblemError
from .mending import LEVELS, MOST_PARTS
from .model import Lot, Problem
from .outlook import KEPT
from .passes import Setup
from .placing import AFTER, ALIVE, BEFORE, COUNT, FINISH, LENGTH, OP, QUANTITY, ROW, ROWS, SHOP, START, State

SPARE = 2048
"""Lots that can be added before the arrays are laid out anew; a single repair adds a handful."""
SPARE_ROWS = 32_768


def lay_out(
    setup: Setup, was: Ints, op: Ints, shop: Ints, quantity: Ints, start: Ints, finish: Ints, counts: Ints,
    row_day: Ints, row_minutes: Floats,
) -> State:  # fmt: skip
    """The arrays of a desk: lots in columns of one length each, their rows of day and minutes one after another.

    ``was`` is the day each order may finish on even where it is due before.
    """
    a = setup.arrays
    count, rows = len(op), int(counts.sum())
    shops, hubs, ops = len(a.workshop_ids), len(a.hubs), len(a.op_order)
    weeks = (a.days + 6) // 7

    counters = np.zeros(16, np.int64)
    counters[COUNT], counters[ROWS] = count, rows
    row_ptr = np.cumsum(counts) - counts
    by_tech = np.argsort(a.cap_tech, kind="stable")
    owner = np.repeat(np.arange(shops), np.diff(a.cap_ptr))
    by_edge = np.argsort(setup.first_edge, kind="stable")
    able_at = np.full((len(a.techniques), shops), -1, np.int64)
    able_at[a.cap_tech[by_tech], owner[by_tech]] = np.arange(len(by_tech))
    in_order = np.lexsort((np.arange(count), finish, start, shop))
    queue_count = np.bincount(shop, minlength=shops).astype(np.int64)
    queue = np.full((shops, int(queue_count.max(initial=0)) + 12), -1, np.int64)
    place = np.arange(count) - np.repeat(np.cumsum(queue_count) - queue_count, queue_count)
    queue[shop[in_order], place] = in_order
    by_op = np.argsort(op, kind="stable")
    same = op[by_op][1:] == op[by_op][:-1]
    after, before = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    after[by_op[:-1][same]] = by_op[1:][same]
    before[by_op[1:][same]] = by_op[:-1][same]
    op_head = np.full(ops, -1, np.int64)
    op_head[op[before < 0]] = np.flatnonzero(before < 0)
    op_count = np.bincount(op, minlength=ops).astype(np.int64)
    left, week_left = a.free.copy(), a.week_free.copy()
    who = np.repeat(shop, counts)
    np.subtract.at(left, (who, row_day), row_minutes)
    np.subtract.at(week_left, (who, row_day // 7), row_minutes)
    weekly = np.add.reduceat(np.maximum(left, 0.0), np.arange(0, a.days, 7), axis=1) if a.days else week_left
    earned = a.income.copy()
    np.add.at(earned, shop, quantity * a.op_pay[op])
    made = np.bincount(setup.first_edge, minlength=len(a.edge_pred)) if len(a.edge_pred) else np.zeros(0, int)
    edge_size = int(op_count.max(initial=0)) + int(made.max(initial=0)) + SPARE

    lots = np.zeros((count + SPARE, 13), np.int64)
    for column, values in (
        (OP, op), (SHOP, shop), (QUANTITY, quantity), (START, start), (FINISH, finish), (AFTER, after),
        (BEFORE, before), (ROW, row_ptr), (LENGTH, counts), (ALIVE, 1),
    ):  # fmt: skip
        lots[:count, column] = values
    allowed = np.minimum(np.maximum(a.due, was), a.days - 1)[a.op_order]
    firsts = np.stack([setup.first_hub, setup.first_day - 1, setup.first_quantity], axis=1)[by_edge]
    first_ptr = np.searchsorted(setup.first_edge[by_edge], np.arange(len(a.edge_pred) + 1))
    return State(
        n=counters,
        lots=lots,
        row_day=np.concatenate([row_day, np.zeros(SPARE_ROWS, np.int64)]),
        row_minutes=np.concatenate([row_minutes, np.zeros(SPARE_ROWS)]),
        ops=_table(
            a.op_order,
            a.op_tech,
            a.op_min,
            a.op_max,
            setup.steps,
            a.in_ptr[:-1],
            a.in_ptr[1:],
            a.out_ptr[:-1],
            a.out_ptr[1:],
            a.release[a.op_order],
            allowed,
            op_head,
            op_count,
        ),
        op_values=np.stack([a.op_minutes, a.op_pay], axis=1),
        edges=_table(a.edge_pred, a.edge_succ, first_ptr[:-1], first_ptr[1:]),
        out_edges=a.out_edges,
        firsts=np.ascontiguousarray(firsts),
        transfer=a.transfer,
        shops=_table(a.hub, queue_count, np.zeros(shops, np.int64)),
        shop_values=np.stack([earned, setup.entitled], axis=1),
        able_ptr=np.searchsorted(a.cap_tech[by_tech], np.arange(len(a.techniques) + 1)).astype(np.int64),
        able=_table(owner[by_tech], a.cap_max[by_tech]),
        rates=a.cap_rate[by_tech],
        queue=queue,
        room=left,
        week_room=week_left,
        spare=np.maximum(0.0, np.minimum(weekly, week_left)).reshape(shops, weeks),
        journal=np.zeros((4096, 2), np.int64),
        bucket=np.zeros(a.days + 5, np.int64),
        sources=np.zeros((edge_size, 9), np.int64),
        demands=np.zeros((edge_size, 9), np.int64),
        flows=np.zeros((6 * edge_size, 4), np.int64),
        windows=np.zeros((LEVELS + 1, 3, max(hubs, 1)), np.int64),
        found=np.zeros((LEVELS + 1, KEPT, 5), np.int64),
        scores=np.zeros((LEVELS + 1, KEPT)),
        gaps=np.zeros((LEVELS + 1, MOST_PARTS + 1, 2), np.int64),
        index=np.zeros(1, np.int64),
        index_ptr=np.zeros(2, np.int64),
        index_count=np.zeros(1, np.int64),
        able_at=able_at,
        agenda=np.zeros((LEVELS, 3), np.int64),
        memo=np.zeros((LEVELS + 1, 6), np.int64),
    )


def _table(*columns: Ints) -> Ints:
    return np.ascontiguousarray(np.stack([np.asarray(column, np.int64) for column in columns], axis=1))


def must_fit(lots: Iterable[Lot], op_at: Container[tuple[str, str]], shop_at: Container[str], days: int) -> None:
    """Refuse lots the arrays have no place for; a plan read from a file may hold any.

    Raises
    ------
    ProblemError
        For an operation or workshop the problem does not know, or days outside the horizon.
    """
    for lot in lots:
        about = f"{lot.order}/{lot.operation} at {lot.workshop}"
        if (lot.order, lot.operation) not in op_at or lot.workshop not in shop_at:
            raise ProblemError("lots", f"name {about}, which the problem does not know")
        named = [lot.start_day, lot.finish_day, *(day for day, _ in lot.minutes)]
        if min(named) < 0 or max(named) >= days:
            raise ProblemError("lots", f"have {about} outside the horizon")


def alike(a: Arrays, problem: Problem) -> bool:
    """Whether arrays number orders, operations and workshops as those of a problem would."""
    return a.workshop_ids == tuple(sorted(shop.id for shop in problem.workshops)) and list(
        zip((a.order_ids[order] for order in a.op_order.tolist()), a.op_ids, strict=True)
    ) == [
        (order.id, step.id)
        for order in sorted(problem.orders, key=lambda order: order.id)
        for step in order.sorted_operations()
    ]
