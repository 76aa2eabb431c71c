"""The plan: who makes what, when, and how good that is. File format ``kiwanda-plan/1``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from . import validate
from .errors import ProblemError
from .model import Lot, Problem

if TYPE_CHECKING:
    from .columns import LotColumns

PLAN_FORMAT = "kiwanda-plan/1"


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """What becomes of one order: ``finish_day`` is None when pieces stay undone within the horizon."""

    id: str
    finish_day: int | None
    tardiness_days: int
    undone_quantity: int

    def __post_init__(self) -> None:
        validate.text("id", self.id)
        if self.finish_day is not None:
            validate.whole("finish_day", self.finish_day, low=-(10**6))
        validate.whole("tardiness_days", self.tardiness_days)
        validate.whole("undone_quantity", self.undone_quantity)


@dataclass(frozen=True, slots=True)
class Objective:
    """How good the plan is.

    ``weighted_tardiness`` is the sum of weight x days late; ``undone`` counts pieces; ``income_gini`` is the Gini
    coefficient of what the horizon's work pays per available hour over all workshops with hours and a capability;
    ``below_target`` counts workshops whose work in the horizon pays less a week than their target; ``transfers`` counts
    pieces that change hub between two operations; ``changed_lots`` counts lots the published plan did not have.

    Of fairness (see :mod:`kiwanda.engine.fairness`): ``least_share`` is the least income by share of any workshop,
    ``least_share_bound`` what no plan making the same pieces can lift it above; ``below_share`` counts workshops under
    80 % of the mean; ``weekly_spread`` is the mean coefficient of variation of a workshop's pay per hour from week to
    week; ``fairness_price`` the weighted days that fairness cost against the best plan found without minding it. A
    mended plan carries them over from the plan it mends.
    """

    weighted_tardiness: float = 0.0
    late_orders: int = 0
    undone: int = 0
    income_gini: float = 0.0
    below_target: int = 0
    transfers: int = 0
    changed_lots: int = 0
    least_share: float = 0.0
    least_share_bound: float = 0.0
    below_share: int = 0
    weekly_spread: float = 0.0
    fairness_price: float = 0.0


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan can have less weighted tardiness than this; ``method`` says how that was shown."""

    weighted_tardiness: float = 0.0
    method: str = "none"


class LotTable(Sequence[Lot]):
    """The plan's lots: a sequence of :class:`Lot`, kept in columns so that 100,000 lots cost nothing until looked at.

    ``columns`` is the NumPy form (see :class:`kiwanda.engine.columns.LotColumns`), or None for a table built from lots.
    """

    __slots__ = ("_lots", "columns")

    def __init__(self, lots: Sequence[Lot] = (), columns: LotColumns | None = None) -> None:
        self._lots: tuple[Lot, ...] | None = None if columns is not None else tuple(lots)
        self.columns = columns

    def _all(self) -> tuple[Lot, ...]:
        if self._lots is None:
            assert self.columns is not None
            self._lots = self.columns.lots()
        return self._lots

    def __len__(self) -> int:
        return len(self.columns) if self.columns is not None else len(self._all())

    @overload
    def __getitem__(self, index: int) -> Lot: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Lot]: ...
    def __getitem__(self, index: int | slice) -> Lot | Sequence[Lot]:
        return self._all()[index]

    def __iter__(self) -> Iterator[Lot]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LotTable) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"LotTable({len(self)} lots)"


