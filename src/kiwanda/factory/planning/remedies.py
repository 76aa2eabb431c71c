"""What would save a late order, and what each way costs in money: premium, training, more lots, transport, lateness.

Each way is planned anew by plain rules, as is the factory without it; what differs between the two plans is costed at
:class:`Rates`. Amounts are minor units of the currency operations are paid in; below zero something is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from django.conf import settings

from kiwanda.engine import Order, Plan, Problem
from kiwanda.factory.planning.scenarios import Training, by_need

if TYPE_CHECKING:
    from kiwanda.engine.passes import Rule

#: Longer days tried, workshops trained and how long they learn, weight given.
OVERTIME, TRAINED, TRAINING_DAYS, TRAINED_SPEED, WEIGHT = 0.1, 5, 5, 0.7, 4.0
WORKING_DAYS = 6


@dataclass(frozen=True)
class Rates:
    """What things cost where nobody has said otherwise (setting ``KIWANDA_REMEDY_RATES``, a dict of these names).

    ``overtime_share`` of the piece rate is paid on top for pieces made in longer days (Kenya's general wages order pays
    overtime at one and a half); ``lot_minor`` is the handing out, counting and inspecting of one more lot;
    ``transport_minor`` one lot's way for a day between hubs; ``lateness_share`` of an order's value is lost for each
    day it is late.
    """

    overtime_share: float = 0.5
    lot_minor: int = 5_000
    transport_minor: int = 15_000
    lateness_share: float = 0.005

    @classmethod
    def current(cls) -> Rates:
        return cls(**getattr(settings, "KIWANDA_REMEDY_RATES", {}))

    @property
    def lateness_minor(self) -> float:
        """Of one weighted day: an order's weight is its value in units of 10,000 minor units."""
        return self.lateness_share * 10_000


class Cost(NamedTuple):
    """One line of a sum: ``times`` times ``each_minor``; ``code`` is a sentence of :mod:`.explaining`."""

    code: str
    times: float
    each_minor: float

    @property
    def amount_minor(self) -> int:
        return round(self.times * self.each_minor)


class Remedy(NamedTuple):
    """One way: its code and facts as the engine's sentences name them, and the lines of its cost."""

    code: str
    facts: dict[str, Any]
    costs: tuple[Cost, ...]


class Measured(NamedTuple):
    """A plan by plain rules: when the order is done (None: not), weighted days late, lots, lot-days on the road."""

    finish: int | None
    own_late: float
    others_late: float
    lots: int
    travel: int
    extra_minutes: float


def remedies(problem: Problem, plan: Plan, order: Order, technique: str | None) -> list[Remedy]:
    """Ways that finish ``order`` sooner than the plan, each with its cost; ``technique`` is the tight one, if any.

    A later day agreed with the buyer comes first; it costs nothing but the asking.
    """
    from kiwanda.engine.passes import RULES

    rates = Rates.current()
    line = next((line for line in plan.orders if line.id == order.id), None)
    planned = line.finish_day if line is not None else None
    found = []
    if planned is not None:
        found.append(Remedy("later_day", {"finish": _on(problem, planned)}, ()))
    base = measured(problem, order.id, RULES, problem)
    soonest = min(day for day in (base.finish, planned, problem.days) if day is not None)

    def attempt(
        code: str, changed: Problem, rules: tuple[Rule, ...] = RULES, own: tuple[Cost, ...] = (), **facts: Any
    ) -> None:
        with_it = measured(changed, order.id, rules, problem)
        if with_it.finish is None or with_it.finish >= soonest:
            return
        later = f"{with_it.others_late - base.others_late:+.6g}"
        values: dict[str, Any] = {"finish": _on(problem, with_it.finish), "others": later}
        costs = list(own)
        if code == "overtime":
            values["minutes"] = round(with_it.extra_minutes)
            each = rates.overtime_share * _pay_of_minute(problem, str(facts["technique"]))
            costs.append(Cost("cost_overtime", round(with_it.extra_minutes), each))
        costs += [
            Cost("cost_lots", with_it.lots - base.lots, rates.lot_minor),
            Cost("cost_transport", with_it.travel - base.travel, rates.transport_minor),
            Cost("cost_others_late", with_it.others_late - base.others_late, rates.lateness_minor),
            Cost("cost_own_late", with_it.own_late - base.own_late, rates.lateness_minor),
        ]
        found.append(Remedy(code, values | facts, tuple(cost for cost in costs if cost.amount_minor)))

    if technique is not None:
        able = {row.id for row in problem.workshops if any(can.technique == technique for can in row.capabilities)}
        if able:
            attempt("overtime", _longer(problem, able), technique=technique, percent=round(100 * OVERTIME))
        hubs = {row.hub for row in problem.workshops if row.id in able}
        pool = by_need([row for row in problem.workshops if row.id not in able and (not hubs or row.hub in hubs)])
        training = Training(technique, pool, TRAINED, speed=TRAINED_SPEED, training_days=TRAINING_DAYS)
        learners = training.learners(problem)
        if learners:
            by_id = problem.workshop_by_id
            wage = sum(by_id[name].target_weekly_income for name in learners) / len(learners) / WORKING_DAYS
            attempt(
                "training", training.apply(problem), own=(Cost("cost_training", len(learners) * TRAINING_DAYS, wage),),
                technique=technique, count=len(learners), names=list(learners),
            )  # fmt: skip
    attempt("priority", _with(problem, order, lambda row: replace(row, weight=max(row.weight, 0.25) * WEIGHT)))
    small = tuple(replace(rule, lot_low=0.15, lot_high=1.0) for rule in RULES)
    attempt("smaller_lots", _with(problem, order, _finer), small)
    return found


