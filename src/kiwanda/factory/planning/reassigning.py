"""Who else could make these pieces, and what each choice costs: the engine's search in the standing plan's free hours.

Nobody else's work moves, so no other order becomes later. Among those who can finish before the order would become
later than promised, the relatively poorest comes first; only where nobody can, whoever makes it least late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import numpy as np

from kiwanda.core import clock
from kiwanda.engine import Lot, Operation, Order, Taker, Workshop
from kiwanda.engine import Option as EngineOption
from kiwanda.factory.demand.models import Promise
from kiwanda.factory.planning.models import Peg, ProductionOrder
from kiwanda.factory.planning.problem import INCOME_WEEKS
from kiwanda.factory.planning.routings import Step
from kiwanda.factory.planning.standing_plan import READY_DAYS, StandingPlan

if TYPE_CHECKING:
    from kiwanda.engine.reassigning import Repairer

#: Share of a lot's days that is added before it is due, as when a wave goes out.
DUE_SLACK = 0.25


class Task(NamedTuple):
    """Pieces to be made by somebody else: what, how many, as the workshop before was asked.

    ``exclude`` were asked for this work before, or are; ``holder`` is the one that has it, or was asked last.
    """

    production_order_id: UUID
    step: Step
    quantity: int
    start_on: date
    due_on: date
    hub: str
    exclude: frozenset[UUID]
    holder: UUID


@dataclass(frozen=True)
class Maker:
    """One workshop's part of an option.

    ``income_share`` is its income of the last weeks against its target (None without a target), ``rank`` its place
    among ``able`` workshops with the technique, the poorest first.
    """

    workshop_id: UUID
    hub: str
    quantity: int
    start_on: date
    finish_on: date
    due_on: date
    transfer_days: int
    acceptance: float
    income_share: float | None
    rank: int
    able: int
    lot: Lot


class Affected(NamedTuple):
    """An order line that waits for the pieces: ready ``days_late`` after its promise, ``added_days`` by the choice."""

    line_id: UUID
    promised_on: date
    ready_on: date
    days_late: int
    added_days: int


@dataclass(frozen=True)
class Option:
    """A way to place all the pieces. ``kind``: fair, soonest, near, split or next.

    ``days_later`` is by how much the operation ends after the day the workshop before was to be ready by.
    """

    kind: str
    makers: tuple[Maker, ...]
    days_later: int
    affected: tuple[Affected, ...] = field(default=())

    @property
    def finish_on(self) -> date:
        return max(maker.finish_on for maker in self.makers)

    @property
    def quantity(self) -> int:
        return sum(maker.quantity for maker in self.makers)

    @property
    def transfer_days(self) -> int:
        return max(maker.transfer_days for maker in self.makers)

    @property
    def late_lines(self) -> int:
        """How many order lines it would make late, or later."""
        return sum(1 for line in self.affected if line.added_days)


def options(standing: StandingPlan, task: Task, most: int = 3) -> list[Option]:
    """Up to ``most`` ways to place the task's pieces, the best first; empty when nobody has hours for them.

    The search is the engine's (:meth:`kiwanda.engine.reassigning.Repairer.options`), on a problem in which whatever
    others have to do stands as done: their hours are taken, their work does not move. Lots of the very order that
    nobody was asked for yet may move within it.
    """
    bench = _bench(standing, task)
    if bench is None:
        return []
    found = bench.repairer.options(bench.lot, most=most, not_at=[str(key) for key in task.exclude])
    ways = [_option(standing, task, bench, option) for option in found if option.takers]
    ways.sort(key=lambda way: (way.late_lines > 0, way.days_later if way.late_lines else 0))
    return _named(ways, task)


def fairest(standing: StandingPlan, task: Task) -> list[Maker]:
    """Who to ask without a person looking: the best option that makes no order later; empty where there is none."""
    found = options(standing, task, most=1)
    if not found or found[0].late_lines:
        return []
    return list(found[0].makers)


class _Bench(NamedTuple):
    """The task as the engine's question: the lot to be taken to others in a plan of this order alone."""

    repairer: Repairer
    lot: Lot
    due_day: int


