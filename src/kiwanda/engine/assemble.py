"""From a raw pass to a plan: unfinished orders cut back to what fits together, the objective worked out."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from .arrays import Arrays, Floats, Ints
from .columns import LotColumns
from .grouping import grouped
from .model import Problem
from .passes import Pass, Setup
from .plan import Bound, LotTable, Objective, Plan, PlannedOrder

Supply = list[tuple[int, int, int]]
"""Lots as (hub, day, pieces): day of finish for what is supplied, of start for what is drawn."""


def covers(supply: Supply, demand: Supply, transfer: list[list[int]]) -> bool:
    """Whether every piece of ``demand`` can be drawn from ``supply`` in time; may say no where a cleverer match exists.

    Each demand, by start day, draws from the latest lots that still reach it.
    """
    left = [pieces for _, _, pieces in supply]
    for hub, start, pieces in sorted(demand, key=lambda row: row[1]):
        fitting = [
            i for i, (source, finish, _) in enumerate(supply) if left[i] and finish + 1 + transfer[source][hub] <= start
        ]
        for i in sorted(fitting, key=lambda i: supply[i][1], reverse=True):
            taken = min(left[i], pieces)
            left[i] -= taken
            pieces -= taken
            if not pieces:
                break
        if pieces:
            return False
    return True


class _Cutter:
    """Cuts the lots of one unfinished order back so that every operation makes the same number of pieces."""

    def __init__(
        self, setup: Setup, order: int, op: Ints, hub: Ints, quantity: Ints, start: Ints, finish: Ints
    ) -> None:
        self.a = a = setup.arrays
        self.setup = setup
        self.hub, self.quantity = hub.tolist(), quantity.tolist()
        self.start, self.finish = start.tolist(), finish.tolist()
        self.lots: dict[int, list[int]] = {}
        for o in range(int(a.order_ptr[order]), int(a.order_ptr[order + 1])):
            mine = np.flatnonzero((op == o) & (finish >= 0))
            self.lots[o] = sorted(mine.tolist(), key=lambda lot: (self.finish[lot], self.start[lot], lot))

    def best(self) -> tuple[int, dict[int, int]]:
        """Most pieces all operations can make, and the pieces each lot keeps."""
        a = self.a
        fixed = {o: int(a.op_fixed[o]) for o in self.lots}
        made = {o: fixed[o] + sum(self.quantity[lot] for lot in lots) for o, lots in self.lots.items()}
        most, least = min(made.values()), min(fixed.values())
        tries = {most, least}
        for o, lots in self.lots.items():
            tries.update(fixed[o] + total for total in accumulate(self.quantity[lot] for lot in lots))
        ordered = sorted((total for total in tries if least <= total <= most), reverse=True)
        # Fewer pieces are nearly always easier to fit together, so halve the list: the last entry always fits.
        low, high = 0, len(ordered) - 1
        best = (least, dict[int, int]())
        while low <= high:
            middle = (low + high) // 2 if low else 0  # the whole first: it usually fits
            kept = self._keep(ordered[middle])
            if kept is None:
                low = middle + 1
            else:
                best = (ordered[middle], kept)
                high = middle - 1
        return best

    def _keep(self, total: int) -> dict[int, int] | None:
        a = self.a
        kept: dict[int, int] = {}
        for o, lots in self.lots.items():
            want, small = max(0, total - int(a.op_fixed[o])), 0
            for lot in lots:
                pieces = min(want, self.quantity[lot])
                if pieces:
                    kept[lot] = pieces
                    small += pieces < a.op_min[o]
                    want -= pieces
            if want or small > 1:
                return None
        for o in self.lots:
            for edge in range(int(a.in_ptr[o]), int(a.in_ptr[o + 1])):
                demand = [(self.hub[lot], self.start[lot], kept[lot]) for lot in self.lots[o] if lot in kept]
                if demand and not covers(self._supply(edge, kept), demand, self.setup.transfer_rows):
                    return None
        return kept

    def _supply(self, edge: int, kept: dict[int, int]) -> Supply:
        setup = self.setup
        mine = np.flatnonzero(setup.first_edge == edge)
        rows = [
            (int(setup.first_hub[i]), int(setup.first_day[i]) - 1, int(setup.first_quantity[i])) for i in mine.tolist()
        ]
        lots = self.lots[int(self.a.edge_pred[edge])]
        return rows + [(self.hub[lot], self.finish[lot], kept[lot]) for lot in lots if lot in kept]


def gini(values: Floats) -> float:
    """Gini coefficient, 0 for equal or no values."""
    if len(values) == 0 or values.sum() <= 0:
        return 0.0
    ordered = np.sort(values)
    n = len(ordered)
    return float(max(0.0, 2.0 * (np.arange(1, n + 1) * ordered).sum() / (n * ordered.sum()) - (n + 1) / n))


def assemble(
    problem: Problem, setup: Setup, best: Pass, bound: Bound, seconds: float, seed: int, log: tuple[str, ...],
    published: Plan | None = None,
) -> Plan:  # fmt: skip
    """Make the plan of a pass."""
    a = setup.arrays
    quantity = best.quantity.copy()
    quantity[best.finish < 0] = 0
    minutes = best.work_minutes.copy()
    undone = np.zeros(len(a.order_ids), np.int64)
    by_lot, ends = grouped(best.work_lot, len(best.op))
    hub = a.hub[best.workshop]
    in_order = a.op_order[best.op]
    lots_by_order, order_ends = grouped(in_order, len(a.order_ids))
    for order in np.flatnonzero(~best.order_done).tolist():
        mine = lots_by_order[order_ends[order] : order_ends[order + 1]]
        cutter = _Cutter(
            setup, order, best.op[mine], hub[mine], best.quantity[mine], best.start[mine], best.finish[mine]
        )
        total, kept = cutter.best()
        undone[order] = a.quantity[order] - total
        for place, lot in enumerate(mine.tolist()):
            now = kept.get(place, 0)
            if now < quantity[lot]:
                rows = by_lot[ends[lot] : ends[lot + 1]]
                minutes[rows] = _shorten(minutes[rows], now / best.quantity[lot])
                quantity[lot] = now
    finish, start = best.finish.copy(), best.start
    for lot in np.flatnonzero((quantity > 0) & (quantity < best.quantity)).tolist():
        rows = by_lot[ends[lot] : ends[lot + 1]]
        finish[lot] = best.work_day[rows][minutes[rows] > 0].max()

    keep = np.flatnonzero(quantity > 0)
    place_of = np.full(len(best.op), -1, np.int64)
    place_of[keep] = np.arange(len(keep))
    rows = by_lot[(place_of[best.work_lot[by_lot]] >= 0) & (minutes[by_lot] > 0)]
    work_ptr = np.searchsorted(place_of[best.work_lot[rows]], np.arange(len(keep) + 1))
    columns = LotColumns(
        arrays=a, fixed=problem.fixed, op=best.op[keep], workshop=best.workshop[keep], quantity=quantity[keep],
        start=start[keep], finish=finish[keep], work_ptr=work_ptr, day=best.work_day[rows],
        minutes=np.round(minutes[rows], 6),
    )  # fmt: skip
    lots = LotTable(columns=columns)
    late = np.maximum(0, best.order_finish - a.due)
    orders = tuple(
        PlannedOrder(name, None if missing else finish_day, tardiness, missing)
        for name, finish_day, tardiness, missing in zip(
            a.order_ids, best.order_finish.tolist(), late.tolist(), undone.tolist(), strict=True
        )
    )
    earned = setup.fixed_pay.copy()
    np.add.at(earned, columns.workshop, columns.quantity * a.op_pay[columns.op])
    able = (setup.available > 0) & (np.diff(a.cap_ptr) > 0)
    moved = hub[best.link_lot] != best.link_hub
    objective = Objective(
        weighted_tardiness=round(float((a.weight * late).sum()), 6),
        late_orders=int((late > 0).sum()),
        undone=int(undone.sum()),
        income_gini=round(gini(earned[able] / setup.available[able]), 6),
        below_target=int((earned[able] * 7.0 / a.days < a.target[able]).sum()),
        transfers=int(np.minimum(best.link_quantity[moved], quantity[best.link_lot[moved]]).sum()),
        changed_lots=_changed(a, columns, published, problem),
    )
    return Plan(lots, orders, objective, bound, round(seconds, 4), seed, (*setup.notes, *log))


def _shorten(minutes: Floats, share: float) -> Floats:
    """Keep the first ``share`` of the minutes, in day order."""
    before = np.cumsum(minutes) - minutes
    kept: Floats = np.clip(minutes.sum() * share - before, 0.0, minutes)
    kept[kept < 1e-9] = 0.0
    return kept


def _changed(a: Arrays, columns: LotColumns, published: Plan | None, problem: Problem) -> int:
    """Planned lots that the published plan does not hold with the same operation, workshop and start day."""
    if published is None:
        return 0
    known: dict[tuple[str, str, str, int], int] = {}
    for lot in published.planned(problem):
        key = (lot.order, lot.operation, lot.workshop, lot.start_day)
        known[key] = known.get(key, 0) + 1
    changed = 0
    for lot in columns.lots()[len(columns.fixed) :]:
        key = (lot.order, lot.operation, lot.workshop, lot.start_day)
        if known.get(key, 0) > 0:
            known[key] -= 1
        else:
            changed += 1
    return changed
