"""One decline after another: who else could make the pieces, what that costs, and the plan changed accordingly."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from .arrays import Ints
from .assemble import gini
from .columns import LotColumns
from .desk import Desk
from .errors import ProblemError
from .mending import LATE, PATIENT, QUICK
from .model import Lot, Problem
from .placing import FINISH, LENGTH, OP, QUANTITY, ROW, SHOP, START
from .plan import Bound, LotTable, Objective, Option, Plan, PlannedOrder, Taker

GRACES = (1, 2, 3, 5, 8, 13, 21, 34)
"""Days an order may become later, tried in turn where a lot cannot be placed in time."""
MOST_TOUCHED = 5
REPAIRED = "Repaired by insertion."


class Repairer:
    """A plan laid out for changes: open it once, then ask for ways out and take them, most within half a millisecond.

    Parameters
    ----------
    problem, plan
        The plan is one for this problem; what is fixed in the problem does not move.
    from_day : int
        New lots start on or after this day.
    firm_until : int
        Lots that start before this day keep their workshop and days; by default only those before ``from_day`` do.
    most_touched : int
        Most lots one change may touch: given to another workshop, cut, moved in time, new ones included.
    """

    def __init__(
        self, problem: Problem, plan: Plan | Iterable[Lot], *, from_day: int = 0, firm_until: int = 0,
        most_touched: int = MOST_TOUCHED,
    ) -> None:  # fmt: skip
        self.problem = problem
        self.desk = Desk.of(problem, plan) if isinstance(plan, Plan) else Desk(problem, plan)
        self.from_day, self.firm_until, self.most_touched = from_day, firm_until, most_touched
        self.before = plan if isinstance(plan, Plan) else None
        self.first_new = self.desk.count
        self.finish: Ints = self.desk.was.copy()

    def decline(self, lot: Lot, *, not_at: Collection[str] = (), quick: bool = False) -> Option | None:
        """Take a declined lot to others in the least costly way found and change the plan so; None if there is none.

        The workshop that declined is not asked again for these pieces, nor are those of ``not_at``. With ``quick`` only
        ways that make nothing late are looked for, and no longer than about a millisecond: where the answer is None,
        the plan is as it was and may be asked again without it.
        """
        answer, number, mark = None, self._number(lot), self.desk.mark()
        banned = self._banned(lot, not_at)
        self.desk.take_out(number)
        if self._place(number, banned, quick):
            later = self._later(mark)
            answer = self._option(mark, later)
            self._accept(mark, later)
        else:
            self.desk.undo(mark)
        return answer

    def options(self, lot: Lot, *, most: int = 3, not_at: Collection[str] = ()) -> tuple[Option, ...]:
        """Up to ``most`` ways to take a lot to others, cheapest first; the plan stays as it is until :meth:`apply`.

        Each takes the pieces to other workshops than those before it.
        """
        number = self._number(lot)
        banned = self._banned(lot, not_at)
        found: list[Option] = []
        while len(found) < most:
            mark = self.desk.mark()
            self.desk.take_out(number)
            if not self._place(number, banned):
                self.desk.undo(mark)
                break
            option, edges = self._option(mark, self._later(mark)), self._edges(mark)
            after = sum(self.desk.travel(edge)[1] for edge in edges)
            self.desk.undo(mark)
            before = sum(self.desk.travel(edge)[1] for edge in edges)
            found.append(replace(option, travel_days=after - before))
            banned |= {self.desk.shop_at[taker.workshop] for taker in option.takers}
        return tuple(sorted(found, key=lambda option: (option.cost, option.touched)))

    def apply(self, option: Option) -> None:
        """Change the plan as an option says.

        Raises
        ------
        ProblemError
            If the plan has changed since, so that the option no longer fits; then nothing is changed.
        """
        desk = self.desk
        mark = desk.mark()
        gone = [desk.find(lot) for lot in (*option.removed, *(old for old, _ in option.moved))]
        fits = None not in gone
        if fits:
            for number in gone:
                assert number is not None
                desk.take_out(number)
            for lot in (*option.placed, *(new for _, new in option.moved)):
                op, shop = desk.op_at[lot.order, lot.operation], desk.shop_at[lot.workshop]
                fits = fits and desk.put_rows(op, lot.quantity, shop, lot.minutes) is not None
        if not fits or any(desk.starving(edge) for edge in self._edges(mark)):
            desk.undo(mark)
            raise ProblemError("option", "no longer fits: the plan has changed since it was offered")
        desk.settle(mark)
        self._accept(mark, self._later(mark))

    def plan(self, seconds: float = 0.0, seed: int = 0) -> Plan:
        """The plan as it is now, its lines and objective worked out anew. It carries no lower bound."""
        return restate(self.problem, self.desk, self.before, self.first_new, seed, seconds)

    def _number(self, lot: Lot) -> int:
        number = self.desk.find(lot)
        if number is None:
            raise ProblemError("lot", f"of {lot.order!r}/{lot.operation!r} at {lot.workshop!r} is not in the plan")
        return number

    def _banned(self, lot: Lot, not_at: Collection[str]) -> set[int]:
        return {self.desk.shop_at[name] for name in (lot.workshop, *not_at) if name in self.desk.shop_at}

    def _place(self, number: int, banned: set[int], quick: bool = False) -> bool:
        """Place the pieces of a lot just taken out, if need be late; the change stands on the desk."""
        row = self.desk.state.lots[number]
        return self.place(int(row[OP]), int(row[QUANTITY]), banned, quick=quick)

    def place(self, op: int, quantity: int, banned: Collection[int] = (), *, quick: bool = False) -> bool:
        """Place missing pieces in time or else, unless ``quick``, as little late as is found; False if no way is."""
        desk = self.desk

        def mended(tried: Ints) -> bool:
            return desk.mend(
                op, quantity, banned=banned, from_day=self.from_day, firm_until=self.firm_until,
                most_touched=self.most_touched, tried=tried,
            )  # fmt: skip

        if mended(QUICK):
            return True
        if quick:
            return False
        if mended(PATIENT):
            return True
        for order in (int(desk.a.op_order[op]), None):  # the order itself may be late, and in the end the others too
            for days in GRACES if order is not None else GRACES[:3]:
                desk.grace(order, days)
                done = mended(LATE)
                desk.grace(order, -days)
                if done:
                    return True
        return False

    def _edges(self, mark: int) -> list[int]:
        a = self.desk.a
        edges: set[int] = set()
        for op in self.desk.ops_since(mark):
            edges.update(range(int(a.in_ptr[op]), int(a.in_ptr[op + 1])))
            edges.update(a.out_edges[a.out_ptr[op] : a.out_ptr[op + 1]].tolist())
        return sorted(edges)

    def _later(self, mark: int) -> list[tuple[int, int, int]]:
        """Orders that finish later than they did and than they are due: (order, days, new finish)."""
        desk, a = self.desk, self.desk.a
        found = []
        for order in sorted({int(a.op_order[op]) for op in desk.ops_since(mark)}):
            now = desk.finish_of(order)
            days = now - max(int(a.due[order]), int(self.finish[order]))
            if days > 0:
                found.append((order, days, now))
        return found

    def _accept(self, mark: int, later: list[tuple[int, int, int]]) -> None:
        """Take note of a change: what is late now may be so."""
        desk = self.desk
        for order, days, _ in later:
            desk.grace(order, days)
        for order in {int(desk.a.op_order[op]) for op in desk.ops_since(mark)}:
            self.finish[order] = desk.finish_of(order)
        desk.forget()

    def _option(self, mark: int, later: list[tuple[int, int, int]]) -> Option:
        """What has changed since ``mark``, where a lot was taken out first."""
        desk, a = self.desk, self.desk.a
        out, new = desk.changes(mark)
        op = int(desk.state.lots[out[0], OP])
        removed, placed, moved = sort_changes(desk, out, new)
        shops, _ = desk.shops_of(int(a.op_tech[op]))
        earned = desk.earned
        for lot in new:  # as it was before these pieces
            row = desk.state.lots[lot]
            earned[row[SHOP]] -= row[QUANTITY] * a.op_pay[row[OP]]
        need = earned / desk.setup.entitled
        takers = []
        for lot in placed:
            row = desk.state.lots[lot]
            if row[OP] == op:
                shop = int(row[SHOP])
                takers.append(
                    Taker(
                        workshop=a.workshop_ids[shop],
                        hub=a.hubs[int(a.hub[shop])],
                        quantity=int(row[QUANTITY]),
                        start_day=int(row[START]),
                        finish_day=int(row[FINISH]),
                        pay_minor=int(row[QUANTITY] * a.op_pay[op]),
                        income_rank=1 + int((need[shops] < need[shop]).sum()),
                        able=len(shops),
                    )
                )
        cost = sum(float(a.weight[order]) * days for order, days, _ in later)
        return Option(
            takers=tuple(takers),
            removed=tuple(desk.lot(lot) for lot in removed),
            placed=tuple(desk.lot(lot) for lot in placed),
            moved=tuple((desk.lot(old), desk.lot(now)) for old, now in moved),
            later=tuple((a.order_ids[order], days) for order, days, _ in later),
            cost=round(cost, 6),
        )


def sort_changes(desk: Desk, out: list[int], new: list[int]) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Lots that are gone, lots that are new, and pairs of a lot and what it became: other days or other hands."""
    lots = desk.state.lots
    left = list(new)
    removed, moved = [], []
    for place, old in enumerate(out):
        twin = None
        if place:  # the first one out is the one declined: its pieces are new wherever they go
            same = [lot for lot in left if (lots[lot, [OP, QUANTITY]] == lots[old, [OP, QUANTITY]]).all()]
            twin = same[-1] if same else None
        if twin is None:
            removed.append(old)
        else:
            left.remove(twin)
            moved.append((old, twin))
    return removed, left, moved


