"""Getting the compiling done before it is waited for; see :func:`kiwanda.engine.warm`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..warming import smallest_problem, warm_up
from .cutting import from_problem
from .solve import solve_regions


def warm_regions(progress: Callable[[float, str], None] | None = None) -> float:
    """Compile what planning by regions needs (half a minute for a new installation, else a fraction of a second).

    The result is cached on disk, where worker processes of this machine find it. Returns the seconds it took.
    """
    began = time.perf_counter()
    warm_up(progress)
    small = smallest_problem()
    two = replace(
        small,
        hubs=("here", "there"),
        transfer_days=((0, 2), (2, 0)),
        workshops=(small.workshops[0], replace(small.workshops[1], hub="there")),
        orders=tuple(replace(small.orders[0], id=f"order {place}", weight=1.0 + place) for place in range(3)),
    )
    at_home = replace(from_problem(two), material_hub=np.zeros(3, np.int64), finishing_hub=np.zeros(3, np.int64))
    solve_regions(at_home, assignment="home", rebids=1)
    solve_regions(at_home)
    return time.perf_counter() - began
