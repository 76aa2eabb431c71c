"""What would save a late order: overtime, training, priority, smaller lots, each costed by planning anew with it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .arrays import Arrays, Ints, compile_problem
from .desk import Desk
from .model import Capability, Order, Problem
from .passes import RULES, Pass, Rule, prepare, run_pass
from .plan import PlannedOrder
from .sentences import Reason, reason

OVERTIME = 0.1
"""Longer days tried as a remedy."""
TRAINED = 5
"""Workshops trained as a remedy."""
TRAINED_SPEED = 0.7
"""Speed of a workshop new to a technique."""


def what_saves(
    desk: Desk, record: Order, line: PlannedOrder, technique: str | None, *, only_training: bool = False
) -> tuple[Reason, ...]:
    """Remedies for a late order that help, each costed by planning anew with it by plain rules.

    Parameters
    ----------
    desk : Desk
        The plan laid out.
    record, line
        The order, and what the plan says of it.
    technique : str, optional
        The one that is short; overtime and training are tried for it.
    only_training : bool
        Nobody has the technique: nothing else can help.
    """
    problem, a = desk.problem, desk.a
    base = _dispatch(problem, RULES)
    place = a.order_ids.index(record.id)
    before, others = int(base.order_finish[place]), _others(a, base, place)
    found: list[Reason] = []
    planned = problem.days if line.finish_day is None else line.finish_day
    if line.finish_day is not None:
        found.append(reason("later_day", finish=_date(problem, line.finish_day)))

    def attempt(code: str, changed: Problem, rules: tuple[Rule, ...] = RULES, **facts: object) -> Pass:
        outcome = _dispatch(changed, rules)
        finish = int(outcome.order_finish[place])
        if outcome.order_done[place] and finish < min(before, planned):
            change = _others(a, outcome, place) - others
            values = {"finish": _date(problem, finish), "others": f"{change:+g}", **facts}
            if code == "overtime":
                values["minutes"] = round(_extra(a, outcome))
            found.append(reason(code, **values))
        return outcome

    shops = problem.workshops
    if technique is not None and not only_training:
        longer = tuple(
            replace(shop, capacity_factor=shop.capacity_factor * (1 + OVERTIME))
            if any(can.technique == technique for can in shop.capabilities)
            else shop
            for shop in shops
        )
        percent = round(100 * OVERTIME)
        attempt("overtime", replace(problem, workshops=longer), technique=technique, percent=percent)
    if technique is not None:
        idle = _idlest(desk, technique)
        taught = tuple(
            replace(shop, capabilities=(*shop.capabilities, Capability(technique, TRAINED_SPEED)))
            if shop.id in idle
            else shop
            for shop in shops
        )
        if idle:
            names = ", ".join(idle)
            attempt(
                "training",
                replace(problem, workshops=taught),
                technique=technique,
                count=len(idle),
                names=names,
            )
    if only_training:
        return tuple(found)
    heavier = _with(problem, record, lambda order: replace(order, weight=max(order.weight, 0.25) * 4))
    attempt("priority", heavier)
    finer = _with(
        problem,
        record,
        lambda order: replace(
            order, operations=tuple(replace(step, min_lot=max(1, step.min_lot // 2)) for step in order.operations)
        ),
    )
    small = tuple(replace(rule, lot_low=0.15, lot_high=1.0) for rule in RULES)
    attempt("smaller_lots", finer, small)
    return tuple(found)


def _with(problem: Problem, record: Order, change: Callable[[Order], Order]) -> Problem:
    orders = tuple(change(order) if order.id == record.id else order for order in problem.orders)
    return replace(problem, orders=orders)


def _idlest(desk: Desk, technique: str) -> list[str]:
    """Workshops without a technique with most of their hours free, in hubs where it is worked before elsewhere."""
    a = desk.a
    shops, _ = desk.shops_of(a.techniques.index(technique))
    knows = np.zeros(len(a.workshop_ids), bool)
    knows[shops] = True
    near = np.isin(a.hub, a.hub[shops])
    share = np.maximum(0.0, desk.room).sum(1) / np.maximum(a.capacity.sum(1), 1.0)
    order = np.lexsort((np.arange(len(share)), -share, ~near))
    return [a.workshop_ids[shop] for shop in order.tolist() if share[shop] > 0 and not knows[shop]][:TRAINED]


def _date(problem: Problem, day: int) -> str:
    return (problem.start_on + datetime.timedelta(days=int(day))).isoformat()


def _dispatch(problem: Problem, rules: tuple[Rule, ...]) -> Pass:
    a = compile_problem(problem)
    setup = prepare(a)
    tie = np.random.default_rng(0).random(len(a.workshop_ids)) * 1e-9
    return min((run_pass(setup, rule, tie) for rule in rules), key=lambda outcome: outcome.value)


def _others(a: Arrays, outcome: Pass, place: int) -> float:
    """Weighted tardiness of the other orders."""
    late: Ints = np.maximum(0, outcome.order_finish - a.due)
    late[place] = 0
    return float((a.weight * late).sum())


def _extra(a: Arrays, outcome: Pass) -> float:
    """Minutes worked beyond what the plain calendar has free."""
    used = np.zeros_like(a.free)
    np.add.at(used, (outcome.workshop[outcome.work_lot], outcome.work_day), outcome.work_minutes)
    return float(np.maximum(0.0, used - a.free).sum())
