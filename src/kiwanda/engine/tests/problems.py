"""Problems for the tests: one plain factory and hypothesis strategies for odd ones."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from kiwanda.engine import Capability, Lot, Operation, Order, Problem, Workshop

MONDAY = datetime.date(2026, 11, 23)
TECHNIQUES = ("cast", "sew", "weave")


def problem(**changes: Any) -> Problem:
    """Four workshops in two hubs a day apart, two orders of two steps, everything easily done in time."""
    base: dict[str, Any] = {
        "start_on": MONDAY,
        "days": 21,
        "techniques": TECHNIQUES,
        "hubs": ("NBO", "KSM"),
        "transfer_days": ((0, 1), (1, 0)),
        "calendars": {"six": tuple(0.0 if day % 7 == 6 else 480.0 for day in range(21))},
        "workshops": (
            Workshop("w1", "NBO", "six", (Capability("weave", 1.0, 0.9),), off_days=(2,), target_weekly_income=700_000),
            Workshop(
                "w2", "KSM", "six", (Capability("weave", 1.2, 1.0), Capability("sew")), target_weekly_income=700_000
            ),
            Workshop("w3", "NBO", "six", (Capability("sew", 0.8, 0.95),), target_weekly_income=700_000),
            Workshop("w4", "KSM", "six", (Capability("sew"),), capacity_factor=0.5, target_weekly_income=700_000),
        ),
        "orders": (
            Order("o1", 120, 0, 12, (step("a", "weave", 12.0), step("b", "sew", 10.0, "a")), weight=2.0),
            Order("o2", 60, 3, 15, (step("a", "weave", 20.0), step("b", "sew", 15.0, "a")), material_day=4),
        ),
        "fixed": (),
        "week_minutes_cap": 2400.0,
    }
    return Problem(**(base | changes))


def step(name: str, technique: str, minutes: float, *after: str, low: int = 5, high: int = 30) -> Operation:
    return Operation(name, technique, minutes, piece_rate=round(minutes * 250), after=after, min_lot=low, max_lot=high)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Any valid problem, small: graphs, lots, caps, off days, fixed work (odd as well), techniques nobody has."""
    days = draw(st.integers(1, 30))
    hubs = tuple(f"h{i}" for i in range(draw(st.integers(1, 3))))
    calendars = {
        f"c{i}": tuple(draw(st.lists(st.sampled_from([0.0, 60.0, 480.0]), min_size=days, max_size=days)))
        for i in range(draw(st.integers(1, 2)))
    }
    workshops = tuple(
        Workshop(
            id=f"w{i}",
            hub=draw(st.sampled_from(hubs)),
            calendar=draw(st.sampled_from(sorted(calendars))),
            capabilities=tuple(
                Capability(
                    name, draw(st.floats(0.3, 2.0)), draw(st.floats(0.5, 1.0)), draw(st.sampled_from([10**9, 3, 12]))
                )
                for name in draw(st.lists(st.sampled_from(TECHNIQUES), unique=True, max_size=3))
            ),
            capacity_factor=draw(st.sampled_from([0.0, 0.5, 1.0, 1.3])),
            off_days=tuple(draw(st.lists(st.integers(0, 40), max_size=3))),
            income_to_date=draw(st.integers(0, 10**6)),
            target_weekly_income=draw(st.sampled_from([0, 500_000])),
        )
        for i in range(draw(st.integers(0, 5)))
    )
    orders = tuple(draw(orders_(f"o{i}")) for i in range(draw(st.integers(0, 4))))
    fixed = draw(fixed_lots(orders, workshops, days)) if workshops else ()
    return Problem(
        start_on=MONDAY,
        days=days,
        techniques=TECHNIQUES,
        hubs=hubs,
        transfer_days=tuple(tuple(draw(st.integers(0, 3)) for _ in hubs) for _ in hubs),
        calendars=calendars,
        workshops=workshops,
        orders=orders,
        fixed=fixed,
        week_minutes_cap=draw(st.sampled_from([0.0, 300.0, 2880.0])),
    )


@st.composite
def orders_(draw: st.DrawFn, name: str) -> Order:
    steps: list[Operation] = []
    for i in range(draw(st.integers(1, 4))):
        before = [operation.id for operation in steps]
        low = draw(st.integers(1, 12))
        steps.append(
            Operation(
                id=f"s{i}",
                technique=draw(st.sampled_from(TECHNIQUES)),
                minutes=draw(st.sampled_from([0.01, 3.0, 25.5, 700.0])),
                piece_rate=draw(st.integers(0, 5000)),
                after=tuple(draw(st.lists(st.sampled_from(before), unique=True, max_size=2))) if before else (),
                min_lot=low,
                max_lot=low + draw(st.integers(0, 20)),
            )
        )
    return Order(
        id=name,
        quantity=draw(st.integers(1, 80)),
        release_day=draw(st.integers(-5, 20)),
        due_day=draw(st.integers(-5, 35)),
        operations=tuple(draw(st.permutations(steps))),
        weight=draw(st.sampled_from([0.0, 0.5, 1.0, 8.0])),
        material_day=draw(st.one_of(st.none(), st.integers(0, 12))),
    )


@st.composite
def fixed_lots(
    draw: st.DrawFn, orders: tuple[Order, ...], workshops: tuple[Workshop, ...], days: int
) -> tuple[Lot, ...]:
    lots: list[Lot] = []
    for order in orders:
        for operation in order.operations:
            left = order.quantity
            for _ in range(draw(st.integers(0, 2))):
                quantity = draw(st.integers(0, left))
                if quantity:
                    start = draw(st.integers(-4, days - 1))
                    finish = start + draw(st.integers(0, 6))
                    minutes: tuple[tuple[int, float], ...] = ()
                    if finish >= 0 and draw(st.booleans()):
                        first = max(0, start)
                        minutes = tuple((day, draw(st.floats(0, 600))) for day in range(first, min(finish + 1, days)))
                    shop = draw(st.sampled_from([workshop.id for workshop in workshops]))
                    lots.append(Lot(order.id, operation.id, shop, quantity, start, finish, minutes))
                    left -= quantity
    return tuple(lots)
