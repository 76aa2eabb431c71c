"""From the engine's answer to what a plan run stores: allocations, the orders' fate, load against capacity."""

from __future__ import annotations

import dataclasses
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from kiwanda.engine import Lot, Plan, Problem, Violation
from kiwanda.factory.planning.comparison import Comparison
from kiwanda.factory.planning.load import load_and_capacity
from kiwanda.factory.planning.problem import Question

#: How many broken rules a failed run names.
SENTENCES = 3


class PlannedLot(NamedTuple):
    """A lot of the plan, ready to become an allocation."""

    production_order_id: UUID
    operation_id: UUID
    workshop_id: UUID
    quantity: int
    start_on: date
    finish_on: date
    minutes: Decimal


@dataclass(frozen=True)
class Proposal:
    """Everything ``store_plan`` writes."""

    lots: list[PlannedLot]
    order_results: list[dict[str, Any]]
    objective: dict[str, Any]
    bound: dict[str, Any]
    summary: dict[str, Any]
    problem_sha256: str = ""
    plan_sha256: str = ""
    log: list[str] = field(default_factory=list)


def packed(data: dict[str, Any]) -> bytes:
    """A problem as a gzipped file; equal problems give equal bytes."""
    return gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0)


def build_proposal(
    question: Question, problem: Problem, plan: Plan, comparison: Comparison, sha256: str, plan_sha256: str = ""
) -> Proposal:
    """Turn a checked plan into rows; ``sha256`` and ``plan_sha256`` name the stored files of problem and plan."""
    planned = plan.planned(problem)
    start = question.capacity.start_on
    lots = [_lot(lot, start) for lot in planned]
    results = order_results(question, plan)
    objective = dataclasses.asdict(plan.objective)
    late = [row for row in results if row["tardiness_days"] > 0]
    summary = {
        "counts": {
            "orders": len(results),
            "lots": len(lots),
            "pieces": sum(lot.quantity for lot in lots),
            "workshops": len({lot.workshop_id for lot in lots}),
            "late_orders": len(late),
            "undone_pieces": sum(row["undone_quantity"] for row in results),
            "fixed_lots": len(problem.fixed),
        },
        **load_and_capacity(question, [*problem.fixed, *planned], problem),
        "comparison": comparison.against(lots, results),
        "log": list(plan.log),
        "seconds": round(plan.seconds, 3),
    }
    bound = dataclasses.asdict(plan.bound)
    return Proposal(lots, results, objective, bound, summary, sha256, plan_sha256, list(plan.log))


def order_results(question: Question, plan: Plan) -> list[dict[str, Any]]:
    """What becomes of each production order; ``finish_on`` is None where pieces stay undone."""
    known = {str(key): (order.code, order.due_on) for key, order in question.orders.items()}
    return fate_rows(plan, question.capacity.start_on, known)


def fate_rows(plan: Plan, start_on: date, orders: Mapping[str, tuple[str, date]]) -> list[dict[str, Any]]:
    """What becomes of each order of a plan beginning on ``start_on``; ``orders`` gives code and due day by id."""
    rows = []
    for line in plan.orders:
        code, due_on = orders[line.id]
        finish = None if line.finish_day is None else start_on + timedelta(days=line.finish_day)
        rows.append(
            {
                "production_order_id": line.id,
                "code": code,
                "due_on": due_on.isoformat(),
                "finish_on": finish.isoformat() if finish else None,
                "tardiness_days": line.tardiness_days,
                "undone_quantity": line.undone_quantity,
            }
        )
    return rows


def broken_rules(broken: Sequence[Violation]) -> str:
    """The first few rules that a plan breaks, in words."""
    return " ".join(str(item) for item in broken[:SENTENCES])


def _lot(lot: Lot, start: date) -> PlannedLot:
    return PlannedLot(
        UUID(lot.order),
        UUID(lot.operation),
        UUID(lot.workshop),
        lot.quantity,
        start + timedelta(days=lot.start_day),
        start + timedelta(days=lot.finish_day),
        Decimal(f"{sum(minutes for _, minutes in lot.minutes):.1f}"),
    )