def restate(
    problem: Problem, desk: Desk, old: Plan | None, first_new: int, seed: int = 0, seconds: float = 0.0
) -> Plan:  # fmt: skip
    """The plan of the desk's lots, its lines and objective worked out anew."""
    a, setup, s = desk.a, desk.setup, desk.state
    living = desk.living()
    lots = s.lots[living]
    finish = setup.fixed_finish.copy()
    np.maximum.at(finish, a.op_order[lots[:, OP]], lots[:, FINISH])
    made = a.op_fixed.copy()
    np.add.at(made, lots[:, OP], lots[:, QUANTITY])
    done = np.full(len(a.order_ids), 10**12, np.int64)
    np.minimum.at(done, a.op_order, made)
    orders = []
    for index, name in enumerate(a.order_ids):
        undone = max(0, int(a.quantity[index] - done[index]))
        day = a.days if undone else int(finish[index])
        orders.append(PlannedOrder(name, None if undone else day, max(0, day - int(a.due[index])), undone))
    earned = setup.fixed_pay.copy()
    np.add.at(earned, lots[:, SHOP], lots[:, QUANTITY] * a.op_pay[lots[:, OP]])
    able = (setup.available > 0) & (np.diff(a.cap_ptr) > 0)
    weights = dict(zip(a.order_ids, a.weight.tolist(), strict=True))
    objective = replace(
        Objective() if old is None else old.objective,
        weighted_tardiness=round(sum(weights[line.id] * line.tardiness_days for line in orders), 6),
        late_orders=sum(line.tardiness_days > 0 for line in orders),
        undone=sum(line.undone_quantity for line in orders),
        income_gini=round(gini(earned[able] / setup.available[able]), 6),
        below_target=int((earned[able] * 7.0 / a.days < a.target[able]).sum()),
        transfers=sum(desk.travel(edge)[0] for edge in range(len(a.edge_pred))),
        changed_lots=int((living >= first_new).sum()),
    )
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(lots[:, LENGTH])])
    rows = np.arange(int(ends[-1])) - np.repeat(ends[:-1], lots[:, LENGTH]) + np.repeat(lots[:, ROW], lots[:, LENGTH])
    columns = LotColumns(
        arrays=a, fixed=problem.fixed, op=lots[:, OP], workshop=lots[:, SHOP], quantity=lots[:, QUANTITY],
        start=lots[:, START], finish=lots[:, FINISH], work_ptr=ends, day=s.row_day[rows],
        minutes=np.round(s.row_minutes[rows], 6),
    )  # fmt: skip
    table = LotTable(columns=columns)
    return Plan(table, tuple(orders), objective, Bound(), round(seconds, 4), seed, (REPAIRED,))
