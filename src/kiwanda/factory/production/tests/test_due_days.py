"""The due day moves when parts or material come late, the workshop is told why, and does not count as late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kiwanda.core import actors, clock
from kiwanda.core.commands import Context
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import move_due_day
from kiwanda.factory.dispatch.history import DispatchHistory
from kiwanda.factory.dispatch.work import trim
from kiwanda.factory.planning.capacity import UNKNOWN_TRANSFER_DAYS
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.planning.working_days import days_worked
from kiwanda.factory.production.commands import move_waiting_due_days
from kiwanda.factory.production.tests.factories import coordinator, fresh, make_bench
from kiwanda.factory.quality.tests.factories import make_accepted
from kiwanda.factory.supply.commands import issue_material, receive_material_lot

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
AWAY = timedelta(days=UNKNOWN_TRANSFER_DAYS)


def morning(days):
    """Nine in the morning so many days after Monday 23 November."""
    return clock.at(MONDAY + timedelta(days=days))


@pytest.fixture
def bench():
    with morning(0):
        yield make_bench()


def stock():
    for code, material in (("BR", "brass"), ("BE", "beads"), ("WI", "wire")):
        receive_material_lot(
            actor=coordinator(), code=code, material=material, hub_code="NBI", supplier_ref="S", quantity=Decimal(9999)
        )


def supplied(cast, bead, pieces):
    make_accepted(fresh(cast), pieces)
    make_accepted(fresh(bead), pieces)
    run_reactions()


def test_work_whose_parts_come_late_is_due_as_many_working_days_later_and_counts_as_in_time(bench):
    cast, bead, join = bench.work("cast", 20), bench.work("bead", 20), bench.work("join", 20)
    agreed = join.due_on
    given = [on for on in days_worked(join.workshop_id, join.start_on, 60) if on <= agreed]
    with morning(6):
        supplied(cast, bead, 20)
        begin = clock.today() + AWAY  # the beads come from the other hub
        moved = fresh(join)
    due = days_worked(join.workshop_id, begin, 60)[len(given) - 1]
    assert moved.due_on == due > agreed == moved.agreed_due_on
    assert moved.due_reason == "parts"
    told = Event.objects.filter(type="dispatch.WorkDueMoved").latest("position").data
    assert (told["due_on"], told["reason"]) == (moved.due_on.isoformat(), "parts")
    assert Message.objects.filter(template="due_moved_parts").exists()
    with clock.at(datetime(agreed.year, agreed.month, agreed.day, 8, tzinfo=UTC) + timedelta(days=1)):
        assert join not in dispatch.late_work(coordinator(), clock.today())
        make_accepted(fresh(join), 20)
        done = fresh(join)
        assert done.state == "done"
        assert Event.objects.filter(type="dispatch.WorkOrderClosed", subject_id=join.pk).get().data["on_time"] is True
    seen = [
        row
        for row in DispatchHistory().deliveries(MONDAY, MONDAY + timedelta(days=60))
        if row.workshop_id == join.workshop_id
    ]
    assert [(row.heard_on <= row.due_on, row.first) for row in seen] == [(True, False)]
    assert audit() == []


def test_parts_that_are_there_when_work_begins_move_nothing(bench):
    cast, bead = bench.work("cast", 20), bench.work("bead", 20)
    supplied(cast, bead, 20)
    join = bench.work("join", 20, start_on=clock.today() + timedelta(days=3), due_on=clock.today() + timedelta(days=9))
    run_reactions()
    assert (fresh(join).due_on, fresh(join).due_reason) == (join.agreed_due_on, "")
    assert not Event.objects.filter(type="dispatch.WorkDueMoved").exists()


def test_half_of_the_parts_late_is_half_of_the_days(bench):
    cast, bead = bench.work("cast", 20), bench.work("bead", 20)
    supplied(cast, bead, 10)
    join = bench.work("join", 20, start_on=clock.today() + timedelta(days=2), due_on=clock.today() + timedelta(days=11))
    run_reactions()
    given = [on for on in days_worked(join.workshop_id, join.start_on, 60) if on <= join.due_on]
    with morning(7):
        supplied(cast, bead, 10)
        begin = clock.today() + AWAY
    half = days_worked(join.workshop_id, begin, 60)[-(-len(given) // 2) - 1]
    assert fresh(join).due_on == max(join.due_on, half)


def test_material_given_out_late_moves_the_day_too(bench):
    stock()
    cast = bench.work("cast", 20)
    with morning(4):
        issue_material(actor=coordinator(), work_order_id=cast.pk)
        run_reactions()
    moved = fresh(cast)
    assert (moved.due_reason, moved.due_on > cast.due_on) == ("material", True)
    assert Message.objects.filter(template="due_moved_material").count() == 1
    with morning(4):
        run_reactions()
    assert Event.objects.filter(type="dispatch.WorkDueMoved").count() == 1


def test_who_waits_is_given_more_time_before_the_day_has_come_and_is_not_told_every_day(bench):
    bench.work("cast", 20)
    join = bench.work("join", 20)
    moves = []
    for day in range(1, 15):
        with morning(day):
            before = fresh(join).due_on
            assert move_waiting_due_days(actor=actors.system()) >= 0
            assert join not in dispatch.late_work(coordinator(), clock.today())
            moves += [day] if fresh(join).due_on > before else []
    assert 2 <= len(moves) <= 5
    assert audit("dispatch") == []


def test_work_that_waits_for_nothing_is_left_late(bench):
    stock()
    cast = bench.work("cast", 20)
    issue_material(actor=coordinator(), work_order_id=cast.pk)
    with morning(12):
        move_waiting_due_days(actor=actors.system())
        assert fresh(cast).due_on == cast.agreed_due_on
        assert cast in dispatch.late_work(coordinator(), clock.today())


def test_a_coordinator_gives_more_time_with_a_reason_and_never_less(bench):
    cast = bench.work("cast", 20)
    later = cast.due_on + timedelta(days=3)
    moved = move_due_day(actor=coordinator(), work_order_id=cast.pk, due_on=later, reason="hub")
    assert (moved.due_on, moved.agreed_due_on, moved.due_reason) == (later, cast.due_on, "hub")
    run_reactions()
    assert Message.objects.filter(template="due_moved").count() == 1
    with pytest.raises(Invalid):
        move_due_day(actor=coordinator(), work_order_id=cast.pk, due_on=cast.due_on, reason="hub")
    with pytest.raises(Invalid):
        move_due_day(actor=coordinator(), work_order_id=cast.pk, due_on=later + timedelta(days=1), reason="weather")
    assert audit("dispatch") == []


def test_closed_work_keeps_its_day(bench):
    cast = bench.work("cast", 20)
    make_accepted(cast, 20)
    with pytest.raises(Rejected):
        move_due_day(
            actor=coordinator(), work_order_id=cast.pk, due_on=cast.due_on + timedelta(days=3), reason="other"
        )


def test_the_audit_finds_a_due_day_that_was_not_told(bench):
    cast = bench.work("cast", 20)
    type(cast).objects.filter(pk=cast.pk).update(due_on=cast.due_on + timedelta(days=1))
    assert any("is due on" in found for found in audit("dispatch"))


def test_a_kit_is_for_what_is_left_of_a_shortened_work_order(bench):
    stock()
    bead = bench.work("bead", 20)
    trim(Context(actors.system(), clock.now(), new_id(), "test"), bead, 4)
    issues = issue_material(actor=coordinator(), work_order_id=bead.pk)
    assert {row.quantity for row in issues} == {Decimal("200.000"), Decimal("5.328")}
