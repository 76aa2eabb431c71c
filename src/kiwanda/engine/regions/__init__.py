"""Past one machine: planning by regions, with prices between them.

>>> from kiwanda.engine.regions import Processes, solve_regions
>>> with_processes = Processes()  # doctest: +SKIP
>>> plan = solve_regions(problem, executor=with_processes, folder="plan")  # doctest: +SKIP
>>> plan.order("o00017")  # doctest: +SKIP

See ``docs/how-to/plan-on-a-cluster.md``.
"""

from __future__ import annotations

from .checking import check_region, check_whole
from .cutting import Cut, cut, from_problem, to_problem
from .executors import DaskExecutor, Executor, InProcess, Processes, WorkerLost
from .partition import Partition, partition
from .plan_region import RegionOutcome, RegionTask, plan_region
from .problem_arrays import ProblemArrays
from .solve import solve_regions
from .stored_plan import RegionalPlan, StoredPlan
from .storing import RegionPlan
from .warming import warm_regions

__all__ = [
    "Cut",
    "DaskExecutor",
    "Executor",
    "InProcess",
    "Partition",
    "ProblemArrays",
    "Processes",
    "RegionOutcome",
    "RegionPlan",
    "RegionTask",
    "RegionalPlan",
    "StoredPlan",
    "WorkerLost",
    "check_region",
    "check_whole",
    "cut",
    "from_problem",
    "partition",
    "plan_region",
    "solve_regions",
    "to_problem",
    "warm_regions",
]
