"""What-if: pure changes of a planning problem. A problem and changes in, another problem out; nothing else is touched.

Each change is a frozen record with ``apply(problem) -> Problem``. Days count from the problem's ``start_on``.
Who is drawn (which workshops are away, who is trained) depends on ids alone, so that the same question asked twice
gets the same answer, and asking for more only ever adds to who was drawn before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kiwanda.engine import Capability, Lot, LotTable, Operation, Order, Plan, Problem, Workshop


class Change(Protocol):
    """One thing that is otherwise."""

    def apply(self, problem: Problem) -> Problem:
        """The problem with this change; the given one is left as it is."""


def apply_all(problem: Problem, changes: Iterable[Change]) -> Problem:
    """``problem`` with ``changes``, in their order; with none it is the very same object."""
    for change in changes:
        problem = change.apply(problem)
    return problem


def drawn(pool: Collection[str], share: float, salt: str = "") -> tuple[str, ...]:
    """A ``share`` of ``pool`` by count (rounded half up, at least one of a pool that has any), in order of id.

    The draw looks random and is not: ids are ranked by a hash, so a larger share draws the same ones and more.
    """
    if not pool or share <= 0:
        return ()
    count = min(len(pool), max(1, int(len(pool) * share + 0.5)))
    ranked = sorted(pool, key=lambda name: (hashlib.sha256(f"{salt}/{name}".encode()).digest(), name))
    return tuple(sorted(ranked[:count]))


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that nobody has placed yet."""

    id: str
    quantity: int
    due_day: int
    operations: tuple[Operation, ...]
    release_day: int = 0
    weight: float = 1.0

    def apply(self, problem: Problem) -> Problem:
        order = Order(self.id, self.quantity, self.release_day, self.due_day, self.operations, self.weight)
        return replace(problem, orders=(*problem.orders, order))


