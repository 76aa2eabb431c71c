"""Plans and problems as columns on disk: plain ``.npz`` files, one for each region."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..arrays import Floats, Ints
from ..errors import ProblemError
from ..model import Lot
from ..plan import PlannedOrder
from .problem_arrays import Names

Column = npt.NDArray[Any]

FLOAT32_MINUTES = 2048.0
"""Below this many minutes a day a 32-bit number is right to a ten-thousandth of a minute."""


def write_columns(path: str | Path, columns: Mapping[str, Column]) -> None:
    """Write an uncompressed ``.npz`` (zip entries carry no time: equal columns give equal bytes)."""
    with open(path, "wb") as stream:
        np.savez(stream, **columns)  # type: ignore[arg-type]


def read_columns(path: str | Path) -> dict[str, Column]:
    """Read all columns; raises ProblemError if ``path`` is no such file, OSError if it is missing."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, ValueError, EOFError, AttributeError) as error:
        raise ProblemError("", f"{Path(path).name} is not a file of columns: {error}") from error


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def narrow(column: Column) -> Column:
    """The same whole numbers in the smallest type that holds them."""
    if not len(column):
        return column.astype(np.int8)
    low, high = int(column.min()), int(column.max())
    for kind in (np.int8, np.int16, np.int32):
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max:
            return column.astype(kind)
    return column


_WIDE = {"i": np.int64, "f": np.float64}


@dataclass(frozen=True)
class RegionPlan:
    """What one region makes, in columns.

    ``workshops`` (with ``own``, see :class:`kiwanda.engine.regions.cutting.Cut`) and ``orders`` are places in the whole
    problem; ``release`` and ``due`` of the orders are as planned, transport to the region and back taken off.
    ``finish`` of orders is the horizon's length where ``undone`` pieces are left.

    The N lots stand in the order the dispatcher made them; ``op`` and ``workshop`` are places among the region's
    operations and workshops, and lot i works ``work_count[i]`` rows of ``day`` and ``minutes``, lot after lot.
    """

    workshops: Ints
    own: Column
    workshop_ids: Names
    orders: Ints
    order_ids: Names
    order_ptr: Ints
    op_ids: Names
    release: Ints
    due: Ints
    order_finish: Ints
    order_undone: Ints
    op: Ints
    workshop: Ints
    quantity: Ints
    start: Ints
    finish: Ints
    work_count: Ints
    day: Ints
    minutes: Floats

    def to_file(self, path: str | Path) -> str:
        """Write the columns in as little room as they need; returns the file's SHA-256."""
        columns = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value.dtype.kind == "i":
                value = narrow(value)
            elif value.dtype.kind == "f" and (not len(value) or value.max() < FLOAT32_MINUTES):
                value = value.astype(np.float32)
            columns[field.name] = value
        write_columns(path, columns)
        return file_digest(path)

    @classmethod
    def from_file(cls, path: str | Path) -> RegionPlan:
        """Read what :meth:`to_file` wrote."""
        columns = read_columns(path)
        if set(columns) != {field.name for field in fields(cls)}:
            raise ProblemError("", f"{Path(path).name} holds no region's plan")
        wide: dict[str, Any] = {
            name: value.astype(_WIDE[value.dtype.kind]) if value.dtype.kind in _WIDE else value
            for name, value in columns.items()
        }
        return cls(**wide)

    @property
    def work_ptr(self) -> Ints:
        """Rows of lot i are ``work_ptr[i]:work_ptr[i+1]``."""
        result = np.zeros(len(self.work_count) + 1, np.int64)
        np.cumsum(self.work_count, out=result[1:])
        return result

    def lots(self, which: Ints) -> tuple[Lot, ...]:
        """Lots at these places as records."""
        ends = self.work_ptr
        order = np.searchsorted(self.order_ptr, self.op[which], side="right") - 1
        rows = (slice(a, b) for a, b in zip(ends[which].tolist(), ends[which + 1].tolist(), strict=True))
        minutes = (tuple(zip(self.day[row].tolist(), self.minutes[row].tolist(), strict=True)) for row in rows)
        columns = zip(
            self.order_ids[order].tolist(), self.op_ids[self.op[which]].tolist(),
            self.workshop_ids[self.workshop[which]].tolist(), self.quantity[which].tolist(),
            self.start[which].tolist(), self.finish[which].tolist(), minutes, strict=True,
        )  # fmt: skip
        return tuple(Lot(*column) for column in columns)

    def of_order(self, place: int) -> tuple[Lot, ...]:
        """Planned lots of the order at this place among the region's."""
        low, high = self.order_ptr[place], self.order_ptr[place + 1]
        return self.lots(np.flatnonzero((self.op >= low) & (self.op < high)))

    def of_workshop(self, place: int) -> tuple[Lot, ...]:
        """Planned lots of the workshop at this place among the region's."""
        return self.lots(np.flatnonzero(self.workshop == place))

    def lines(self) -> tuple[PlannedOrder, ...]:
        """One record for each order, tardiness against ``due``."""
        late = np.maximum(0, self.order_finish - self.due)
        return tuple(
            PlannedOrder(name, None if undone else finish, tardiness, undone)
            for name, finish, tardiness, undone in zip(
                self.order_ids.tolist(), self.order_finish.tolist(), late.tolist(), self.order_undone.tolist(),
                strict=True,
            )
        )  # fmt: skip
