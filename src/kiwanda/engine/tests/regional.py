"""A small country for the tests of regions, and what they run in other processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kiwanda.engine import Capability, Lot, Operation, Order, Problem, Workshop
from kiwanda.engine.regions import ProblemArrays, from_problem
from kiwanda.engine.tests.problems import MONDAY

CRAFTS = ("cast", "dye", "sew", "weave")


def country(
    seed: int = 0, *, clusters: int = 3, workshops: int = 72, orders: int = 45, load: float = 0.8, begun: bool = True
) -> Problem:
    """Clusters of two hubs a day apart, three days between clusters; chains and assemblies; pieces already begun."""
    rng = np.random.default_rng(seed)
    days, hubs = 42, 2 * clusters
    names = tuple(f"h{i:02d}" for i in range(hubs))
    transfer = tuple(tuple(0 if a == b else 1 if a // 2 == b // 2 else 3 for b in range(hubs)) for a in range(hubs))
    shops = tuple(
        Workshop(
            f"w{i:03d}", names[i % hubs], "six",
            tuple(
                Capability(str(name), round(float(rng.uniform(0.7, 1.3)), 3), 0.95)
                for name in rng.choice(CRAFTS, int(rng.integers(1, 3)), replace=False)
            ),
            capacity_factor=round(float(rng.uniform(0.6, 1.0)), 3), off_days=(int(rng.integers(0, days)),),
            target_weekly_income=700_000,
        )
        for i in range(workshops)
    )  # fmt: skip
    supply = sum(shop.capacity_factor for shop in shops) * 480 * 6 * 5
    steps = rng.integers(2, 5, orders)
    amount = rng.lognormal(0, 0.6, orders)
    amount *= load * supply / (amount * steps * 12).sum()
    lines, fixed = [], []
    for i in range(orders):
        operations = []
        for s in range(int(steps[i])):
            before: tuple[str, ...] = (f"s{s - 1}",) if s else ()
            if s == 3:
                before = ("s1", "s2")
            elif s == 2 and steps[i] == 4:
                before = ("s0",)
            operations.append(Operation(f"s{s}", str(rng.choice(CRAFTS)), 12.0, 3000, before, min_lot=2, max_lot=160))
        quantity = max(5, int(amount[i]))
        release, due = int(rng.integers(-6, 12)), int(rng.integers(18, 36))
        lines.append(
            Order(f"o{i:03d}", quantity, release, due, tuple(operations), weight=float(rng.choice([1.0, 2.0, 8.0])))
        )
        if begun and i % 4 == 0:
            for part in (quantity // 2, quantity // 4):
                fixed.append(Lot(f"o{i:03d}", "s0", f"w{int(rng.integers(workshops)):03d}", part, -2, -1))
        if begun and i % 9 == 0:
            running = Lot(f"o{i:03d}", "s1", f"w{int(rng.integers(workshops)):03d}", 2, 0, 3, ((0, 60.0), (3, 30.5)))
            fixed.append(running)
    return Problem(
        start_on=MONDAY,
        days=days,
        techniques=CRAFTS,
        hubs=names,
        transfer_days=transfer,
        calendars={"six": tuple(0.0 if day % 7 == 6 else 480.0 for day in range(days))},
        workshops=shops,
        orders=tuple(lines),
        fixed=tuple(fixed),
        week_minutes_cap=2700.0,
    )


def placed(problem: Problem, seed: int = 0, crowd: float = 0.6) -> ProblemArrays:
    """The problem with a place for each line's kits and end; the share ``crowd`` of them in the first cluster."""
    rng = np.random.default_rng(seed)
    arrays = from_problem(problem)
    count, hubs = len(arrays.order_ids), len(arrays.hubs)
    hub = np.where(rng.random(count) < crowd, rng.integers(0, min(2, hubs), count), rng.integers(0, hubs, count))
    return replace(arrays, material_hub=hub, finishing_hub=hub)


def die_once(marker: str, function: Callable[[Any], Any], task: Any) -> Any:
    """Kill the process that runs the first task, as a machine that loses its power would."""
    path = Path(marker)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return function(task)


def always_die(task: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Unlucky:
    """An executor the first task of which takes its worker with it."""

    def __init__(self, inner: Any, marker: Path) -> None:
        self.inner, self.marker = inner, marker
        self.same_disk = inner.same_disk

    @property
    def workers(self) -> int:
        return self.inner.workers

    def run(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        return self.inner.run(partial(die_once, str(self.marker), function), tasks)

    def close(self) -> None:
        self.inner.close()