def _bench(standing: StandingPlan, task: Task) -> _Bench | None:
    from kiwanda.engine.reassigning import Repairer

    problem, key, step = standing.problem, str(task.production_order_id), str(task.step.id)
    order = problem.order_by_id.get(key)
    if order is None:
        return None
    held = {id(lot) for lot in standing.tentative}
    facts = [lot for lot in problem.fixed if lot.order == key and id(lot) not in held]
    planned = [lot for lot in standing.tentative if lot.order == key]
    planned += [lot for lot in standing.plan.planned(problem) if lot.order == key]
    # The task's pieces stand at who was asked, or where the standing plan has fitted them in since.
    holder = str(task.holder)
    facts, left = _without(facts, step, task.quantity, holder)
    planned, left = _without(planned, step, left)
    facts, left = _without(facts, step, left)
    if left == task.quantity:
        return None
    due_day = min(max(0, standing.day(max(task.due_on, clock.today()))), standing.days - 1)
    start = min(max(0, standing.day(task.start_on)), due_day)
    techniques = {operation.technique for operation in order.operations}
    at = {lot.workshop for lot in (*facts, *planned)} | {holder}
    shops = [
        row for row in problem.workshops if row.id in at or any(can.technique in techniques for can in row.capabilities)
    ]
    if holder not in {row.id for row in shops}:
        home = task.hub if task.hub in problem.hubs else problem.hubs[0]
        shops.append(Workshop(holder, home, next(iter(problem.calendars)), ()))
    lot = Lot(key, step, holder, task.quantity - left, start, due_day, ())
    promised = [day for _, day in promised_days(task.production_order_id)]
    allowed = order.due_day
    if promised:
        allowed = max(allowed, standing.day(min(promised)) - READY_DAYS)
    # Who is poorest is said by what was earned, not by what is planned: nothing in this question pays.
    steps = tuple(replace(operation, piece_rate=0) for operation in order.operations)
    asked = replace(order, quantity=order.quantity - left, due_day=allowed, operations=steps)
    busy, work = _busy(standing, shops, (*facts, *planned))
    alone = replace(
        problem,
        workshops=tuple(shops),
        orders=(asked, *busy),
        fixed=(*facts, *work),
    )
    mine = [lot, *planned]
    return _Bench(Repairer(alone, mine, from_day=start), lot, due_day)


def _without(lots: list[Lot], step: str, quantity: int, workshop: str = "") -> tuple[list[Lot], int]:
    """``lots`` less ``quantity`` pieces of a step (at one workshop, if named), the last begun first, and the rest."""
    kept = []
    for lot in sorted(lots, key=lambda lot: (-lot.start_day, lot.workshop)):
        if quantity > 0 and lot.operation == step and workshop in ("", lot.workshop):
            taken = min(quantity, lot.quantity)
            quantity -= taken
            if taken == lot.quantity:
                continue
            share = (lot.quantity - taken) / lot.quantity
            minutes = tuple((day, spent * share) for day, spent in lot.minutes)
            lot = replace(lot, quantity=lot.quantity - taken, minutes=minutes)
        kept.append(lot)
    return kept, quantity


#: The order under which everybody else's work stands in the engine's question.
BUSY = "busy"


def _busy(standing: StandingPlan, shops: Iterable[Workshop], own: Iterable[Lot]) -> tuple[list[Order], list[Lot]]:
    """What the workshops have to do besides, as fixed lots of one order that is due after everything."""
    a = standing.promiser.a
    mine: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for lot in own:
        for day, spent in lot.minutes:
            mine[lot.workshop][day] += spent
    lots = []
    for row in shops:
        shop = standing.shop_at.get(row.id)
        if shop is None:
            continue
        taken = a.capacity[shop] - standing.promiser.room[shop]
        for day, spent in mine[row.id].items():
            taken[day] -= spent
        minutes = tuple((int(day), float(taken[day])) for day in np.flatnonzero(taken > 1e-6))
        if minutes:
            lots.append(Lot(BUSY, BUSY, row.id, 1, minutes[0][0], minutes[-1][0], minutes))
    if not lots:
        return [], []
    work = Operation(BUSY, standing.problem.techniques[0], 1.0)
    return [Order(BUSY, len(lots), 0, standing.days - 1, (work,))], lots


