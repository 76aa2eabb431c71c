"""A plan's lots as NumPy columns."""

from __future__ import annotations

from dataclasses import dataclass

from .arrays import Arrays, Floats, Ints
from .model import Lot


@dataclass(frozen=True)
class LotColumns:
    """N lots: the problem's fixed ones first (as objects), then planned ones in columns of length N - F.

    ``op`` and ``workshop`` index into the arrays of the problem; the minutes of planned lot i are
    ``minutes[work_ptr[i]:work_ptr[i+1]]`` on ``day[...]``.
    """

    arrays: Arrays
    fixed: tuple[Lot, ...]
    op: Ints
    workshop: Ints
    quantity: Ints
    start: Ints
    finish: Ints
    work_ptr: Ints
    day: Ints
    minutes: Floats

    def __len__(self) -> int:
        return len(self.fixed) + len(self.op)

    def lots(self) -> tuple[Lot, ...]:
        """The same as records."""
        a = self.arrays
        orders = [a.order_ids[index] for index in a.op_order[self.op].tolist()]
        operations = [a.op_ids[index] for index in self.op.tolist()]
        workshops = [a.workshop_ids[index] for index in self.workshop.tolist()]
        worked = list(zip(self.day.tolist(), self.minutes.tolist(), strict=True))
        ends = self.work_ptr.tolist()
        rows = zip(
            orders, operations, workshops, self.quantity.tolist(), self.start.tolist(), self.finish.tolist(),
            (tuple(worked[ends[i] : ends[i + 1]]) for i in range(len(orders))), strict=True,
        )  # fmt: skip
        return (*self.fixed, *(Lot(*row) for row in rows))
