"""The planning problem as frozen records.

Days are whole numbers counted from ``start_on``; minutes are decimals; money is whole minor units. The file format is
``kiwanda-problem/1``; :meth:`Problem.from_file` reads it, :meth:`Problem.to_dict` writes it.

Work in progress
----------------
``Problem.fixed`` holds what has already happened or been accepted:

- a lot with ``finish_day < 0`` and no minutes is *good pieces already made*, lying at that workshop's hub;
- a lot with ``finish_day >= 0`` is *accepted work still running*: its minutes occupy the workshop's capacity and its
  pieces may move on the day after ``finish_day``.

The quantities of an operation, fixed lots included, add up to the order's quantity. Whoever builds the problem has
already taken scrap off the fixed lots, so the engine plans the pieces that have to be made again. Fixed lots are facts:
they are not measured against lot sizes, techniques, hours or the arrival of pieces, even where they break them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from . import validate
from .errors import ProblemError

PROBLEM_FORMAT = "kiwanda-problem/1"
NO_LIMIT = 10**9
"""``max_lot`` of an operation that sets none."""
LONGEST_HORIZON = 36_600
"""Most days a problem may span: a century."""


@dataclass(frozen=True, slots=True)
class Capability:
    """What a workshop can do: one technique, how fast, with what share of good pieces.

    ``speed`` is standard minutes worked off per minute (1.0 = the standard); ``yield_share`` in (0, 1]. ``max_lot`` is
    the largest lot this workshop is given of the technique while little is known of it (small first lots); it never
    comes below an operation's ``min_lot``.
    """

    technique: str
    speed: float = 1.0
    yield_share: float = 1.0
    max_lot: int = NO_LIMIT

    def __post_init__(self) -> None:
        validate.text("technique", self.technique)
        validate.number("speed", self.speed, above=True, high=1000.0)
        validate.number("yield", self.yield_share, above=True, high=1.0)
        validate.whole("max_lot", self.max_lot, low=1, high=NO_LIMIT)


@dataclass(frozen=True, slots=True)
class Workshop:
    """An independent business at a hub with one to five capabilities.

    ``capacity_factor`` scales the calendar's minutes per day; ``income_to_date`` and ``target_weekly_income`` are in
    minor units; ``on_time`` and ``acceptance`` are shares in [0, 1].
    """

    id: str
    hub: str
    calendar: str
    capabilities: tuple[Capability, ...]
    capacity_factor: float = 1.0
    off_days: tuple[int, ...] = ()
    income_to_date: int = 0
    target_weekly_income: int = 0
    on_time: float = 1.0
    acceptance: float = 1.0

    def __post_init__(self) -> None:
        validate.text("id", self.id)
        validate.text("hub", self.hub)
        validate.text("calendar", self.calendar)
        validate.items("capabilities", self.capabilities)
        validate.unique("capabilities", (capability.technique for capability in self.capabilities))
        validate.number("capacity_factor", self.capacity_factor, high=1000.0)
        for index, day in enumerate(validate.items("off_days", self.off_days)):
            validate.whole(f"off_days[{index}]", day)
        validate.whole("income_to_date", self.income_to_date)
        validate.whole("target_weekly_income", self.target_weekly_income)
        validate.number("on_time", self.on_time, high=1.0)
        validate.number("acceptance", self.acceptance, high=1.0)


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of an order's routing: a technique, standard minutes and pay per piece, the steps it waits for.

    One piece needs one piece from each operation in ``after``.
    """

    id: str
    technique: str
    minutes: float
    piece_rate: int = 0
    after: tuple[str, ...] = ()
    min_lot: int = 1
    max_lot: int = NO_LIMIT

    def __post_init__(self) -> None:
        validate.text("id", self.id)
        validate.text("technique", self.technique)
        validate.number("minutes", self.minutes, above=True, high=1e9)
        validate.whole("piece_rate", self.piece_rate)
        for index, name in enumerate(validate.items("after", self.after)):
            validate.text(f"after[{index}]", name)
        validate.unique("after", self.after)
        validate.whole("min_lot", self.min_lot, low=1, high=NO_LIMIT)
        validate.whole("max_lot", self.max_lot, low=1, high=NO_LIMIT)
        if self.max_lot < self.min_lot:
            raise ProblemError("max_lot", f"must not be below min_lot {self.min_lot}, and it is {self.max_lot}")


