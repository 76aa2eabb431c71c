"""The plan of all regions: held in memory or in a folder, read one region, one order or one workshop at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from ..arrays import Ints
from ..errors import ProblemError
from ..model import Lot, Problem
from ..plan import Bound, LotTable, Objective, Plan, PlannedOrder
from .problem_arrays import Names
from .storing import RegionPlan, file_digest, read_columns, write_columns

STORED_FORMAT = "kiwanda-stored-plan/1"
MANIFEST, INDEX = "manifest.json", "index.npz"


@dataclass(frozen=True)
class RegionRow:
    """What the manifest says of one region; ``sha256`` is its file's, empty in memory."""

    hubs: tuple[str, ...]
    centre: str
    workshops: int
    orders: int
    lots: int
    objective: Objective
    sha256: str = ""

    @staticmethod
    def file_name(region: int) -> str:
        return f"region-{region:04d}.npz"


@dataclass(frozen=True)
class Manifest:
    """Everything about the plan but its lots. ``problem`` is the digest of the problem it was made for.

    ``bound`` holds for any plan, ``bound_one_region`` for plans that make each line within one region.
    """

    problem: str
    days: int
    from_day: int
    seed: int
    seconds: float
    objective: Objective
    bound: Bound
    bound_one_region: Bound
    regions: tuple[RegionRow, ...]
    log: tuple[str, ...]

    def to_json(self) -> str:
        return json.dumps({"format": STORED_FORMAT, **asdict(self)}, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        try:
            data = json.loads(text)
            if data.pop("format") != STORED_FORMAT:
                raise ProblemError("format", f"must be {STORED_FORMAT!r}")
            rows = tuple(
                RegionRow(**(row | {"objective": Objective(**row["objective"]), "hubs": tuple(row["hubs"])}))
                for row in data.pop("regions")
            )
            return cls(
                problem=data["problem"],
                days=data["days"],
                from_day=data["from_day"],
                seed=data["seed"],
                seconds=data["seconds"],
                objective=Objective(**data["objective"]),
                bound=Bound(**data["bound"]),
                bound_one_region=Bound(**data["bound_one_region"]),
                regions=rows,
                log=tuple(data["log"]),
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ProblemError("", f"This is not the manifest of a stored plan: {error!r}") from error


@dataclass(frozen=True)
class Index:
    """Ids of all orders and workshops (sorted) and the region each is in."""

    order_ids: Names
    order_region: Ints
    workshop_ids: Names
    workshop_region: Ints


class RegionalPlan:
    """A plan by regions, in memory. :meth:`store` writes it to a folder, which :class:`StoredPlan` opens."""

    def __init__(self, manifest: Manifest, index: Index, plans: Sequence[RegionPlan] = ()) -> None:
        self.manifest = manifest
        self._index = index
        self._plans = tuple(plans)

    @property
    def index(self) -> Index:
        return self._index

    @property
    def objective(self) -> Objective:
        return self.manifest.objective

    @property
    def bound(self) -> Bound:
        """Holds for any plan of the problem; see :mod:`kiwanda.engine.regions.bound`."""
        return self.manifest.bound

    def __len__(self) -> int:
        """Planned lots."""
        return sum(row.lots for row in self.manifest.regions)

    @property
    def regions(self) -> int:
        return len(self.manifest.regions)

    def region(self, place: int) -> RegionPlan:
        """The columns of one region."""
        return self._plans[place]

    def region_of_order(self, name: str) -> int:
        """The region that makes an order; raises ProblemError if the plan does not know it."""
        return _look_up(self.index.order_ids, self.index.order_region, name, "order")

    def region_of_workshop(self, name: str) -> int:
        """The region a workshop belongs to; raises ProblemError if the plan does not know it."""
        return _look_up(self.index.workshop_ids, self.index.workshop_region, name, "workshop")

    def order(self, name: str) -> tuple[PlannedOrder, tuple[Lot, ...]]:
        """An order's line and its planned lots; reads one region."""
        plan = self.region(self.region_of_order(name))
        place = int(np.searchsorted(plan.order_ids, name))
        finish, undone = int(plan.order_finish[place]), int(plan.order_undone[place])
        line = PlannedOrder(name, None if undone else finish, max(0, finish - int(plan.due[place])), undone)
        return line, plan.of_order(place)

    def workshop(self, name: str) -> tuple[Lot, ...]:
        """A workshop's planned lots; reads one region."""
        plan = self.region(self.region_of_workshop(name))
        return plan.of_workshop(int(np.searchsorted(plan.workshop_ids, name)))

    def store(self, folder: str | Path) -> StoredPlan:
        """Write all columns, the index and, last, the manifest to ``folder`` (made if it is not there)."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        rows = [
            replace(row, sha256=self.region(place).to_file(folder / RegionRow.file_name(place)))
            for place, row in enumerate(self.manifest.regions)
        ]
        write_index(folder, self.index)
        return finish_store(folder, replace(self.manifest, regions=tuple(rows)))

    def to_plan(self, problem: Problem) -> Plan:
        """The whole as an ordinary plan of the problem's records, fixed lots included.

        Only where no transport is counted (no ``material_hub`` or ``finishing_hub``), else days late would differ.
        """
        lots: list[Lot] = list(problem.fixed)
        lines: list[PlannedOrder] = []
        for place in range(self.regions):
            plan = self.region(place)
            lots.extend(plan.lots(np.arange(len(plan.op))))
            lines.extend(plan.lines())
        lines.sort(key=lambda line: line.id)
        m = self.manifest
        return Plan(LotTable(lots), tuple(lines), m.objective, m.bound, m.seconds, m.seed, m.log)


class StoredPlan(RegionalPlan):
    """A plan in a folder: the manifest is read on opening, regions when they are asked for.

    Raises
    ------
    ProblemError
        If the folder holds no stored plan.
    OSError
        If it cannot be read.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        try:
            text = (self.folder / MANIFEST).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise ProblemError("", f"{self.folder} holds no finished plan: there is no {MANIFEST}") from error
        super().__init__(Manifest.from_json(text), _NO_INDEX)

    @cached_property
    def _read_index(self) -> Index:
        return Index(**read_columns(self.folder / INDEX))

    @property
    def index(self) -> Index:
        return self._read_index

    def region(self, place: int) -> RegionPlan:
        """Read the columns of one region."""
        if not 0 <= place < self.regions:
            raise IndexError(f"There are {self.regions} regions, numbered from 0; {place} is not among them.")
        return RegionPlan.from_file(self.folder / RegionRow.file_name(place))

    def damaged(self) -> list[str]:
        """Names of region files that are missing or not what the manifest says."""
        names = []
        for place, row in enumerate(self.manifest.regions):
            path = self.folder / RegionRow.file_name(place)
            if not path.exists() or file_digest(path) != row.sha256:
                names.append(path.name)
        return names


def write_index(folder: Path, index: Index) -> None:
    """Write who is where."""
    write_columns(folder / INDEX, {name: getattr(index, name) for name in Index.__dataclass_fields__})


def finish_store(folder: Path, manifest: Manifest) -> StoredPlan:
    """Write the manifest, which makes the folder a plan."""
    part = folder / (MANIFEST + ".part")
    part.write_text(manifest.to_json(), encoding="utf-8")
    part.replace(folder / MANIFEST)
    return StoredPlan(folder)


def _look_up(names: Names, regions: Ints, name: str, kind: str) -> int:
    place = int(np.searchsorted(names, name))
    if place >= len(names) or names[place] != name:
        raise ProblemError("", f"The plan knows no {kind} {name!r}")
    return int(regions[place])


_NO_INDEX = Index(np.zeros(0, "U1"), np.zeros(0, np.int64), np.zeros(0, "U1"), np.zeros(0, np.int64))
