"""Is a plan by regions sound? Region by region with the independent checker, and the whole from its columns."""

from __future__ import annotations

import numpy as np

from ..arrays import Ints
from ..checker import check_plan
from ..columns import LotColumns
from ..plan import Bound, LotTable, Plan, PlannedOrder, Violation
from .cutting import busy_work, cut, lay_out, to_problem
from .problem_arrays import ProblemArrays, spans
from .stored_plan import RegionalPlan

MINUTES_TOLERANCE = 0.01


def check_region(problem: ProblemArrays, plan: RegionalPlan, region: int) -> list[Violation]:
    """Turn one region into records and put them to :func:`kiwanda.engine.check`: every rule of the format.

    The region's problem is cut from the whole anew; only which workshops and lines it has, and the days transport takes
    off them, are read from the plan. Slow (Python records): a few seconds for 10,000 workshops.
    """
    part = plan.region(region)
    apart = cut(problem, part.workshops[part.own], part.orders, part.release, part.due)
    if not np.array_equal(apart.workshops, part.workshops):
        return [Violation("reference", f"region {region}", "Its workshops are not those its lines' begun work needs.")]
    if (part.release < problem.release[part.orders]).any() or (part.due > problem.due[part.orders]).any():
        return [Violation("release", f"region {region}", "A line starts before or is due after what the problem says.")]
    records = to_problem(apart.problem)
    columns = LotColumns(
        arrays=lay_out(apart.problem), fixed=records.fixed, op=part.op, workshop=part.workshop, quantity=part.quantity,
        start=part.start, finish=part.finish, work_ptr=part.work_ptr, day=part.day, minutes=part.minutes,
    )  # fmt: skip
    busy = tuple(PlannedOrder(order.id, lot.finish_day, 0, 0) for lot, order in busy_work(apart.problem))
    row = plan.manifest.regions[region]
    return check_plan(records, Plan(LotTable(columns=columns), (*part.lines(), *busy), row.objective, Bound()))


def check_whole(problem: ProblemArrays, plan: RegionalPlan) -> list[Violation]:
    """What no single region can tell: the right problem, everybody in one region, every line made once, pieces and
    hours adding up over all regions, and the sums. One pass over the columns; works for a million workshops.
    """
    found: list[Violation] = []

    def report(rule: str, where: str, message: str) -> None:
        found.append(Violation(rule, where, message))

    if plan.manifest.problem != problem.digest():
        report("reference", "problem", "The plan was made for another problem.")
        return found
    shops, lines = len(problem.workshop_ids), len(problem.order_ids)
    seen_shop, seen_line = np.zeros(shops, np.int64), np.zeros(lines, np.int64)
    made = problem.op_fixed
    undone = np.zeros(lines, np.int64)
    tardiness, late = 0.0, 0
    for place, row in enumerate(plan.manifest.regions):
        part = plan.region(place)
        seen_shop[part.workshops[part.own]] += 1
        seen_line[part.orders] += 1
        if plan.index.order_region[part.orders].tolist() != [place] * len(part.orders):
            report("reference", f"region {place}", "The index puts lines of this region elsewhere.")
        if (plan.index.workshop_region[part.workshops[part.own]] != place).any():
            report("reference", f"region {place}", "The index puts workshops of this region elsewhere.")
        if not part.own[part.workshop].all():
            report("reference", f"region {place}", "It plans lots at workshops of another region.")
        ops = _whole_ops(problem, part.orders)
        if len(ops) != part.order_ptr[-1] or not np.array_equal(problem.order_ids[part.orders], part.order_ids):
            report("reference", f"region {place}", "Its lines are not those of the problem.")
            continue
        np.add.at(made, ops[part.op], part.quantity)
        undone[part.orders] += part.order_undone
        days_late = np.maximum(0, part.order_finish - part.due)
        if (np.maximum(0, part.order_finish - problem.due[part.orders]) > days_late).any():
            report("order", f"region {place}", "Lines are said to be less late than they are.")
        total = float((problem.weight[part.orders] * days_late).sum())
        if abs(total - row.objective.weighted_tardiness) > 1e-5 + 1e-6 * total:
            report("objective", f"region {place}", f"Weighted tardiness is {total:g}, and the manifest says otherwise.")
        tardiness += total
        late += int((days_late > 0).sum())
        found += _hours(problem, plan, place)
    for name, seen in (("workshops", seen_shop), ("lines", seen_line)):
        if (seen != 1).any():
            report("reference", name, f"{int((seen == 0).sum())} are in no region, {int((seen > 1).sum())} in several.")
    wanted = np.maximum(problem.quantity[problem.op_order] - undone[problem.op_order], problem.op_fixed)
    if (made != wanted).any():
        report("quantity", "operations", f"{int((made != wanted).sum())} do not make the pieces they are to make.")
    goal = plan.objective
    if abs(goal.weighted_tardiness - tardiness) > 1e-5 + 1e-6 * tardiness or goal.late_orders != late:
        report("objective", "weighted_tardiness", f"It is {tardiness:g}, {late} late; the manifest says otherwise.")
    if goal.undone != int(undone.sum()):
        report("objective", "undone", f"There are {int(undone.sum())} pieces, and the manifest says {goal.undone}.")
    for bound in (plan.manifest.bound, plan.manifest.bound_one_region):
        if bound.weighted_tardiness > tardiness + 1e-5 + 1e-6 * tardiness:
            report("objective", bound.method, "The lower bound lies above the plan's own weighted tardiness.")
    return found


def _whole_ops(problem: ProblemArrays, orders: Ints) -> Ints:
    """Places in the whole problem of the operations of these orders."""
    return spans(problem.order_ptr, orders)[0]


def _hours(problem: ProblemArrays, plan: RegionalPlan, region: int) -> list[Violation]:
    """Hours by day and week of the region's own workshops, all accepted work counted, and the techniques they have."""
    part = plan.region(region)
    own = part.workshops[part.own]
    alone = cut(problem, own, np.zeros(0, np.int64)).problem
    arrays = lay_out(alone)
    place = np.full(len(part.workshops), -1, np.int64)
    place[part.own] = np.arange(len(own))
    shop = place[part.workshop]
    if (shop < 0).any():
        return []  # reported already
    found = []
    able = np.zeros((len(own), len(problem.techniques)), bool)
    able[np.repeat(np.arange(len(own)), np.diff(alone.cap_ptr)), alone.cap_tech] = True
    tech = problem.op_tech[_whole_ops(problem, part.orders)[part.op]]
    if not able[shop, tech].all():
        found.append(Violation("technique", f"region {region}", "Lots lie with workshops that cannot make them."))
    used = np.zeros(arrays.free.shape)
    np.add.at(used, (np.repeat(shop, part.work_count), part.day), part.minutes)
    over = int((used > arrays.free + MINUTES_TOLERANCE).sum())
    if over:
        found.append(Violation("day", f"region {region}", f"{over} workshop-days hold more minutes than there are."))
    weekly = np.add.reduceat(used, np.arange(0, problem.days, 7), axis=1)
    over = int((weekly > arrays.week_free + MINUTES_TOLERANCE).sum())
    if over:
        found.append(Violation("week", f"region {region}", f"{over} workshop-weeks hold more minutes than the cap."))
    return found
