"""The problem as NumPy arrays, in an order that does not depend on how the file was written.

Orders, workshops, techniques and hubs are sorted by id; operations stand in routing order within their order. Every
symbol below is an index into these sorted lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .model import Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Arrays:
    """W workshops, O operations, L orders, E precedence edges, K techniques, H hubs, D days, F fixed lots.

    Capabilities of workshop w are ``cap_ptr[w]:cap_ptr[w+1]``; operations of order l ``order_ptr[l]:order_ptr[l+1]``;
    edges into operation o are ``in_ptr[o]:in_ptr[o+1]``, edges out of it ``out_edges[out_ptr[o]:out_ptr[o+1]]``.
    ``cap_rate`` is speed x yield: good standard minutes per minute; ``cap_max`` the largest lot the workshop is given
    of the technique (an operation's ``op_min`` goes before it). ``capacity`` (W x D) is minutes a day before fixed
    work, ``free`` (W x D) and ``week_free`` (W x weeks) what fixed work leaves.
    """

    days: int
    week_cap: float
    order_ids: tuple[str, ...]
    workshop_ids: tuple[str, ...]
    op_ids: tuple[str, ...]
    techniques: tuple[str, ...]
    hubs: tuple[str, ...]
    transfer: Ints
    hub: Ints
    capacity: Floats
    free: Floats
    week_free: Floats
    cap_ptr: Ints
    cap_tech: Ints
    cap_rate: Floats
    cap_max: Ints
    income: Floats
    target: Floats
    acceptance: Floats
    on_time: Floats
    order_ptr: Ints
    quantity: Ints
    release: Ints
    due: Ints
    weight: Floats
    op_order: Ints
    op_tech: Ints
    op_minutes: Floats
    op_pay: Floats
    op_min: Ints
    op_max: Ints
    op_fixed: Ints
    in_ptr: Ints
    edge_pred: Ints
    edge_succ: Ints
    out_ptr: Ints
    out_edges: Ints
    fixed_op: Ints
    fixed_workshop: Ints
    fixed_quantity: Ints
    fixed_start: Ints
    fixed_finish: Ints

    @property
    def op_left(self) -> Ints:
        """Pieces of each operation that are still to be planned."""
        return self.quantity[self.op_order] - self.op_fixed


def pointers(counts: list[int]) -> Ints:
    """Counts to CSR pointers."""
    result = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(np.asarray(counts, np.int64), out=result[1:])
    return result


def compile_problem(problem: Problem) -> Arrays:
    """Lay the problem out in arrays."""
    techniques = tuple(sorted(problem.techniques))
    hubs = tuple(sorted(problem.hubs))
    tech_at = {name: index for index, name in enumerate(techniques)}
    hub_at = {name: index for index, name in enumerate(hubs)}
    order_of_hubs = np.array([problem.hubs.index(name) for name in hubs], np.int64)
    transfer = np.array(problem.transfer_days, np.int64).reshape(len(hubs), len(hubs))
    transfer = np.ascontiguousarray(transfer[np.ix_(order_of_hubs, order_of_hubs)])
    workshops = sorted(problem.workshops, key=lambda workshop: workshop.id)
    orders = sorted(problem.orders, key=lambda order: order.id)
    days = problem.days
    weeks = (days + 6) // 7

    names = sorted(problem.calendars)
    calendar_at = {name: index for index, name in enumerate(names)}
    minutes = np.array([problem.calendars[name] for name in names], np.float64).reshape(len(names), days)
    which = np.array([calendar_at[workshop.calendar] for workshop in workshops], np.int64)
    factor = np.array([workshop.capacity_factor for workshop in workshops], np.float64)
    capacity = minutes[which] * factor[:, None] if workshops else np.zeros((0, days))
    for index, workshop in enumerate(workshops):
        for day in workshop.off_days:
            if day < days:
                capacity[index, day] = 0.0

    capabilities = [sorted(workshop.capabilities, key=lambda can: can.technique) for workshop in workshops]
    flat = [can for row in capabilities for can in row]

    ops = [(index, operation) for index, order in enumerate(orders) for operation in order.sorted_operations()]
    op_at = {(index, operation.id): place for place, (index, operation) in enumerate(ops)}
    edge_pred: list[int] = []
    edge_succ: list[int] = []
    out: list[list[int]] = [[] for _ in ops]
    for place, (index, operation) in enumerate(ops):
        for name in sorted(operation.after):
            out[op_at[index, name]].append(len(edge_pred))
            edge_pred.append(op_at[index, name])
            edge_succ.append(place)

    order_at = {order.id: index for index, order in enumerate(orders)}
    workshop_at = {workshop.id: index for index, workshop in enumerate(workshops)}
    used = np.zeros((len(workshops), days))
    op_fixed = np.zeros(len(ops), np.int64)
    fixed = problem.fixed
    fixed_op = np.array([op_at[order_at[lot.order], lot.operation] for lot in fixed], np.int64)
    fixed_workshop = np.array([workshop_at[lot.workshop] for lot in fixed], np.int64)
    fixed_quantity = np.array([lot.quantity for lot in fixed], np.int64)
    np.add.at(op_fixed, fixed_op, fixed_quantity)
    for place, lot in enumerate(fixed):
        for day, worked in lot.minutes:
            used[fixed_workshop[place], day] += worked
    week_of = np.arange(0, days, 7)
    week_used = np.add.reduceat(used, week_of, axis=1)
    materials = [max(0, order.release_day, order.material_day or 0) for order in orders]

    return Arrays(
        days=days,
        week_cap=float(problem.week_minutes_cap),
        order_ids=tuple(order.id for order in orders),
        workshop_ids=tuple(workshop.id for workshop in workshops),
        op_ids=tuple(operation.id for _, operation in ops),
        techniques=techniques,
        hubs=hubs,
        transfer=transfer,
        hub=np.array([hub_at[workshop.hub] for workshop in workshops], np.int64),
        capacity=capacity,
        free=np.maximum(0.0, capacity - used),
        week_free=np.maximum(0.0, problem.week_minutes_cap - week_used).reshape(len(workshops), weeks),
        cap_ptr=pointers([len(row) for row in capabilities]),
        cap_tech=np.array([tech_at[can.technique] for can in flat], np.int64),
        cap_rate=np.array([can.speed * can.yield_share for can in flat], np.float64),
        cap_max=np.array([can.max_lot for can in flat], np.int64),
        income=np.array([workshop.income_to_date for workshop in workshops], np.float64),
        target=np.array([workshop.target_weekly_income for workshop in workshops], np.float64),
        acceptance=np.array([workshop.acceptance for workshop in workshops], np.float64),
        on_time=np.array([workshop.on_time for workshop in workshops], np.float64),
        order_ptr=pointers([len(order.operations) for order in orders]),
        quantity=np.array([order.quantity for order in orders], np.int64),
        release=np.array(materials, np.int64),
        due=np.array([order.due_day for order in orders], np.int64),
        weight=np.array([order.weight for order in orders], np.float64),
        op_order=np.array([index for index, _ in ops], np.int64),
        op_tech=np.array([tech_at[operation.technique] for _, operation in ops], np.int64),
        op_minutes=np.array([operation.minutes for _, operation in ops], np.float64),
        op_pay=np.array([operation.piece_rate for _, operation in ops], np.float64),
        op_min=np.array([operation.min_lot for _, operation in ops], np.int64),
        op_max=np.array([operation.max_lot for _, operation in ops], np.int64),
        op_fixed=op_fixed,
        in_ptr=pointers([len(operation.after) for _, operation in ops]),
        edge_pred=np.array(edge_pred, np.int64),
        edge_succ=np.array(edge_succ, np.int64),
        out_ptr=pointers([len(edges) for edges in out]),
        out_edges=np.array([edge for edges in out for edge in edges], np.int64),
        fixed_op=fixed_op,
        fixed_workshop=fixed_workshop,
        fixed_quantity=fixed_quantity,
        fixed_start=np.array([lot.start_day for lot in fixed], np.int64),
        fixed_finish=np.array([lot.finish_day for lot in fixed], np.int64),
    )
