"""Is a plan sound? Every rule of the format, verified from the records alone: nothing here is shared with the solver.

Rules and the names they are reported under:

``fixed``       accepted work stands in the plan unchanged
``reference``   lots and orders name things the problem knows; every order has one line
``technique``   the workshop has the operation's technique
``days``        a lot and its minutes lie within its days and the horizon
``minutes``     a lot of q pieces takes q x minutes / (speed x yield)
``day``         minutes a day within calendar x capacity factor, none on off days
``week``        minutes in days 7k to 7k+6 within the cap
``lot``         lots within min_lot and max_lot (the workshop's own too), one last remainder excepted
``quantity``    each operation makes the order's quantity less what is undone
``release``     first operations start once released and supplied
``precedence``  every piece comes from a finished piece of each predecessor that had time to travel
``order``       finish day, tardiness and undone quantity are what the lots say
``objective``   weighted tardiness, late orders and undone pieces are what the orders say

Fixed lots are facts: only their presence is checked, and a planned lot may not use hours they have taken. Where an
accepted lot has already drawn pieces, those of fixed predecessor lots are counted as drawn first, from wherever leaves
most to the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from itertools import pairwise

from .model import Lot, Operation, Order, Problem
from .plan import Plan, Violation

MINUTES_TOLERANCE = 0.01
"""Minutes a sum may be off for rounding."""
RELATIVE_TOLERANCE = 1e-6


def check_plan(problem: Problem, plan: Plan) -> list[Violation]:
    """See :func:`kiwanda.engine.check`."""
    return _Check(problem, plan).run()


class _Check:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.found: list[Violation] = []
        self.orders = {order.id: order for order in problem.orders}
        self.operations = {(order.id, step.id): step for order in problem.orders for step in order.operations}
        self.workshops = {workshop.id: workshop for workshop in problem.workshops}
        self.techniques = {
            workshop.id: {can.technique: can for can in workshop.capabilities} for workshop in problem.workshops
        }
        self.off_days = {workshop.id: frozenset(workshop.off_days) for workshop in problem.workshops}
        self.hubs = {name: place for place, name in enumerate(problem.hubs)}
        self.planned: dict[tuple[str, str], list[Lot]] = defaultdict(list)
        self.fixed: dict[tuple[str, str], list[Lot]] = defaultdict(list)

    def report(self, rule: str, where: str, message: str) -> None:
        self.found.append(Violation(rule, where, message))

    def run(self) -> list[Violation]:
        self.sort_lots()
        for lots in self.planned.values():
            for lot in lots:
                self.check_lot(lot)
        self.check_hours()
        lines = self.check_lines()
        for order in self.problem.orders:
            line = lines.get(order.id, 0)
            for step in order.operations:
                self.check_lot_sizes(order, step)
                self.check_quantity(order, step, line)
                self.check_release(order, step)
                for name in step.after:
                    self.check_precedence(order, name, step.id)
        self.check_objective()
        return self.found

    def sort_lots(self) -> None:
        """Tell planned from fixed lots; report what is missing or unknown."""
        waiting = Counter(self.problem.fixed)
        for lot in self.plan.lots:
            where = f"{lot.order}/{lot.operation} at {lot.workshop}"
            if waiting[lot] > 0:
                waiting[lot] -= 1
                self.fixed[lot.order, lot.operation].append(lot)
            elif (lot.order, lot.operation) not in self.operations:
                self.report("reference", where, "The plan holds a lot of an operation the problem does not know.")
            elif lot.workshop not in self.workshops:
                self.report("reference", where, "The plan holds a lot of a workshop the problem does not know.")
            else:
                self.planned[lot.order, lot.operation].append(lot)
        for lot, count in waiting.items():
            if count > 0:
                where = f"{lot.order}/{lot.operation} at {lot.workshop}"
                self.report(
                    "fixed", where, f"Accepted work of {lot.quantity} pieces is missing from the plan or changed."
                )

    def check_lot(self, lot: Lot) -> None:
        """Technique, days and minutes of one planned lot."""
        where = f"{lot.order}/{lot.operation} at {lot.workshop}"
        if lot.start_day < 0 or lot.finish_day >= self.problem.days:
            self.report(
                "days", where, f"The lot runs from day {lot.start_day} to {lot.finish_day}, outside the horizon."
            )
        days = [day for day, _ in lot.minutes]
        if any(not lot.start_day <= day <= lot.finish_day for day in days) or days != sorted(set(days)):
            self.report("days", where, "Minutes lie outside the lot's days, twice on one day, or out of order.")
        step = self.operations[lot.order, lot.operation]
        can = self.techniques[lot.workshop].get(step.technique)
        if can is None:
            self.report("technique", where, f"The workshop does not have technique {step.technique!r}.")
            return
        wanted = lot.quantity * step.minutes / (can.speed * can.yield_share)
        given = sum(minutes for _, minutes in lot.minutes)
        if abs(wanted - given) > MINUTES_TOLERANCE + RELATIVE_TOLERANCE * wanted:
            self.report(
                "minutes", where, f"{lot.quantity} pieces take {wanted:.2f} minutes, and {given:.2f} are planned."
            )

    def check_hours(self) -> None:
        """Minutes per workshop and day, and per week, wherever planned work is involved."""
        planned: dict[tuple[str, int], float] = defaultdict(float)
        accepted: dict[tuple[str, int], float] = defaultdict(float)
        for group, sums in ((self.planned, planned), (self.fixed, accepted)):
            for lots in group.values():
                for lot in lots:
                    for day, minutes in lot.minutes:
                        sums[lot.workshop, day] += minutes
        weeks: dict[tuple[str, int], float] = defaultdict(float)
        weeks_accepted: dict[tuple[str, int], float] = defaultdict(float)
        for (name, day), minutes in accepted.items():
            weeks_accepted[name, day // 7] += minutes
        for (name, day), minutes in planned.items():
            weeks[name, day // 7] += minutes
            if not 0 <= day < self.problem.days or minutes <= 0:
                continue
            workshop = self.workshops[name]
            most = 0.0
            if day not in self.off_days[name]:
                most = self.problem.calendars[workshop.calendar][day] * workshop.capacity_factor
            total = minutes + accepted.get((name, day), 0.0)
            if total > most + MINUTES_TOLERANCE:
                self.report(
                    "day", f"{name} on day {day}", f"{total:.2f} minutes are planned, and {most:.2f} are there."
                )
        for (name, week), minutes in weeks.items():
            total = minutes + weeks_accepted.get((name, week), 0.0)
            cap = self.problem.week_minutes_cap
            if minutes > 0 and total > cap + MINUTES_TOLERANCE:
                self.report(
                    "week", f"{name} in week {week}", f"{total:.2f} minutes are planned, and the cap is {cap:g}."
                )

    def check_lot_sizes(self, order: Order, step: Operation) -> None:
        """Lots within their limits; one remainder may be smaller."""
        lots = self.planned[order.id, step.id]
        where = f"{order.id}/{step.id}"
        small = [lot for lot in lots if lot.quantity < step.min_lot]
        if len(small) > 1:
            self.report(
                "lot", where, f"{len(small)} lots are smaller than {step.min_lot}, and only one remainder may be."
            )
        for lot in lots:
            can = self.techniques[lot.workshop].get(step.technique)
            own = step.max_lot if can is None else max(can.max_lot, step.min_lot)
            most = min(step.max_lot, own)
            if lot.quantity > most:
                self.report("lot", where, f"A lot of {lot.quantity} at {lot.workshop} is larger than {most}.")

    def check_quantity(self, order: Order, step: Operation, undone: int) -> None:
        """Fixed and planned pieces make the quantity less what is undone; accepted work may exceed that."""
        accepted = sum(lot.quantity for lot in self.fixed[order.id, step.id])
        made = accepted + sum(lot.quantity for lot in self.planned[order.id, step.id])
        wanted = max(order.quantity - undone, accepted)
        if made != wanted:
            self.report(
                "quantity", f"{order.id}/{step.id}", f"The lots make {made} pieces, and {wanted} are to be made."
            )

    def check_release(self, order: Order, step: Operation) -> None:
        """First operations wait for release and material."""
        if step.after:
            return
        earliest = max(order.release_day, order.material_day if order.material_day is not None else order.release_day)
        for lot in self.planned[order.id, step.id]:
            if lot.start_day < earliest:
                where = f"{order.id}/{step.id} at {lot.workshop}"
                self.report("release", where, f"The lot starts on day {lot.start_day}, before day {earliest}.")

    def check_precedence(self, order: Order, before: str, after: str) -> None:
        """A matching of predecessor to successor pieces must exist: a maximum flow that reaches every planned piece."""
        demand = self.planned[order.id, after]
        if not demand:
            return
        sources = self.planned[order.id, before]
        made = self.fixed[order.id, before]
        drawn = sum(lot.quantity for lot in self.fixed[order.id, after])
        supply = [(self.place(lot), lot.finish_day, lot.quantity) for lot in (*made, *sources)]
        # Accepted successors have drawn min(made, drawn) pieces of what was made before, whichever: the plan may not
        # use those again.
        reserved = min(sum(lot.quantity for lot in made), drawn)
        wanted: Counter[tuple[int, int]] = Counter()
        for lot in demand:
            wanted[self.place(lot), lot.start_day] += lot.quantity
        missing = _unmatched(supply, len(made), reserved, wanted, self.problem.transfer_days)
        if missing:
            self.report(
                "precedence",
                f"{order.id}/{before} before {after}",
                f"{missing} pieces start before a piece of the step before them can be there.",
            )

    def place(self, lot: Lot) -> int:
        return self.hubs[self.workshops[lot.workshop].hub]

    def check_lines(self) -> dict[str, int]:
        """The line of each order says what its lots say; returns undone quantities."""
        undone: dict[str, int] = {}
        for line in self.plan.orders:
            order = self.orders.get(line.id)
            if order is None:
                self.report("reference", line.id, "The plan has a line for an order the problem does not know.")
                continue
            undone[line.id] = line.undone_quantity
            lots = [
                lot
                for step in order.operations
                for lot in self.planned[line.id, step.id] + self.fixed[line.id, step.id]
            ]
            last = max((lot.finish_day for lot in lots), default=None)
            if line.undone_quantity > order.quantity:
                self.report("order", line.id, f"{line.undone_quantity} pieces are undone of {order.quantity}.")
            finish = None if line.undone_quantity else last
            if line.finish_day != finish:
                self.report(
                    "order", line.id, f"The order finishes on day {finish}, and its line says {line.finish_day}."
                )
            counted = self.problem.days if finish is None else finish
            tardiness = max(0, counted - order.due_day)
            if line.tardiness_days != tardiness:
                self.report(
                    "order", line.id, f"The order is {tardiness} days late, and its line says {line.tardiness_days}."
                )
        for name in self.orders:
            if name not in undone:
                self.report("reference", name, "The plan has no line for this order.")
        return undone

    def check_objective(self) -> None:
        """The sums over orders."""
        known = [line for line in self.plan.orders if line.id in self.orders]
        tardiness = sum(self.orders[line.id].weight * line.tardiness_days for line in known)
        said = self.plan.objective
        if abs(said.weighted_tardiness - tardiness) > 1e-5 + RELATIVE_TOLERANCE * tardiness:
            self.report(
                "objective",
                "weighted_tardiness",
                f"It is {tardiness:g}, and the plan says {said.weighted_tardiness:g}.",
            )
        late = sum(line.tardiness_days > 0 for line in known)
        if said.late_orders != late:
            self.report("objective", "late_orders", f"There are {late}, and the plan says {said.late_orders}.")
        undone = sum(line.undone_quantity for line in known)
        if said.undone != undone:
            self.report("objective", "undone", f"There are {undone} pieces, and the plan says {said.undone}.")
        if self.plan.bound.weighted_tardiness > tardiness + 1e-5 + RELATIVE_TOLERANCE * tardiness:
            self.report("objective", "bound", "The lower bound lies above the plan's own weighted tardiness.")


def _unmatched(
    supply: list[tuple[int, int, int]],
    made: int,
    reserved: int,
    wanted: Counter[tuple[int, int]],
    transfer_days: tuple[tuple[int, ...], ...],
) -> int:
    """Pieces of ``wanted`` that ``supply`` cannot meet in time, with ``reserved`` of the first ``made`` lots gone.

    A maximum flow (Edmonds and Karp) from supplies, grouped by hub and finish day, to demands, grouped by hub and start
    day. The reserved pieces are one more demand that only made pieces can meet; it is filled last, so it takes what the
    others leave, and rerouting finds the best split.
    """
    groups: Counter[tuple[int, int, bool]] = Counter()
    for place, (hub, finish, quantity) in enumerate(supply):
        groups[hub, finish, place < made] += quantity
    left = list(groups.values())
    keys = list(groups)
    demands: list[tuple[list[int], int]] = []
    for (hub, start), quantity in sorted(wanted.items(), key=lambda item: item[0][1]):
        reach = [i for i, (source, finish, _) in enumerate(keys) if finish + 1 + transfer_days[source][hub] <= start]
        reach.sort(key=lambda i: keys[i][1])
        demands.append((reach, quantity))
    if reserved:
        demands.append(([i for i, key in enumerate(keys) if key[2]], reserved))
    flow: list[dict[int, int]] = [defaultdict(int) for _ in demands]
    users: list[set[int]] = [set() for _ in keys]
    missing = 0
    for j, (_, quantity) in enumerate(demands):
        want = quantity
        while want > 0:
            pushed = _augment(j, want, demands, left, flow, users)
            if pushed == 0:
                break
            want -= pushed
        missing += want
    return missing


def _augment(
    target: int,
    want: int,
    demands: list[tuple[list[int], int]],
    left: list[int],
    flow: list[dict[int, int]],
    users: list[set[int]],
) -> int:
    """Push up to ``want`` more pieces to one demand along the shortest chain of exchanges; returns how many."""
    by_demand: dict[int, tuple[int, int]] = {}  # demand -> (supply it can give up, demand that asks for it)
    by_supply: dict[int, int] = {}
    todo = deque([target])
    seen = {target}
    while todo:
        j = todo.popleft()
        for i in demands[j][0]:
            if i in by_supply:
                continue
            by_supply[i] = j
            if left[i] > 0:
                chain = [(i, j)]
                while j != target:
                    i, j = by_demand[j]
                    chain.append((i, j))
                # chain[0] draws from a supply with pieces left; each later pair hands a piece on
                amount = min(want, left[chain[0][0]])
                for (_, giver), (given, _) in pairwise(chain):
                    amount = min(amount, flow[giver][given])
                left[chain[0][0]] -= amount
                for place, (source, taker) in enumerate(chain):
                    flow[taker][source] += amount
                    users[source].add(taker)
                    if place + 1 < len(chain):
                        flow[taker][chain[place + 1][0]] -= amount
                return amount
            for other in users[i]:
                if other not in seen and flow[other][i] > 0:
                    seen.add(other)
                    by_demand[other] = (i, j)
                    todo.append(other)
    return 0
