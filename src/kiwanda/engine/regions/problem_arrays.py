"""The problem as columns: what a million workshops fit into, and what travels to whoever plans one region of them."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..arrays import Floats, Ints
from ..errors import ProblemError

ARRAYS_FORMAT = "kiwanda-problem-arrays/1"
Names = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]
NOWHERE = -1
"""Hub of a line whose kits reach any hub on its release day, or which may end anywhere."""


@dataclass(frozen=True)
class ProblemArrays:
    """``kiwanda-problem/1`` in columns: W workshops, L orders, O operations, E edges, F fixed lots, C calendars.

    Workshops, orders, techniques and hubs stand sorted by id, operations in routing order within their order
    (predecessors first), edges by the operation they lead into, so that equal problems have equal arrays. Capabilities
    of workshop w are ``cap_ptr[w]:cap_ptr[w+1]``, its off days ``off_day[off_ptr[w]:off_ptr[w+1]]``; operations of
    order l are ``order_ptr[l]:order_ptr[l+1]``, edges into operation o ``in_ptr[o]:in_ptr[o+1]``; minutes of fixed lot
    f are rows ``fixed_ptr[f]:fixed_ptr[f+1]``. Hours are kept as a calendar, a factor and off days: W x D minutes are
    laid out for one region at a time.

    ``release`` is the first day kits and release allow. ``busy_*`` are minutes already given away to orders that are
    planned elsewhere (columns of workshop, day, minutes).

    ``material_hub`` and ``finishing_hub`` (L, :data:`NOWHERE` where it makes no difference) go beyond the file format:
    where a line's kits lie, and where its pieces must end. A region further away starts later and must be done earlier
    by the days between the regions' centres.
    """

    start_on: datetime.date
    days: int
    week_minutes_cap: float
    techniques: tuple[str, ...]
    hubs: tuple[str, ...]
    transfer: Ints
    calendars: Floats
    workshop_ids: Names
    hub: Ints
    calendar: Ints
    factor: Floats
    off_ptr: Ints
    off_day: Ints
    cap_ptr: Ints
    cap_tech: Ints
    cap_speed: Floats
    cap_yield: Floats
    cap_max: Ints
    income: Ints
    target: Ints
    acceptance: Floats
    on_time: Floats
    order_ids: Names
    quantity: Ints
    release: Ints
    due: Ints
    weight: Floats
    material_hub: Ints
    finishing_hub: Ints
    order_ptr: Ints
    op_ids: Names
    op_tech: Ints
    op_minutes: Floats
    op_pay: Ints
    op_min: Ints
    op_max: Ints
    in_ptr: Ints
    edge_pred: Ints
    fixed_op: Ints
    fixed_workshop: Ints
    fixed_quantity: Ints
    fixed_start: Ints
    fixed_finish: Ints
    fixed_ptr: Ints
    fixed_day: Ints
    fixed_minutes: Floats
    busy_workshop: Ints
    busy_day: Ints
    busy_minutes: Floats

    def __post_init__(self) -> None:
        """Lengths, and that every index lies in its range; raises ProblemError naming the field."""
        w, order, o, f = len(self.workshop_ids), len(self.order_ids), len(self.op_ids), len(self.fixed_op)
        edges, caps, hubs, crafts = len(self.edge_pred), len(self.cap_tech), len(self.hubs), len(self.techniques)
        lengths = {
            w: ("hub", "calendar", "factor", "income", "target", "acceptance", "on_time"),
            w + 1: ("off_ptr", "cap_ptr"),
            caps: ("cap_speed", "cap_yield", "cap_max"),
            order: ("quantity", "release", "due", "weight", "material_hub", "finishing_hub"),
            order + 1: ("order_ptr",),
            o: ("op_tech", "op_minutes", "op_pay", "op_min", "op_max"),
            o + 1: ("in_ptr",),
            f: ("fixed_workshop", "fixed_quantity", "fixed_start", "fixed_finish"),
            f + 1: ("fixed_ptr",),
            len(self.fixed_day): ("fixed_minutes",),
            len(self.busy_day): ("busy_workshop", "busy_minutes"),
        }
        for length, names in lengths.items():
            for name in names:
                if getattr(self, name).shape != (length,):
                    raise ProblemError(name, f"must have shape ({length},), and it has {getattr(self, name).shape}")
        if self.transfer.shape != (hubs, hubs):
            raise ProblemError("transfer", f"must have shape ({hubs}, {hubs}), and it has {self.transfer.shape}")
        if self.calendars.ndim != 2 or self.calendars.shape[1] != self.days:
            raise ProblemError("calendars", f"must have {self.days} columns, and its shape is {self.calendars.shape}")
        ranges = {
            ("hub",): (0, hubs), ("calendar",): (0, len(self.calendars)), ("cap_tech", "op_tech"): (0, crafts),
            ("edge_pred", "fixed_op"): (0, o), ("fixed_workshop", "busy_workshop"): (0, w),
            ("material_hub", "finishing_hub"): (NOWHERE, hubs), ("fixed_day", "busy_day", "off_day"): (0, self.days),
        }  # fmt: skip
        for group, (low, high) in ranges.items():
            for name in group:
                column = getattr(self, name)
                if len(column) and not (low <= column.min() and column.max() < high):
                    raise ProblemError(name, f"must lie from {low} to {high - 1}, and it holds {column.min()} to "
                                             f"{column.max()}")  # fmt: skip
        for name, total in (("off_ptr", len(self.off_day)), ("cap_ptr", caps), ("order_ptr", o), ("in_ptr", edges),
                            ("fixed_ptr", len(self.fixed_day))):  # fmt: skip
            column = getattr(self, name)
            if column[0] != 0 or column[-1] != total or (np.diff(column) < 0).any():
                raise ProblemError(name, f"must rise from 0 to {total}")

    @property
    def op_order(self) -> Ints:
        """Order of each operation, shape O."""
        return np.repeat(np.arange(len(self.order_ids)), np.diff(self.order_ptr))

    @property
    def op_fixed(self) -> Ints:
        """Pieces of each operation in fixed lots, shape O."""
        made = np.zeros(len(self.op_ids), np.int64)
        np.add.at(made, self.fixed_op, self.fixed_quantity)
        return made

    @property
    def op_left(self) -> Ints:
        """Pieces of each operation still to be planned, shape O."""
        return self.quantity[self.op_order] - self.op_fixed

    def megabytes(self) -> float:
        """Memory of all columns."""
        return sum(column.nbytes for column in self._columns().values()) / 1e6

    def digest(self) -> str:
        """SHA-256 over everything: the same for equal problems on any machine."""
        total = hashlib.sha256(json.dumps(self._header(), sort_keys=True).encode())
        for name, column in self._columns().items():
            total.update(f"{name} {column.dtype.str} {column.shape}".encode())
            total.update(np.ascontiguousarray(column).view(np.uint8).data if column.size else b"")
        return total.hexdigest()

    def to_file(self, path: str | Path) -> None:
        """Write ``.npz``, uncompressed; equal problems give equal bytes."""
        from .storing import write_columns

        header = np.frombuffer(json.dumps(self._header(), sort_keys=True).encode(), np.uint8)
        write_columns(path, {"header": header, **self._columns()})

    @classmethod
    def from_file(cls, path: str | Path) -> ProblemArrays:
        """Read what :meth:`to_file` wrote; raises ProblemError for another file, OSError for a missing one."""
        from .storing import read_columns

        columns = read_columns(path)
        try:
            header = json.loads(bytes(columns.pop("header")))
            if header.pop("format") != ARRAYS_FORMAT:
                raise ProblemError("format", f"must be {ARRAYS_FORMAT!r}")
            return cls(
                start_on=datetime.date.fromisoformat(header["start_on"]),
                days=header["days"],
                week_minutes_cap=header["week_minutes_cap"],
                techniques=tuple(header["techniques"]),
                hubs=tuple(header["hubs"]),
                **columns,
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ProblemError("", f"{Path(path).name} holds no problem in columns: {error}") from error

    def _header(self) -> dict[str, Any]:
        return {
            "format": ARRAYS_FORMAT,
            "start_on": self.start_on.isoformat(),
            "days": self.days,
            "week_minutes_cap": self.week_minutes_cap,
            "techniques": list(self.techniques),
            "hubs": list(self.hubs),
        }

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def spans(ptr: Ints, index: Ints) -> tuple[Ints, Ints]:
    """Positions of the rows ``ptr[i]:ptr[i+1]`` for each i of ``index``, one after the other, with new pointers."""
    counts = ptr[index + 1] - ptr[index]
    ends = np.zeros(len(index) + 1, np.int64)
    np.cumsum(counts, out=ends[1:])
    positions = np.arange(ends[-1]) + np.repeat(ptr[index] - ends[:-1], counts)
    return positions, ends
