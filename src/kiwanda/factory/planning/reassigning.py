"""Who else could make these pieces, and what each choice costs: in hours the standing plan leaves free.

Nobody else's work moves, so no other order becomes later. Among those who can finish before the order would become
later than promised, the relatively poorest comes first; only where nobody can, the soonest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from kiwanda.core import clock
from kiwanda.engine import Lot
from kiwanda.factory.demand.models import Promise
from kiwanda.factory.planning.models import Peg, ProductionOrder
from kiwanda.factory.planning.problem import INCOME_WEEKS
from kiwanda.factory.planning.routings import Step
from kiwanda.factory.planning.standing_plan import READY_DAYS, StandingPlan

#: Pieces are cut into at most so many parts.
MOST_PARTS = 4
#: Share of a lot's days that is added before it is due, as when a wave goes out.
DUE_SLACK = 0.25
#: Hubs within this many days count as near.
NEAR_DAYS = 1

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Task(NamedTuple):
    """Pieces to be made by somebody else: what, how many, as the workshop before was asked.

    ``exclude`` were asked for this work before, or are.
    """

    production_order_id: UUID
    step: Step
    quantity: int
    start_on: date
    due_on: date
    hub: str
    exclude: frozenset[UUID]


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


class _Able(NamedTuple):
    """K workshops with the technique: row, good minutes per minute, first day, need, days away, most pieces, rank."""

    shop: Ints
    rate: Floats
    first: Ints
    need: Floats
    far: Ints
    most: Ints
    rank: Ints


def options(standing: StandingPlan, task: Task, most: int = 3) -> list[Option]:
    """Up to ``most`` ways to place the task's pieces, the best first; empty when nobody has hours for them."""
    able = _able(standing, task)
    if able is None:
        return []
    hours = _hours(standing)
    deadline = _deadline(standing, task)
    finish = _finishes(standing, task, able, hours, task.quantity)
    inside = (finish < standing.days) & (able.most >= task.quantity)
    in_time = inside & (finish <= deadline)
    chosen: list[tuple[str, list[tuple[int, int]]]] = []

    def choose(kind: str, order: Iterable[int]) -> None:
        taken = {place for _, parts in chosen if len(parts) == 1 for place, _ in parts}
        place = next((place for place in order if place not in taken), None)
        if place is not None:
            chosen.append((kind, [(place, task.quantity)]))

    if in_time.any():
        fair = [place for place in _fair(able) if in_time[place]]
        choose("fair", fair)
        choose("soonest", [place for place in _soonest(able, finish) if in_time[place]])
        choose("near", [place for place in fair if able.far[place] == 0])
        choose("next", fair)
        choose("next", fair)
    else:
        parts = _split(standing, task, able, hours, deadline)
        if parts:
            chosen.append(("split", parts))
        if inside.any():
            soonest = [place for place in _soonest(able, finish) if inside[place]]
            choose("soonest", soonest)
            # Among those who lose at most two days more than the soonest, the poorest.
            best = int(finish[soonest[0]])
            choose("fair", [place for place in _fair(able) if inside[place] and finish[place] <= best + 2])
            choose("next", soonest)
    built = [_option(standing, task, able, hours, kind, parts) for kind, parts in chosen[:most]]
    return sorted(built, key=lambda option: (option.late_lines > 0, option.days_later if option.late_lines else 0))


def fairest(standing: StandingPlan, task: Task) -> list[Maker]:
    """Who to ask without a person looking: the best option that makes no order later; empty where there is none."""
    found = options(standing, task, most=1)
    if not found or found[0].late_lines:
        return []
    return list(found[0].makers)


