"""When a workshop will do work it has already taken: the earliest free minutes of its days."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from kiwanda.factory.planning.capacity import Capacity


class Filler:
    """Lays work into the free minutes of W workshops over D days, within a weekly cap. Keeps what it has given out."""

    def __init__(self, capacity: Capacity, week_minutes_cap: float) -> None:
        self.capacity = capacity
        self._free = capacity.minutes.tolist()
        self._week_free: dict[tuple[int, int], float] = defaultdict(lambda: float(week_minutes_cap))

    def fill(self, workshop_id: UUID, minutes: float, start: int) -> tuple[list[list[float]], int]:
        """``minutes`` of work from day ``start`` on: ``([[day, minutes], …], last day)``.

        What does not fit into the horizon is left off and the last day is the horizon's. No minutes: ``([], start)``.
        """
        place = self.capacity.place[workshop_id]
        free = self._free[place]
        result: list[list[float]] = []
        last = start
        for day in range(start, self.capacity.days):
            if minutes <= 1e-6:
                return result, last
            week = (place, day // 7)
            taken = min(minutes, free[day], self._week_free[week])
            if taken > 1e-9:
                free[day] -= taken
                self._week_free[week] -= taken
                minutes -= taken
                result.append([day, round(taken, 4)])
                last = day
        if minutes > 1e-6:
            last = max(last, self.capacity.days - 1)
        return result, last

    def room(self, workshop_id: UUID, start: int, end: int) -> float:
        """Free minutes from day ``start`` to ``end`` inclusive."""
        place = self.capacity.place[workshop_id]
        free = self._free[place]
        total = 0.0
        weeks: dict[int, float] = defaultdict(float)
        for day in range(max(0, start), min(end, self.capacity.days - 1) + 1):
            weeks[day // 7] += free[day]
        for week, minutes in weeks.items():
            total += min(minutes, self._week_free[place, week])
        return total