@dataclass(frozen=True)
class Plan:
    """Lots, one line for each order, and what the plan costs.

    ``lots`` holds the problem's fixed lots, unchanged, and the planned ones; :meth:`planned` gives the latter alone.
    ``orders`` stands in the order of their ids. ``log`` holds sentences: what the solver did and what a planner should
    know, for instance that no workshop has a technique.
    """

    lots: LotTable
    orders: tuple[PlannedOrder, ...]
    objective: Objective = field(default_factory=Objective)
    bound: Bound = field(default_factory=Bound)
    seconds: float = 0.0
    seed: int = 0
    log: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.lots, LotTable):
            raise ProblemError("lots", "must be a LotTable")
        validate.unique("orders", (order.id for order in self.orders))

    def planned(self, problem: Problem) -> tuple[Lot, ...]:
        """The lots this plan adds to the problem's fixed ones."""
        count = len(problem.fixed)
        if tuple(self.lots[:count]) == problem.fixed:
            return tuple(self.lots[count:])
        left = Counter(problem.fixed)
        result = []
        for lot in self.lots:
            if left[lot] > 0:
                left[lot] -= 1
            else:
                result.append(lot)
        return tuple(result)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Plan:
        """Build from the decoded JSON object; raises ProblemError naming the field."""
        from .formats import plan_from_dict

        return plan_from_dict(data)

    @classmethod
    def from_file(cls, path: str | Path) -> Plan:
        """Read ``plan.json`` or ``plan.json.gz``; raises ProblemError for a bad file, OSError for a missing one."""
        from .formats import plan_from_dict, read_json

        return plan_from_dict(read_json(path))

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``kiwanda-plan/1``."""
        from .formats import plan_to_dict

        return plan_to_dict(self)

    def to_file(self, path: str | Path) -> None:
        """Write ``.json`` or ``.json.gz``."""
        from .formats import write_json

        write_json(path, self.to_dict())


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule found by :func:`kiwanda.engine.check`: which rule, about what, in one sentence."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.where}): {self.message}"


@dataclass(frozen=True, slots=True)
class Taker:
    """A workshop that would take pieces: how many, when, for what pay (minor units), from where.

    ``income_rank`` is its place among the ``able`` workshops with the technique by income so far for their hours,
    planned work included and these pieces not; 1 is the poorest.
    """

    workshop: str
    hub: str
    quantity: int
    start_day: int
    finish_day: int
    pay_minor: int
    income_rank: int
    able: int


@dataclass(frozen=True)
class Option:
    """A way to take a declined lot to others, with what it costs.

    ``takers`` are the workshops that would make its pieces. ``removed`` lots leave the plan, ``placed`` ones are new,
    ``moved`` are pairs of a lot before and after (other days, or another workshop). ``later`` names the orders that
    would finish later than they did and than they are due, with by how many days; ``cost`` is the sum of weight x days
    of these. ``travel_days`` is the change in piece-days of transport (None: not worked out). Pay is by the piece, so
    that what the pieces cost does not change with who makes them.
    """

    takers: tuple[Taker, ...]
    removed: tuple[Lot, ...]
    placed: tuple[Lot, ...]
    moved: tuple[tuple[Lot, Lot], ...]
    later: tuple[tuple[str, int], ...]
    cost: float
    travel_days: int | None = None

    @property
    def touched(self) -> int:
        """Lots that are new or changed."""
        return len(self.placed) + len(self.moved)


@dataclass(frozen=True)
class Repair:
    """What :func:`kiwanda.engine.repair` did.

    ``method`` is ``none`` (nothing was missing), ``insert`` (lots fitted in, nothing made later), ``late`` (fitted in,
    the orders in ``later`` so many days later than they were and than they are due) or ``replan``. ``removed`` no
    longer stand in the plan, ``placed`` are new, ``moved`` are pairs of a lot before and after. ``cost`` is the sum of
    weight x days over ``later``; ``added_tardiness`` the change of weighted tardiness, which may be less where other
    orders came out earlier.
    """

    plan: Plan
    method: str
    removed: tuple[Lot, ...]
    placed: tuple[Lot, ...]
    moved: tuple[tuple[Lot, Lot], ...]
    added_tardiness: float
    later: tuple[tuple[str, int], ...] = ()
    cost: float = 0.0


@dataclass(frozen=True)
class Promise:
    """When an order could be done.

    ``day`` is the planned finish, ``sure_day`` the day it holds by with ``confidence``; both None if the horizon does
    not reach. ``quick_day`` is what the pools' free hours alone say. ``method`` is ``free hours`` (nothing else moves;
    the lots fit the plan as it stands), ``inserted`` (others move within their time) or ``replanned``. ``lots`` is how
    it would be made; ``notes`` are sentences; ``curve`` holds ``(confidence, day)`` pairs by rising confidence.
    """

    order: str
    day: int | None
    sure_day: int | None
    confidence: float
    quick_day: int | None
    method: str
    lots: tuple[Lot, ...]
    notes: tuple[str, ...] = ()
    curve: tuple[tuple[float, int], ...] = ()