def _able(standing: StandingPlan, task: Task) -> _Able | None:
    a = standing.promiser.a
    tech = next((index for index, name in enumerate(a.techniques) if name == task.step.technique), None)
    if tech is None:
        return None
    mine = np.flatnonzero(a.cap_tech == tech)
    shops = np.searchsorted(a.cap_ptr, mine, side="right") - 1
    rates = a.cap_rate[mine]
    need = np.array([_need(standing, int(shop)) for shop in shops])
    rank = np.empty(len(shops), np.int64)
    rank[np.argsort(need, kind="stable")] = np.arange(1, len(shops) + 1)
    keep = np.array([UUID(a.workshop_ids[int(shop)]) not in task.exclude for shop in shops], bool)
    if not keep.any():
        return None
    shops, rates, need, rank = shops[keep], rates[keep], need[keep], rank[keep]
    hubs = {name: index for index, name in enumerate(a.hubs)}
    away = a.transfer[hubs[task.hub], a.hub[shops]] if task.hub in hubs else np.zeros(len(shops), np.int64)
    first = max(0, standing.day(task.start_on))
    # Pieces that come from an earlier operation lie where the workshop before is.
    moved = away if task.step.after else np.zeros(len(shops), np.int64)
    skills = standing.problem.workshop_by_id
    largest = np.array([_largest(skills[a.workshop_ids[int(shop)]], task.step) for shop in shops], np.int64)
    return _Able(shops, rates, np.minimum(first + moved, a.days - 1), need, away, largest, rank)


def _largest(workshop: Any, step: Step) -> int:
    """The largest lot this workshop may be given of this step."""
    skill = next(can for can in workshop.capabilities if can.technique == step.technique)
    return int(min(step.max_lot, skill.max_lot))


def _need(standing: StandingPlan, shop: int) -> float:
    """Income of the last weeks against its target; workshops without a target stand in the middle."""
    row = standing.problem.workshops[shop]
    if standing.promiser.a.workshop_ids[shop] != row.id:
        row = standing.problem.workshop_by_id[standing.promiser.a.workshop_ids[shop]]
    if row.target_weekly_income <= 0:
        return 1.0
    return row.income_to_date / (INCOME_WEEKS * row.target_weekly_income)


def _hours(standing: StandingPlan) -> Floats:
    """Free minutes a day within the weekly cap, W x D: a week's days are cut alike where the cap is nearer."""
    room, week_room = standing.promiser.room, standing.promiser.week_room
    days = room.shape[1]
    weeks = np.arange(0, days, 7)
    weekly = np.add.reduceat(room, weeks, axis=1)
    scale = np.minimum(1.0, week_room[:, : weekly.shape[1]] / np.maximum(weekly, 1e-9))
    result: Floats = room * np.repeat(scale, np.diff(np.append(weeks, days)), axis=1)
    return result


def _finishes(standing: StandingPlan, task: Task, able: _Able, hours: Floats, quantity: int) -> Ints:
    """The day each workshop would finish ``quantity`` pieces; the horizon's length where it cannot."""
    gathered = np.cumsum(hours[able.shop], axis=1)
    before = np.where(able.first > 0, gathered[np.arange(len(able.shop)), np.maximum(able.first - 1, 0)], 0.0)
    wanted = before + quantity * task.step.minutes / able.rate
    done: Ints = (gathered < (wanted - 1e-6)[:, None]).sum(axis=1)
    return np.maximum(done, able.first)


def _pieces_by(task: Task, able: _Able, hours: Floats, day: int) -> Ints:
    """Pieces each workshop could make by the end of ``day``."""
    if day < 0:
        return np.zeros(len(able.shop), np.int64)
    gathered = np.cumsum(hours[able.shop], axis=1)
    rows = np.arange(len(able.shop))
    before = np.where(able.first > 0, gathered[rows, np.maximum(able.first - 1, 0)], 0.0)
    minutes = np.maximum(0.0, gathered[:, min(day, gathered.shape[1] - 1)] - before)
    pieces: Ints = np.minimum((minutes * able.rate / task.step.minutes + 1e-6).astype(np.int64), able.most)
    return pieces


def _fair(able: _Able) -> list[int]:
    """Near hubs before far ones, then the smallest income against its target, then the code of the workshop."""
    far = np.maximum(0, able.far - NEAR_DAYS)
    return [int(place) for place in np.lexsort((able.shop, np.round(able.need, 3), far))]


def _soonest(able: _Able, finish: Ints) -> list[int]:
    return [int(place) for place in np.lexsort((able.shop, np.round(able.need, 3), finish))]


def _split(
    standing: StandingPlan, task: Task, able: _Able, hours: Floats, deadline: int
) -> list[tuple[int, int]]:
    """The fewest parts with which several workshops finish by the deadline, or as soon after it as they can."""
    days = standing.days
    for day in [max(deadline, int(able.first.min())), *range(max(0, deadline) + 1, min(days, deadline + 29))]:
        pieces = _pieces_by(task, able, hours, day)
        order = np.lexsort((np.round(able.need, 3), np.maximum(0, able.far - NEAR_DAYS), -pieces)).tolist()
        left, parts = task.quantity, []
        for place in order[:MOST_PARTS]:
            part = min(left, int(pieces[place]))
            if part < min(left, task.step.min_lot) or part <= 0:
                break
            parts.append((place, part))
            left -= part
            if left == 0:
                return parts if len(parts) > 1 else []
    return []


