"""Earlier plans and what became of them teach how many days a promise needs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from kiwanda.core import clock
from kiwanda.engine.confidence import LEAST_OUTCOMES
from kiwanda.factory.planning import calibration, learning
from kiwanda.factory.planning.calibration import NEVER, SETTLED_DAYS, outcomes
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.tests.factories import (
    make_bench,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)

pytestmark = pytest.mark.django_db
READY = 2


class Past:
    """A history in which only the ends of orders are known."""

    def __init__(self, ends: dict[UUID, date]) -> None:
        self.ends = ends

    def mark(self, until: datetime) -> tuple[int, int]:
        return (0, 0)

    def answers(self, since: datetime, until: datetime) -> list[learning.Answer]:
        return []

    def deliveries(self, since: datetime, until: datetime) -> list[learning.Delivery]:
        return []

    def finished(self, production_order_ids: Collection[UUID], until: datetime) -> dict[UUID, date]:
        return {key: on for key, on in self.ends.items() if key in production_order_ids}


@pytest.fixture
def order() -> ProductionOrder:
    make_two_step_style()
    make_bench(2)
    return make_production_order("RING", 40)


def test_an_outcome_is_what_was_planned_first_and_what_came_of_it(
    order: ProductionOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_published_plan()
    monkeypatch.setattr(learning, "_history", Past({order.id: run.start_on + timedelta(days=11)}))
    long_after = clock.today() + timedelta(days=60)
    (found,) = outcomes(long_after, READY)
    assert found.production_order_id == order.id
    assert found.planned_on == run.start_on
    assert found.ended == 11 - READY
    finish = max(lot.finish_on for lot in run.allocations.all())
    assert found.planned == (finish - run.start_on).days
    assert found.curve.day(0.5) >= found.planned
    assert found.curve.confidence(found.planned - 1) == 0
    # not before its fate is known, which does not depend on what it was
    assert outcomes(finish + timedelta(days=SETTLED_DAYS - 1), READY) == []
    assert len(outcomes(finish + timedelta(days=SETTLED_DAYS), READY)) == 1


def test_what_is_open_long_after_its_plan_counts_as_not_kept(
    order: ProductionOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_published_plan()
    monkeypatch.setattr(learning, "_history", Past({}))
    (found,) = outcomes(clock.today() + timedelta(days=60), READY)
    assert found.ended == NEVER


def test_the_correction_grows_with_what_was_late_and_trusts_few_outcomes_not_at_all(
    order: ProductionOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_published_plan()
    monkeypatch.setattr(learning, "_history", Past({order.id: run.start_on + timedelta(days=20)}))
    on = clock.today() + timedelta(days=60)
    (one,) = outcomes(on, READY)
    assert calibration.correction(on, READY).shifts == ()
    known = [one._replace(ended=one.curve.plain(0.85) + n % 10) for n in range(2 * LEAST_OUTCOMES)]
    learned = calibration.learn(known, on)
    assert 7 <= learned.shift(0.85) <= 9
    assert learned.shift(0.5) > 0
    known = [row._replace(planned_on=on - timedelta(days=100)) if row.ended > 5 else row for row in known]
    assert calibration.learn(known, on).shift(0.5) <= learned.shift(0.5), "a factory that has become better"


def test_without_any_history_nothing_is_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_history", None)
    assert outcomes(clock.today(), READY) == []
    assert calibration.correction(clock.today(), READY).reach == 1.0