def _option(standing: StandingPlan, task: Task, bench: _Bench, option: EngineOption) -> Option:
    makers = tuple(
        _maker(standing, task, taker, lot) for taker, lot in zip(option.takers, _lots(task, option), strict=True)
    )
    finish = max(maker.finish_on for maker in makers)
    later = max(0, (finish - max(task.due_on, clock.today())).days)
    added = dict(option.later).get(str(task.production_order_id), 0)
    return Option("next", makers, later, tuple(affected(task.production_order_id, standing, added)))


def _lots(task: Task, option: EngineOption) -> list[Lot]:
    step = str(task.step.id)
    return [lot for lot in option.placed if lot.operation == step and lot.order == str(task.production_order_id)]


def _maker(standing: StandingPlan, task: Task, taker: Taker, lot: Lot) -> Maker:
    a = standing.promiser.a
    row = standing.problem.workshop_by_id[taker.workshop]
    hubs = {name: index for index, name in enumerate(a.hubs)}
    away = int(a.transfer[hubs[task.hub], hubs[taker.hub]]) if task.hub in hubs else 0
    start_on, finish_on = standing.on(taker.start_day), standing.on(taker.finish_day)
    target = row.target_weekly_income
    return Maker(
        workshop_id=UUID(row.id),
        hub=row.hub,
        quantity=taker.quantity,
        start_on=start_on,
        finish_on=finish_on,
        due_on=finish_on + timedelta(days=1 + round(DUE_SLACK * (taker.finish_day - taker.start_day))),
        transfer_days=away,
        acceptance=row.acceptance,
        income_share=row.income_to_date / (INCOME_WEEKS * target) if target > 0 else None,
        rank=taker.income_rank,
        able=taker.able,
        lot=lot,
    )


def _named(ways: list[Option], task: Task) -> list[Option]:
    """Each with what speaks for it: in parts, the poorest, the soonest, at the same hub; else the next in line."""
    free = {"fair", "soonest", "near"}
    named = []
    for way in ways:
        kinds = []
        if len(way.makers) == 1:
            if way.makers[0].rank == min(maker.rank for other in ways for maker in other.makers):
                kinds.append("fair")
            if way.finish_on == min(other.finish_on for other in ways):
                kinds.append("soonest")
            if way.transfer_days == 0 and any(other.transfer_days for other in ways):
                kinds.append("near")
        kind = "split" if len(way.makers) > 1 else next((kind for kind in kinds if kind in free), "next")
        free.discard(kind)
        named.append(replace(way, kind=kind))
    return named


def _order_finish(standing: StandingPlan, production_order_id: UUID) -> date | None:
    key = str(production_order_id)
    line = next((line for line in standing.plan.orders if line.id == key), None)
    if line is not None and line.finish_day is not None:
        return standing.on(line.finish_day)
    return ProductionOrder.objects.filter(pk=production_order_id).values_list("forecast_on", flat=True).first()


def affected(production_order_id: UUID, standing: StandingPlan, added_days: int) -> list[Affected]:
    """The order lines that wait for an order, with what becomes of their days when it ends ``added_days`` later.

    ``added_days`` count from the later of its planned end and its day, as the engine counts them.
    """
    planned = _order_finish(standing, production_order_id)
    if planned is None:
        return []
    order = standing.problem.order_by_id.get(str(production_order_id))
    promised = promised_days(production_order_id)
    end = planned
    if added_days and order is not None:
        allowed = [standing.on(order.due_day), planned]
        if promised:
            allowed.append(min(day for _, day in promised) - timedelta(days=READY_DAYS))
        end = max(allowed) + timedelta(days=added_days)
    before, ready = (day + timedelta(days=READY_DAYS) for day in (planned, end))
    return [
        Affected(
            line,
            day,
            ready,
            max(0, (ready - day).days),
            max(0, (ready - day).days) - max(0, (before - day).days),
        )
        for line, day in promised
    ]


def promised_days(production_order_id: UUID) -> list[tuple[UUID, date]]:
    """The order lines pegged to a production order with the day their buyers were told, or asked for."""
    pegs = Peg.objects.filter(production_order=production_order_id).values_list("line_id", "line__due_on")
    days = dict(pegs)
    rows = Promise.objects.filter(line__in=list(days)).order_by("made_at", "pk").values_list("line_id", "promised_on")
    days.update(dict(rows))
    return sorted(days.items(), key=lambda item: (item[1], str(item[0])))
