"""What ``kiwanda engine …`` does, without any command-line library: files in, files or sentences out."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeVar

from .api import check, explain, promise, repair, solve
from .errors import ProblemError
from .formats import lots_from_dict, order_from_dict, read_json
from .model import Problem
from .plan import Plan, Promise, Repair
from .sentences import Explanation
from .warming import warm_up

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
    warm_up(progress, repair=False)
    plan = solve(problem, seconds=seconds, seed=seed, workers=workers, progress=progress)
    _write(plan, out_path)
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


def repair_file(
    problem_path: str | Path,
    plan_path: str | Path,
    out_path: str | Path,
    declined_path: str | Path | None = None,
    from_day: int = 0,
    seed: int = 0,
    workers: int = 1,
) -> Repair:
    """Mend a plan file against the problem as it is now and write it to ``out_path``.

    ``declined_path`` is a JSON object ``{"lots": [...]}`` of the plan's lots whose workshops said no. Raises
    ProblemError as :func:`solve_file` does.
    """
    problem = _read(Problem.from_file, problem_path)
    plan = _read(Plan.from_file, plan_path)
    declined = lots_from_dict(_read(read_json, declined_path)) if declined_path is not None else ()
    mended = repair(problem, plan, declined=declined, from_day=from_day, seed=seed, workers=workers)
    _write(mended.plan, out_path)
    return mended


def repair_said(mended: Repair) -> str:
    """What a repair did, in a sentence or two."""
    said = {
        "none": "Nothing was missing.",
        "insert": "Mended; no order is later than it was or than it is due.",
        "late": f"Mended, and {len(mended.later)} orders become later ({mended.cost:g} weighted days).",
        "replan": f"Planned anew; weighted tardiness changes by {mended.added_tardiness:+g}.",
    }[mended.method]
    counts = (len(mended.removed), len(mended.placed), len(mended.moved))
    return f"{said} Lots gone, new, changed: {counts[0]}, {counts[1]}, {counts[2]}."


def promise_file(
    problem_path: str | Path,
    plan_path: str | Path,
    order_path: str | Path,
    confidence: float = 0.85,
    from_day: int = 0,
    replan: bool = False,
) -> tuple[Promise, datetime.date]:
    """Promise a day for the order in ``order_path`` (one entry of a problem's ``orders``), with the date of day 0."""
    problem = _read(Problem.from_file, problem_path)
    plan = _read(Plan.from_file, plan_path)
    order = order_from_dict(_read(read_json, order_path))
    promised = promise(problem, plan, order, confidence=confidence, from_day=from_day, replan=replan)
    return promised, problem.start_on


def promise_said(promised: Promise, start_on: datetime.date) -> str:
    """A promise in a sentence."""
    if promised.day is None or promised.sure_day is None:
        return " ".join([f"Order {promised.order} cannot be done within the horizon.", *promised.notes])
    planned, sure = (start_on + datetime.timedelta(days=day) for day in (promised.day, promised.sure_day))
    return (
        f"Order {promised.order}: planned for {planned}, {promised.confidence:.0%} sure by {sure} ({promised.method})."
    )


def explain_file(
    problem_path: str | Path,
    plan_path: str | Path,
    order: str,
    operation: str | None = None,
    workshop: str | None = None,
    remedies: bool = True,
) -> Explanation:
    """Say why an order is late; or, with operation and workshop, why that workshop has or has not got pieces of it."""
    problem = _read(Problem.from_file, problem_path)
    plan = _read(Plan.from_file, plan_path)
    if operation is not None and workshop is not None:
        for lot in plan.lots:
            if (lot.order, lot.operation, lot.workshop) == (order, operation, workshop):
                return explain(problem, plan, lot=lot)
    return explain(problem, plan, order=order, operation=operation, workshop=workshop, remedies=remedies)


def _write(plan: Plan, path: str | Path) -> None:
    try:
        plan.to_file(path)
    except OSError as error:
        raise ProblemError("", f"{path} cannot be written: {error.strerror}") from error


def _read(read: Callable[[str | Path], T], path: str | Path) -> T:
    try:
        return read(path)
    except OSError as error:
        raise ProblemError("", f"{path} cannot be read: {error.strerror or error}") from error
