"""repair: somebody said no, fell ill or delivered less; mend the plan where it is torn, or else plan anew."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from .arrays import Ints
from .checker import check_plan
from .desk import Desk
from .model import Lot, Operation, Order, Problem
from .placing import OP, QUANTITY, START
from .plan import LotTable, Plan, Repair
from .reassigning import MOST_TOUCHED, Repairer, sort_changes
from .solver import solve_problem

SLACK_MINUTES = 0.01


def repair_plan(
    problem: Problem,
    plan: Plan,
    *,
    declined: Collection[Lot] = (),
    from_day: int = 0,
    most_touched: int = MOST_TOUCHED,
    freeze_days: int = 7,
    seed: int = 0,
    workers: int = 1,
) -> Repair:
    """See :func:`kiwanda.engine.repair`."""
    began = time.perf_counter()
    kept, removed = _sort(problem, plan, set(declined))
    undone = {line.id: line.undone_quantity for line in plan.orders}
    mender = Repairer(problem, kept, from_day=from_day, most_touched=most_touched)
    mender.before = plan
    desk = mender.desk
    _unpack(desk, from_day)
    _trim(desk, problem, undone)
    banned = defaultdict(set)
    sizes = defaultdict(list)
    for lot in removed:
        sizes[lot.order, lot.operation].append(lot.quantity)
    for lot in declined:
        if lot.workshop in desk.shop_at:
            banned[lot.order, lot.operation].add(desk.shop_at[lot.workshop])
    method = "none"
    fits = True
    for op, missing in _shortages(desk, problem, undone):
        method = "insert"
        key = (desk.a.order_ids[int(desk.a.op_order[op])], desk.a.op_ids[op])
        for quantity in _chunks(desk, op, missing, sizes[key]):
            fits = fits and mender.place(op, quantity, banned[key])
    if fits and not any(desk.starving(edge) for edge in range(len(desk.a.edge_pred))):
        mended = mender.plan(time.perf_counter() - began, seed)
        out, new = desk.changes(0)
        gone, fresh, pairs = sort_changes(desk, [-1, *out], new) if out else ([], new, [])
        removed += [kept[number] for number in gone if number >= 0]
        placed = [desk.lot(number) for number in fresh]
        moved = [(kept[old], desk.lot(now)) for old, now in pairs]
        return _outcome(problem, plan, mended, method, removed, placed, moved)
    forbidden = {(lot.order, lot.operation, lot.workshop) for lot in declined}
    mended = _replan(problem, kept, plan, forbidden, from_day + freeze_days, seed, workers)
    mended = replace(mended, seconds=round(time.perf_counter() - began, 4))
    old_lots, new_lots = Counter(kept), Counter(mended.planned(problem))
    removed += list((old_lots - new_lots).elements())
    return _outcome(problem, plan, mended, "replan", removed, list((new_lots - old_lots).elements()), [])


def _outcome(
    problem: Problem, plan: Plan, mended: Plan, method: str, removed: list[Lot], placed: list[Lot],
    moved: list[tuple[Lot, Lot]],
) -> Repair:  # fmt: skip
    """Say what it cost: orders later than they were and than they are due."""
    finish = {line.id: line.finish_day for line in plan.orders}
    later = []
    for line in mended.orders:
        order = problem.order_by_id[line.id]
        was = finish.get(line.id, problem.days)
        was, now = (problem.days if day is None else day for day in (was, line.finish_day))
        if now > max(order.due_day, was):
            later.append((line.id, now - max(order.due_day, was)))
    return Repair(
        plan=mended,
        method="late" if method == "insert" and later else method,
        removed=tuple(removed),
        placed=tuple(placed),
        moved=tuple(moved),
        added_tardiness=round(mended.objective.weighted_tardiness - plan.objective.weighted_tardiness, 6),
        later=tuple(later),
        cost=round(sum(problem.order_by_id[name].weight * days for name, days in later), 6),
    )


def _sort(problem: Problem, plan: Plan, declined: set[Lot]) -> tuple[list[Lot], list[Lot]]:
    """Planned lots that still make sense, and those that do not: declined, unable, on days off."""
    steps = {(order.id, step.id): step for order in problem.orders for step in order.operations}
    facts = Counter((lot.order, lot.operation, lot.workshop, lot.quantity, lot.start_day) for lot in problem.fixed)
    kept, removed = [], []
    for lot in plan.lots:
        key = (lot.order, lot.operation, lot.workshop, lot.quantity, lot.start_day)
        if facts[key] > 0:
            facts[key] -= 1
            continue
        step = steps.get((lot.order, lot.operation))
        if step is None:
            removed.append(lot)
            continue
        if lot in declined or not _able(problem, lot, step):
            removed.append(lot)
        else:
            kept.append(lot)
    return kept, removed


def _able(problem: Problem, lot: Lot, step: Operation) -> bool:
    """Whether the workshop still has the technique, the speed and the days for a lot."""
    workshop = problem.workshop_by_id.get(lot.workshop)
    if workshop is None or lot.start_day < 0 or lot.finish_day >= problem.days:
        return False
    if not all(lot.start_day <= day <= lot.finish_day for day, _ in lot.minutes):
        return False
    can = next((can for can in workshop.capabilities if can.technique == step.technique), None)
    if can is None or lot.quantity > max(can.max_lot, step.min_lot):
        return False
    wanted = lot.quantity * step.minutes / (can.speed * can.yield_share)
    if abs(wanted - sum(minutes for _, minutes in lot.minutes)) > SLACK_MINUTES + 1e-6 * wanted:
        return False
    return not any(day in workshop.off_days for day, _ in lot.minutes)


def _unpack(desk: Desk, from_day: int) -> None:
    """Take out lots, latest first, where a workshop's day or week is now more than full."""
    room, week_room = desk.room, desk.week_room
    for shop in np.flatnonzero((room < -SLACK_MINUTES).any(1) | (week_room < -SLACK_MINUTES).any(1)).tolist():
        for lot in desk.lots_at(shop)[::-1].tolist():
            days = np.array([day for day, _ in desk.lot(lot).minutes], np.int64)
            if (room[shop, days] < -SLACK_MINUTES).any() or (week_room[shop, days // 7] < -SLACK_MINUTES).any():
                desk.take_out(lot)


def _made(desk: Desk, problem: Problem, undone: dict[str, int]) -> tuple[Ints, Ints]:
    """Pieces each operation has on the desk and in fixed lots, and pieces it should have."""
    lots = desk.state.lots[desk.living()]
    made = desk.a.op_fixed.copy()
    np.add.at(made, lots[:, OP], lots[:, QUANTITY])
    wanted = np.array(
        [max(0, order.quantity - undone.get(order.id, 0)) for order in _in_order(desk, problem)], np.int64
    )
    return made, np.maximum(wanted[desk.a.op_order], desk.a.op_fixed)


def _in_order(desk: Desk, problem: Problem) -> list[Order]:
    return [problem.order_by_id[name] for name in desk.a.order_ids]


def _trim(desk: Desk, problem: Problem, undone: dict[str, int]) -> None:
    """Take out lots, latest first, of operations that would now make too much (more was delivered than planned)."""
    made, wanted = _made(desk, problem, undone)
    for op in np.flatnonzero(made > wanted).tolist():
        over = int(made[op] - wanted[op])
        for lot in sorted(desk.lots_of(op), key=lambda lot: int(desk.state.lots[lot, START]), reverse=True):
            if over <= 0:
                break
            over -= int(desk.state.lots[lot, QUANTITY])
            desk.take_out(lot)


def _shortages(desk: Desk, problem: Problem, undone: dict[str, int]) -> list[tuple[int, int]]:
    """Operations that make too little, predecessors first, with the pieces missing."""
    made, wanted = _made(desk, problem, undone)
    return [(op, int(wanted[op] - made[op])) for op in np.flatnonzero(made < wanted).tolist()]


def _chunks(desk: Desk, op: int, missing: int, sizes: list[int]) -> list[int]:
    """Cut missing pieces into lots as they were, or else of the operation's usual size; none below the smallest."""
    least, most = int(desk.a.op_min[op]), int(desk.a.op_max[op])
    if sum(sizes) == missing:
        return sizes
    usual = [int(desk.state.lots[lot, QUANTITY]) for lot in desk.lots_of(op)]
    size = max(least, min(most, int(np.median(usual)) if usual else missing))
    count = max(1, -(-missing // size))
    while count > 1 and missing // count < least:
        count -= 1
    return [missing // count + (place < missing % count) for place in range(count)]


def _replan(
    problem: Problem,
    kept: list[Lot],
    plan: Plan,
    forbidden: set[tuple[str, str, str]],
    freeze: int,
    seed: int,
    workers: int,
) -> Plan:
    """Plan anew, the first days as they were as far as their pieces still come.

    A workshop that declined may be given other pieces of the same operation: the problem has no field to forbid it.
    """
    frozen = [
        lot for lot in kept if lot.start_day < freeze and (lot.order, lot.operation, lot.workshop) not in forbidden
    ]
    while frozen:
        desk = Desk(problem, frozen)
        starving: set[int] = set()
        for edge in range(len(desk.a.edge_pred)):
            starving.update(desk.starving(edge))
        if not starving:
            break
        frozen = [lot for number, lot in enumerate(frozen) if number not in starving]
    # What was declined is not asked of the same workshop once more.
    open_lots = [lot for lot in kept if (lot.order, lot.operation, lot.workshop) not in forbidden]
    published = replace(plan, lots=LotTable([*problem.fixed, *open_lots]))
    if frozen:
        held = replace(problem, fixed=(*problem.fixed, *frozen))
        found = solve_problem(held, seed=seed, workers=workers, published=published, freeze_days=freeze)
        if not check_plan(problem, found):
            return replace(found, log=(*found.log, f"{len(frozen)} lots of the first days were kept."))
    found = solve_problem(problem, seed=seed, workers=workers, published=published, freeze_days=freeze)
    return replace(found, log=(*found.log, "The first days were planned anew as well."))