@dataclass(frozen=True, slots=True)
class Absence:
    """A share of the workshops of ``pool`` does not work from ``first_day`` to ``last_day``, both included.

    Work they have accepted is delayed by as many days: whatever they were to do from ``first_day`` on moves on.
    """

    pool: tuple[str, ...]
    share: float
    first_day: int
    last_day: int
    salt: str = ""

    def apply(self, problem: Problem) -> Problem:
        return away(problem, drawn(self.pool, self.share, self.salt), self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class Training:
    """``count`` workshops of ``pool`` learn ``technique``, the first in ``pool`` first; who has it already is passed.

    They are away for ``training_days`` from ``first_day`` and can use the technique from the day after. The engine's
    format knows no later day for a technique, so a learner is two workshops in the changed problem, one until then and
    one from then on (its id with :data:`LEARNED`); :func:`joined` makes them one again.
    """

    technique: str
    pool: tuple[str, ...]
    count: int
    speed: float = 0.8
    yield_share: float = 0.9
    training_days: int = 1
    first_day: int = 0

    @property
    def counts_from(self) -> int:
        """The first day on which the technique is used."""
        return max(0, self.first_day + self.training_days)

    def learners(self, problem: Problem) -> tuple[str, ...]:
        """Who is trained."""
        by_id = problem.workshop_by_id
        able = (by_id[name] for name in self.pool if name in by_id)
        return tuple(
            row.id
            for row in able
            if not row.id.endswith(LEARNED)
            and row.id + LEARNED not in by_id
            and row.capabilities
            and all(skill.technique != self.technique for skill in row.capabilities)
        )[: self.count]

    def apply(self, problem: Problem) -> Problem:
        chosen = set(self.learners(problem))
        if self.technique not in problem.techniques:
            problem = replace(problem, techniques=(*problem.techniques, self.technique))
        problem = away(problem, chosen, self.first_day, self.counts_from - 1)
        if self.counts_from >= problem.days:
            return problem
        learned = Capability(self.technique, self.speed, self.yield_share)
        if self.counts_from == 0:
            return replace(
                problem,
                workshops=tuple(
                    replace(row, capabilities=(*row.capabilities, learned)) if row.id in chosen else row
                    for row in problem.workshops
                ),
            )
        before, after = range(self.counts_from), range(self.counts_from, problem.days)
        workshops = []
        for row in problem.workshops:
            if row.id not in chosen:
                workshops.append(row)
                continue
            workshops.append(replace(row, off_days=tuple(sorted({*row.off_days, *after}))))
            workshops.append(
                replace(
                    row, id=row.id + LEARNED, capabilities=(*row.capabilities, learned),
                    off_days=tuple(sorted({*row.off_days, *before})),
                )
            )
        fixed = [
            part
            for lot in problem.fixed
            for part in (_parted(lot, self.counts_from) if lot.workshop in chosen else (lot,))
        ]
        return replace(problem, workshops=tuple(workshops), fixed=tuple(fixed))


#: Stands behind the id of a workshop from the day on which it has learned.
LEARNED = " (learned)"


def _parted(lot: Lot, day: int) -> tuple[Lot, ...]:
    """Accepted work of a learner: what is done from ``day`` on stands at the workshop it is then."""
    later = tuple(pair for pair in lot.minutes if pair[0] >= day)
    if not later:
        return (lot,)
    there = lot.workshop + LEARNED
    earlier = tuple(pair for pair in lot.minutes if pair[0] < day)
    share = sum(spent for _, spent in later) / sum(spent for _, spent in lot.minutes)
    pieces = round(lot.quantity * share)
    if not earlier or pieces >= lot.quantity:
        return (replace(lot, workshop=there, start_day=max(day, lot.start_day), minutes=later),)
    if pieces == 0:
        return (lot,)
    return (
        replace(lot, quantity=lot.quantity - pieces, finish_day=earlier[-1][0], minutes=earlier),
        replace(lot, workshop=there, quantity=pieces, start_day=day, minutes=later),
    )


def parted(plan: Plan, problem: Problem) -> Plan:
    """A plan in force as ``problem`` with its learners names the workshops: lots from the day they have learned on."""
    begins = {
        row.id.removesuffix(LEARNED): min(set(range(problem.days)) - {*row.off_days}, default=problem.days)
        for row in problem.workshops
        if row.id.endswith(LEARNED)
    }
    if not begins:
        return plan
    moved = [
        replace(lot, workshop=lot.workshop + LEARNED)
        if lot.workshop in begins and lot.start_day >= begins[lot.workshop]
        else lot
        for lot in plan.lots
    ]
    return replace(plan, lots=LotTable(moved))


def joined(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    """Problem and plan with each learner as one workshop again, as people know it: its technique, its days off."""
    twins = {row.id.removesuffix(LEARNED): row for row in problem.workshops if row.id.endswith(LEARNED)}
    if not twins:
        return problem, plan
    workshops = tuple(
        replace(
            row,
            capabilities=twins[row.id].capabilities,
            off_days=tuple(sorted({*row.off_days} & {*twins[row.id].off_days})),
        )
        if row.id in twins
        else row
        for row in problem.workshops
        if not row.id.endswith(LEARNED)
    )

    def whole(lot: Lot) -> Lot:
        return replace(lot, workshop=lot.workshop.removesuffix(LEARNED))

    one = replace(problem, workshops=workshops, fixed=tuple(whole(lot) for lot in problem.fixed))
    return one, replace(plan, lots=LotTable([whole(lot) for lot in plan.lots]))


@dataclass(frozen=True, slots=True)
class LongerDays:
    """Days longer by ``share`` (0.1 = ten per cent; negative: shorter), ``first_day`` to ``last_day`` both included.

    ``hub`` empty: everywhere. The weekly cap stays: more than that needs :class:`WeeklyCap` as well.
    """

    share: float
    first_day: int
    last_day: int
    hub: str = ""

    def apply(self, problem: Problem) -> Problem:
        concerned = {row.calendar for row in problem.workshops if self.hub in ("", row.hub)}
        calendars = dict(problem.calendars)
        renamed = {}
        for name in sorted(concerned):
            new = f"{name} {self.share:+.4g} {self.first_day}-{self.last_day}"
            renamed[name] = new
            calendars[new] = tuple(
                minutes * (1.0 + self.share) if self.first_day <= day <= self.last_day else minutes
                for day, minutes in enumerate(problem.calendars[name])
            )
        workshops = tuple(
            replace(row, calendar=renamed[row.calendar]) if self.hub in ("", row.hub) else row
            for row in problem.workshops
        )
        return replace(problem, calendars=calendars, workshops=workshops)


@dataclass(frozen=True, slots=True)
class WeeklyCap:
    """Another limit of minutes a workshop may be given in a week."""

    minutes: float

    def apply(self, problem: Problem) -> Problem:
        return replace(problem, week_minutes_cap=self.minutes)


@dataclass(frozen=True, slots=True)
class DueDay:
    """One order is due on another day. An order the problem no longer has changes nothing."""

    order: str
    due_day: int

    def apply(self, problem: Problem) -> Problem:
        return replace(
            problem,
            orders=tuple(
                replace(order, due_day=self.due_day) if order.id == self.order else order for order in problem.orders
            ),
        )


@dataclass(frozen=True, slots=True)
class HubClosed:
    """The workshops of ``hub`` get no new work from ``from_day`` on; what they have accepted they finish."""

    hub: str
    from_day: int = 0

    def apply(self, problem: Problem) -> Problem:
        days = range(self.from_day, problem.days)
        return replace(
            problem,
            workshops=tuple(
                replace(row, off_days=tuple(sorted({*row.off_days, *days}))) if row.hub == self.hub else row
                for row in problem.workshops
            ),
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """Every order's pieces times ``factor``, never fewer than are made or being made already, nor than one."""

    factor: float

    def apply(self, problem: Problem) -> Problem:
        begun: dict[tuple[str, str], int] = {}
        for lot in problem.fixed:
            begun[lot.order, lot.operation] = begun.get((lot.order, lot.operation), 0) + lot.quantity
        least: dict[str, int] = {}
        for (order, _), quantity in begun.items():
            least[order] = max(least.get(order, 0), quantity)
        return replace(
            problem,
            orders=tuple(
                replace(order, quantity=max(1, least.get(order.id, 0), int(order.quantity * self.factor + 0.5)))
                for order in problem.orders
            ),
        )


def away(problem: Problem, names: Collection[str], first_day: int, last_day: int) -> Problem:
    """``names`` do not work on the days ``first_day`` to ``last_day``; their accepted work moves on by as many days."""
    chosen = set(names)
    days = range(max(0, first_day), min(last_day, problem.days - 1) + 1)
    if not chosen or not days:
        return problem
    workshops = tuple(
        replace(row, off_days=tuple(sorted({*row.off_days, *days}))) if row.id in chosen else row
        for row in problem.workshops
    )
    fixed = tuple(
        delayed(lot, days.start, len(days), problem.days) if lot.workshop in chosen else lot for lot in problem.fixed
    )
    return replace(problem, workshops=workshops, fixed=fixed)


def delayed(lot: Lot, from_day: int, by_days: int, horizon: int) -> Lot:
    """``lot`` with all work from ``from_day`` on done ``by_days`` later; minutes beyond the horizon are left off.

    Pieces that are made and only wait (no minutes left from that day on) are not held up.
    """
    if not any(day >= from_day for day, _ in lot.minutes):
        return lot
    minutes = tuple((day + by_days if day >= from_day else day, spent) for day, spent in lot.minutes)
    return replace(
        lot,
        start_day=lot.start_day + by_days if lot.start_day >= from_day else lot.start_day,
        finish_day=lot.finish_day + by_days,
        minutes=tuple(pair for pair in minutes if pair[0] < horizon),
    )


def by_need(workshops: Sequence[Workshop]) -> tuple[str, ...]:
    """Ids, the one furthest below its weekly target first: who would gain most from learning something."""

    def reached(row: Workshop) -> tuple[float, str]:
        return (row.income_to_date / row.target_weekly_income if row.target_weekly_income else 1e9, row.id)

    return tuple(row.id for row in sorted(workshops, key=reached))