def measured(changed: Problem, order_id: str, rules: tuple[Rule, ...], usual: Problem) -> Measured:
    """The best plan by ``rules``; lateness is weighed as ``usual`` weighs it, hours beyond ``usual``'s are extra."""
    from kiwanda.engine.arrays import compile_problem
    from kiwanda.engine.passes import prepare, run_pass

    a = compile_problem(changed)
    setup = prepare(a)
    tie = np.random.default_rng(0).random(len(a.workshop_ids)) * 1e-9
    best = min((run_pass(setup, rule, tie) for rule in rules), key=lambda outcome: outcome.value)
    place = a.order_ids.index(order_id)
    weight = np.array([usual.order_by_id[name].weight for name in a.order_ids])
    late = weight * np.maximum(0, best.order_finish - a.due)
    from_planned = best.link_source >= 0
    ways = {
        (lot, source, hub)
        for lot, source, hub in zip(
            best.link_lot[from_planned].tolist(), best.link_source[from_planned].tolist(),
            best.link_hub[from_planned].tolist(), strict=True,
        )
    }  # fmt: skip
    travel = sum(int(a.transfer[hub, a.hub[best.workshop[lot]]]) for lot, _, hub in ways)
    factor = {row.id: row.capacity_factor for row in usual.workshops}
    there = {row.id: row.capacity_factor for row in changed.workshops}
    stretch = np.array([factor.get(name, there[name]) / max(there[name], 1e-9) for name in a.workshop_ids])
    used = np.zeros_like(a.free)
    np.add.at(used, (best.workshop[best.work_lot], best.work_day), best.work_minutes)
    plain = np.maximum(0.0, a.free - a.capacity * np.maximum(0.0, 1.0 - stretch)[:, None])
    return Measured(
        finish=int(best.order_finish[place]) if best.order_done[place] else None,
        own_late=float(late[place]),
        others_late=float(late.sum() - late[place]),
        lots=len(best.op),
        travel=travel,
        extra_minutes=float(np.maximum(0.0, used - plain).sum()),
    )


def _on(problem: Problem, day: int) -> str:
    return (problem.start_on + timedelta(days=day)).isoformat()


def _longer(problem: Problem, able: set[str]) -> Problem:
    return replace(
        problem,
        workshops=tuple(
            replace(row, capacity_factor=row.capacity_factor * (1 + OVERTIME)) if row.id in able else row
            for row in problem.workshops
        ),
    )


def _with(problem: Problem, order: Order, change: Callable[[Order], Order]) -> Problem:
    return replace(problem, orders=tuple(change(row) if row.id == order.id else row for row in problem.orders))


def _finer(order: Order) -> Order:
    steps = tuple(replace(step, min_lot=max(1, step.min_lot // 2)) for step in order.operations)
    return replace(order, operations=steps)


def _pay_of_minute(problem: Problem, technique: str) -> float:
    """What a standard minute of a technique pays, in minor units, over the work that is planned."""
    pay = minutes = 0.0
    for order in problem.orders:
        for step in order.operations:
            if step.technique == technique:
                pay += order.quantity * step.piece_rate
                minutes += order.quantity * step.minutes
    return pay / minutes if minutes else 0.0
