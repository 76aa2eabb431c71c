"""A plan laid out for changing it: hours left, each workshop's queue, the day by which each lot must be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .arrays import Arrays, Floats, Ints, compile_problem
from .model import Lot, Problem
from .passes import Setup, prepare
from .placing import bumps, find, fit, match

SPARE = 4096
"""Rows and lots that can be added before the arrays are laid out anew."""


@dataclass(frozen=True)
class Feed:
    """How one edge is fed: sources by finish day (lot or -1 for made pieces, hub, finish, pieces left, deadline), and
    demands by start day (lot, pieces it still wants), how many pieces want in all, how many change hub."""

    source: Ints
    hub: Ints
    finish: Ints
    left: Ints
    deadline: Ints
    demand: Ints
    want: Ints
    missing: int
    moved: int


class Desk:
    """The planned lots of a problem (fixed ones apart), open to being taken out, added and pushed back.

    Lots are numbered; ``alive`` marks those that count. Nothing done here makes an order later than the later of its
    due day and its finish in the plan it was opened with.
    """

    def __init__(self, problem: Problem, lots: Iterable[Lot]) -> None:
        self.problem = problem
        self.setup: Setup = prepare(compile_problem(problem))
        self.a: Arrays = self.setup.arrays
        a = self.a
        order_at = {name: index for index, name in enumerate(a.order_ids)}
        shop_at = {name: index for index, name in enumerate(a.workshop_ids)}
        op_at = {
            (order, a.op_ids[o]): o
            for order, index in order_at.items()
            for o in range(int(a.order_ptr[index]), int(a.order_ptr[index + 1]))
        }
        rows = list(lots)
        self.records: list[Lot | None] = [*rows]
        count, size = len(rows), len(rows) + SPARE
        self.count = count
        self.op = np.zeros(size, np.int64)
        self.shop = np.zeros(size, np.int64)
        self.quantity = np.zeros(size, np.int64)
        self.start = np.zeros(size, np.int64)
        self.finish = np.zeros(size, np.int64)
        self.deadline = np.zeros(size, np.int64)
        self.alive = np.zeros(size, bool)
        self.row_ptr = np.zeros(size, np.int64)
        self.row_count = np.zeros(size, np.int64)
        self.op[:count] = [op_at[lot.order, lot.operation] for lot in rows]
        self.shop[:count] = [shop_at[lot.workshop] for lot in rows]
        self.quantity[:count] = [lot.quantity for lot in rows]
        self.start[:count] = [lot.start_day for lot in rows]
        self.finish[:count] = [lot.finish_day for lot in rows]
        self.row_count[:count] = [len(lot.minutes) for lot in rows]
        self.alive[:count] = True
        ends = np.cumsum(self.row_count[:count])
        self.row_ptr[:count] = ends - self.row_count[:count]
        self.rows = int(ends[-1]) if count else 0
        spare = max(SPARE * 8, self.rows)
        self.row_day = np.concatenate([_flat(rows, 0).astype(np.int64), np.zeros(spare, np.int64)])
        self.row_minutes = np.concatenate([_flat(rows, 1), np.zeros(spare)])
        self.room: Floats = a.free.copy()
        self.week_room: Floats = a.week_free.copy()
        who = np.repeat(self.shop[:count], self.row_count[:count])
        np.subtract.at(self.room, (who, self.row_day[: self.rows]), self.row_minutes[: self.rows])
        np.subtract.at(self.week_room, (who, self.row_day[: self.rows] // 7), self.row_minutes[: self.rows])
        self.lots_of: dict[int, list[int]] = {}
        for lot, op in enumerate(self.op[:count].tolist()):
            self.lots_of.setdefault(op, []).append(lot)
        self.earned: Floats = a.income.copy()
        np.add.at(self.earned, self.shop[:count], self.quantity[:count] * a.op_pay[self.op[:count]])
        finish = np.maximum(self.setup.fixed_finish, -1)
        np.maximum.at(finish, a.op_order[self.op[:count]], self.finish[:count])
        self.allowed: Ints = np.minimum(np.maximum(a.due, finish), a.days - 1)
        self.made_for: dict[int, Ints] = {}
        by_edge = np.argsort(self.setup.first_edge, kind="stable")
        for row in by_edge.tolist():
            edge = int(self.setup.first_edge[row])
            self.made_for[edge] = np.append(self.made_for.get(edge, np.zeros(0, np.int64)), row)
        self._shops_of: dict[int, tuple[Ints, Floats]] = {}
        self._journal: list[tuple[str, int, int, int, int, int]] = []
        self._queue()
        self._scratch()
        for op in list(self.lots_of):
            self.rematch(op)

    def _queue(self) -> None:
        living = np.flatnonzero(self.alive[: self.count])
        living = living[np.lexsort((living, self.finish[living], self.start[living], self.shop[living]))]
        self.queue: Ints = living
        self.queue_ptr: Ints = np.searchsorted(self.shop[living], np.arange(len(self.a.workshop_ids) + 1))

    def _scratch(self) -> None:
        longest = int(np.diff(self.queue_ptr).max(initial=0)) + 2
        rows = longest * 3 + self.a.days * 2
        self.out_lot = np.zeros(longest, np.int64)
        self.out_count = np.zeros(longest, np.int64)
        self.out_day = np.zeros(rows + self.a.days, np.int64)
        self.out_minutes = np.zeros(rows + self.a.days)
        self.there = np.zeros(self.a.days)
        self.weekly = np.zeros((self.a.days + 6) // 7)

    def shops_of(self, tech: int) -> tuple[Ints, Floats]:
        """Workshops with a technique and their good standard minutes per minute."""
        if tech not in self._shops_of:
            mine = np.flatnonzero(self.a.cap_tech == tech)
            shops = np.searchsorted(self.a.cap_ptr, mine, side="right") - 1
            self._shops_of[tech] = (shops, self.a.cap_rate[mine])
        return self._shops_of[tech]

    def largest_of(self, tech: int) -> Ints:
        """The largest lot each of :meth:`shops_of` is given of the technique."""
        largest: Ints = self.a.cap_max[self.a.cap_tech == tech]
        return largest

    def take_out(self, lot: int) -> None:
        """Remove a lot; the caller calls :meth:`rematch` for its operation afterwards."""
        shop, op = int(self.shop[lot]), int(self.op[lot])
        self._note("out", lot)
        self._use(lot, 1.0)
        self.alive[lot] = False
        self.lots_of[op].remove(lot)
        self.earned[shop] -= self.quantity[lot] * self.a.op_pay[op]
        self._dequeue(shop, lot)

    def rematch(self, op: int) -> None:
        """Work out anew by when the lots of ``op`` and of its predecessors must be done."""
        a = self.a
        for o in {op, *(int(a.edge_pred[edge]) for edge in range(int(a.in_ptr[op]), int(a.in_ptr[op + 1])))}:
            mine = np.array(self.lots_of.get(o, []), np.int64)
            self.deadline[mine] = self.allowed[a.op_order[o]]
            for edge in a.out_edges[a.out_ptr[o] : a.out_ptr[o + 1]].tolist():
                feed = self.feed(edge)
                if feed.missing:  # no way found to feed everything: leave these lots where they are
                    self.deadline[mine] = np.minimum(self.deadline[mine], self.finish[mine])
                else:
                    planned = feed.source >= 0
                    lots = feed.source[planned]
                    self.deadline[lots] = np.minimum(self.deadline[lots], feed.deadline[planned])

    def feed(self, edge: int) -> Feed:
        """Match an edge; the oldest pieces are used first, and if that leaves demands wanting, the newest are tried."""
        a = self.a
        lots = np.array(self.lots_of.get(int(a.edge_pred[edge]), []), np.int64)
        first = self.made_for.get(edge, np.zeros(0, np.int64))
        hubs = np.concatenate([self.setup.first_hub[first], a.hub[self.shop[lots]]])
        finish = np.concatenate([self.setup.first_day[first] - 1, self.finish[lots]])
        left = np.concatenate([self.setup.first_quantity[first], self.quantity[lots]])
        source = np.concatenate([np.full(len(first), -1, np.int64), lots])
        order = np.argsort(finish, kind="stable")
        hubs, finish, left, source = hubs[order], finish[order], left[order], source[order]
        demand = np.array(self.lots_of.get(int(a.edge_succ[edge]), []), np.int64)
        demand = demand[np.argsort(self.start[demand], kind="stable")]
        demand_hub, demand_start = a.hub[self.shop[demand]], self.start[demand]
        best: Feed | None = None
        for newest in (False, True):
            rest, want = left.copy(), self.quantity[demand].copy()
            deadline = np.full(len(source), a.days * 4, np.int64)
            missing, moved = match(a.transfer, hubs, finish, rest, demand_hub, demand_start, want, newest, deadline)
            found = Feed(source, hubs, finish, rest, deadline, demand, want, int(missing), int(moved))
            if best is None or found.missing == 0:
                best = found
            if found.missing == 0:
                break
        assert best is not None
        return best

    def window(self, op: int, quantity: int) -> tuple[Ints, Ints]:
        """Days per hub between which ``quantity`` more pieces of ``op`` can be made without making anything later.

        Where that cannot be told, or there are no such days, the first day lies after the last.
        """
        a = self.a
        order = int(a.op_order[op])
        count = len(a.hubs)
        is_first = a.in_ptr[op] == a.in_ptr[op + 1]
        ready = np.full(count, int(a.release[order]) if is_first else 0, np.int64)
        latest = np.full(count, int(self.allowed[order]), np.int64)
        for edge in range(int(a.in_ptr[op]), int(a.in_ptr[op + 1])):
            feed = self.feed(edge)
            spare = feed.left > 0
            hubs, finish, pieces = feed.hub[spare], feed.finish[spare], feed.left[spare]
            if feed.missing or pieces.sum() < quantity:
                return np.full(count, a.days, np.int64), latest
            days = (finish + 1)[:, None] + a.transfer[hubs]
            by_day = np.argsort(days, axis=0, kind="stable")
            enough = (np.cumsum(pieces[by_day], axis=0) < quantity).sum(axis=0)
            ready = np.maximum(ready, np.take_along_axis(days, by_day, axis=0)[enough, np.arange(count)])
        for edge in a.out_edges[a.out_ptr[op] : a.out_ptr[op + 1]].tolist():
            feed = self.feed(edge)
            if feed.missing:
                starved = feed.demand[feed.want > 0]
                starts = self.start[starved]
                last = starts - 1 - a.transfer[:, a.hub[self.shop[starved]]]
                latest = np.minimum(latest, last.min(axis=1))
        return ready, latest

    def _askable(self, op: int, quantity: int, not_at: set[int], from_day: int) -> tuple[Ints, Floats, Ints, Ints]:
        """Workshops to ask, poorest first, their rates, and the window per hub."""
        ready, latest = self.window(op, quantity)
        ready = np.maximum(ready, from_day)
        shops, rates = self.shops_of(int(self.a.op_tech[op]))
        keep = (ready <= latest)[self.a.hub[shops]]
        keep &= quantity <= np.maximum(self.largest_of(int(self.a.op_tech[op])), self.a.op_min[op])
        if not_at:
            keep &= ~np.isin(shops, list(not_at))
        shops, rates = shops[keep], rates[keep]
        asked = np.argsort(self.earned[shops] / self.setup.entitled[shops], kind="stable")
        return shops[asked], rates[asked], ready, latest

    def _state(self) -> tuple[object, ...]:
        return (
            self.a.days, self.room, self.week_room, self.queue_ptr, self.queue, self.start, self.deadline,
            self.row_ptr, self.row_count, self.row_day, self.row_minutes,
            self.out_lot, self.out_count, self.out_day, self.out_minutes, self.there, self.weekly,
        )  # fmt: skip

    def put(self, op: int, quantity: int, not_at: set[int], from_day: int, most_shifts: int) -> list[int] | None:
        """Find ``quantity`` pieces of ``op`` a place; returns the changed lots, the new one first, or None."""
        shops, rates, ready, latest = self._askable(op, quantity, not_at, from_day)
        if not len(shops):
            return None
        work = quantity * float(self.a.op_minutes[op])
        state = self._state()
        place, shifts = find(shops, rates, work, ready, latest, most_shifts, self.a.hub, *state)
        if place < 0:
            return None
        shop = int(shops[place])
        hub = self.a.hub[shop]
        changed = fit(shop, work / float(rates[place]), ready[hub], latest[hub], shifts, *state)
        if changed < 1:
            return None
        return self._write(op, quantity, shop, int(changed))

    def swap(
        self, op: int, quantity: int, not_at: set[int], from_day: int, tries: int
    ) -> list[tuple[int, int, int, int]]:
        """Lots that could make room for ``quantity`` of ``op``: (lot, shop, first day, last day), best first."""
        shops, rates, ready, latest = self._askable(op, quantity, not_at, from_day)
        if not len(shops):
            return []
        a = self.a
        places, lots, gains = np.zeros(tries, np.int64), np.zeros(tries, np.int64), np.zeros(tries, np.int64)
        found = bumps(
            shops, rates, quantity * float(a.op_minutes[op]), ready, latest, a.hub, self.room, self.week_room,
            self.queue_ptr, self.queue, self.start, self.deadline, self.row_ptr, self.row_count, self.row_day,
            self.row_minutes, places, lots, gains,
        )  # fmt: skip
        result = []
        for place, lot in zip(places[:found].tolist(), lots[:found].tolist(), strict=True):
            shop = int(shops[place])
            result.append((lot, shop, int(ready[a.hub[shop]]), int(latest[a.hub[shop]])))
        return result

    def put_at(self, op: int, quantity: int, shop: int, first: int, latest: int) -> int | None:
        """Put pieces into the free hours of one workshop, moving nothing; returns the new lot or None."""
        shops, rates = self.shops_of(int(self.a.op_tech[op]))
        rate = float(rates[np.flatnonzero(shops == shop)[0]])
        changed = fit(shop, quantity * float(self.a.op_minutes[op]) / rate, first, latest, 0, *self._state())
        if changed != 1:
            return None
        return self._write(op, quantity, shop, 1)[0]

    def _write(self, op: int, quantity: int, shop: int, changed: int) -> list[int]:
        """Take over what :func:`fit` laid out."""
        result = []
        begin = 0
        needed = int(self.out_count[:changed].sum())
        if self.count >= len(self.op) or self.rows + needed > len(self.row_day):
            self._enlarge(needed)
        for place in range(changed):
            rows = slice(begin, begin + int(self.out_count[place]))
            begin = rows.stop
            lot = int(self.out_lot[place])
            fresh = slice(self.rows, self.rows + rows.stop - rows.start)
            self.row_day[fresh], self.row_minutes[fresh] = self.out_day[rows], self.out_minutes[rows]
            self.rows = fresh.stop
            new = lot < 0
            if new:
                lot = self.count
                self.count += 1
                self.op[lot], self.shop[lot], self.quantity[lot], self.alive[lot] = op, shop, quantity, True
                self.lots_of.setdefault(op, []).append(lot)
                self.earned[shop] += quantity * self.a.op_pay[op]
            else:
                self._note("moved", lot)
                if lot < len(self.records):
                    self.records[lot] = None
                self._use(lot, 1.0)
                self._dequeue(shop, lot)
            self.row_ptr[lot], self.row_count[lot] = fresh.start, rows.stop - rows.start
            self.start[lot], self.finish[lot] = self.row_day[fresh.start], self.row_day[fresh.stop - 1]
            self._use(lot, -1.0)
            self._enqueue(shop, lot)
            if new:
                self._note("new", lot)
            result.append(lot)
        return result

    def _enlarge(self, rows: int) -> None:
        for name in ("op", "shop", "quantity", "start", "finish", "deadline", "alive", "row_ptr", "row_count"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros(SPARE, old.dtype)]))
        extra = max(SPARE * 8, rows)
        self.row_day = np.concatenate([self.row_day, np.zeros(extra, np.int64)])
        self.row_minutes = np.concatenate([self.row_minutes, np.zeros(extra)])

    def mark(self) -> int:
        """A point to come back to with :meth:`undo`."""
        return len(self._journal)

    def undo(self, mark: int) -> None:
        """Take back every change since ``mark``; the rows written meanwhile stay behind unused."""
        touched = set()
        while len(self._journal) > mark:
            kind, lot, row, count, start, finish = self._journal.pop()
            op, shop = int(self.op[lot]), int(self.shop[lot])
            touched.add(op)
            if kind == "out":
                self.alive[lot] = True
                self.lots_of.setdefault(op, []).append(lot)
                self.earned[shop] += self.quantity[lot] * self.a.op_pay[op]
                self._use(lot, -1.0)
                self._enqueue(shop, lot)
            elif kind == "new":
                self._use(lot, 1.0)
                self.alive[lot] = False
                self.lots_of[op].remove(lot)
                self.earned[shop] -= self.quantity[lot] * self.a.op_pay[op]
                self._dequeue(shop, lot)
                self.count -= 1
            else:
                self._use(lot, 1.0)
                self.row_ptr[lot], self.row_count[lot] = row, count
                self.start[lot], self.finish[lot] = start, finish
                self._use(lot, -1.0)
                self._dequeue(shop, lot)
                self._enqueue(shop, lot)
        for op in touched:
            self.rematch(op)

    def _note(self, kind: str, lot: int) -> None:
        self._journal.append(
            (kind, lot, int(self.row_ptr[lot]), int(self.row_count[lot]), int(self.start[lot]), int(self.finish[lot]))
        )

    def _use(self, lot: int, sign: float) -> None:
        """Add the minutes of a lot to what is free (1) or take them (-1)."""
        shop = int(self.shop[lot])
        for row in range(int(self.row_ptr[lot]), int(self.row_ptr[lot] + self.row_count[lot])):
            day, minutes = int(self.row_day[row]), float(self.row_minutes[row])
            self.room[shop, day] += sign * minutes
            self.week_room[shop, day // 7] += sign * minutes

    def _enqueue(self, shop: int, lot: int) -> None:
        begin, end = int(self.queue_ptr[shop]), int(self.queue_ptr[shop + 1])
        mine = self.queue[begin:end]
        place = begin + int(np.searchsorted(self.start[mine], self.start[lot], side="right"))
        self.queue = np.insert(self.queue, place, lot)
        self.queue_ptr[shop + 1 :] += 1
        if end - begin + 3 > len(self.out_lot):
            self._scratch()

    def _dequeue(self, shop: int, lot: int) -> None:
        begin = int(self.queue_ptr[shop])
        place = begin + int(np.flatnonzero(self.queue[begin : self.queue_ptr[shop + 1]] == lot)[0])
        self.queue = np.delete(self.queue, place)
        self.queue_ptr[shop + 1 :] -= 1

    def lot(self, number: int) -> Lot:
        """One lot as a record."""
        known = self.records[number] if number < len(self.records) else None
        if known is not None:
            return known
        a = self.a
        op = int(self.op[number])
        rows = slice(int(self.row_ptr[number]), int(self.row_ptr[number] + self.row_count[number]))
        minutes = zip(self.row_day[rows].tolist(), self.row_minutes[rows].round(6).tolist(), strict=True)
        return Lot(
            a.order_ids[int(a.op_order[op])], a.op_ids[op], a.workshop_ids[int(self.shop[number])],
            int(self.quantity[number]), int(self.start[number]), int(self.finish[number]), tuple(minutes),
        )  # fmt: skip


def _flat(lots: list[Lot], column: int) -> Floats:
    return np.array([pair[column] for lot in lots for pair in lot.minutes], np.float64)
