"""Getting Numba's compiling done at a moment of the caller's choosing."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable

import numpy as np

from .model import Capability, Operation, Order, Problem, Workshop


def smallest_problem() -> Problem:
    """Two workshops, one order of two steps that cannot be in time: enough to run every compiled function."""
    return Problem(
        start_on=datetime.date(2026, 1, 5),
        days=7,
        techniques=("cut", "sew"),
        hubs=("here",),
        transfer_days=((0,),),
        calendars={"all": (480.0,) * 7},
        workshops=tuple(
            Workshop(id=name, hub="here", calendar="all", capabilities=(Capability("cut"), Capability("sew")))
            for name in ("first", "second")
        ),
        orders=(
            Order(
                id="order",
                quantity=10,
                release_day=0,
                due_day=-1,
                operations=(Operation("a", "cut", 10.0), Operation("b", "sew", 10.0, after=("a",))),
            ),
        ),
    )


def warm_up(progress: Callable[[float, str], None] | None = None, *, repair: bool = True) -> float:
    """See :func:`kiwanda.engine.warm`; without ``repair`` only what solve needs."""
    began = time.perf_counter()
    if progress is not None:
        progress(0.0, "Compiling the planning engine (once for an installation)")
    from .arrays import compile_problem
    from .bound import Dual, climb
    from .handing import hand_over
    from .passes import RULES, prepare, run_pass
    from .solver import solve_problem

    problem = smallest_problem()
    plan = solve_problem(problem)
    setup = prepare(compile_problem(problem))
    climb(Dual(setup), softness=(0.1,), steps=(2,))
    hand_over(setup, run_pass(setup, RULES[0], np.zeros(2)), np.ones(2))
    if repair:
        from .reassigning import Repairer

        desk = Repairer(problem, plan)
        for option in desk.options(plan.lots[0])[:1]:
            desk.apply(option)
        desk.plan()
    if progress is not None:
        progress(1.0, "The planning engine is ready")
    return time.perf_counter() - began
