"""The planning engine: a problem in, a plan out.

A library on its own: pure functions over frozen data, no Django, no clock that matters, no network. See
:mod:`kiwanda.engine.model` for the problem and how work in progress is described.

>>> from kiwanda.engine import Problem, solve, check
>>> problem = Problem.from_file("problem.json")  # doctest: +SKIP
>>> plan = solve(problem, seed=7)  # doctest: +SKIP
>>> check(problem, plan)  # doctest: +SKIP
[]

Importing this package is cheap: NumPy and Numba are imported by the first call that needs them, and :func:`warm` gets
the compiling done (a few seconds once for an installation; the result is cached on disk).
"""

from __future__ import annotations

from .api import check, explain, promise, repair, solve, warm
from .errors import ProblemError
from .model import Capability, Lot, Operation, Order, Problem, Workshop
from .plan import Bound, LotTable, Objective, Option, Plan, PlannedOrder, Promise, Repair, Taker, Violation
from .sentences import Explanation, Reason

__all__ = [
    "Bound",
    "Capability",
    "Explanation",
    "Lot",
    "LotTable",
    "Objective",
    "Operation",
    "Option",
    "Order",
    "Plan",
    "PlannedOrder",
    "Problem",
    "ProblemError",
    "Promise",
    "Reason",
    "Repair",
    "Taker",
    "Violation",
    "Workshop",
    "check",
    "explain",
    "promise",
    "repair",
    "solve",
    "warm",
]