@dataclass(frozen=True, slots=True)
class Order:
    """A production order: so many pieces of one routing, wanted by a day, with a weight."""

    id: str
    quantity: int
    release_day: int
    due_day: int
    operations: tuple[Operation, ...]
    weight: float = 1.0
    material_day: int | None = None

    def __post_init__(self) -> None:
        validate.text("id", self.id)
        validate.whole("quantity", self.quantity, low=1, high=NO_LIMIT)
        validate.whole("release_day", self.release_day, low=-LONGEST_HORIZON, high=LONGEST_HORIZON * 2)
        validate.whole("due_day", self.due_day, low=-LONGEST_HORIZON, high=LONGEST_HORIZON * 2)
        validate.number("weight", self.weight, high=1e6)
        if self.material_day is not None:
            validate.whole("material_day", self.material_day, low=-LONGEST_HORIZON, high=LONGEST_HORIZON * 2)
        if not validate.items("operations", self.operations):
            raise ProblemError("operations", "must list at least one operation")
        validate.unique("operations", (operation.id for operation in self.operations))
        names = {operation.id for operation in self.operations}
        for index, operation in enumerate(self.operations):
            for name in operation.after:
                if name not in names:
                    raise ProblemError(
                        f"operations[{index}].after", f"names {name!r}, which is no operation of the order"
                    )
        self.sorted_operations()

    def sorted_operations(self) -> tuple[Operation, ...]:
        """Operations with every predecessor before its successors, else by id; raises on a cycle."""
        waiting = {operation.id: set(operation.after) for operation in self.operations}
        by_id = {operation.id: operation for operation in self.operations}
        result: list[Operation] = []
        while waiting:
            ready = sorted(name for name, after in waiting.items() if not after)
            if not ready:
                raise ProblemError("operations", f"wait for each other in a circle: {', '.join(sorted(waiting))}")
            for name in ready:
                result.append(by_id[name])
                del waiting[name]
            done = set(ready)
            for after in waiting.values():
                after -= done
        return tuple(result)


@dataclass(frozen=True, slots=True)
class Lot:
    """Pieces of one operation at one workshop.

    ``minutes`` lists ``(day, minutes)`` worked, in day order. See the module text for negative days in fixed lots.
    """

    order: str
    operation: str
    workshop: str
    quantity: int
    start_day: int
    finish_day: int
    minutes: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        if self._plainly_right():
            return
        validate.text("order", self.order)
        validate.text("operation", self.operation)
        validate.text("workshop", self.workshop)
        validate.whole("quantity", self.quantity, low=1, high=NO_LIMIT)
        validate.whole("start_day", self.start_day, low=-LONGEST_HORIZON)
        validate.whole("finish_day", self.finish_day, low=-LONGEST_HORIZON, high=LONGEST_HORIZON * 2)
        if self.finish_day < self.start_day:
            raise ProblemError(
                "finish_day", f"must not lie before start_day {self.start_day}, and it is {self.finish_day}"
            )
        for index, pair in enumerate(validate.items("minutes", self.minutes)):
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                raise ProblemError(f"minutes[{index}]", "must be a pair of day and minutes")
            validate.whole(f"minutes[{index}][0]", pair[0])
            validate.number(f"minutes[{index}][1]", pair[1])

    def _plainly_right(self) -> bool:
        """A quick yes for the usual case: plans hold lots by the hundred thousand."""
        return bool(
            type(self.quantity) is type(self.start_day) is type(self.finish_day) is int
            and 1 <= self.quantity <= NO_LIMIT
            and -LONGEST_HORIZON <= self.start_day <= self.finish_day <= LONGEST_HORIZON
            and type(self.order) is type(self.operation) is type(self.workshop) is str
            and self.order
            and self.operation
            and self.workshop
            and type(self.minutes) is tuple
            and all(
                type(pair) is tuple
                and len(pair) == 2
                and type(pair[0]) is int
                and type(pair[1]) is float
                and 0 <= pair[0] <= LONGEST_HORIZON
                and 0.0 <= pair[1] <= 1e9
                for pair in self.minutes
            )
        )


