"""The engine's question: netting of work in progress, hours, and the number of queries it takes."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kiwanda import engine
from kiwanda.core import clock
from kiwanda.core.actors import for_artisan
from kiwanda.core.ids import new_id
from kiwanda.factory.network.commands import pause_workshop, set_transfer_times, take_days_off
from kiwanda.factory.network.tests.factories import make_workshop
from kiwanda.factory.planning import in_progress
from kiwanda.factory.planning.capacity import UNKNOWN_TRANSFER_DAYS, load_capacity
from kiwanda.factory.planning.filling import Filler
from kiwanda.factory.planning.in_progress import ACCEPTED, OFFERED, WAITING, WORKING, Commitment, NothingInProgress
from kiwanda.factory.planning.problem import WEEK_MINUTES_CAP, load_question, net
from kiwanda.factory.planning.routings import Step, downstream, last_operations
from kiwanda.factory.planning.tests.factories import (
    coordinator,
    make_bench,
    make_line,
    make_production_order,
    make_two_step_style,
)

WORKSHOPS = [new_id() for _ in range(4)]
KINDS = [ACCEPTED, WAITING, WORKING, OFFERED]


class Underway(NothingInProgress):
    def __init__(self, items=(), lost=None, pay=None):
        self.items, self.lost, self.pay = list(items), lost or {}, pay or {}

    def commitments(self, production_order_ids=None):
        return self.items

    def losses(self, production_order_ids=None):
        return self.lost

    def incomes(self, since):
        return self.pay


def question(monkeypatch, underway, days=28):
    monkeypatch.setattr(in_progress, "_provider", underway)
    return load_question(clock.today() + timedelta(days=1), days, clock.now())


def step(key, *after):
    return Step(key, str(key), "bead", 1.0, 100, "KES", 1, 100, tuple(after))


def test_what_comes_after_in_a_graph():
    a, b, c, d = (UUID(int=number) for number in range(1, 5))
    steps = [step(a), step(b), step(c, a, b), step(d, c)]
    assert downstream(steps) == {a: {c, d}, b: {c, d}, c: {d}, d: frozenset()}
    assert last_operations(steps) == {d}


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 50), st.sampled_from(WORKSHOPS)), max_size=8),
    st.integers(0, 120),
)
def test_losses_come_off_the_surest_pieces_first(rows, lost):
    items = [Commitment(UUID(int=1), UUID(int=2), where, kind, pieces, 0, None, None) for kind, pieces, where in rows]
    result = net(items, lost)
    total = sum(pieces for _, pieces, _ in rows)
    assert sum(pieces for _, pieces in result) == max(0, total - lost)
    assert all(0 <= pieces <= item.quantity for item, pieces in result)
    order = [KINDS.index(item.kind) for item, _ in result]
    assert order == sorted(order)
    cut = [pieces < item.quantity for item, pieces in result]
    assert cut == sorted(cut, reverse=True)


@pytest.mark.django_db
class TestQuestion:
    @pytest.fixture(autouse=True)
    def at_noon(self, noon):
        make_two_step_style("RING")
        self.bench = make_bench(2)
        self.order = make_production_order("RING", 50)
        self.cast, self.bead = self.order.tech_pack.operations.order_by("sequence")

    def item(self, operation, workshop, kind, quantity, unmade=0, start=None, due=None):
        return Commitment(self.order.id, operation.id, workshop.id, kind, quantity, unmade, start, due)

    def test_every_operation_adds_up_to_the_order_however_much_was_lost(self, monkeypatch):
        one, two = self.bench
        due = clock.today() + timedelta(days=5)
        underway = Underway(
            [
                self.item(self.cast, one, ACCEPTED, 30),
                self.item(self.cast, two, ACCEPTED, 12),
                self.item(self.bead, two, ACCEPTED, 8),
                self.item(self.bead, two, WAITING, 5),
                self.item(self.bead, one, WORKING, 10, 6, clock.today(), due),
            ],
            lost={(self.order.id, self.bead.id): 4},
        )
        asked = question(monkeypatch, underway)
        fixed = {(lot["operation"], lot["workshop"], lot["finish_day"] >= 0): lot for lot in asked.data["fixed"]}
        key = str(self.cast.id), str(one.id), False
        assert fixed[key]["quantity"] == 26, "four were lost in beading"
        assert fixed[str(self.bead.id), str(two.id), False]["quantity"] == 8
        waiting = fixed[str(self.bead.id), str(two.id), True]
        assert (waiting["quantity"], waiting["minutes"], waiting["finish_day"]) == (5, [], 0)
        running = fixed[str(self.bead.id), str(one.id), True]
        assert running["quantity"] == 10
        # Six unmade pieces of 8 standard minutes at yield .97.
        assert sum(minutes for _, minutes in running["minutes"]) == pytest.approx(6 * 8 / 0.97, abs=0.01)
        assert running["finish_day"] == 4
        problem = engine.Problem.from_dict(asked.data)
        plan = engine.solve(problem)
        assert engine.check(problem, plan) == []
        made = dict.fromkeys((str(self.cast.id), str(self.bead.id)), 0)
        for lot in plan.planned(problem):
            made[lot.operation] += lot.quantity
        assert made == {str(self.cast.id): 50 - 38, str(self.bead.id): 50 - 23}

    def test_too_many_pieces_are_cut_to_the_order(self, monkeypatch):
        one, two = self.bench
        underway = Underway(
            [
                self.item(self.cast, one, ACCEPTED, 45),
                self.item(self.cast, two, OFFERED, 20, 20, clock.today(), clock.today()),
            ]
        )
        asked = question(monkeypatch, underway)
        assert [lot["quantity"] for lot in asked.data["fixed"]] == [45, 5]
        engine.Problem.from_dict(asked.data)

    def test_late_work_takes_the_coming_days(self, monkeypatch):
        one, _ = self.bench
        overdue = self.item(self.cast, one, WORKING, 50, 50, clock.today() - timedelta(days=9), clock.today())
        lot = question(monkeypatch, Underway([overdue])).data["fixed"][0]
        total = 50 * 12 / 0.97
        assert lot["minutes"][0] == [0, 480]
        assert sum(minutes for _, minutes in lot["minutes"]) == pytest.approx(total, abs=0.01)
        assert lot["finish_day"] == lot["minutes"][-1][0] == 1

    def test_hours_days_off_pauses_and_incomes(self, monkeypatch):
        one, two = self.bench
        first = clock.today() + timedelta(days=1)
        by_phone = for_artisan(coordinator(), "she called the hub")
        take_days_off(actor=by_phone, workshop_id=one.id, days=[first + timedelta(days=1)], reason="funeral")
        pause_workshop(actor=coordinator(), workshop_id=two.id, reason="planting")
        asked = question(monkeypatch, Underway(pay={one.id: 123_400}))
        rows = {row["id"]: row for row in asked.data["workshops"]}
        assert list(rows) == [str(one.id)], "a paused workshop without work is not asked"
        assert (rows[str(one.id)]["off_days"], rows[str(one.id)]["income_to_date"]) == ([1], 123_400)
        assert asked.capacity.minutes[asked.capacity.place[one.id], :3].tolist() == [480, 0, 480]
        assert asked.capacity.minutes[asked.capacity.place[two.id]].sum() == 0
        # 12 December 2026, Jamhuri Day, is a Saturday; Sundays are free.
        jamhuri = (date(2026, 12, 12) - first).days
        assert asked.data["calendars"]["six"][jamhuri] == 0
        still = question(monkeypatch, Underway([self.item(self.cast, two, WORKING, 5, 5, first, first)]))
        row = {row["id"]: row for row in still.data["workshops"]}[str(two.id)]
        assert row["capabilities"] == []
        engine.Problem.from_dict(still.data)

    def test_hubs_without_a_stated_time_are_far(self, monkeypatch):
        make_workshop(techniques=["bead"], hub="MSA")
        asked = question(monkeypatch, Underway())
        assert asked.data["hubs"] == ["MSA", "NBI"]
        assert asked.data["transfer_days"] == [[0, UNKNOWN_TRANSFER_DAYS], [UNKNOWN_TRANSFER_DAYS, 0]]
        set_transfer_times(actor=coordinator(), rows=[("NBI", "MSA", 1), ("MSA", "NBI", 2)])
        assert question(monkeypatch, Underway()).data["transfer_days"] == [[0, 2], [1, 0]]

    def test_the_number_of_queries_does_not_grow(self):
        def count():
            with CaptureQueriesContext(connection) as seen:
                load_question(clock.today() + timedelta(days=1), 28, clock.now())
            return len(seen)

        before = count()
        make_bench(8)
        for number in range(5):
            make_line("RING", 20, clock.today() + timedelta(days=30 + 7 * number))
        make_production_order("RING", 10, clock.today() + timedelta(days=90))
        assert count() == before
        assert before <= 18

    def test_filling_keeps_to_days_and_weeks(self):
        one, _ = self.bench
        capacity = load_capacity(clock.today() + timedelta(days=1), 14)
        filler = Filler(capacity, WEEK_MINUTES_CAP)
        assert filler.room(one.id, 0, 6) == 6 * 480
        days, last = filler.fill(one.id, 1000, 2)
        assert [day for day, _ in days] == [2, 3, 4] == list(range(2, last + 1))
        assert sum(minutes for _, minutes in days) == pytest.approx(1000)
        assert filler.room(one.id, 0, 6) == pytest.approx(6 * 480 - 1000)
        days, last = filler.fill(one.id, 10**6, 0)
        assert last == 13
        assert sum(minutes for _, minutes in days) <= 2 * WEEK_MINUTES_CAP
        assert filler.room(one.id, 0, 13) == pytest.approx(0)
