"""From the whole problem to one region's, and from columns to what the solver and the checker read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Arrays, Floats, Ints
from ..model import NO_LIMIT, Capability, Lot, Operation, Order, Problem, Workshop
from .problem_arrays import NOWHERE, Flags, Names, ProblemArrays, spans


@dataclass(frozen=True)
class Cut:
    """One region's problem. ``workshops`` and ``orders`` are the places its rows have in the whole problem.

    Workshops where begun pieces of the region's orders lie, but which belong to another region, stand among the
    workshops without hours or capabilities: ``own`` (bool, local W) tells them apart.
    """

    problem: ProblemArrays
    workshops: Ints
    orders: Ints
    own: Flags


def cut(
    problem: ProblemArrays, workshops: Ints, orders: Ints, release: Ints | None = None, due: Ints | None = None
) -> Cut:
    """The problem of these workshops and orders alone (both sorted places).

    Hours of the workshops that fixed lots of other orders take are ``busy``. ``release`` and ``due`` (of the orders)
    replace the problem's where transport to the region and back is to be counted.
    """
    p = problem
    ops, order_ptr = spans(p.order_ptr, orders)
    op_at = np.full(len(p.op_ids), -1, np.int64)
    op_at[ops] = np.arange(len(ops))
    fixed = np.flatnonzero(op_at[p.fixed_op] >= 0)
    everyone = np.union1d(workshops, p.fixed_workshop[fixed])
    shop_at = np.full(len(p.workshop_ids), -1, np.int64)
    shop_at[everyone] = np.arange(len(everyone))
    own = np.zeros(len(everyone), bool)
    own[shop_at[workshops]] = True
    shop_is_own = np.zeros(len(p.workshop_ids), bool)
    shop_is_own[workshops] = True

    # Fixed work here for orders elsewhere
    other = np.flatnonzero((op_at[p.fixed_op] < 0) & shop_is_own[p.fixed_workshop])
    rows, _ = spans(p.fixed_ptr, other)
    busy_shop = np.repeat(p.fixed_workshop[other], np.diff(p.fixed_ptr)[other])
    old = np.flatnonzero(shop_is_own[p.busy_workshop])
    fixed_rows, fixed_ptr = spans(p.fixed_ptr, fixed)

    off_rows, off_ptr = spans(p.off_ptr, everyone)
    caps = np.where(own, np.diff(p.cap_ptr)[everyone], 0)
    cap_rows, _ = spans(p.cap_ptr, everyone[own])
    cap_ptr = np.zeros(len(everyone) + 1, np.int64)
    np.cumsum(caps, out=cap_ptr[1:])
    edges, in_ptr = spans(p.in_ptr, ops)
    hubs = np.unique(p.hub[everyone])
    hub_at = np.full(len(p.hubs), -1, np.int64)
    hub_at[hubs] = np.arange(len(hubs))
    nowhere = np.full(len(orders), NOWHERE, np.int64)
    part = replace(
        p,
        hubs=tuple(p.hubs[place] for place in hubs.tolist()),
        transfer=np.ascontiguousarray(p.transfer[np.ix_(hubs, hubs)]),
        workshop_ids=p.workshop_ids[everyone], hub=hub_at[p.hub[everyone]], calendar=p.calendar[everyone],
        factor=np.where(own, p.factor[everyone], 0.0), off_ptr=off_ptr, off_day=p.off_day[off_rows], cap_ptr=cap_ptr,
        cap_tech=p.cap_tech[cap_rows], cap_speed=p.cap_speed[cap_rows], cap_yield=p.cap_yield[cap_rows],
        cap_max=p.cap_max[cap_rows], income=p.income[everyone], target=p.target[everyone],
        acceptance=p.acceptance[everyone], on_time=p.on_time[everyone],
        order_ids=p.order_ids[orders], quantity=p.quantity[orders],
        release=p.release[orders] if release is None else release, due=p.due[orders] if due is None else due,
        weight=p.weight[orders], material_hub=nowhere, finishing_hub=nowhere, order_ptr=order_ptr,
        op_ids=p.op_ids[ops], op_tech=p.op_tech[ops], op_minutes=p.op_minutes[ops], op_pay=p.op_pay[ops],
        op_min=p.op_min[ops], op_max=p.op_max[ops], in_ptr=in_ptr, edge_pred=op_at[p.edge_pred[edges]],
        fixed_op=op_at[p.fixed_op[fixed]], fixed_workshop=shop_at[p.fixed_workshop[fixed]],
        fixed_quantity=p.fixed_quantity[fixed], fixed_start=p.fixed_start[fixed], fixed_finish=p.fixed_finish[fixed],
        fixed_ptr=fixed_ptr, fixed_day=p.fixed_day[fixed_rows], fixed_minutes=p.fixed_minutes[fixed_rows],
        busy_workshop=shop_at[np.concatenate([p.busy_workshop[old], busy_shop])],
        busy_day=np.concatenate([p.busy_day[old], p.fixed_day[rows]]),
        busy_minutes=np.concatenate([p.busy_minutes[old], p.fixed_minutes[rows]]),
    )  # fmt: skip
    return Cut(part, everyone, orders, own)


def lay_out(problem: ProblemArrays, from_day: int = 0) -> Arrays:
    """What the solver reads; hours before ``from_day`` are not there."""
    p = problem
    count = len(p.workshop_ids)
    calendars = p.calendars.copy()
    calendars[:, :from_day] = 0.0
    capacity: Floats = calendars[p.calendar] * p.factor[:, None] if count else np.zeros((0, p.days))
    capacity[np.repeat(np.arange(count), np.diff(p.off_ptr)), p.off_day] = 0.0
    weeks = np.arange(0, p.days, 7)
    free, week_used = capacity, np.zeros((count, len(weeks)))
    if len(p.fixed_day) or len(p.busy_day):
        used = np.zeros((count, p.days))
        shop = np.repeat(p.fixed_workshop, np.diff(p.fixed_ptr))
        np.add.at(used, (shop, p.fixed_day), p.fixed_minutes)
        np.add.at(used, (p.busy_workshop, p.busy_day), p.busy_minutes)
        week_used = np.add.reduceat(used, weeks, axis=1)
        free = np.maximum(0.0, capacity - used)
    ops = len(p.op_ids)
    edge_succ = np.repeat(np.arange(ops), np.diff(p.in_ptr))
    out_edges = np.argsort(p.edge_pred, kind="stable")
    out_ptr = np.zeros(ops + 1, np.int64)
    np.cumsum(np.bincount(p.edge_pred, minlength=ops), out=out_ptr[1:])
    return Arrays(
        days=p.days, week_cap=float(p.week_minutes_cap), order_ids=tuple(p.order_ids.tolist()),
        workshop_ids=tuple(p.workshop_ids.tolist()), op_ids=tuple(p.op_ids.tolist()), techniques=p.techniques,
        hubs=p.hubs, transfer=p.transfer, hub=p.hub, capacity=capacity, free=free,
        week_free=np.maximum(0.0, p.week_minutes_cap - week_used), cap_ptr=p.cap_ptr, cap_tech=p.cap_tech,
        cap_rate=p.cap_speed * p.cap_yield, cap_max=p.cap_max, income=p.income.astype(np.float64),
        target=p.target.astype(np.float64), acceptance=p.acceptance, on_time=p.on_time, order_ptr=p.order_ptr,
        quantity=p.quantity, release=p.release, due=p.due, weight=p.weight, op_order=p.op_order, op_tech=p.op_tech,
        op_minutes=p.op_minutes, op_pay=p.op_pay.astype(np.float64), op_min=p.op_min, op_max=p.op_max,
        op_fixed=p.op_fixed, in_ptr=p.in_ptr, edge_pred=p.edge_pred, edge_succ=edge_succ, out_ptr=out_ptr,
        out_edges=out_edges, fixed_op=p.fixed_op, fixed_workshop=p.fixed_workshop, fixed_quantity=p.fixed_quantity,
        fixed_start=p.fixed_start, fixed_finish=p.fixed_finish,
    )  # fmt: skip


def from_problem(problem: Problem) -> ProblemArrays:
    """The records as columns."""
    techniques, hubs = tuple(sorted(problem.techniques)), tuple(sorted(problem.hubs))
    tech_at = {name: place for place, name in enumerate(techniques)}
    hub_at = {name: place for place, name in enumerate(hubs)}
    turn = [problem.hubs.index(name) for name in hubs]
    transfer = np.array(problem.transfer_days, np.int64).reshape(len(hubs), len(hubs))[np.ix_(turn, turn)]
    names = sorted(problem.calendars)
    calendar_at = {name: place for place, name in enumerate(names)}
    workshops = sorted(problem.workshops, key=lambda workshop: workshop.id)
    orders = sorted(problem.orders, key=lambda order: order.id)
    off = [sorted({day for day in workshop.off_days if day < problem.days}) for workshop in workshops]
    able = [sorted(workshop.capabilities, key=lambda can: can.technique) for workshop in workshops]
    cans = [can for row in able for can in row]
    ops = [(place, step) for place, order in enumerate(orders) for step in order.sorted_operations()]
    op_at = {(place, step.id): index for index, (place, step) in enumerate(ops)}
    order_at = {order.id: place for place, order in enumerate(orders)}
    shop_at = {workshop.id: place for place, workshop in enumerate(workshops)}
    fixed = sorted(problem.fixed, key=lambda lot: (op_at[order_at[lot.order], lot.operation], lot.workshop,
                                                   lot.finish_day, lot.start_day, lot.quantity))  # fmt: skip
    release = [max(0, order.release_day, order.material_day or 0) for order in orders]
    return ProblemArrays(
        start_on=problem.start_on, days=problem.days, week_minutes_cap=float(problem.week_minutes_cap),
        techniques=techniques, hubs=hubs, transfer=np.ascontiguousarray(transfer),
        calendars=np.array([problem.calendars[name] for name in names], float).reshape(len(names), problem.days),
        workshop_ids=_names(workshop.id for workshop in workshops),
        hub=_ints(hub_at[workshop.hub] for workshop in workshops),
        calendar=_ints(calendar_at[workshop.calendar] for workshop in workshops),
        factor=_floats(workshop.capacity_factor for workshop in workshops),
        off_ptr=_pointers(off), off_day=_ints(day for row in off for day in row), cap_ptr=_pointers(able),
        cap_tech=_ints(tech_at[can.technique] for can in cans), cap_speed=_floats(can.speed for can in cans),
        cap_yield=_floats(can.yield_share for can in cans), cap_max=_ints(can.max_lot for can in cans),
        income=_ints(workshop.income_to_date for workshop in workshops),
        target=_ints(workshop.target_weekly_income for workshop in workshops),
        acceptance=_floats(workshop.acceptance for workshop in workshops),
        on_time=_floats(workshop.on_time for workshop in workshops),
        order_ids=_names(order.id for order in orders), quantity=_ints(order.quantity for order in orders),
        release=_ints(release), due=_ints(order.due_day for order in orders),
        weight=_floats(order.weight for order in orders), material_hub=np.full(len(orders), NOWHERE, np.int64),
        finishing_hub=np.full(len(orders), NOWHERE, np.int64), order_ptr=_pointers([o.operations for o in orders]),
        op_ids=_names(step.id for _, step in ops), op_tech=_ints(tech_at[step.technique] for _, step in ops),
        op_minutes=_floats(step.minutes for _, step in ops), op_pay=_ints(step.piece_rate for _, step in ops),
        op_min=_ints(step.min_lot for _, step in ops), op_max=_ints(step.max_lot for _, step in ops),
        in_ptr=_pointers([step.after for _, step in ops]),
        edge_pred=_ints(op_at[place, name] for place, step in ops for name in sorted(step.after)),
        fixed_op=_ints(op_at[order_at[lot.order], lot.operation] for lot in fixed),
        fixed_workshop=_ints(shop_at[lot.workshop] for lot in fixed),
        fixed_quantity=_ints(lot.quantity for lot in fixed), fixed_start=_ints(lot.start_day for lot in fixed),
        fixed_finish=_ints(lot.finish_day for lot in fixed), fixed_ptr=_pointers([lot.minutes for lot in fixed]),
        fixed_day=_ints(day for lot in fixed for day, _ in lot.minutes),
        fixed_minutes=_floats(minutes for lot in fixed for _, minutes in lot.minutes),
        busy_workshop=_ints(()), busy_day=_ints(()), busy_minutes=_floats(()),
    )  # fmt: skip


def to_problem(problem: ProblemArrays) -> Problem:
    """The columns as records: what the independent checker reads.

    ``busy`` minutes become accepted work of one piece in an order of their own (``busy: <workshop>``).
    """
    p = problem
    hubs, techs = p.hubs, p.techniques
    off, cans = p.off_ptr.tolist(), p.cap_ptr.tolist()
    off_days = p.off_day.tolist()
    skills = [
        Capability(techs[tech], speed, share, most)
        for tech, speed, share, most in zip(
            p.cap_tech.tolist(), p.cap_speed.tolist(), p.cap_yield.tolist(), p.cap_max.tolist(), strict=True
        )
    ]
    shops = p.workshop_ids.tolist()
    rows = zip(
        shops, p.hub.tolist(), p.calendar.tolist(), p.factor.tolist(), p.income.tolist(), p.target.tolist(),
        p.on_time.tolist(), p.acceptance.tolist(), strict=True,
    )  # fmt: skip
    workshops = tuple(
        Workshop(
            id=name, hub=hubs[hub], calendar=f"c{calendar}", capabilities=tuple(skills[cans[w] : cans[w + 1]]),
            capacity_factor=factor, off_days=tuple(off_days[off[w] : off[w + 1]]), income_to_date=income,
            target_weekly_income=target, on_time=on_time, acceptance=acceptance,
        )
        for w, (name, hub, calendar, factor, income, target, on_time, acceptance) in enumerate(rows)
    )  # fmt: skip
    names, into, pred = p.op_ids.tolist(), p.in_ptr.tolist(), p.edge_pred.tolist()
    steps = [
        Operation(name, techs[tech], minutes, pay, tuple(names[e] for e in pred[into[o] : into[o + 1]]), low, high)
        for o, (name, tech, minutes, pay, low, high) in enumerate(
            zip(names, p.op_tech.tolist(), p.op_minutes.tolist(), p.op_pay.tolist(), p.op_min.tolist(),
                p.op_max.tolist(), strict=True)
        )
    ]  # fmt: skip
    ends, order_ids = p.order_ptr.tolist(), p.order_ids.tolist()
    orders = [
        Order(name, quantity, release, due, tuple(steps[ends[i] : ends[i + 1]]), weight)
        for i, (name, quantity, release, due, weight) in enumerate(
            zip(order_ids, p.quantity.tolist(), p.release.tolist(), p.due.tolist(), p.weight.tolist(), strict=True)
        )
    ]
    worked = list(zip(p.fixed_day.tolist(), p.fixed_minutes.tolist(), strict=True))
    rows_of, op_order = p.fixed_ptr.tolist(), p.op_order
    fixed = [
        Lot(order_ids[op_order[op]], names[op], shops[w], quantity, start, finish, tuple(worked[a:b]))
        for op, w, quantity, start, finish, a, b in zip(
            p.fixed_op.tolist(), p.fixed_workshop.tolist(), p.fixed_quantity.tolist(), p.fixed_start.tolist(),
            p.fixed_finish.tolist(), rows_of[:-1], rows_of[1:], strict=True,
        )
    ]  # fmt: skip
    for lot, order in busy_work(problem):
        fixed.append(lot)
        orders.append(order)
    return Problem(
        start_on=p.start_on, days=p.days, techniques=techs, hubs=hubs,
        transfer_days=tuple(tuple(row) for row in p.transfer.tolist()),
        calendars={f"c{place}": tuple(row) for place, row in enumerate(p.calendars.tolist())},
        workshops=workshops, orders=tuple(orders), fixed=tuple(fixed), week_minutes_cap=p.week_minutes_cap,
    )  # fmt: skip


def busy_work(problem: ProblemArrays) -> list[tuple[Lot, Order]]:
    """The minutes given away to orders planned elsewhere, as one accepted lot for each workshop."""
    p = problem
    result = []
    for w in np.unique(p.busy_workshop).tolist():
        mine = p.busy_workshop == w
        days, place = np.unique(p.busy_day[mine], return_inverse=True)
        minutes = np.bincount(place.reshape(-1), p.busy_minutes[mine]).tolist()
        name = f"busy: {p.workshop_ids[w]}"
        first, last = int(days[0]), int(days[-1])
        worked = tuple(zip(days.tolist(), minutes, strict=True))
        lot = Lot(name, "elsewhere", str(p.workshop_ids[w]), 1, first, last, worked)
        step = Operation("elsewhere", p.techniques[0], 1.0, max_lot=NO_LIMIT)
        result.append((lot, Order(name, 1, 0, p.days, (step,), weight=0.0)))
    return result


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.array(list(values), np.float64)


def _names(values: Iterable[str]) -> Names:
    found = list(values)
    return np.array(found, np.str_) if found else np.zeros(0, "U1")


def _pointers(rows: Sequence[Sized]) -> Ints:
    result = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(_ints(len(row) for row in rows), out=result[1:])
    return result
