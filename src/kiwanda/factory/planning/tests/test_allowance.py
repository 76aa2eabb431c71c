"""Pieces made beyond an order's quantity, so that a few bad ones do not go round again."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core.ids import new_id
from kiwanda.factory.planning.allowance import LARGEST_SHARE, allowance_for, allowance_left, loss_shares
from kiwanda.factory.planning.commands import release_demand
from kiwanda.factory.planning.models import Allocation, ProductionOrder
from kiwanda.factory.planning.routings import Step, heaviest_chain
from kiwanda.factory.planning.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_line,
    make_plan,
    make_production_order,
    make_two_step_style,
)


def step(key: UUID, *after: UUID) -> Step:
    return Step(key, "x", "cast", 1.0, 1, "KES", 1, 9, after)


def test_the_heaviest_way_through_a_graph():
    a, b, c, d = (new_id() for _ in range(4))
    graph = [step(a), step(b), step(c, a, b), step(d, c)]
    assert heaviest_chain(graph, {a: 3, b: 5, c: 1, d: 2}) == 8
    assert heaviest_chain(graph, {}) == 0
    assert heaviest_chain([], {}) == 0


def test_what_was_inspected_outweighs_what_is_usual_little_by_little():
    judged = {"cast": (0, 0), "bead": (50, 500), "forge": (5_000, 50_000)}
    shares = loss_shares(judged, ["cast", "bead", "forge", "new"])
    assert shares["cast"] == shares["new"] == pytest.approx(0.02)
    assert shares["cast"] < shares["bead"] < shares["forge"] < 0.1


def test_parallel_components_are_not_counted_twice():
    a, b, c = (new_id() for _ in range(3))
    chain, fork = [step(a), step(c, a)], [step(a), step(b), step(c, a, b)]
    assert allowance_for(1_000, chain, {"cast": 0.02}) == allowance_for(1_000, fork, {"cast": 0.02})
    # 1000 / 0.98² = 1041 pieces begun, and a spare for one deviation of rejects that come in lots.
    assert 41 < allowance_for(1_000, chain, {"cast": 0.02}) < 60


@given(st.integers(1, 100_000), st.floats(0, 0.9), st.integers(1, 8))
def test_allowances_grow_with_losses_up_to_a_ceiling(quantity, share, steps):
    keys = [new_id() for _ in range(steps)]
    chain = [step(key, *keys[max(0, index - 1) : index]) for index, key in enumerate(keys)]
    pieces = allowance_for(quantity, chain, {"cast": share})
    assert 0 <= pieces <= LARGEST_SHARE * quantity + 1
    assert pieces >= allowance_for(quantity, chain, {"cast": share / 2})
    assert (pieces == 0) == (share == 0)


@given(st.integers(1, 500), st.integers(0, 60), st.integers(0, 100), st.lists(st.integers(0, 600), max_size=6))
def test_what_is_left_never_exceeds_what_there_was_and_begins_no_tiny_lot(quantity, allowance, lost, given_out):
    left = allowance_left(quantity, allowance, lost, given_out)
    assert 0 <= left <= max(0, allowance - lost)
    for pieces in given_out:
        # Short only of pieces for buyers, or of more than the allowance alone.
        missing = quantity + left - pieces
        assert pieces == 0 or missing <= 0 or quantity > pieces


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
class TestPlanned:
    def test_release_gives_every_order_its_allowance(self):
        make_two_step_style("RING")
        make_line("RING", 500)
        release_demand(actor=coordinator())
        order = ProductionOrder.objects.get()
        assert order.quantity == 500
        assert 20 < order.allowance < 40

    def test_every_operation_is_planned_with_the_allowance(self):
        make_two_step_style("RING")
        make_bench(3)
        order = make_production_order("RING", 60, allowance=4)
        run = make_plan()
        for operation in order.tech_pack.operations.all():
            lots = Allocation.objects.filter(plan_run=run, operation=operation)
            assert sum(lot.quantity for lot in lots) == 64
        assert audit() == []
