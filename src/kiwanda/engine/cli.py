"""What ``kiwanda engine solve`` and ``kiwanda engine check`` do, without any command-line library."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeVar

from .api import check, solve, warm
from .errors import ProblemError
from .model import Problem
from .plan import Plan

T = TypeVar("T")


def solve_file(
    problem_path: str | Path,
    out_path: str | Path,
    seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[float, str], None] | None = None,
) -> Plan:
    """Read a problem, plan, write ``out_path`` and return the plan.

    Raises
    ------
    ProblemError
        One sentence naming the field; also for a file that is missing or cannot be read or written.
    """
    problem = _read(Problem.from_file, problem_path)
    warm(progress)
    plan = solve(problem, seconds=seconds, seed=seed, workers=workers, progress=progress)
    try:
        plan.to_file(out_path)
    except OSError as error:
        raise ProblemError("", f"{out_path} cannot be written: {error.strerror}") from error
    return plan


def check_file(problem_path: str | Path, plan_path: str | Path, out: TextIO | None = None) -> int:
    """Check a plan file against its problem file, print what is wrong, return the process's exit status.

    0: sound; 1: rules are broken (one line each); 2: a file cannot be read (one sentence).
    """
    stream = out or sys.stdout
    try:
        problem = _read(Problem.from_file, problem_path)
        plan = _read(Plan.from_file, plan_path)
    except ProblemError as error:
        stream.write(f"{error}\n")
        return 2
    violations = check(problem, plan)
    for violation in violations:
        stream.write(f"{violation}\n")
    if violations:
        stream.write(f"{len(violations)} rule{'s' if len(violations) > 1 else ''} broken.\n")
        return 1
    stream.write("The plan is sound.\n")
    return 0


def _read(read: Callable[[str | Path], T], path: str | Path) -> T:
    try:
        return read(path)
    except OSError as error:
        raise ProblemError("", f"{path} cannot be read: {error.strerror or error}") from error