@dataclass(frozen=True)
class Problem:
    """Everything the engine needs to know, checked on construction.

    Parameters
    ----------
    start_on : datetime.date
        The date of day 0.
    days : int
        Length of the horizon.
    techniques, hubs : tuple of str
        The names used elsewhere.
    transfer_days : tuple of tuples of int, hubs x hubs
        Days a piece travels from the row's hub to the column's.
    calendars : mapping of str to tuple of float, length ``days``
        Minutes per day.
    week_minutes_cap : float
        Most minutes a workshop may be given in days 7k to 7k+6.

    Raises
    ------
    ProblemError
        One sentence naming the first field that is wrong.
    """

    start_on: datetime.date
    days: int
    techniques: tuple[str, ...]
    hubs: tuple[str, ...]
    transfer_days: tuple[tuple[int, ...], ...]
    calendars: Mapping[str, tuple[float, ...]]
    workshops: tuple[Workshop, ...]
    orders: tuple[Order, ...]
    fixed: tuple[Lot, ...] = ()
    week_minutes_cap: float = 2880.0

    def __post_init__(self) -> None:
        if not isinstance(self.start_on, datetime.date):
            raise ProblemError("start_on", f"must be a date, not {validate.shown(self.start_on)}")
        validate.whole("days", self.days, low=1, high=LONGEST_HORIZON)
        validate.number("week_minutes_cap", self.week_minutes_cap)
        for field in ("techniques", "hubs"):
            for index, name in enumerate(validate.items(field, getattr(self, field))):
                validate.text(f"{field}[{index}]", name)
            validate.unique(field, getattr(self, field))
        self._check_transfer_days()
        for name, minutes in self.calendars.items():
            if len(validate.items(f"calendars[{name!r}]", minutes)) != self.days:
                raise ProblemError(f"calendars[{name!r}]", f"must list {self.days} days, and it lists {len(minutes)}")
            for day, value in enumerate(minutes):
                validate.number(f"calendars[{name!r}][{day}]", value)
        self._check_workshops()
        self._check_orders()
        self._check_fixed()

    def _check_transfer_days(self) -> None:
        if len(validate.items("transfer_days", self.transfer_days)) != len(self.hubs):
            raise ProblemError("transfer_days", f"must have one row for each of the {len(self.hubs)} hubs")
        for row, line in enumerate(self.transfer_days):
            if len(validate.items(f"transfer_days[{row}]", line)) != len(self.hubs):
                raise ProblemError(
                    f"transfer_days[{row}]", f"must list one number for each of the {len(self.hubs)} hubs"
                )
            for column, value in enumerate(line):
                validate.whole(f"transfer_days[{row}][{column}]", value, high=LONGEST_HORIZON)

    def _check_workshops(self) -> None:
        techniques, hubs = set(self.techniques), set(self.hubs)
        validate.items("workshops", self.workshops)
        validate.unique("workshops", (workshop.id for workshop in self.workshops))
        for index, workshop in enumerate(self.workshops):
            where = f"workshops[{index}]"
            if workshop.hub not in hubs:
                raise ProblemError(f"{where}.hub", f"names {workshop.hub!r}, which is not in hubs")
            if workshop.calendar not in self.calendars:
                raise ProblemError(f"{where}.calendar", f"names {workshop.calendar!r}, which is not in calendars")
            for place, capability in enumerate(workshop.capabilities):
                if capability.technique not in techniques:
                    raise ProblemError(
                        f"{where}.capabilities[{place}].technique",
                        f"names {capability.technique!r}, which is not in techniques",
                    )

    def _check_orders(self) -> None:
        techniques = set(self.techniques)
        validate.items("orders", self.orders)
        validate.unique("orders", (order.id for order in self.orders))
        for index, order in enumerate(self.orders):
            for place, operation in enumerate(order.operations):
                if operation.technique not in techniques:
                    raise ProblemError(
                        f"orders[{index}].operations[{place}].technique",
                        f"names {operation.technique!r}, which is not in techniques",
                    )

    def _check_fixed(self) -> None:
        made: dict[tuple[str, str], int] = {}
        quantities = {
            (order.id, operation.id): order.quantity for order in self.orders for operation in order.operations
        }
        workshops = {workshop.id for workshop in self.workshops}
        orders = {order.id for order in self.orders}
        for index, lot in enumerate(validate.items("fixed", self.fixed)):
            assert isinstance(lot, Lot)
            where = f"fixed[{index}]"
            if lot.order not in orders:
                raise ProblemError(f"{where}.order", f"names {lot.order!r}, which is not in orders")
            key = (lot.order, lot.operation)
            if key not in quantities:
                raise ProblemError(
                    f"{where}.operation", f"names {lot.operation!r}, which is no operation of order {lot.order!r}"
                )
            if lot.workshop not in workshops:
                raise ProblemError(f"{where}.workshop", f"names {lot.workshop!r}, which is not in workshops")
            if lot.finish_day < 0 and lot.minutes:
                raise ProblemError(f"{where}.minutes", "must be empty for pieces already made (finish_day below 0)")
            for place, (day, _) in enumerate(lot.minutes):
                if not lot.start_day <= day <= lot.finish_day or day >= self.days:
                    raise ProblemError(
                        f"{where}.minutes[{place}]", f"names day {day}, outside the lot's days or the horizon"
                    )
            made[key] = made.get(key, 0) + lot.quantity
            if made[key] > quantities[key]:
                raise ProblemError(
                    f"{where}.quantity",
                    f"brings operation {lot.operation!r} of order {lot.order!r} to {made[key]} pieces, "
                    f"more than the {quantities[key]} ordered",
                )

    @cached_property
    def order_by_id(self) -> dict[str, Order]:
        """Orders by id."""
        return {order.id: order for order in self.orders}

    @cached_property
    def workshop_by_id(self) -> dict[str, Workshop]:
        """Workshops by id."""
        return {workshop.id: workshop for workshop in self.workshops}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Problem:
        """Build from the decoded JSON object; raises ProblemError naming the field."""
        from .formats import problem_from_dict

        return problem_from_dict(data)

    @classmethod
    def from_file(cls, path: str | Path) -> Problem:
        """Read ``.json`` or ``.json.gz``; raises ProblemError for a bad file, OSError for a missing one."""
        from .formats import problem_from_dict, read_json

        return problem_from_dict(read_json(path))

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``kiwanda-problem/1``."""
        from .formats import problem_to_dict

        return problem_to_dict(self)

    def to_file(self, path: str | Path) -> None:
        """Write ``.json`` or ``.json.gz``."""
        from .formats import write_json

        write_json(path, self.to_dict())
