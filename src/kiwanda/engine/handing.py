"""Handing lots from the better off to the worst off, where it makes no difference to anything else.

A pass of the dispatcher leaves a handful of workshops well below their quota: they happened to be free when there was
no work. Each is handed lots of workshops that have more than theirs, if it knows the technique and has hours between
the day the pieces can be there and the day they are wanted: by the lots that draw them in the pass, or by the due day
(or the day the order is finished anyway). So no order is later than it was, unless it still is in time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .arrays import Floats, Ints
from .grouping import grouped, worked
from .passes import Pass, Setup

POOR = 0.94
"""Workshops below this part of their quota are handed lots."""
RICH = 0.9
"""Nobody is brought below this part of his quota for it."""
MOST = 4000
"""Most lots handed over."""
OWNERS = 16
"""Workshops asked for a lot, the best-off first."""
TRIES = 30
"""Lots tried for one that fits, those of the best-off first."""
CALM_DAYS = 7
"""Days before its order is due by which a lot must end to be handed to somebody less reliable."""


class _Hands:
    """The lots of a pass, open to changing hands."""

    def __init__(self, setup: Setup, outcome: Pass, quota: Floats) -> None:
        self.setup = setup
        self.a = a = setup.arrays
        self.outcome = outcome
        self.quota = np.maximum(quota, 1e-9)
        self.workshop = outcome.workshop.copy()
        self.start, self.finish = outcome.start.copy(), outcome.finish.copy()
        self.pay = outcome.quantity * a.op_pay[outcome.op]
        done = outcome.finish >= 0
        count = len(a.workshop_ids)
        self.income: Floats = a.income + setup.fixed_pay + np.bincount(self.workshop[done], self.pay[done], count)
        who = outcome.workshop[outcome.work_lot]
        self.free: Floats = a.free.copy()
        self.week_free: Floats = a.week_free.copy()
        worked(who, outcome.work_day, outcome.work_minutes, self.free, self.week_free)
        np.maximum(self.free, 0.0, out=self.free)
        np.maximum(self.week_free, 0.0, out=self.week_free)
        self.by_lot, self.ends = grouped(outcome.work_lot, len(outcome.op))
        self.moved: dict[int, list[tuple[int, float]]] = {}
        # Lots that may change hands, by workshop: of finished orders, paid, not promised to their workshop
        open_ = done & (self.pay > 0) & outcome.order_done[a.op_order[outcome.op]] & ~_hinted(setup, outcome)
        lots, cuts = grouped(np.where(open_, self.workshop, -1), count)
        self.lots_of = [part.tolist() for part in np.split(lots, cuts[1:-1])]
        makers = np.repeat(np.arange(count), np.diff(a.cap_ptr))
        self.makers = [makers[a.cap_tech == tech] for tech in range(len(a.techniques))]
        # Who draws from whom, both ways
        self.draws, self.draws_ptr = grouped(outcome.link_lot, len(outcome.op))
        self.drawn, self.drawn_ptr = grouped(outcome.link_source, len(outcome.op))
        # No lot may be worked before the first day, nor after the second, whoever draws from whom
        self.first_day: Ints = np.where(a.in_ptr[:-1] == a.in_ptr[1:], a.release[a.op_order], 0)
        self.last_day: Ints = np.minimum(np.maximum(a.due, outcome.order_finish), a.days - 1)

    def standing(self, shop: Ints | int) -> Floats:
        result: Floats = self.income[shop] / self.quota[shop]
        return result

    def feed(self, poor: int, budget: int) -> int:
        """Hand lots to one workshop until it stands well or nothing fits; returns how many."""
        handed = 0
        while handed < budget and float(self.standing(poor)) < POOR:
            choice = self._choose(poor)
            if choice is None:
                break
            self._hand(*choice, poor)
            handed += 1
        return handed

    def _choose(self, poor: int) -> tuple[int, float, list[tuple[int, float]]] | None:
        a, out = self.a, self.outcome
        reach = np.concatenate([[0.0], np.cumsum(self.free[poor])])
        best: tuple[float, int, float, list[tuple[int, float]]] | None = None
        for skill in range(int(a.cap_ptr[poor]), int(a.cap_ptr[poor + 1])):
            tech = int(a.cap_tech[skill])
            makers = self.makers[tech]
            best_off = makers[np.argsort(-self.standing(makers), kind="stable")[:OWNERS]]
            lots = np.array([lot for owner in best_off.tolist() for lot in self.lots_of[owner]], np.int64)
            lots = lots[a.op_tech[out.op[lots]] == tech]
            if not len(lots):
                continue
            owner, op = self.workshop[lots], out.op[lots]
            after = (self.income[owner] - self.pay[lots]) / self.quota[owner]
            wanted = out.quantity[lots] * a.op_minutes[op] / a.cap_rate[skill]
            end = self.finish[lots]
            fits = (
                (owner != poor)
                & (after >= RICH)
                & (self.standing(poor) + self.pay[lots] / self.quota[poor] <= after + 1e-9)
                & (reach[-1] >= wanted)
                & (out.quantity[lots] <= np.maximum(a.cap_max[skill], a.op_min[op]))
            )
            order = a.op_order[op]
            fits &= reach[self.last_day[order] + 1] - reach[self.first_day[op]] >= wanted - 1e-6
            risky = self.setup.risk[poor] > self.setup.risk[owner]
            fits &= ~risky | (a.due[order] - end >= CALM_DAYS)
            for i in np.flatnonzero(fits)[np.argsort(-after[fits], kind="stable")][:TRIES].tolist():
                if best is not None and after[i] <= best[0]:
                    break
                first, last = self._window(int(lots[i]), int(a.hub[poor]))
                if first > last or reach[last + 1] - reach[first] < wanted[i]:
                    continue
                rows = self._fill(poor, first, last, float(wanted[i]))
                if rows is not None:
                    best = (float(after[i]), int(lots[i]), float(wanted[i]), rows)
                    break
        return None if best is None else best[1:]

    def _window(self, lot: int, hub: int) -> tuple[int, int]:
        """First and last day on which the lot may be worked at a hub, given who draws from whom."""
        a, out = self.a, self.outcome
        op = int(out.op[lot])
        order = int(a.op_order[op])
        first = int(a.release[order]) if a.in_ptr[op] == a.in_ptr[op + 1] else 0
        for link in self.draws[self.draws_ptr[lot] : self.draws_ptr[lot + 1]].tolist():
            source = int(out.link_source[link])
            if source >= 0:
                shop, ready = self.workshop[source], int(self.finish[source]) + 1
            else:
                shop, ready = a.fixed_workshop[-2 - source], int(a.fixed_finish[-2 - source]) + 1
            first = max(first, ready + int(a.transfer[a.hub[shop], hub]))
        if a.out_ptr[op] == a.out_ptr[op + 1]:
            last = max(int(a.due[order]), int(out.order_finish[order]))
            return first, min(last, a.days - 1)
        rows = self.drawn[self.drawn_ptr[lot] : self.drawn_ptr[lot + 1]].tolist()
        last = a.days - 1 if rows else int(self.finish[lot])
        for link in rows:
            taker = int(out.link_lot[link])
            last = min(last, int(self.start[taker]) - 1 - int(a.transfer[hub, a.hub[self.workshop[taker]]]))
        return first, last

    def _fill(self, shop: int, begin: int, end: int, wanted: float) -> list[tuple[int, float]] | None:
        rows = []
        week, left_in_week = -1, 0.0
        for day in range(begin, end + 1):
            if day // 7 != week:
                week, left_in_week = day // 7, float(self.week_free[shop, day // 7])
            taken = min(float(self.free[shop, day]), left_in_week, wanted)
            if taken > 1e-9:
                rows.append((day, taken))
                left_in_week -= taken
                wanted -= taken
            if wanted <= 1e-9:
                return rows
        return None

    def _hand(self, lot: int, wanted: float, rows: list[tuple[int, float]], poor: int) -> None:
        out, owner = self.outcome, int(self.workshop[lot])
        if lot in self.moved:
            was = self.moved[lot]
        else:
            mine = self.by_lot[self.ends[lot] : self.ends[lot + 1]]
            was = list(zip(out.work_day[mine].tolist(), out.work_minutes[mine].tolist(), strict=True))
        for shop, sign, table in ((owner, 1.0, was), (poor, -1.0, rows)):
            for day, minutes in table:
                self.free[shop, day] += sign * minutes
                self.week_free[shop, day // 7] += sign * minutes
            self.income[shop] -= sign * self.pay[lot]
        self.moved[lot] = rows
        self.lots_of[owner].remove(lot)
        self.lots_of[poor].append(lot)
        self.workshop[lot] = poor
        self.start[lot], self.finish[lot] = rows[0][0], rows[-1][0]

    def result(self) -> Pass:
        out = self.outcome
        if not self.moved:
            return out
        stay = ~np.isin(out.work_lot, np.array(list(self.moved), np.int64))
        rows = [(lot, day, minutes) for lot, table in self.moved.items() for day, minutes in table]
        planned = np.flatnonzero(out.link_source >= 0)
        link_hub = out.link_hub.copy()
        link_hub[planned] = self.a.hub[self.workshop[out.link_source[planned]]]
        last = self.setup.fixed_finish.copy()
        done = self.finish >= 0
        np.maximum.at(last, self.a.op_order[out.op[done]], self.finish[done])
        return replace(
            out,
            link_hub=link_hub,
            order_finish=np.where(out.order_done, last, out.order_finish),
            workshop=self.workshop,
            start=self.start,
            finish=self.finish,
            work_lot=np.concatenate([out.work_lot[stay], np.array([row[0] for row in rows], np.int64)]),
            work_day=np.concatenate([out.work_day[stay], np.array([row[1] for row in rows], np.int64)]),
            work_minutes=np.concatenate([out.work_minutes[stay], np.array([row[2] for row in rows])]),
        )


def _hinted(setup: Setup, outcome: Pass) -> Any:
    """Which lots are those of the plan in force, by workshop, operation and day."""
    ptr, op, _, day, _, _ = setup.hints
    if not len(op):
        return np.zeros(len(outcome.op), bool)
    days, ops = setup.arrays.days, len(setup.arrays.op_order)
    shop = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    told = (shop * ops + op) * days + day
    return np.isin((outcome.workshop * ops + outcome.op) * days + outcome.start, told)


def hand_over(setup: Setup, outcome: Pass, quota: Floats) -> Pass:
    """The pass with lots handed from workshops above their quota (W, minor units) to those well below."""
    if not len(outcome.op) or not (quota > 0).any():
        return outcome
    hands = _Hands(setup, outcome, quota)
    poor = np.flatnonzero((quota > 0) & (hands.standing(np.arange(len(quota))) < POOR))
    left = MOST
    for shop in poor[np.argsort(hands.standing(poor), kind="stable")].tolist():
        left -= hands.feed(shop, left)
    return hands.result()
