"""Reports of progress: absolute counts that do not fall by accident."""

from __future__ import annotations

import pytest

from kiwanda.core import actors
from kiwanda.core.actors import Actor, Role, for_artisan
from kiwanda.core.errors import CoreError, Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.dispatch.commands import close_work_order
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.commands import report_progress
from kiwanda.factory.production.errors import ProductionError
from kiwanda.factory.production.tests.factories import coordinator, fresh, hand_in_and_receive, make_bench

pytestmark = pytest.mark.django_db


def by_phone() -> Actor:
    """A coordinator who writes down what she was told."""
    return for_artisan(coordinator(), "she called the hub")


@pytest.fixture
def work(noon):
    return make_bench().work("cast", 20)


def test_the_latest_count_stands_and_the_log_knows_who_told_it(work):
    actor = artisan_of(work.workshop)
    for made in (5, 12):
        report_progress(actor=actor, work_order_id=work.pk, made_quantity=made)
    assert fresh(work).made_quantity == 12
    assert fresh(work).state == "in_progress"
    event = Event.objects.filter(type="production.ProgressReported").latest("position")
    assert (event.actor_id, event.subject_id, event.data["made_quantity"]) == (actor.id, work.pk, 12)


def test_a_lower_count_needs_to_be_called_a_correction(work):
    report_progress(actor=by_phone(), work_order_id=work.pk, made_quantity=12)
    with pytest.raises(Rejected) as refused:
        report_progress(actor=by_phone(), work_order_id=work.pk, made_quantity=9)
    assert refused.value.error is ProductionError.COUNT_WENT_DOWN
    assert fresh(work).made_quantity == 12
    report = report_progress(actor=by_phone(), work_order_id=work.pk, made_quantity=9, correction=True)
    assert report.correction
    assert fresh(work).made_quantity == 9


def test_nothing_is_corrected_below_what_was_handed_in(work):
    hand_in_and_receive(work, 10)
    with pytest.raises(Rejected) as refused:
        report_progress(actor=by_phone(), work_order_id=work.pk, made_quantity=9, correction=True)
    assert refused.value.error is ProductionError.BELOW_HANDED_IN


@pytest.mark.parametrize("made", [21, -1, 2.5, True, "7"])
def test_impossible_counts_are_refused(work, made):
    with pytest.raises(Invalid):
        report_progress(actor=by_phone(), work_order_id=work.pk, made_quantity=made)
    assert fresh(work).made_quantity == 0


def test_a_photo_must_be_stored_here(work):
    with pytest.raises(Invalid) as refused:
        report_progress(actor=by_phone(), work_order_id=work.pk, made_quantity=1, photo="0" * 64)
    assert refused.value.field == "photo"


def test_only_the_workshop_itself_and_coordinators_report(work):
    stranger = artisan_of(make_bench(sku="OTHER").workshops["cast"])
    with pytest.raises(NotFound) as hidden:
        report_progress(actor=stranger, work_order_id=work.pk, made_quantity=1)
    assert hidden.value.error is CoreError.NOT_FOUND
    with pytest.raises(Forbidden):
        report_progress(actor=actors.staff(new_id(), Role.INSPECTOR), work_order_id=work.pk, made_quantity=1)


def test_closed_work_takes_no_reports(work):
    close_work_order(actor=coordinator(), work_order_id=work.pk, reason="Agreed to stop.")
    with pytest.raises(Rejected) as refused:
        report_progress(actor=artisan_of(work.workshop), work_order_id=work.pk, made_quantity=1)
    assert refused.value.error is ProductionError.WORK_CLOSED


def test_an_operation_that_builds_on_others_makes_nothing_without_parts(noon):
    join = make_bench().work("join", 10)
    with pytest.raises(Rejected) as refused:
        report_progress(actor=artisan_of(join.workshop), work_order_id=join.pk, made_quantity=1)
    assert refused.value.error is ProductionError.PARTS_MISSING
    assert "0" in refused.value.message("sw")
    assert audit("production") == []
