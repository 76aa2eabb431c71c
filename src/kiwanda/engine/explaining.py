"""explain: why this workshop, why not that one, why is this order late, and what would save it."""

from __future__ import annotations

import datetime
import math

import numpy as np

from .arrays import Arrays, Floats, Ints
from .desk import Desk
from .errors import ProblemError
from .model import Lot, Order, Problem
from .passes import steps_to_go
from .placing import DAY, FINISH, HUB, LEFT, OP, QUANTITY, SHOP, START
from .plan import Plan, PlannedOrder
from .remedies import what_saves
from .sentences import Explanation, Reason, reason

SLACK = 0.01
"""Minutes that make no difference."""
SAME = 1e-9
"""Relative incomes closer than this are equal."""


class Explainer:
    """A plan laid out for questions: open it once, ask often."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.desk = Desk.of(problem, plan)
        self.a: Arrays = self.desk.a
        self.shop_at = {name: index for index, name in enumerate(self.a.workshop_ids)}

    def why_workshop(self, lot: Lot) -> Explanation:
        """Why this workshop was given this lot."""
        _, op = self._operation(lot.order, lot.operation)
        shop = self._shop(lot.workshop)
        technique = self.a.techniques[int(self.a.op_tech[op])]
        if lot in self.problem.fixed:
            return Explanation((reason("accepted_before", workshop=lot.workshop),))
        shops, _ = self.desk.shops_of(int(self.a.op_tech[op]))
        if len(shops) == 1:
            return Explanation((reason("only_one", workshop=lot.workshop, technique=technique),))
        first, last = self._date(lot.start_day), self._date(lot.finish_day)
        need = self._need(lot.start_day)
        counts = dict.fromkeys(("off", "full", "capped", "far", "small", "richer", "equal", "poorer"), 0)
        for other in shops.tolist():
            if other == shop:
                continue
            state = self._state(other, op, lot.start_day, lot.finish_day, lot.quantity)
            if state == "free":
                state = _compare(need[other], need[shop])
            counts[state] += 1
        reasons = [reason("able", able=len(shops), technique=technique)]
        for state, count in counts.items():
            if count:
                facts = {"first": first, "last": last, "workshop": lot.workshop, "quantity": lot.quantity}
                reasons.append(reason(f"others_{state}", count=count, **facts))
        return Explanation(tuple(reasons))

    def why_not(self, order: str, operation: str, workshop: str) -> Explanation:
        """Why this workshop was not given pieces of this operation; ``text(you=True)`` says it to the workshop."""
        _, op = self._operation(order, operation)
        shop = self._shop(workshop)
        a, desk = self.a, self.desk
        technique = a.techniques[int(a.op_tech[op])]
        shops, _ = desk.shops_of(int(a.op_tech[op]))
        if shop not in shops:
            return Explanation((reason("not_able", workshop=workshop, technique=technique),))
        lots = self._lots(op)
        mine = lots[lots[:, SHOP] == shop]
        if len(mine):
            first = self._date(int(mine[:, START].min()))
            return Explanation(
                (reason("has_some", workshop=workshop, pieces=int(mine[:, QUANTITY].sum()), first=first),)
            )
        if not len(lots):
            return Explanation((reason("nothing_to_give"),))
        start, finish = int(lots[:, START].min()), int(lots[:, FINISH].max())
        usual = int(np.median(lots[:, QUANTITY]))
        state = self._state(shop, op, start, finish, usual)
        facts = {"workshop": workshop, "first": self._date(start), "last": self._date(finish)}
        if state == "off":
            return Explanation((reason("was_off", **facts),))
        if state == "far":
            day = self._date(self._there(op, int(a.hub[shop]), int(lots[:, QUANTITY].min())))
            return Explanation((reason("was_far", workshop=workshop, day=day, last=facts["last"]),))
        if state == "small":
            most = self._most(shop, op)
            return Explanation((reason("was_small", workshop=workshop, technique=technique, most=most, lot=usual),))
        if state in ("full", "capped"):
            free = int(self._free(np.array([shop]), start, finish, capped=state == "capped")[0])
            needed = math.ceil(self._minutes(shop, op, usual))
            return Explanation((reason(f"was_{state}", free=free, needed=needed, **facts),))
        need = self._need(start)
        served = sorted(set(lots[:, SHOP].tolist()))
        poorer = [other for other in served if _compare(need[other], need[shop]) == "poorer"]
        if poorer:
            home = self._nearness(op, int(a.hub[shop]))
            near = sum(self._nearness(op, int(a.hub[other])) < home for other in poorer)
            return Explanation((reason("poorer_first", workshop=workshop, count=len(poorer), near=near),))
        drawn = any(_compare(need[other], need[shop]) == "equal" for other in served)
        return Explanation((reason("drawn") if drawn else reason("passed_over", **facts),))

    def why_late(self, order: str, *, remedies: bool = True) -> Explanation:
        """Why this order is late, and what would save it, each costed by planning anew with it."""
        if order not in self.problem.order_by_id:
            raise ProblemError("order", f"names {order!r}, which is not in orders")
        record = self.problem.order_by_id[order]
        line = self._line(order)
        due = self._date(record.due_day)
        if line.tardiness_days == 0 and line.undone_quantity == 0:
            finish_day = line.finish_day if line.finish_day is not None else record.due_day
            return Explanation((reason("on_time", finish=self._date(finish_day), due=due),))
        reasons: list[Reason] = []
        if line.finish_day is None:
            reasons.append(reason("not_done", pieces=line.undone_quantity, end=self._date(self.problem.days)))
        else:
            finish = self._date(line.finish_day)
            reasons.append(reason("late_by", finish=finish, days=line.tardiness_days, due=due))
        reasons += self._causes(record, line.finish_day)
        if not remedies or any(item.code == "nobody_can" for item in reasons):
            tight = next((item.facts["technique"] for item in reasons if item.code == "nobody_can"), None)
            helped = what_saves(self.desk, record, line, tight, only_training=True) if remedies and tight else ()
            return Explanation(tuple(reasons), helped)
        tight = next((item.facts["technique"] for item in reasons if "technique" in item.facts), None)
        return Explanation(tuple(reasons), what_saves(self.desk, record, line, tight))

    # What is behind the sentences

    def _line(self, order: str) -> PlannedOrder:
        line = next((line for line in self.plan.orders if line.id == order), None)
        if line is None:
            raise ProblemError("order", f"names {order!r}, for which the plan has no line")
        return line

    def _causes(self, record: Order, finish_day: int | None) -> list[Reason]:
        a = self.a
        order = a.order_ids.index(record.id)
        ops = range(int(a.order_ptr[order]), int(a.order_ptr[order + 1]))
        reasons: list[Reason] = []
        if record.due_day < 0:
            reasons.append(reason("already_overdue"))
        for op in ops:
            if a.op_left[op] > 0 and not self._anyone(int(a.op_tech[op])):
                technique = a.techniques[int(a.op_tech[op])]
                return [*reasons, reason("nobody_can", technique=technique)]
        steps = int(steps_to_go(a)[list(ops)].max())
        material = record.material_day if record.material_day is not None else -1
        starts = max(0, record.release_day, material)
        untouched = all(a.op_fixed[op] == 0 for op in ops)
        if untouched and starts + steps - 1 > record.due_day and starts > 0:
            code = "waits_for_material" if material >= record.release_day else "released_late"
            reasons.append(reason(code, day=self._date(starts), steps=steps))
        for lot in self.problem.fixed:
            if lot.order == record.id and lot.finish_day > record.due_day:
                reasons.append(reason("accepted_late", workshop=lot.workshop, day=self._date(lot.finish_day)))
                break
        ends = {op: int(self._lots(op)[:, FINISH].max()) for op in ops if self.desk.lots_of(op)}
        if ends:
            longest = max(ends, key=lambda op: ends[op] - self._ready(op, starts))
            begin, end = self._ready(longest, starts), ends[longest]
            technique = a.techniques[int(a.op_tech[longest])]
            percent = self._taken(int(a.op_tech[longest]), begin, end)
            facts = {"technique": technique, "first": self._date(begin), "last": self._date(end)}
            full = percent >= 85
            reasons.append(reason("technique_full", percent=percent, **facts) if full else reason("long_step", **facts))
        elif finish_day is None:
            tightest = max(ops, key=lambda op: self._taken(int(a.op_tech[op]), starts, a.days - 1))
            facts = {"first": self._date(min(starts, a.days - 1)), "last": self._date(a.days - 1)}
            percent = self._taken(int(a.op_tech[tightest]), starts, a.days - 1)
            technique = a.techniques[int(a.op_tech[tightest])]
            reasons.append(reason("technique_full", technique=technique, percent=percent, **facts))
        return reasons

    def _operation(self, order: str, operation: str) -> tuple[int, int]:
        if order not in self.problem.order_by_id:
            raise ProblemError("order", f"names {order!r}, which is not in orders")
        place = self.a.order_ids.index(order)
        for op in range(int(self.a.order_ptr[place]), int(self.a.order_ptr[place + 1])):
            if self.a.op_ids[op] == operation:
                return place, op
        raise ProblemError("operation", f"names {operation!r}, which is no operation of order {order!r}")

    def _shop(self, workshop: str) -> int:
        if workshop not in self.shop_at:
            raise ProblemError("workshop", f"names {workshop!r}, which is not in workshops")
        return self.shop_at[workshop]

    def _date(self, day: int) -> str:
        return (self.problem.start_on + datetime.timedelta(days=int(day))).isoformat()

    def _need(self, day: int) -> Floats:
        """Income so far against entitlement of every workshop, counting planned lots that started before ``day``."""
        desk, a = self.desk, self.a
        lots = desk.state.lots[desk.living()]
        lots = lots[lots[:, START] < day]
        earned = a.income.copy()
        np.add.at(earned, lots[:, SHOP], lots[:, QUANTITY] * a.op_pay[lots[:, OP]])
        need: Floats = earned / desk.setup.entitled
        return need

    def _state(self, shop: int, op: int, start: int, finish: int, quantity: int) -> str:
        """``off``, ``far``, ``small``, ``full``, ``capped`` or ``free`` for so many pieces on these days."""
        if self.a.capacity[shop, start : finish + 1].sum() <= 0:
            return "off"
        if self._there(op, int(self.a.hub[shop]), quantity) > finish:
            return "far"
        if self._most(shop, op) < quantity:
            return "small"
        minutes = self._minutes(shop, op, quantity)
        one = np.array([shop])
        if self._free(one, start, finish, capped=False)[0] < minutes - SLACK:
            return "full"
        return "capped" if self._free(one, start, finish, capped=True)[0] < minutes - SLACK else "free"

    def _minutes(self, shop: int, op: int, quantity: int) -> float:
        """Minutes a workshop needs for so many pieces."""
        return quantity * float(self.a.op_minutes[op]) / self.desk.rate(shop, int(self.a.op_tech[op]))

    def _most(self, shop: int, op: int) -> int:
        """Largest lot of the operation this workshop is given."""
        row = self.desk.state.able[self.desk.state.able_at[self.a.op_tech[op], shop]]
        return min(int(self.a.op_max[op]), max(int(row[1]), int(self.a.op_min[op])))

    def _free(self, shops: Ints, start: int, finish: int, capped: bool) -> Floats:
        """Minutes workshops have free from ``start`` to ``finish``, by their days alone or under the weekly cap too."""
        total: Floats = np.zeros(len(shops))
        for week in range(start // 7, finish // 7 + 1):
            days = slice(max(start, 7 * week), min(finish, 7 * week + 6) + 1)
            there = np.maximum(0.0, self.desk.room[shops, days]).sum(axis=1)
            total += np.minimum(there, np.maximum(0.0, self.desk.week_room[shops, week])) if capped else there
        return total

    def _lots(self, op: int) -> Ints:
        """The planned lots of an operation, a row each."""
        lots: Ints = self.desk.state.lots[self.desk.lots_of(op)]
        return lots

    def _there(self, op: int, hub: int, pieces: int) -> int:
        """First day on which so many pieces of each predecessor can have come to a hub."""
        a, desk = self.a, self.desk
        result = 0
        for edge in range(int(a.in_ptr[op]), int(a.in_ptr[op + 1])):
            lots = self._lots(int(a.edge_pred[edge]))
            first = desk.state.firsts[desk.made_for(edge)]
            days = np.concatenate(
                [
                    first[:, DAY] + 1 + a.transfer[first[:, HUB], hub],
                    lots[:, FINISH] + 1 + a.transfer[a.hub[lots[:, SHOP]], hub],
                ]
            )
            counts = np.concatenate([first[:, LEFT], lots[:, QUANTITY]])
            by_day = np.argsort(days, kind="stable")
            enough = int(np.searchsorted(np.cumsum(counts[by_day]), pieces))
            result = max(result, int(days[by_day][enough]) if enough < len(by_day) else a.days)
        return result

    def _nearness(self, op: int, hub: int) -> float:
        """Mean transfer days from where the pieces it needs lie or are made; 0 for a first operation."""
        a, desk = self.a, self.desk
        days, pieces = 0, 0
        for edge in range(int(a.in_ptr[op]), int(a.in_ptr[op + 1])):
            lots = self._lots(int(a.edge_pred[edge]))
            first = desk.state.firsts[desk.made_for(edge)]
            days += int((first[:, LEFT] * a.transfer[first[:, HUB], hub]).sum())
            days += int((lots[:, QUANTITY] * a.transfer[a.hub[lots[:, SHOP]], hub]).sum())
            pieces += int(first[:, LEFT].sum() + lots[:, QUANTITY].sum())
        return days / pieces if pieces else 0.0

    def _anyone(self, tech: int) -> bool:
        shops, _ = self.desk.shops_of(tech)
        return bool(len(shops) and self.a.free[shops].sum() > 0)

    def _ready(self, op: int, starts: int) -> int:
        """Day after which the first pieces an operation waits for are made; ``starts`` if it waits for none."""
        a = self.a
        before = [
            lot for e in range(int(a.in_ptr[op]), int(a.in_ptr[op + 1])) for lot in self._lots(int(a.edge_pred[e]))
        ]
        return min(min(int(row[FINISH]) for row in before) + 1 if before else starts, a.days - 1)

    def _taken(self, tech: int, first: int, last: int) -> int:
        """Per cent of the hours of the workshops with a technique that are taken between two days."""
        shops, _ = self.desk.shops_of(tech)
        days = slice(min(first, last), last + 1)
        there = float(self.a.capacity[shops, days].sum())
        free = float(np.maximum(0.0, self.desk.room[shops, days]).sum())
        return round(100 * (1 - free / there)) if there > 0 else 100


def _compare(other: float, own: float) -> str:
    """Whether another workshop has had less for its hours, more, or the same."""
    if abs(other - own) <= SAME * max(1.0, abs(own)):
        return "equal"
    return "richer" if other > own else "poorer"
