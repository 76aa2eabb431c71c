"""What ``kiwanda engine solve --regions …`` and checking a stored plan do: files in, a file or a folder out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from ..errors import ProblemError
from ..model import Problem
from .checking import check_region, check_whole
from .cutting import from_problem, to_problem
from .executors import DaskExecutor, Executor, InProcess, Processes
from .plan_region import GUIDED
from .problem_arrays import ProblemArrays
from .solve import solve_regions
from .stored_plan import RegionalPlan, StoredPlan
from .warming import warm_regions


def make_executor(name: str, workers: int | None = None, dask_address: str | None = None) -> Executor:
    """The executor of this name: "here", "processes" or "dask"; raises ProblemError for another."""
    if name == "here":
        return InProcess()
    if name == "processes":
        return Processes(workers)
    if name == "dask":
        return DaskExecutor(dask_address)
    raise ProblemError("executor", f"must be here, processes or dask, not {name!r}")


def read_problem(path: str | Path) -> ProblemArrays:
    """Read ``kiwanda-problem/1`` (.json, .json.gz) or columns (.npz); raises ProblemError."""
    try:
        return ProblemArrays.from_file(path) if str(path).endswith(".npz") else from_problem(Problem.from_file(path))
    except OSError as error:
        raise ProblemError("", f"{path} cannot be read: {error.strerror or error}") from error


def solve_file_by_regions(
    problem_path: str | Path,
    out_path: str | Path,
    *,
    regions: str = "auto",
    executor: str = "processes",
    dask_address: str | None = None,
    workers: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    effort: str = GUIDED,
    progress: Callable[[float, str], None] | None = None,
) -> RegionalPlan:
    """Read a problem, plan it by regions and write the plan.

    ``out_path`` ending in .json or .json.gz gets an ordinary plan file (Python records: for up to some ten thousand
    workshops); anything else is a folder, which a :class:`StoredPlan` opens. Raises ProblemError in one sentence.
    """
    problem = read_problem(problem_path)
    as_file = str(out_path).endswith((".json", ".json.gz"))
    if as_file and ((problem.material_hub >= 0).any() or (problem.finishing_hub >= 0).any()):
        raise ProblemError("out", "must be a folder: a plan file does not know of lines with hubs of their own")
    run = make_executor(executor, workers, dask_address)
    try:
        warm_regions(progress)
        plan = solve_regions(
            problem,
            executor=run,
            regions=int(regions) if regions.isdecimal() else regions,
            seed=seed,
            seconds=seconds,
            effort=effort,
            folder=None if as_file else out_path,
            progress=progress,
        )
        if as_file:
            plan.to_plan(to_problem(problem)).to_file(out_path)
    except OSError as error:
        raise ProblemError("", f"{out_path} cannot be written: {error.strerror or error}") from error
    finally:
        run.close()
    return plan


def check_stored(problem_path: str | Path, folder: str | Path, out: TextIO | None = None) -> int:
    """Check a stored plan: its files, the whole, then every region with the independent checker, one line a fault.

    Returns the exit status as :func:`kiwanda.engine.cli.check_file` does.
    """
    stream = out or sys.stdout
    try:
        problem, plan = read_problem(problem_path), StoredPlan(folder)
        broken = [f"{name} is missing or damaged." for name in plan.damaged()]
        if not broken:
            broken = [str(violation) for violation in check_whole(problem, plan)]
            for place in range(plan.regions):
                broken += [f"region {place}: {violation}" for violation in check_region(problem, plan, place)]
    except ProblemError as error:
        stream.write(f"{error}\n")
        return 2
    for line in broken:
        stream.write(f"{line}\n")
    if broken:
        stream.write(f"{len(broken)} rule{'s' if len(broken) > 1 else ''} broken.\n")
        return 1
    stream.write("The plan is sound.\n")
    return 0
