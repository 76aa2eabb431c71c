"""The functions of the engine, each importing what it needs when it is called."""

from __future__ import annotations

from collections.abc import Callable, Collection

from .model import Lot, Order, Problem
from .plan import Plan, Promise, Repair, Violation
from .sentences import Explanation


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[float, str], None] | None = None,
    published: Plan | None = None,
    local_first: bool = False,
    fairness: float = 1.0,
    tolerance: float = 0.0,
    no_shows: int = 0,
    from_day: int = 0,
    freeze_days: int = 7,
) -> Plan:
    """Plan who makes what, when.

    Parameters
    ----------
    problem : Problem
        The order in which it lists things makes no difference.
    seconds : float, optional
        How long to go on improving; the pass under way and the writing of the plan are finished after that. None does a
        fixed amount of work, so that equal input, seed and engine give an equal plan every time; with a time limit
        the amount of search depends on the machine's speed. Either way it stops when nothing can be gained.
    seed : int
        Decides between workshops of equal need, and steers the search.
    workers : int
        Threads to use; the plan does not depend on it when ``seconds`` is None.
    progress : callable, optional
        Called with a share in [0, 1] and a short English text.
    published : Plan, optional
        The plan in force, counting days from the same date; ``objective.changed_lots`` counts against it. Its lots in
        the frozen days are kept where that is possible, later ones as far as it costs no lateness beyond the tolerance
        (see :mod:`kiwanda.engine.steady`). Leave out of it what a workshop has declined.
    local_first : bool
        Each day offer pieces to the workshops of the hub where they lie before others may fetch them: less than half
        the transport, at some cost in evenness of income and, in a full factory, in lateness.
    fairness : float in [0, 1]
        Weight of income in whom to ask first: 1 the workshop with the least of its share, 0 the quickest. Above 0,
        incomes are then evened out towards their max-min quotas (see :mod:`kiwanda.engine.fairness`).
    tolerance : float
        Weighted days of tardiness that fairness and stability may add to the best plan found.
    no_shows : int
        Workshops of each technique that may be missing in any week without the plan breaking: hours for them are kept
        free, due days met some days early, and work without slack goes to the reliable (see
        :mod:`kiwanda.engine.robust`). 0 plans for everybody to come.
    from_day : int
        No new lot starts before this day: what happened until then is in ``problem.fixed``.
    freeze_days : int
        Days from ``from_day`` in which the published plan stands.

    Returns
    -------
    Plan
        Always acceptable to :func:`check`; what cannot be made within the horizon is reported as undone.
    """
    from .solver import solve_problem

    return solve_problem(
        problem,
        seconds=seconds,
        seed=seed,
        workers=workers,
        progress=progress,
        published=published,
        local_first=local_first,
        fairness=fairness,
        tolerance=tolerance,
        no_shows=no_shows,
        from_day=from_day,
        freeze_days=freeze_days,
    )


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """Verify every rule of the format, sharing no code with the solver; an empty list means the plan is sound."""
    from .checker import check_plan

    return check_plan(problem, plan)


def repair(
    problem: Problem,
    plan: Plan,
    *,
    declined: Collection[Lot] = (),
    from_day: int = 0,
    most_touched: int = 5,
    freeze_days: int = 7,
    seed: int = 0,
    workers: int = 1,
) -> Repair:
    """Mend a plan after somebody said no, fell ill or delivered less.

    Describe what is so now in ``problem`` (counting days from the same date as the plan): an ill workshop has
    ``off_days``, a short delivery a smaller fixed lot, an accepted lot is a fixed one. What no longer fits is taken
    out; what is then missing goes into the free hours of others (relatively poorest first), or into the hours of lots
    that can wait, which are moved in their turn, so that no order becomes later than it was or than it is due. Where
    that cannot be done, orders become later by as little as is found (``method`` ``late``, with its cost); where even
    that fails, the plan is made anew with the first days kept as far as possible. For one decline after another keep a
    :class:`kiwanda.engine.reassigning.Repairer`: it answers in about a millisecond and gives options to choose from.

    Parameters
    ----------
    plan : Plan
        The plan in force.
    declined : collection of Lot
        Planned lots whose workshop said no; it is not offered the same pieces again when they are fitted in.
    from_day : int
        No new lot starts before this day.
    most_touched : int
        Most lots that may be new or change workshop, size or days for one lot that is missing.
    freeze_days : int
        When planning anew, lots starting within so many days from ``from_day`` are kept.

    Returns
    -------
    Repair
        ``repair.plan`` is acceptable to :func:`check` against ``problem``. It carries no lower bound unless made anew.
    """
    from .repairing import repair_plan

    return repair_plan(
        problem,
        plan,
        declined=declined,
        from_day=from_day,
        most_touched=most_touched,
        freeze_days=freeze_days,
        seed=seed,
        workers=workers,
    )


def promise(
    problem: Problem,
    plan: Plan,
    order: Order,
    *,
    confidence: float = 0.85,
    from_day: int = 0,
    replan: bool = False,
    seed: int = 0,
) -> Promise:
    """When could this further order be done?

    The order's own due day is not looked at. It is dispatched among the others, who may move within their time; where
    that would make them later in sum, it goes into the hours the plan leaves free. With ``replan`` the earliest day is
    found for which everything not yet accepted can be planned anew with the others no later in sum. For many questions
    about one plan keep a :class:`kiwanda.engine.promising.Promiser`, which also answers from the pools' free hours in
    microseconds and, where nothing may move, from the free hours alone.

    Parameters
    ----------
    confidence : float
        Of ``sure_day``: drawn from the workshops' acceptance and on-time shares; the answer's ``curve`` holds others.
    from_day : int
        Nothing for this order starts earlier.

    Raises
    ------
    ProblemError
        If the problem has the order already or does not know a technique.
    """
    from .promising import promise_order

    return promise_order(problem, plan, order, confidence=confidence, from_day=from_day, replan=replan, seed=seed)


def explain(
    problem: Problem,
    plan: Plan,
    *,
    lot: Lot | None = None,
    order: str | None = None,
    operation: str | None = None,
    workshop: str | None = None,
    remedies: bool = True,
) -> Explanation:
    """Say why, with figures, in English and Swahili.

    Ask one of three questions: ``lot=...``, why this workshop was given this lot; ``order=..., operation=...,
    workshop=...``, why that workshop was not given pieces of the operation; ``order=...`` alone, why the order is late
    and, with ``remedies``, what would save it, each costed by planning anew. For many questions about one plan keep a
    :class:`kiwanda.engine.explaining.Explainer`.

    Raises
    ------
    ProblemError
        For names the problem does not know, or no clear question.
    """
    from .errors import ProblemError
    from .explaining import Explainer

    if lot is not None and order is None and operation is None and workshop is None:
        return Explainer(problem, plan).why_workshop(lot)
    if lot is None and order is not None and operation is not None and workshop is not None:
        return Explainer(problem, plan).why_not(order, operation, workshop)
    if lot is None and order is not None and operation is None and workshop is None:
        return Explainer(problem, plan).why_late(order, remedies=remedies)
    raise ProblemError("", "Ask about a lot, or an order, or an order with an operation and a workshop")


def warm(progress: Callable[[float, str], None] | None = None) -> float:
    """Compile the engine's inner loops (a few seconds for a new installation, else a fraction of one).

    Returns the seconds it took. Call it where a wait is expected, for instance when a worker process starts.
    """
    from .warming import warm_up

    return warm_up(progress)
