"""Parts: accepted pieces go to the work that builds on them, and every piece knows where it came from."""

from __future__ import annotations

import pytest

from kiwanda.core import actors
from kiwanda.core.errors import Rejected
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.dispatch.commands import close_work_order
from kiwanda.factory.network.tests.factories import artisan_of, make_workshop
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.commands import hand_in, issue_components, receive_hand_in
from kiwanda.factory.production.errors import ProductionError
from kiwanda.factory.production.models import ComponentIssue, HandIn
from kiwanda.factory.production.queries import components_of
from kiwanda.factory.production.tests.factories import coordinator, fresh, hand_in_and_receive, inspector, make_bench
from kiwanda.factory.quality.commands import decide_appeal, file_appeal
from kiwanda.factory.quality.tests.factories import judge, make_accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(noon):
    return make_bench()


def give(work):
    return issue_components(actor=coordinator(), work_order_id=work.pk)


def parts(work):
    """Pieces of each predecessor given to ``work``, by operation code."""
    found = components_of([work.pk]).get(work.pk, {})
    codes = {op.pk: op.code for op in work.production_order.tech_pack.operations.all()}
    return {codes[operation]: quantity for operation, quantity in found.items()}


def test_parts_come_as_they_are_accepted_and_only_once(bench):
    cast, bead, join = bench.work("cast", 30), bench.work("bead", 30), bench.work("join", 25)
    assert give(join) == []
    make_accepted(cast, 10)
    make_accepted(bead, 30)
    assert len(give(join)) == 2
    assert parts(join) == {"cast": 10, "bead": 25}
    assert give(join) == []
    make_accepted(cast, 20)
    give(join)
    assert parts(join) == {"cast": 25, "bead": 25}
    assert sum(row.issued_quantity for row in HandIn.objects.filter(work_order=cast)) == 25
    assert audit("production") == []


def test_only_accepted_pieces_are_parts(bench):
    cast, join = bench.work("cast", 10), bench.work("join", 10)
    hand_in_and_receive(cast, 4)
    assert give(join) == []
    judge(HandIn.objects.get(), rework=1, rejected=1)
    give(join)
    assert parts(join) == {"cast": 2}


def test_own_hub_first_then_oldest_first(bench):
    near, far = bench.work("cast", 20), bench.work("cast", 20, make_workshop(techniques=["cast"], hub="KSM"))
    join = bench.work("join", 9)
    make_accepted(far, 5)
    make_accepted(near, 4)
    make_accepted(near, 4)
    rows = give(join)
    assert [(row.hand_in.work_order_id, row.quantity) for row in rows] == [(near.pk, 4), (near.pk, 4), (far.pk, 1)]
    event = Event.objects.get(type="production.ComponentsIssued")
    assert [part["work_order_id"] for part in event.data["parts"]] == [str(near.pk), str(near.pk), str(far.pk)]


def test_what_was_sent_straight_to_one_work_order_is_not_given_to_another(bench):
    cast = bench.work("cast", 20)
    first, second = bench.work("join", 10), bench.work("join", 10, make_workshop(techniques=["join"]))
    row = hand_in(actor=artisan_of(cast.workshop), work_order_id=cast.pk, quantity=8, to_work_order_id=second.pk)
    receive_hand_in(actor=artisan_of(second.workshop), hand_in_id=row.pk, counted=8)
    judge(HandIn.objects.get())
    assert give(first) == []
    give(second)
    assert parts(second) == {"cast": 8}


def test_no_piece_is_handed_in_without_its_parts(bench):
    cast, bead, join = bench.work("cast", 10), bench.work("bead", 10), bench.work("join", 10)
    make_accepted(cast, 10)
    make_accepted(bead, 6)
    give(join)
    with pytest.raises(Rejected) as refused:
        hand_in(actor=artisan_of(join.workshop), work_order_id=join.pk, quantity=7)
    assert refused.value.error is ProductionError.PARTS_MISSING
    assert refused.value.params["sets"] == 6
    make_accepted(join, 6)
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_the_worker_passes_parts_on_as_they_are_accepted_and_as_work_is_taken(bench):
    cast, bead = bench.work("cast", 10), bench.work("bead", 10)
    early = bench.work("join", 4)
    make_accepted(cast, 6)
    run_reactions()
    assert parts(early) == {"cast": 4}
    late = bench.work("join", 6, make_workshop(techniques=["join"]))
    run_reactions()
    assert parts(late) == {"cast": 2}
    judge(hand_in_and_receive(cast, 4), rejected=4)
    appeal = file_appeal(
        actor=artisan_of(cast.workshop), inspection_id=HandIn.objects.latest("pk").inspection.pk, reason="As agreed."
    )
    decide_appeal(actor=inspector(), appeal_id=appeal.pk, granted_quantity=3, decision="Within the sample.")
    run_reactions()
    assert parts(late) == {"cast": 5}
    run_reactions()
    make_accepted(bead, 10)
    run_reactions()
    assert parts(early) == {"cast": 4, "bead": 4}
    assert audit("production") == []


def test_unused_parts_of_closed_work_go_to_the_next(bench):
    cast, bead, join = bench.work("cast", 20), bench.work("bead", 20), bench.work("join", 20)
    make_accepted(cast, 20)
    make_accepted(bead, 12)
    give(join)
    make_accepted(join, 5)
    close_work_order(actor=coordinator(), work_order_id=join.pk, reason="Ill for weeks.")
    assert parts(join) == {"cast": 5, "bead": 5}
    heir = bench.work("join", 15, make_workshop(techniques=["join"]))
    give(heir)
    assert parts(heir) == {"cast": 15, "bead": 7}
    assert sum(row.quantity for row in ComponentIssue.objects.filter(hand_in__work_order=cast)) == 20
    assert audit("production", "dispatch", "quality") == []


def test_the_system_may_issue_and_closed_work_gets_nothing(bench):
    cast, join = bench.work("cast", 10), bench.work("join", 10)
    make_accepted(cast, 10)
    close_work_order(actor=coordinator(), work_order_id=join.pk, reason="Agreed to stop.")
    with pytest.raises(Rejected):
        issue_components(actor=actors.system(), work_order_id=join.pk)
    heir = bench.work("join", 10, make_workshop(techniques=["join"]))
    assert len(issue_components(actor=actors.system(), work_order_id=heir.pk)) == 1
    assert issue_components(actor=actors.system(), work_order_id=bench.work("cast", 3).pk) == []
    assert fresh(heir).made_quantity == 0
