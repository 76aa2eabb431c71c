"""repair: somebody said no, fell ill or delivered less; mend the plan where it is torn, or else plan anew."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from .assemble import gini
from .checker import check_plan
from .desk import Desk
from .model import Lot, Operation, Problem
from .plan import Bound, LotTable, Plan, PlannedOrder, Repair
from .solver import solve_problem

MOST_PARTS = 4
"""Parts a lot is split into before giving up."""
MOST_SWAPS = 4
"""Lots that may make room one after another."""
TRIES = (0, 3, 3, 3, 3)
"""Swaps tried at each depth, by how many may still follow."""
SLACK_MINUTES = 0.01


def repair_plan(
    problem: Problem,
    plan: Plan,
    *,
    declined: Collection[Lot] = (),
    from_day: int = 0,
    most_shifts: int = 4,
    freeze_days: int = 7,
    seed: int = 0,
    workers: int = 1,
) -> Repair:
    """See :func:`kiwanda.engine.repair`."""
    began = time.perf_counter()
    kept, removed = _sort(problem, plan, set(declined))
    undone = {line.id: line.undone_quantity for line in plan.orders}
    desk = Desk(problem, kept)
    removed += _overloads(desk, from_day)
    removed += _surplus(desk, problem, undone)
    banned = defaultdict(set)
    shop_at = {name: index for index, name in enumerate(desk.a.workshop_ids)}
    for lot in declined:
        if lot.workshop in shop_at:
            banned[lot.order, lot.operation].add(shop_at[lot.workshop])
    method = "none"
    fits = True
    for op, missing in _shortages(desk, problem, undone):
        method = "insert"
        key = (desk.a.order_ids[int(desk.a.op_order[op])], desk.a.op_ids[op])
        if not place(desk, op, missing, banned[key], from_day, most_shifts):
            fits = False
            break
    if fits:
        lots = [desk.lot(number) for number in np.flatnonzero(desk.alive).tolist()]
        mended = restate(problem, desk, lots, plan, seed, time.perf_counter() - began)
    else:
        method = "replan"
        forbidden = {(lot.order, lot.operation, lot.workshop) for lot in declined}
        mended = _replan(problem, kept, plan, forbidden, from_day + freeze_days, seed, workers)
        mended = replace(mended, seconds=round(time.perf_counter() - began, 4))
    moved: list[tuple[Lot, Lot]] = []
    if fits:
        placed = []
        gone = {id(lot) for lot in removed}
        removed += [lot for number, lot in enumerate(kept) if not desk.alive[number] and id(lot) not in gone]
        for number in np.flatnonzero(desk.alive).tolist():
            now = desk.lot(number)
            if number >= len(kept):
                placed.append(now)
            elif desk.records[number] is None and (now.start_day, now.finish_day) != _days(kept[number]):
                moved.append((kept[number], now))
    else:
        old, new = Counter(kept), Counter(mended.planned(problem))
        placed = list((new - old).elements())
        removed += list((old - new).elements())
    return Repair(
        plan=mended,
        method=method,
        removed=tuple(removed),
        placed=tuple(placed),
        moved=tuple(moved),
        added_tardiness=round(mended.objective.weighted_tardiness - plan.objective.weighted_tardiness, 6),
    )


def _days(lot: Lot) -> tuple[int, int]:
    return (lot.start_day, lot.finish_day)


def place(desk: Desk, op: int, quantity: int, banned: set[int], from_day: int, most_shifts: int) -> list[int] | None:
    """Place pieces of an operation without making any order later: whole, by a chain of swaps, or in up to four parts.

    Returns the numbers of the changed lots, new ones among them; None, and nothing changed, if it cannot be done.
    """
    for depth in (0, MOST_SWAPS):  # plain placing in parts first: it is cheap and touches least
        for sizes in _splits(desk, op, quantity, MOST_PARTS if depth == 0 else 2):
            mark = desk.mark()
            changed: list[int] = []
            used = set(banned)
            for size in sizes:
                found = _place_one(desk, op, size, used, from_day, most_shifts, depth)
                if found is None:
                    break
                changed += found
                used.add(int(desk.shop[found[0]]))
            else:
                return changed
            desk.undo(mark)
    return None


def _splits(desk: Desk, op: int, quantity: int, most_parts: int) -> Iterator[list[int]]:
    """Ways to cut pieces into equal lots of allowed size, fewest first; one may be a remainder if there is none yet."""
    least, most = int(desk.a.op_min[op]), int(desk.a.op_max[op])
    crumbs = sum(int(desk.quantity[lot]) < least for lot in desk.lots_of.get(op, []))
    fewest = -(-quantity // most)
    for parts in range(fewest, fewest + most_parts):
        sizes = [quantity // parts + (part < quantity % parts) for part in range(parts)]
        if sizes[-1] == 0 or crumbs + sum(size < least for size in sizes) > 1:
            return
        yield sizes


def _place_one(
    desk: Desk, op: int, quantity: int, banned: set[int], from_day: int, most_shifts: int, depth: int
) -> list[int] | None:
    """Place one lot, if need be in the hours of another with days to spare, which is then placed in its turn."""
    found = desk.put(op, quantity, banned, from_day, most_shifts)
    if found is not None:
        desk.rematch(op)
        return found
    if depth == 0:
        return None
    for lot, shop, first, latest in desk.swap(op, quantity, banned, from_day, TRIES[depth]):
        mark = desk.mark()
        other, pieces = int(desk.op[lot]), int(desk.quantity[lot])
        desk.take_out(lot)
        new = desk.put_at(op, quantity, shop, first, latest)
        if new is not None:
            desk.rematch(op)
            desk.rematch(other)
            rest = _place_one(desk, other, pieces, set(), from_day, 0, depth - 1)
            if rest is not None:
                return [new, *rest]
        desk.undo(mark)
    return None


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
    can = next((can for can in workshop.capabilities if can.technique == step.technique), None)
    if can is None or lot.quantity > max(can.max_lot, step.min_lot):
        return False
    wanted = lot.quantity * step.minutes / (can.speed * can.yield_share)
    if abs(wanted - sum(minutes for _, minutes in lot.minutes)) > SLACK_MINUTES + 1e-6 * wanted:
        return False
    return not any(day in workshop.off_days for day, _ in lot.minutes)


def _overloads(desk: Desk, from_day: int) -> list[Lot]:
    """Take out lots, latest first, where a workshop's day or week is now more than full."""
    removed = []
    for shop in np.flatnonzero((desk.room < -SLACK_MINUTES).any(1) | (desk.week_room < -SLACK_MINUTES).any(1)).tolist():
        for lot in desk.queue[desk.queue_ptr[shop] : desk.queue_ptr[shop + 1]][::-1].tolist():
            rows = slice(int(desk.row_ptr[lot]), int(desk.row_ptr[lot] + desk.row_count[lot]))
            days = desk.row_day[rows]
            full = (desk.room[shop, days] < -SLACK_MINUTES).any()
            if full or (desk.week_room[shop, days // 7] < -SLACK_MINUTES).any():
                removed.append(desk.lot(lot))
                desk.take_out(lot)
                desk.rematch(int(desk.op[lot]))
    return removed


def _target(desk: Desk, problem: Problem, undone: dict[str, int], op: int) -> int:
    order = problem.order_by_id[desk.a.order_ids[int(desk.a.op_order[op])]]
    return max(order.quantity - undone.get(order.id, 0), int(desk.a.op_fixed[op]))


def _surplus(desk: Desk, problem: Problem, undone: dict[str, int]) -> list[Lot]:
    """Take out lots, latest first, of operations that would now make too much (more was delivered than planned)."""
    removed = []
    for op, lots in list(desk.lots_of.items()):
        over = int(desk.a.op_fixed[op] + desk.quantity[lots].sum()) - _target(desk, problem, undone, op)
        for lot in sorted(lots, key=lambda lot: int(desk.start[lot]), reverse=True):
            if over <= 0:
                break
            over -= int(desk.quantity[lot])
            removed.append(desk.lot(lot))
            desk.take_out(lot)
            desk.rematch(op)
    return removed


def _shortages(desk: Desk, problem: Problem, undone: dict[str, int]) -> list[tuple[int, int]]:
    """Operations that make too little, predecessors first, with the pieces missing."""
    result = []
    for op in range(len(desk.a.op_order)):
        made = int(desk.a.op_fixed[op]) + int(desk.quantity[desk.lots_of.get(op, [])].sum())
        missing = _target(desk, problem, undone, op) - made
        if missing > 0:
            result.append((op, missing))
    return result


def restate(problem: Problem, desk: Desk, lots: Sequence[Lot], old: Plan, seed: int, seconds: float) -> Plan:
    """The plan of the desk's lots, its lines and objective worked out anew."""
    a, setup = desk.a, desk.setup
    finish = setup.fixed_finish.copy()
    living = np.flatnonzero(desk.alive)
    np.maximum.at(finish, a.op_order[desk.op[living]], desk.finish[living])
    lines = {line.id: line for line in old.orders}
    orders = []
    for index, name in enumerate(a.order_ids):
        line = lines.get(name)
        undone = line.undone_quantity if line is not None else int(a.quantity[index])
        day = a.days if undone else int(finish[index])
        orders.append(PlannedOrder(name, None if undone else day, max(0, day - int(a.due[index])), undone))
    earned = setup.fixed_pay.copy()
    np.add.at(earned, desk.shop[living], desk.quantity[living] * a.op_pay[desk.op[living]])
    able = (setup.available > 0) & (np.diff(a.cap_ptr) > 0)
    weights = dict(zip(a.order_ids, a.weight.tolist(), strict=True))
    known = Counter((lot.order, lot.operation, lot.workshop, lot.start_day) for lot in old.lots)
    changed = Counter((lot.order, lot.operation, lot.workshop, lot.start_day) for lot in lots) - known
    objective = replace(
        old.objective,
        weighted_tardiness=round(sum(weights[line.id] * line.tardiness_days for line in orders), 6),
        late_orders=sum(line.tardiness_days > 0 for line in orders),
        undone=sum(line.undone_quantity for line in orders),
        income_gini=round(gini(earned[able] / setup.available[able]), 6),
        below_target=int((earned[able] * 7.0 / a.days < a.target[able]).sum()),
        transfers=sum(desk.feed(edge).moved for edge in range(len(a.edge_pred))),
        changed_lots=sum(changed.values()),
    )
    table = LotTable([*problem.fixed, *lots])
    return Plan(table, tuple(orders), objective, Bound(), round(seconds, 4), seed, ("Repaired by insertion.",))


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
            feed = desk.feed(edge)
            if feed.missing:
                starving.update(feed.demand[feed.want > 0].tolist())
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
