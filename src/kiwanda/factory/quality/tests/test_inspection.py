"""Verdicts: every received piece is judged once, with a reason where it failed."""

from __future__ import annotations

import pytest

from kiwanda.core import actors, files
from kiwanda.core.actors import Role
from kiwanda.core.errors import CoreError, Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.dispatch.commands import close_work_order
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.commands import hand_in, receive_hand_in
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.tests.factories import coordinator, fresh, hand_in_and_receive, inspector, make_bench
from kiwanda.factory.quality import queries
from kiwanda.factory.quality.commands import DefectSpec, create_defect_code, record_inspection
from kiwanda.factory.quality.errors import QualityError
from kiwanda.factory.quality.models import Defect, Inspection, Rework
from kiwanda.factory.quality.tests.factories import judge, make_accepted, make_defect_code

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def bench(noon):
    make_defect_code("bent")
    make_defect_code("rough")
    return make_bench()


@pytest.fixture
def received(bench):
    return hand_in_and_receive(bench.work("cast", 20), 10)


def record(row, **verdict):
    return record_inspection(actor=inspector(), hand_in_id=row.pk, **verdict)


def test_a_verdict_moves_every_book_at_once(bench, received):
    photo = files.save_picture(PNG).sha256
    record(received, accepted=6, rework=3, rejected=1,
           defects=[DefectSpec("bent", 3, photo), DefectSpec("rough", 1)], note="Pins too soft.")
    work = fresh(received.work_order)
    assert (work.accepted_quantity, work.rework_quantity, work.rejected_quantity) == (6, 3, 1)
    row = HandIn.objects.get()
    assert (row.state, row.accepted_quantity) == ("inspected", 6)
    assert Rework.objects.get().quantity == 3
    assert set(Defect.objects.values_list("code_id", "quantity")) == {("bent", 3), ("rough", 1)}
    assert queries.defect_counts(inspector(), row.received_at) == [("bent", 3), ("rough", 1)]
    told = Event.objects.get(type="quality.InspectionRecorded").data
    assert told["piece_rate_minor"] == work.piece_rate_minor
    assert told["is_last_operation"] is False
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_the_last_operation_says_so(bench):
    judge(hand_in_and_receive(bench.work("cast", 5), 5))
    judge(hand_in_and_receive(bench.work("bead", 5), 5))
    from kiwanda.factory.production.commands import issue_components

    join = bench.work("join", 5)
    issue_components(actor=coordinator(), work_order_id=join.pk)
    make_accepted(join, 5)
    assert Event.objects.filter(type="quality.InspectionRecorded").latest("position").data["is_last_operation"] is True


@pytest.mark.parametrize(
    ("verdict", "error"),
    [
        ({"accepted": 9}, QualityError.PIECES_DO_NOT_ADD_UP),
        ({"accepted": 11}, QualityError.PIECES_DO_NOT_ADD_UP),
        ({"accepted": 11, "rejected": -1}, CoreError.OUT_OF_RANGE),
        ({"accepted": 8, "rejected": 2}, QualityError.REASON_MISSING),
        ({"accepted": 8, "rejected": 2, "defects": [DefectSpec("bent", 3)]}, QualityError.TOO_MANY_DEFECTS),
        ({"accepted": 8, "rejected": 2, "defects": [DefectSpec("bent", 0)]}, CoreError.OUT_OF_RANGE),
        ({"accepted": 8, "rejected": 2, "defects": [DefectSpec("nope", 2)]}, QualityError.UNKNOWN_DEFECT),
        ({"accepted": 8, "rejected": 2, "defects": [DefectSpec("bent", 1)] * 2}, QualityError.DEFECT_TWICE),
        ({"accepted": 8, "rejected": 2, "defects": [DefectSpec("bent", 2, "f" * 64)]}, CoreError.MALFORMED),
        ({"accepted": 10, "defects": [DefectSpec("bent", 1)]}, QualityError.TOO_MANY_DEFECTS),
    ],
)
def test_verdicts_that_cannot_be_leave_nothing_behind(received, verdict, error):
    with pytest.raises(Invalid) as refused:
        record(received, **verdict)
    assert refused.value.error is error
    assert not Inspection.objects.exists()
    assert HandIn.objects.get().state == "received"
    assert fresh(received.work_order).accepted_quantity == 0


def test_a_hand_in_is_judged_once_and_only_after_it_was_received(bench, received):
    record(received, accepted=10)
    with pytest.raises(Rejected) as refused:
        record(received, accepted=10)
    assert refused.value.error is CoreError.WRONG_STATE
    work = received.work_order
    row = hand_in(actor=artisan_of(work.workshop), work_order_id=work.pk, quantity=5)
    with pytest.raises(Rejected):
        record(row, accepted=5)


def test_only_inspectors_judge(received):
    for role in (Role.COORDINATOR, Role.FINANCE_MAKER):
        with pytest.raises(Forbidden):
            record_inspection(actor=actors.staff(new_id(), role), hand_in_id=received.pk, accepted=10)
    with pytest.raises(NotFound):
        record_inspection(actor=inspector(), hand_in_id=new_id(), accepted=10)


def test_reworks_close_oldest_first_as_pieces_come_back(bench):
    work = bench.work("cast", 20)
    judge(hand_in_and_receive(work, 10), rework=3)
    judge(hand_in_and_receive(work, 10), rework=4)
    row = hand_in_and_receive(work, 5, is_rework=True)
    assert list(Rework.objects.order_by("pk").values_list("state", "returned_quantity")) == [("closed", 3), ("open", 2)]
    judge(row, rejected=1)
    judge(hand_in_and_receive(work, 2, is_rework=True))
    assert not Rework.objects.filter(state="open").exists()
    now = fresh(work)
    assert (now.accepted_quantity, now.rejected_quantity, now.state) == (19, 1, "done")
    assert Event.objects.filter(type="quality.ReworkClosed").count() == 2
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_mended_pieces_that_come_after_the_work_was_closed(bench):
    work = bench.work("cast", 10)
    judge(hand_in_and_receive(work, 10), rework=4)
    row = hand_in(actor=artisan_of(work.workshop), work_order_id=work.pk, quantity=4, is_rework=True)
    close_work_order(actor=coordinator(), work_order_id=work.pk, reason="Long past due.")
    assert Rework.objects.get().state == "closed"
    receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=4)
    judge(HandIn.objects.get(pk=row.pk), rework=1)
    now = fresh(work)
    assert (now.accepted_quantity, now.rework_quantity, now.short_quantity) == (9, 0, 1)
    assert not Rework.objects.filter(state="open").exists()
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_a_defect_code_is_named_once(bench):
    with pytest.raises(Rejected) as refused:
        create_defect_code(actor=inspector(), code="bent", name_en="Bent", name_sw="Imepinda", severity="minor")
    assert refused.value.error is QualityError.CODE_TAKEN
    with pytest.raises(Invalid):
        create_defect_code(actor=inspector(), code="new", name_en="New", name_sw="Mpya", severity="awful")


def test_what_waits_for_the_inspector_is_a_list_of_its_own(bench, received):
    assert [row.pk for row in queries.hand_ins_to_inspect(inspector())] == [received.pk]
    stranger = artisan_of(make_bench(sku="OTHER").workshops["cast"])
    assert not queries.hand_ins_to_inspect(stranger).exists()
    record(received, accepted=10)
    assert not queries.hand_ins_to_inspect(inspector()).exists()
    assert queries.inspections(artisan_of(received.work_order.workshop)).count() == 1
    assert queries.inspections(stranger).count() == 0
    assert queries.inspections(actors.public()).count() == 0
