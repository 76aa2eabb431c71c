"""The functions of the engine, each importing what it needs when it is called."""

from __future__ import annotations

from collections.abc import Callable

from .model import Problem
from .plan import Plan, Violation


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[float, str], None] | None = None,
    published: Plan | None = None,
) -> Plan:
    """Plan who makes what, when.

    Parameters
    ----------
    problem : Problem
        The order in which it lists things makes no difference.
    seconds : float, optional
        How long to go on improving. None does a fixed amount of work, so that equal input, seed and engine give an
        equal plan on any machine; with a time limit the amount of search depends on the machine's speed.
    seed : int
        Decides between workshops of equal need, and steers the search.
    workers : int
        Threads to use; the plan does not depend on it when ``seconds`` is None.
    progress : callable, optional
        Called with a share in [0, 1] and a short English text.
    published : Plan, optional
        The plan in force; ``objective.changed_lots`` counts against it.

    Returns
    -------
    Plan
        Always acceptable to :func:`check`; what cannot be made within the horizon is reported as undone.
    """
    from .solver import solve_problem

    return solve_problem(problem, seconds=seconds, seed=seed, workers=workers, progress=progress, published=published)


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """Verify every rule of the format, sharing no code with the solver; an empty list means the plan is sound."""
    from .checker import check_plan

    return check_plan(problem, plan)


def warm(progress: Callable[[float, str], None] | None = None) -> float:
    """Compile the engine's inner loops (a few seconds for a new installation, else a fraction of one).

    Returns the seconds it took. Call it where a wait is expected, for instance when a worker process starts.
    """
    from .warming import warm_up

    return warm_up(progress)
