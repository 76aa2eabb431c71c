"""Two plans side by side: what changes for orders, workshops, techniques and in the engine's own figures. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from kiwanda.factory.planning.load import Load
from kiwanda.factory.planning.outcomes import Outcome

#: What may happen to an order from one plan to the other, the worst first.
ORDER_KINDS = ("lost", "later", "added", "earlier", "gained", "gone", "same")


class OrderChange(NamedTuple):
    """One order in two plans. ``days``: later (+) or earlier (-), None where either plan does not finish it.

    ``kind``: later, earlier, same, lost (no longer finished within the horizon), gained (now finished), added (only in
    the second plan), gone (only in the first).
    """

    id: str
    code: str
    kind: str
    due_on: date
    before_on: date | None
    after_on: date | None
    days: int | None
    late_before: int
    late_after: int
    undone_before: int
    undone_after: int


class WorkshopChange(NamedTuple):
    """One workshop in two plans: pay in minor units, minutes of work, and how many of its lots are not in both."""

    id: str
    hub: str
    before_minor: int
    after_minor: int
    minutes_before: float
    minutes_after: float
    lots_moved: int

    @property
    def gain_minor(self) -> int:
        return self.after_minor - self.before_minor


class TechniqueChange(NamedTuple):
    """One technique in two plans, minutes over the weeks both cover."""

    code: str
    load_before: float
    load_after: float
    capacity_before: float
    capacity_after: float
    busiest_before: float
    """Load over capacity of its fullest week."""
    busiest_after: float

    @property
    def shift(self) -> float:
        return self.load_after - self.load_before


class LotCounts(NamedTuple):
    """Planned lots: in both (same work, pieces and start), in both but changed, only in the second, only the first."""

    kept: int
    changed: int
    new: int
    dropped: int


@dataclass(frozen=True)
class Difference:
    """``before`` against ``after``."""

    before: Outcome
    after: Outcome

    @cached_property
    def orders(self) -> list[OrderChange]:
        """Every order of either plan; the most delayed first, what is the same last."""
        rows = [self._order(key) for key in self.before.fates.keys() | self.after.fates.keys()]
        rank = {kind: index for index, kind in enumerate(ORDER_KINDS)}
        return sorted(rows, key=lambda row: (rank[row.kind], -abs(row.days or 0), row.due_on, row.code))

    def _order(self, key: str) -> OrderChange:
        was, now = self.before.fates.get(key), self.after.fates.get(key)
        known = now or was
        assert known is not None
        before_on, after_on = was and was.finish_on, now and now.finish_on
        days = (after_on - before_on).days if before_on and after_on else None
        if was is None or now is None:
            kind = "added" if was is None else "gone"
        elif days is None:
            kind = "lost" if before_on else "gained" if after_on else "same"
        else:
            kind = "later" if days > 0 else "earlier" if days < 0 else "same"
        return OrderChange(
            key, known.code, kind, known.due_on, before_on, after_on, days,
            was.tardiness_days if was else 0, now.tardiness_days if now else 0,
            was.undone_quantity if was else 0, now.undone_quantity if now else 0,
        )

    @cached_property
    def order_counts(self) -> dict[str, int]:
        """How many orders of each kind, all kinds of :data:`ORDER_KINDS`."""
        counts = Counter(row.kind for row in self.orders)
        return {kind: counts[kind] for kind in ORDER_KINDS}

    @cached_property
    def workshops(self) -> list[WorkshopChange]:
        """Every workshop with work in either plan; the biggest loss first, the biggest gain last."""
        hubs = {row.id: row.hub for outcome in (self.before, self.after) for row in outcome.problem.workshops}
        minutes = [_minutes(self.before.load), _minutes(self.after.load)]
        moved = self._moved
        rows = []
        for key in sorted(hubs):
            was, now = self.before.incomes.get(key, 0), self.after.incomes.get(key, 0)
            spent = [table.get(key, 0.0) for table in minutes]
            if was or now or spent[0] or spent[1]:
                rows.append(WorkshopChange(key, hubs[key], was, now, spent[0], spent[1], moved[key]))
        return sorted(rows, key=lambda row: (row.gain_minor, row.id))

    @cached_property
    def _moved(self) -> Counter[str]:
        before, after = _lots(self.before), _lots(self.after)
        moved = Counter[str]()
        for (_, _, workshop, _, _), count in (before - after).items():
            moved[workshop] += count
        for (_, _, workshop, _, _), count in (after - before).items():
            moved[workshop] += count
        return moved

    @cached_property
    def lots(self) -> LotCounts:
        before, after = _lots(self.before), _lots(self.after)
        kept = before & after
        was, now = Counter[Any](), Counter[Any]()
        for key, count in (before - kept).items():
            was[key[:3]] += count
        for key, count in (after - kept).items():
            now[key[:3]] += count
        changed = (was & now).total()
        return LotCounts(
            kept.total(), changed, after.total() - kept.total() - changed, before.total() - kept.total() - changed
        )

    @cached_property
    def weeks(self) -> list[str]:
        """ISO weeks both plans cover."""
        known = set(self.after.load.weeks)
        return [week for week in self.before.load.weeks if week in known]

    @cached_property
    def techniques(self) -> list[TechniqueChange]:
        """Every technique with work in either plan; the largest shift of load first."""
        names = dict.fromkeys((*self.before.problem.techniques, *self.after.problem.techniques))
        tables = [_by_technique(outcome.load, self.weeks) for outcome in (self.before, self.after)]
        rows = []
        for name in names:
            (load_a, hours_a), (load_b, hours_b) = (table.get(name, (0.0, 0.0)) for table in tables)
            if np.any(load_a) or np.any(load_b):
                rows.append(
                    TechniqueChange(
                        name, float(np.sum(load_a)), float(np.sum(load_b)), float(np.sum(hours_a)),
                        float(np.sum(hours_b)), _busiest(load_a, hours_a), _busiest(load_b, hours_b),
                    )
                )
        return sorted(rows, key=lambda row: (-abs(row.shift), row.code))

    @cached_property
    def income(self) -> dict[str, Any]:
        """How many gain, lose, stay; the sum of the changes, their median and outer tenths, in minor units."""
        gains = np.array([row.gain_minor for row in self.workshops] or [0])
        return {
            "gain": int((gains > 0).sum()),
            "lose": int((gains < 0).sum()),
            "same": int(((gains == 0)).sum()) if self.workshops else 0,
            "total_minor": int(gains.sum()),
            "median_minor": round(float(np.median(gains))),
            "low_minor": round(float(np.quantile(gains, 0.1))),
            "high_minor": round(float(np.quantile(gains, 0.9))),
        }

    def histogram(self, edges_minor: Sequence[int]) -> list[int]:
        """Workshops by change of pay: below the first edge, between each two, above the last; no change left out."""
        gains = [row.gain_minor for row in self.workshops if row.gain_minor]
        places = np.searchsorted(np.array(edges_minor), np.array(gains, np.int64), side="right")
        return [int(count) for count in np.bincount(places, minlength=len(edges_minor) + 1)]

    def headline(self) -> dict[str, Any]:
        """The few figures a list shows, as plain JSON."""
        counts, lots = self.order_counts, self.lots
        return {
            "later": counts["later"] + counts["lost"],
            "earlier": counts["earlier"] + counts["gained"],
            "added": counts["added"],
            "late_before": self.before.objective["late_orders"],
            "late_after": self.after.objective["late_orders"],
            "tardiness_before": self.before.objective["weighted_tardiness"],
            "tardiness_after": self.after.objective["weighted_tardiness"],
            "gain": self.income["gain"],
            "lose": self.income["lose"],
            "total_minor": self.income["total_minor"],
            "lots": list(lots),
        }


def _lots(outcome: Outcome) -> Counter[tuple[str, str, str, int, date]]:
    return Counter(
        (lot.order, lot.operation, lot.workshop, lot.quantity, outcome.on(lot.start_day)) for lot in outcome.lots
    )


def _minutes(load: Load) -> dict[str, float]:
    totals = load.load.sum(axis=(1, 2))
    return {row.id: float(totals[index]) for index, row in enumerate(load.problem.workshops) if totals[index]}


def _by_technique(load: Load, weeks: list[str]) -> dict[str, tuple[Any, Any]]:
    columns = [load.weeks.index(week) for week in weeks]
    asked = load.load.sum(axis=0)[:, columns]
    hours = load.shared.sum(axis=0)[:, columns]
    return {name: (asked[index], hours[index]) for index, name in enumerate(load.problem.techniques)}


def _busiest(load: Any, hours: Any) -> float:
    load, hours = np.atleast_1d(load), np.atleast_1d(hours)
    shares = np.divide(load, hours, out=np.zeros_like(load, dtype=float), where=hours > 0)
    return float(shares.max()) if shares.size else 0.0