def _option(
    standing: StandingPlan, task: Task, able: _Able, hours: Floats, kind: str, parts: list[tuple[int, int]]
) -> Option:
    makers = tuple(_maker(standing, task, able, hours, place, pieces) for place, pieces in parts)
    finish = max(maker.finish_on for maker in makers)
    later = max(0, (finish - max(task.due_on, clock.today())).days)
    return Option(kind, makers, later, tuple(affected(standing, task, finish)))


def _maker(standing: StandingPlan, task: Task, able: _Able, hours: Floats, place: int, pieces: int) -> Maker:
    a = standing.promiser.a
    shop = int(able.shop[place])
    minutes = pieces * task.step.minutes / float(able.rate[place])
    spent: list[tuple[int, float]] = []
    for day in range(int(able.first[place]), a.days):
        if minutes <= 1e-6:
            break
        taken = min(minutes, float(hours[shop, day]))
        if taken > 1e-6:
            spent.append((day, taken))
            minutes -= taken
    start, finish = spent[0][0], spent[-1][0]
    row = standing.problem.workshop_by_id[a.workshop_ids[shop]]
    start_on, finish_on = standing.on(start), standing.on(finish)
    return Maker(
        workshop_id=UUID(row.id),
        hub=row.hub,
        quantity=pieces,
        start_on=start_on,
        finish_on=finish_on,
        due_on=finish_on + timedelta(days=1 + round(DUE_SLACK * (finish - start))),
        transfer_days=int(able.far[place]),
        acceptance=row.acceptance,
        income_share=float(able.need[place]) if row.target_weekly_income > 0 else None,
        rank=int(able.rank[place]),
        able=len(able.shop) + len(task.exclude),
        lot=Lot(str(task.production_order_id), str(task.step.id), row.id, pieces, start, finish, tuple(spent)),
    )


def _order_finish(standing: StandingPlan, production_order_id: UUID) -> date | None:
    key = str(production_order_id)
    line = next((line for line in standing.plan.orders if line.id == key), None)
    if line is not None and line.finish_day is not None:
        return standing.on(line.finish_day)
    return ProductionOrder.objects.filter(pk=production_order_id).values_list("forecast_on", flat=True).first()


def _deadline(standing: StandingPlan, task: Task) -> int:
    """The last day on which the task may end without a promise being broken by it."""
    finish = _order_finish(standing, task.production_order_id)
    slack = 0
    if finish is not None:
        days = [promised for _, promised in promised_days(task.production_order_id)]
        if days:
            slack = max(0, (min(days) - finish).days - READY_DAYS)
    return standing.day(max(task.due_on, clock.today())) + slack


def affected(standing: StandingPlan, task: Task, finish_on: date) -> list[Affected]:
    """The order lines that wait for these pieces, with what becomes of their days when the task ends on ``finish_on``.

    What comes after is taken to wait in full for the difference: on the safe side where the plan has days to spare.
    """
    planned = _order_finish(standing, task.production_order_id)
    if planned is None:
        return []
    shift = max(0, (finish_on - max(task.due_on, clock.today())).days)
    ready = max(planned + timedelta(days=shift), finish_on) + timedelta(days=READY_DAYS)
    before = planned + timedelta(days=READY_DAYS)
    return [
        Affected(
            line,
            promised,
            ready,
            max(0, (ready - promised).days),
            max(0, (ready - promised).days) - max(0, (before - promised).days),
        )
        for line, promised in promised_days(task.production_order_id)
    ]


def promised_days(production_order_id: UUID) -> list[tuple[UUID, date]]:
    """The order lines pegged to a production order with the day their buyers were told, or asked for."""
    pegs = Peg.objects.filter(production_order=production_order_id).values_list("line_id", "line__due_on")
    days = dict(pegs)
    rows = Promise.objects.filter(line__in=list(days)).order_by("made_at", "pk").values_list("line_id", "promised_on")
    days.update(dict(rows))
    return sorted(days.items(), key=lambda item: (item[1], str(item[0])))


