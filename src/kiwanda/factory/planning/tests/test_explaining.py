"""Why: the engine's reasons with people's names, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.planning import explaining, standing_plan
from kiwanda.factory.planning.commands import set_priority
from kiwanda.factory.planning.explaining import Said, sentence, why_allocation, why_late, why_no_work, why_not
from kiwanda.factory.planning.models import Allocation
from kiwanda.factory.planning.tests.factories import (
    coordinator,
    make_bench,
    make_line,
    make_production_order,
    make_published_plan,
    make_two_step_style,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    standing_plan.forget()
    explaining._laid_out.clear()
    yield
    standing_plan.forget()
    explaining._laid_out.clear()


def test_why_a_lot_went_to_a_workshop():
    make_two_step_style("RING")
    make_bench(4)
    make_production_order("RING", 60)
    make_published_plan()
    lot = Allocation.objects.select_related("plan_run").first()
    answer = why_allocation(lot)
    assert answer.reasons
    for said in answer.reasons:
        for language in ("en", "sw"):
            text = sentence(said, language)
            assert str(lot.workshop_id) not in text
            assert "{" not in text


def test_why_the_only_one_is_said_with_its_name():
    make_two_step_style("RING")
    shop = make_bench(1)[0]
    make_production_order("RING", 20)
    make_published_plan()
    (said,) = why_allocation(Allocation.objects.select_related("plan_run").first()).reasons
    assert said.code == "only_one"
    assert shop.trade_name in sentence(said, "en")
    assert shop.trade_name in sentence(said, "sw")


def test_why_not_another_one():
    make_two_step_style("RING")
    make_bench(2)
    outsider = make_bench(1, techniques=["weave"])[0]
    order = make_production_order("RING", 20)
    make_published_plan()
    lot = Allocation.objects.first()
    (said,) = why_not(order.pk, lot.operation_id, outsider.pk).reasons
    assert said.code == "not_able"
    assert outsider.trade_name in sentence(said, "en")


def test_why_late_and_what_would_save_it():
    make_two_step_style("RING")
    make_bench(2)
    order = make_production_order("RING", 500, clock.today() + timedelta(days=6))
    make_published_plan()
    answer = why_late([order.pk])[order.pk]
    assert answer.reasons[0].code in ("late_by", "not_done")
    assert answer.remedies
    for said in (*answer.reasons, *answer.remedies):
        assert sentence(said, "en") != sentence(said, "sw")


def test_why_late_without_anybody_who_can():
    make_two_step_style("RING")
    make_bench(2, techniques=["cast"])
    order = make_production_order("RING", 10)
    answer = why_late([order.pk], remedies=False)[order.pk]
    assert "nobody_can" in [said.code for said in answer.reasons]


def test_a_promised_line_not_released_can_be_asked_about():
    make_two_step_style("RING")
    make_bench(2)
    line = make_line("RING", 30)
    assert explaining.orders_of_line(line.pk) == [line.pk]


def test_why_no_work_this_week():
    make_two_step_style("RING")
    make_bench(3)
    weaver = make_bench(1, techniques=["weave"])[0]
    make_production_order("RING", 20)
    run = make_published_plan()
    monday = run.start_on - timedelta(days=run.start_on.weekday()) + timedelta(days=7)
    (said,) = why_no_work(weaver.pk, monday).reasons
    assert said.code == "no_demand"
    Workshop.objects.filter(pk=weaver.pk).update(state="paused")
    explaining._laid_out.clear()


def test_before_the_first_plan():
    shop = make_bench(1)[0]
    (said,) = why_no_work(shop.pk, explaining.this_monday()).reasons
    assert said.code == "no_plan"
    assert sentence(said, "sw").startswith("Hakuna mpango")


@pytest.mark.parametrize("code", sorted(explaining.OWN))
def test_own_sentences_are_whole_in_both_languages(code: str):
    facts = {"rank": 3, "count": "3", "each": "KSh 2", "able": 40, "pieces": 12, "technique": "cast", "of": 20}
    english, swahili = sentence(Said(code, facts), "en"), sentence(Said(code, facts), "sw")
    assert english != swahili
    assert "{" not in english + swahili


def test_a_person_gives_an_order_more_weight():
    make_two_step_style("RING")
    make_bench(1)
    order = make_production_order("RING", 20)
    before = order.weight
    set_priority(actor=coordinator(), production_order_id=order.pk, factor=4.0)
    order.refresh_from_db()
    assert order.weight == (before * Decimal(4)).quantize(Decimal("0.01"))
    with pytest.raises(Rejected):
        set_priority(actor=coordinator(), production_order_id=order.pk, factor=17.0)


def test_why_no_work_is_one_query_once_it_was_asked(django_assert_num_queries):
    make_two_step_style()
    make_bench(4)
    make_production_order("RING", 40)
    make_published_plan()
    shop = Workshop.objects.first()
    first = explaining.why_no_work(shop.pk, explaining.this_monday())
    said = explaining.no_work_texts(shop.pk, "sw")
    with django_assert_num_queries(1):
        assert explaining.why_no_work(shop.pk, explaining.this_monday()) == first
    with django_assert_num_queries(1):
        assert explaining.no_work_texts(shop.pk, "sw") == said
    assert 1 <= len(said) <= 4
