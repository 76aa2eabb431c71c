"""Pieces by stage: nothing is lost, nothing is counted twice, the furthest pieces go to whoever is due first."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core import clock
from kiwanda.factory.demand.models import OrderLine
from kiwanda.surfaces.tower.queries.orders import line_state
from kiwanda.surfaces.tower.queries.stages import PeggedLine, Standing, StepCounts, share_out, stand

DAY = date(2026, 12, 1)
FEW = st.integers(min_value=0, max_value=400)


def line(number: int, quantity: int, packed: int = 0, shipped: int = 0, days: int = 0) -> PeggedLine:
    return PeggedLine(UUID(int=number), DAY + timedelta(days=days), quantity, packed, shipped)


@st.composite
def steps(draw: st.DrawFn) -> list[StepCounts]:
    count = draw(st.integers(min_value=0, max_value=4))
    return [StepCounts(index == count - 1, *(draw(FEW) for _ in range(6))) for index in range(count)]


@given(st.integers(min_value=1, max_value=2000), steps())
def test_stages_add_up_to_the_quantity(total: int, found: list[StepCounts]):
    counts = stand(total, found)
    assert sum(counts.values()) == total
    assert min(counts.values()) >= 0


def test_components_count_as_making_until_the_last_operation():
    cast = StepCounts(is_last=False, done=60, making=40)
    assemble = StepCounts(is_last=True, done=10, at_hub=5, making=15, accepted=20)
    counts = stand(100, [cast, assemble])
    assert counts == {
        "inspected": 10, "at_hub": 5, "making": 85, "accepted": 0, "offered": 0, "planned": 0, "open": 0,
    }  # fmt: skip


def test_work_nobody_has_is_open():
    assert stand(30, [StepCounts(is_last=True, offered=10, planned=5)])["open"] == 15


@given(
    st.integers(min_value=1, max_value=500),
    steps(),
    st.lists(st.tuples(st.integers(1, 200), st.integers(0, 40), st.integers(0, 40), st.integers(0, 30)), max_size=6),
)
def test_every_line_gets_exactly_its_pieces(total: int, found: list[StepCounts], wanted: list[tuple[int, ...]]):
    lines = [
        line(i, quantity + packed + shipped, packed, shipped, days)
        for i, (quantity, packed, shipped, days) in enumerate(wanted)
    ]
    shares = share_out(stand(total, found), lines)
    for one in lines:
        assert sum(shares[one.line_id].values()) == one.quantity
        assert min(shares[one.line_id].values()) >= 0


def test_whoever_is_due_first_gets_the_furthest_pieces():
    counts = stand(50, [StepCounts(is_last=True, done=20, making=30)])
    shares = share_out(counts, [line(1, 25, days=9), line(2, 25, days=2)])
    assert shares[UUID(int=2)]["inspected"] == 20
    assert shares[UUID(int=1)]["inspected"] == 0
    assert shares[UUID(int=1)]["making"] == 25


def test_packed_pieces_are_not_counted_as_inspected_too():
    shares = share_out(stand(20, [StepCounts(is_last=True, done=20)]), [line(1, 20, packed=5, shipped=10)])
    assert shares[UUID(int=1)]["inspected"] == 5
    assert shares[UUID(int=1)]["packed"] == 5
    assert shares[UUID(int=1)]["shipped"] == 10


def test_what_is_packed_after_the_promised_day_is_late_until_it_is_shipped():
    wanted = OrderLine(pk=UUID(int=1), state="in_production", quantity=10, due_on=DAY)
    for stages, day, state in (
        ({"packed": 4, "shipped": 6}, DAY, "on_time"),
        ({"packed": 4, "shipped": 6}, DAY + timedelta(days=1), "late"),
        ({"shipped": 10}, DAY + timedelta(days=1), "on_time"),
    ):
        with clock.at(clock.local_midnight(day)):
            assert line_state(wanted, Standing(by_line={wanted.pk: stages}), {}) == state
