"""A plan laid out for changing it: hours left, each workshop's queue, the day by which each lot must be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .arrays import Arrays, Floats, Ints, compile_problem
from .columns import LotColumns
from .feeding import feed, travels
from .layout import SPARE, SPARE_ROWS, alike, lay_out, must_fit
from .matching import find_lot, last_finish, refresh, refresh_all, refresh_around, up_to_date
from .mending import PATIENT, ways
from .model import Lot, Problem
from .outlook import outlook
from .passes import Setup, prepare
from .placing import (
    AFTER,
    ALIVE,
    ALLOWED,
    BANNED,
    CHOICE,
    COUNT,
    DEMANDS,
    EARNED,
    FINISH,
    FIRM,
    FIRST,
    FIRST_END,
    FROM,
    HEAD,
    HOPS,
    INTO_PLAN,
    LEAST,
    LEFT,
    LENGTH,
    LIMIT,
    LOT,
    NOTES,
    OP,
    QUANTITY,
    QUEUED,
    ROW,
    ROWS,
    SHOP,
    SIZE,
    START,
    State,
    enlist,
    put,
    take_out,
    undo,
)
from .plan import Plan

FEW_LOTS = 6
"""New lots after which it is looked whether queues and lists still have room."""
MOST_HOPS = 4
"""Most lots a way to free hours is thought to lead through."""
TOLERANCE = 0.005
"""Minutes a lot put back may exceed the free ones by, for rounding."""


class Desk:
    """The planned lots of a problem (fixed ones apart), open to being taken out and put elsewhere.

    Lots are numbered; the column ``ALIVE`` of ``state.lots`` marks those that count. Nothing done by :meth:`mend` makes
    an order later than the later of its due day and its finish in the plan the desk was opened with, plus what
    :meth:`grace` adds.
    """

    def __init__(self, problem: Problem, lots: Iterable[Lot] | LotColumns) -> None:
        self.problem = problem
        self.setup: Setup = prepare(compile_problem(problem))
        self.a: Arrays = self.setup.arrays
        self.records: list[Lot | None] = []
        a = self.a
        self.shop_at = {name: index for index, name in enumerate(a.workshop_ids)}
        orders = [a.order_ids[order] for order in a.op_order.tolist()]
        self.op_at = {pair: op for op, pair in enumerate(zip(orders, a.op_ids, strict=True))}
        if isinstance(lots, LotColumns):
            op, shop, quantity, start, finish = (
                np.asarray(column, np.int64)
                for column in (lots.op, lots.workshop, lots.quantity, lots.start, lots.finish)
            )
            counts = np.diff(lots.work_ptr).astype(np.int64)
            row_day, row_minutes = lots.day.astype(np.int64), lots.minutes.astype(np.float64)
        else:
            rows = list(lots)
            self.records = [*rows]
            must_fit(rows, self.op_at, self.shop_at, a.days)
            op = np.array([self.op_at[lot.order, lot.operation] for lot in rows], np.int64)
            shop = np.array([self.shop_at[lot.workshop] for lot in rows], np.int64)
            quantity = np.array([lot.quantity for lot in rows], np.int64)
            start = np.array([lot.start_day for lot in rows], np.int64)
            finish = np.array([lot.finish_day for lot in rows], np.int64)
            counts = np.array([len(lot.minutes) for lot in rows], np.int64)
            row_day = np.array([pair[0] for lot in rows for pair in lot.minutes], np.int64)
            row_minutes = np.array([pair[1] for lot in rows for pair in lot.minutes], np.float64)
        done = np.maximum(self.setup.fixed_finish, -1)
        np.maximum.at(done, a.op_order[op], finish)
        self.was: Ints = done
        """Finish of each order when the desk was opened; -1 if nothing of it is planned."""
        self.state: State = lay_out(
            self.setup, self.was, op, shop, quantity, start, finish, counts, row_day, row_minutes
        )
        self._looked = -FEW_LOTS
        s = self.state
        refresh_all(s.lots, s.ops, s.edges, s.out_edges, s.firsts, s.bucket)
        self.refresh_holes()

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> Desk:
        """Lay out a plan; quickest where it comes straight from solve for this very problem."""
        columns = plan.lots.columns
        if columns is not None and columns.fixed == problem.fixed and alike(columns.arrays, problem):
            return cls(problem, columns)
        return cls(problem, plan.planned(problem))

    def refresh_holes(self) -> None:
        """Note for each technique the first day of the first week in which its workshops have free hours."""
        s, a = self.state, self.a
        seen = np.zeros((len(a.techniques), a.days + 1), np.int64)
        outlook(
            s.lots, self.count, s.ops, a.cap_ptr, a.cap_tech, s.able_ptr, s.able, s.rates, s.room, s.spare, seen,
            MOST_HOPS,
        )  # fmt: skip
        living = self.living()
        lots = s.lots[living]
        spread = np.diff(a.cap_ptr)[lots[:, SHOP]]
        row = np.repeat(np.arange(len(living)), spread)
        first = a.cap_ptr[:-1][lots[:, SHOP]]
        tech = a.cap_tech[np.arange(len(row)) - np.repeat(np.cumsum(spread) - spread, spread) + first[row]]
        block = tech * a.days + lots[row, START]
        score = -1000 * lots[row, HOPS] + np.minimum(lots[row, CHOICE], 900)
        order = np.lexsort((living[row], -score, block))
        counts = np.bincount(block, minlength=len(a.techniques) * a.days).astype(np.int64)
        sizes = counts + 4 + counts // 8
        ptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        index = np.zeros(int(ptr[-1]), np.int64)
        index[ptr[block[order]] + np.arange(len(order)) - (np.cumsum(counts) - counts)[block[order]]] = living[
            row[order]
        ]
        self.state = s._replace(index=index, index_ptr=ptr, index_count=counts)

    def _refresh(self, op: int) -> None:
        s = self.state
        refresh_around(s.lots, s.ops, s.edges, s.out_edges, s.firsts, s.bucket, op)

    # The plan as arrays

    @property
    def count(self) -> int:
        """Lots ever laid out, those taken out since included."""
        return int(self.state.n[COUNT])

    @property
    def room(self) -> Floats:
        """Minutes free, W x D; below 0 where the day is now shorter than what is planned."""
        room: Floats = self.state.room
        return room

    @property
    def week_room(self) -> Floats:
        """Minutes left of the weekly cap, W x weeks."""
        week_room: Floats = self.state.week_room
        return week_room

    @property
    def earned(self) -> Floats:
        """Income to date plus the pay of all planned lots, W."""
        earned: Floats = self.state.shop_values[:, EARNED].copy()
        return earned

    def living(self) -> Ints:
        """Numbers of the lots that count."""
        return np.flatnonzero(self.state.lots[: self.count, ALIVE])

    def lots_of(self, op: int) -> list[int]:
        """Numbers of the lots of an operation, ascending."""
        s = self.state
        found = []
        lot = int(s.ops[op, HEAD])
        while lot >= 0:
            found.append(lot)
            lot = int(s.lots[lot, AFTER])
        return sorted(found)

    def lots_at(self, shop: int) -> Ints:
        """Numbers of the lots of a workshop by start day."""
        s = self.state
        mine: Ints = s.queue[shop, : s.shops[shop, QUEUED]].copy()
        return mine

    def shops_of(self, tech: int) -> tuple[Ints, Floats]:
        """Workshops with a technique and their good standard minutes per minute."""
        s = self.state
        mine = slice(int(s.able_ptr[tech]), int(s.able_ptr[tech + 1]))
        return s.able[mine, 0], s.rates[mine]

    def rate(self, shop: int, tech: int) -> float:
        """Good standard minutes per minute of a workshop with a technique; 0 without it."""
        mine = slice(int(self.a.cap_ptr[shop]), int(self.a.cap_ptr[shop + 1]))
        hits = np.flatnonzero(self.a.cap_tech[mine] == tech)
        return float(self.a.cap_rate[mine][hits[0]]) if len(hits) else 0.0

    def made_for(self, edge: int) -> slice:
        """Rows of ``state.first_*``: pieces fixed lots bring to an edge."""
        return slice(int(self.state.edges[edge, FIRST]), int(self.state.edges[edge, FIRST_END]))

    def starving(self, edge: int) -> list[int]:
        """Lots that do not get all their pieces over an edge."""
        s = self.state
        if not feed(s, edge):
            return []
        demands = s.demands[: s.n[DEMANDS]]
        return [int(lot) for lot in demands[demands[:, LEFT] > 0, LOT]]

    def travel(self, edge: int) -> tuple[int, int]:
        """Pieces that change hub on an edge, and the days they travel together."""
        moved, days = travels(self.state, edge)
        return int(moved), int(days)

    def finish_of(self, order: int) -> int:
        """Day on which the last lot of an order is done; -1 if it has none."""
        s, a = self.state, self.a
        before = int(max(self.setup.fixed_finish[order], -1))
        return int(last_finish(s.lots, s.ops, int(a.order_ptr[order]), int(a.order_ptr[order + 1]), before))

    # Changing it

    def mend(
        self, op: int, quantity: int, *, banned: Iterable[int] = (), from_day: int = 0, firm_until: int = 0,
        most_touched: int = 5, tried: Ints = PATIENT,
    ) -> bool:  # fmt: skip
        """Find pieces a place without making any order later than ``allowed``; True if done, else nothing is changed.

        In free hours of the poorest workshop, in the gaps of several, or in the hours of lots that can wait, whole or
        in up to three equal parts; in the end lots of later steps may move as well. New lots start on or after
        ``from_day``; lots that start before ``firm_until`` stay where they are. Counted as touched is every lot whose
        workshop, size or days change, new ones included. ``tried`` says how hard to look
        (:func:`kiwanda.engine.mending.ways`).
        """
        self._make_room()
        s = self.state
        s.n[FROM], s.n[FIRM], s.n[LIMIT] = from_day, max(from_day, firm_until), most_touched
        least = int(s.ops[op, LEAST])
        mark = self.mark()
        if quantity < least:  # an operation may have one small remainder: take in the one there is
            for lot in self.lots_of(op):
                if s.lots[lot, QUANTITY] < least and s.lots[lot, START] >= s.n[FIRM]:
                    quantity += int(s.lots[lot, QUANTITY])
                    take_out(s, lot)
        not_at = list(banned)
        s.shops[not_at, BANNED] = 1
        done = bool(ways(s, op, quantity, tried))
        s.shops[not_at, BANNED] = 0
        if done:
            self.settle(mark)
        else:
            undo(s, mark)
        return done

    def grace(self, order: int | None, days: int) -> None:
        """Let one order, or all, be so many days later than they may be (fewer, if negative)."""
        s = self.state
        which = slice(None) if order is None else slice(int(self.a.order_ptr[order]), int(self.a.order_ptr[order + 1]))
        s.ops[which, ALLOWED] += days
        if order is None:
            refresh_all(s.lots, s.ops, s.edges, s.out_edges, s.firsts, s.bucket)
        else:
            for op in range(int(self.a.order_ptr[order]), int(self.a.order_ptr[order + 1])):
                refresh(s.lots, s.ops, s.edges, s.out_edges, s.firsts, s.bucket, op)

    def put_rows(self, op: int, quantity: int, shop: int, minutes: Iterable[tuple[int, float]]) -> int | None:
        """Put a lot exactly where it is said to be; its number, or None if the hours are no longer free."""
        self._make_room()
        s = self.state
        rows = list(minutes)
        for day, worked in rows:
            if s.room[shop, day] < worked - TOLERANCE:
                return None
        for week in {day // 7 for day, _ in rows}:
            if s.week_room[shop, week] < sum(worked for day, worked in rows if day // 7 == week) - TOLERANCE:
                return None
        lot, row = int(s.n[COUNT]), int(s.n[ROWS])
        for place, (day, worked) in enumerate(rows):
            s.row_day[row + place], s.row_minutes[row + place] = day, worked
        s.lots[lot, [OP, SHOP, QUANTITY, START, FINISH, ROW, LENGTH]] = (
            op, shop, quantity, rows[0][0], rows[-1][0], row, len(rows),
        )  # fmt: skip
        s.n[COUNT] += 1
        s.n[ROWS] += len(rows)
        enlist(s, lot)
        s.journal[s.n[NOTES]] = INTO_PLAN, lot
        s.n[NOTES] += 1
        return lot

    def find(self, lot: Lot) -> int | None:
        """The number of a planned lot; None if it is not on the desk."""
        op = self.op_at.get((lot.order, lot.operation))
        shop = self.shop_at.get(lot.workshop)
        if op is None or shop is None:
            return None
        s = self.state
        number = int(find_lot(s.lots, s.ops, op, shop, lot.quantity, lot.start_day))
        return number if number >= 0 else None

    def take_out(self, lot: int) -> None:
        """Remove a lot."""
        self._make_room()
        take_out(self.state, lot)

    def put_at(self, op: int, quantity: int, shop: int, first: int, last: int) -> int | None:
        """Put pieces into the free hours of one workshop in [first, last], moving nothing; the new lot or None."""
        self._make_room()
        rate = self.rate(shop, int(self.a.op_tech[op]))
        if rate <= 0.0:
            return None
        lot = int(put(self.state, op, quantity, shop, quantity * float(self.a.op_minutes[op]) / rate, first, last))
        return lot if lot >= 0 else None

    def mark(self) -> int:
        """A point to come back to with :meth:`undo`."""
        return int(self.state.n[NOTES])

    def undo(self, mark: int) -> None:
        """Take back every change since ``mark``."""
        ops = self.ops_since(mark)
        undo(self.state, mark)
        for op in ops:
            self._refresh(op)

    def forget(self) -> None:
        """Nothing before this can be undone."""
        self.state.n[NOTES] = 0

    def settle(self, mark: int) -> None:
        """Bring the estimates of how long lots can wait up to date with the changes since ``mark``."""
        up_to_date(self.state, mark, self.a.cap_ptr, self.a.cap_tech)

    def changes(self, mark: int) -> tuple[list[int], list[int]]:
        """Lots taken out and put in since ``mark``, those put in and taken out again left out."""
        s = self.state
        rows = s.journal[mark : self.mark()].tolist()
        new = [lot for kind, lot in rows if kind == INTO_PLAN]
        out = [lot for kind, lot in rows if kind != INTO_PLAN]
        return [lot for lot in out if lot not in new], [lot for lot in new if s.lots[lot, ALIVE]]

    def ops_since(self, mark: int) -> list[int]:
        """Operations with a lot changed since ``mark``."""
        s = self.state
        return sorted({int(s.lots[lot, OP]) for lot in s.journal[mark : self.mark(), 1].tolist()})

    def _make_room(self) -> None:
        """Lay arrays out longer when they are nearly full."""
        s = self.state
        wider: dict[str, Any] = {}
        if int(s.n[COUNT]) + 256 > len(s.lots):
            wider["lots"] = np.concatenate([s.lots, np.zeros((SPARE, s.lots.shape[1]), np.int64)])
        if int(s.n[ROWS]) + 64 * self.a.days > len(s.row_day):
            extra = max(SPARE_ROWS, 128 * self.a.days)
            wider["row_day"] = np.concatenate([s.row_day, np.zeros(extra, np.int64)])
            wider["row_minutes"] = np.concatenate([s.row_minutes, np.zeros(extra)])
        if int(s.n[NOTES]) + 256 > len(s.journal):
            wider["journal"] = np.concatenate([s.journal, np.zeros((4096, 2), np.int64)])
        if int(s.n[COUNT]) >= self._looked + FEW_LOTS:  # looking at every queue takes longer than some repairs
            self._looked = int(s.n[COUNT])
            if int(s.shops[:, QUEUED].max(initial=0)) + 2 * FEW_LOTS > s.queue.shape[1]:
                wider["queue"] = np.concatenate([s.queue, np.full((len(s.queue), 16), -1, np.int64)], axis=1)
            if int(s.ops[:, SIZE].max(initial=0)) + SPARE // 2 > len(s.sources):
                for name in ("sources", "demands"):
                    wider[name] = np.zeros((len(s.sources) + SPARE, 9), np.int64)
                wider["flows"] = np.zeros((6 * (len(s.sources) + SPARE), 4), np.int64)
        if wider:
            self.state = s._replace(**wider)

    def lot(self, number: int) -> Lot:
        """One lot as a record."""
        if number < len(self.records):
            known = self.records[number]
            if known is not None:
                return known
        a, s = self.a, self.state
        op = int(s.lots[number, OP])
        rows = slice(int(s.lots[number, ROW]), int(s.lots[number, ROW] + s.lots[number, LENGTH]))
        minutes = zip(s.row_day[rows].tolist(), s.row_minutes[rows].round(6).tolist(), strict=True)
        return Lot(
            a.order_ids[int(a.op_order[op])], a.op_ids[op], a.workshop_ids[int(s.lots[number, SHOP])],
            int(s.lots[number, QUANTITY]), int(s.lots[number, START]), int(s.lots[number, FINISH]), tuple(minutes),
        )  # fmt: skip
