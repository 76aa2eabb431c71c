"""What a proposal changes against the plan published before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kiwanda.engine import Lot, LotTable, Plan
from kiwanda.factory.planning.models import Allocation, PlanRun

if TYPE_CHECKING:
    from kiwanda.factory.planning.proposal import PlannedLot

#: How many moved orders are listed; the rest are counted.
LISTED = 50

Work = tuple[UUID, UUID, UUID]


@dataclass(frozen=True)
class Comparison:
    """The plan in force: its lots that were not offered yet, and when it finishes each order."""

    number: int | None = None
    lots: list[tuple[Work, int, date]] = field(default_factory=list)
    finish_on: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Comparison:
        """Read the published plan, two queries."""
        run = PlanRun.objects.filter(state="published").first()
        if run is None:
            return cls()
        rows = Allocation.objects.filter(plan_run=run, state="tentative").values_list(
            "production_order_id", "operation_id", "workshop_id", "quantity", "start_on"
        )
        lots = [((order, operation, workshop), quantity, start) for order, operation, workshop, quantity, start in rows]
        return cls(run.number, lots, {row["production_order_id"]: row["finish_on"] for row in run.order_results})

    def as_plan(self, start_on: date) -> Plan | None:
        """The lots not offered yet as the engine's plan in force, days counted from ``start_on``; None without one."""
        if self.number is None:
            return None
        lots = []
        for (order, operation, workshop), quantity, start in self.lots:
            day = (start - start_on).days
            lots.append(Lot(str(order), str(operation), str(workshop), quantity, day, day))
        return Plan(LotTable(lots), ())

    def against(self, lots: Sequence[PlannedLot], results: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Lots ``kept`` (same work, quantity and start), ``changed`` (same work), ``new``, ``dropped``; orders moved.

        ``later`` and ``earlier`` list production orders with their days of difference, the largest first; an order that
        was finished before and no longer is within the horizon counts as ``lost``, the reverse as ``gained``.
        """
        if self.number is None:
            return {"number": None}
        before = Counter(self.lots)
        after = Counter(
            ((lot.production_order_id, lot.operation_id, lot.workshop_id), lot.quantity, lot.start_on) for lot in lots
        )
        kept = before & after
        work_before = Counter[Work]()
        for (work, _, _), count in (before - kept).items():
            work_before[work] += count
        work_after = Counter[Work]()
        for (work, _, _), count in (after - kept).items():
            work_after[work] += count
        changed = (work_before & work_after).total()
        moved: list[dict[str, Any]] = []
        lost, gained = [], []
        for row in results:
            key = row["production_order_id"]
            if key not in self.finish_on:
                continue
            was, now = self.finish_on[key], row["finish_on"]
            if was is None and now is not None:
                gained.append(row["code"])
            elif was is not None and now is None:
                lost.append(row["code"])
            elif was is not None and now is not None and was != now:
                days = (date.fromisoformat(now) - date.fromisoformat(was)).days
                moved.append({"production_order_id": key, "code": row["code"], "days": days, "finish_on": now})
        later = sorted((row for row in moved if row["days"] > 0), key=lambda row: (-row["days"], row["code"]))
        earlier = sorted((row for row in moved if row["days"] < 0), key=lambda row: (row["days"], row["code"]))
        return {
            "number": self.number,
            "kept": kept.total(),
            "changed": changed,
            "new": after.total() - kept.total() - changed,
            "dropped": before.total() - kept.total() - changed,
            "later": later[:LISTED],
            "later_count": len(later),
            "earlier": earlier[:LISTED],
            "earlier_count": len(earlier),
            "lost": lost[:LISTED],
            "gained": gained[:LISTED],
        }
