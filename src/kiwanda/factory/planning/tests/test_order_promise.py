"""A new order's promise: said before it is placed, written when it is, never the same hours twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiwanda.core import actors, clock
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.catalog.models import Variant
from kiwanda.factory.catalog.tests.factories import make_style, operation_spec
from kiwanda.factory.demand.models import OrderLine, Promise
from kiwanda.factory.network.commands import set_capability
from kiwanda.factory.planning import order_promise, promising, standing_plan
from kiwanda.factory.planning.commands import record_promises, release_demand
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.planning.order_promise import LineQuote, Quoting, rough_quotes
from kiwanda.factory.planning.pegging import Want
from kiwanda.factory.planning.promising import promise_new_lines
from kiwanda.factory.planning.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_line,
    make_published_plan,
    make_two_step_style,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    standing_plan.forget()
    yield
    standing_plan.forget()


def wanted(sku: str, quantity: int, in_days: int = 21) -> Want:
    variant = Variant.objects.get(sku=sku)
    return Want(
        new_id(), variant.id, variant.style_id, variant.price_minor, quantity, clock.today() + timedelta(days=in_days)
    )


def asked(*wants: Want) -> list[LineQuote]:
    found = Quoting(standing_plan.standing_plan()).quote(list(wants), likely=True)
    return [found[want.line_id] for want in wants]


def test_a_day_with_confidence_before_the_order_is_placed():
    make_two_step_style("RING")
    make_bench(3)
    (quote,) = asked(wanted("RING", 30))
    assert quote.problem == ""
    assert clock.today() < quote.likely_on <= quote.sure_on
    assert quote.days_late == 0
    assert quote.promised_on == quote.asked_on
    assert quote.in_time_quantity == 30
    assert not Promise.objects.exists()


def test_too_much_for_the_day_says_how_many_would_be_in_time():
    make_two_step_style("RING")
    make_bench(2)
    (quote,) = asked(wanted("RING", 900, in_days=25))
    assert quote.days_late > 0
    assert 0 < quote.in_time_quantity < 900
    (fewer,) = asked(wanted("RING", quote.in_time_quantity, in_days=25))
    assert fewer.days_late <= quote.days_late


def test_lines_asked_about_together_do_not_count_on_the_same_hours():
    make_two_step_style("RING")
    make_two_step_style("HOOP")
    make_bench(2)
    (alone,) = asked(wanted("HOOP", 300, in_days=90))
    _, after = asked(wanted("RING", 300, in_days=90), wanted("HOOP", 300, in_days=90))
    assert after.sure_on > alone.sure_on


def test_lines_placed_one_after_another_are_promised_different_hours():
    make_two_step_style("RING")
    make_bench(2)
    make_published_plan()
    standing_plan.standing_plan()
    days = []
    for _ in range(3):
        line = make_line("RING", 300, clock.today() + timedelta(days=5))
        promise = Promise.objects.get(line=line)
        assert (promise.basis, promise.confidence_percent) == ("engine", 85)
        days.append(promise.promised_on)
    assert days == sorted(days)
    assert len(set(days)) == 3
    # A process that begins anew comes to the same: what was promised is laid in first.
    standing_plan.forget()
    (again,) = asked(wanted("RING", 300, in_days=5))
    assert again.sure_on > days[-1]


def test_the_promise_follows_from_the_worker_where_nothing_is_at_hand():
    make_two_step_style("RING")
    make_bench(2)
    line = make_line("RING", 40)
    assert not Promise.objects.exists()
    assert promise_new_lines(actor=actors.system()) == 1
    promise = Promise.objects.get(line=line)
    assert promise.promised_on == line.due_on
    assert promise.likely_on is not None
    assert promise_new_lines(actor=actors.system()) == 0
    told = Event.objects.get(type="demand.LinePromised")
    assert told.data["basis"] == "engine"


def test_a_new_order_asks_the_worker_once(monkeypatch: pytest.MonkeyPatch):
    from kiwanda.factory.planning import reactions

    jobs: list[str] = []
    monkeypatch.setattr(reactions, "enqueue", jobs.append)
    make_two_step_style("RING")
    make_bench(2)
    for _ in range(3):
        make_line("RING", 10)
    run_reactions(names={"planning.promise_what_came_in"})
    assert jobs == ["planning.promise_lines"]
    promise_new_lines(actor=actors.system())
    make_line("RING", 10)
    run_reactions(names={"planning.promise_what_came_in"})
    assert len(jobs) == 1


def test_a_line_promised_meanwhile_is_left_alone():
    make_two_step_style("RING")
    make_bench(2)
    line = make_line("RING", 40)
    quotes = Quoting(standing_plan.standing_plan()).quote(promising.unpromised())
    promises = promising.as_promises(quotes.values())
    assert record_promises(actor=coordinator(), promises=promises) == 1
    assert record_promises(actor=coordinator(), promises=promises) == 0
    assert Promise.objects.filter(line=line).count() == 1


def test_a_plan_does_not_move_what_the_engine_promised():
    make_two_step_style("RING")
    make_bench(2)
    line = make_line("RING", 40)
    promise_new_lines(actor=actors.system())
    release_demand(actor=coordinator())
    make_published_plan()
    run_reactions()
    assert list(Promise.objects.filter(line=line).values_list("basis", flat=True)) == ["engine"]
    assert audit() == []


def test_what_nobody_can_make_is_said_with_its_technique():
    glass = operation_spec("glass", technique="glass", after=["cast"])
    make_style(sku="VASE", operations=[operation_spec("cast"), glass])
    make_bench(2, techniques=["cast"])
    line = make_line("VASE", 5)
    (quote,) = asked(wanted("VASE", 5))
    assert (quote.problem, quote.technique, quote.sure_on) == (order_promise.NOBODY_CAN, "glass", None)
    assert promise_new_lines(actor=actors.system()) == 0
    # Somebody learns it: the next question knows.
    shop = make_bench(1, techniques=["cast"])[0]
    set_capability(actor=coordinator(), workshop_id=shop.id, technique="glass")
    (quote,) = asked(wanted("VASE", 5))
    assert quote.problem == ""
    assert promise_new_lines(actor=actors.system()) == 1
    assert Promise.objects.filter(line=line).exists()


def test_more_than_the_horizon_holds_gets_no_day():
    make_two_step_style("RING")
    make_bench(1)
    (quote,) = asked(wanted("RING", 200_000))
    assert quote.problem == order_promise.BEYOND
    assert quote.promised_on is None


def test_lines_of_one_week_made_together_get_their_own_days():
    make_two_step_style("RING")
    make_bench(2)
    first, second = asked(wanted("RING", 20, in_days=20), wanted("RING", 300, in_days=20))
    assert first.sure_on < second.sure_on


def test_a_rough_answer_comes_from_the_plan_alone():
    make_two_step_style("RING")
    make_bench(3)
    make_line("RING", 40)
    release_demand(actor=coordinator())
    make_published_plan()
    (quote,) = rough_quotes([wanted("RING", 30)]).values()
    assert quote.rough
    assert quote.sure_on is not None
    assert quote.likely_on is not None
    assert quote.sure_on > quote.likely_on
    assert promising.as_promises([quote]) == []


def test_pieces_already_planned_keep_their_hours():
    make_two_step_style("RING")
    make_two_step_style("HOOP")
    make_bench(2)
    (free,) = asked(wanted("HOOP", 200, in_days=60))
    make_line("RING", 500)
    release_demand(actor=coordinator())
    make_published_plan()
    (busy,) = asked(wanted("HOOP", 200, in_days=60))
    assert busy.sure_on > free.sure_on


def test_a_cancelled_line_gives_its_hours_back_when_the_plan_is_laid_out_anew(noon):
    make_two_step_style("RING")
    make_bench(2)
    line = make_line("RING", 500, clock.today() + timedelta(days=5))
    promise_new_lines(actor=actors.system())
    standing_plan.forget()
    (behind,) = asked(wanted("RING", 100, in_days=5))
    OrderLine.objects.filter(pk=line.pk).update(state="cancelled")
    standing_plan.forget()
    (before,) = asked(wanted("RING", 100, in_days=5))
    assert before.sure_on < behind.sure_on


def test_why_there_is_no_promise_is_noted_once_and_goes_with_the_promise():
    make_bench(2)
    make_two_step_style("RING")
    line = make_line("RING", 200_000)
    promise_new_lines(actor=actors.system())
    promise_new_lines(actor=actors.system())
    line.refresh_from_db()
    assert line.unpromised_reason == order_promise.BEYOND
    assert Event.objects.filter(type="planning.LineNotPromised").count() == 1
    OrderLine.objects.filter(pk=line.pk).update(quantity=20)
    promise_new_lines(actor=actors.system())
    line.refresh_from_db()
    assert line.unpromised_reason == ""
    assert Promise.objects.filter(line=line).exists()


def test_an_order_that_free_hours_would_make_late_is_asked_about_among_the_others():
    """Orders due much later stand first in the plan; a small one due sooner gets its day all the same."""
    make_two_step_style("RING")
    make_two_step_style("HOOP")
    make_bench(2)
    make_line("RING", 700, clock.today() + timedelta(days=90))
    release_demand(actor=coordinator())
    make_published_plan()
    standing = standing_plan.standing_plan()
    want = wanted("HOOP", 40, in_days=8)
    free = Quoting(standing, exact_seconds=0.0).quote([want], likely=True)[want.line_id]
    exact = Quoting(standing, exact_seconds=30.0).quote([want], likely=True)[want.line_id]
    assert free.days_late > 0
    assert exact.sure_on < free.sure_on
    assert exact.likely_on <= exact.sure_on
    before = standing.promiser.room.copy()
    assert (Quoting(standing).quote([want])[want.line_id].sure_on, (standing.promiser.room == before).all()) == (
        exact.sure_on, True,
    )  # fmt: skip


def test_a_second_line_of_an_order_does_not_count_on_the_place_the_first_was_given():
    make_two_step_style("RING")
    make_two_step_style("HOOP")
    make_bench(2)
    make_line("RING", 700, clock.today() + timedelta(days=90))
    release_demand(actor=coordinator())
    make_published_plan()
    alone = asked(wanted("HOOP", 60, in_days=8))[0]
    first, *_, last = asked(*[wanted("HOOP", 60, in_days=8 + 7 * number) for number in range(4)])
    assert first.sure_on == alone.sure_on
    assert last.sure_on > first.sure_on


def test_a_promise_allows_for_the_rejects_that_will_be_planned_for():
    make_two_step_style("RING")
    make_bench(2)
    standing = standing_plan.standing_plan()
    pack = next(iter(standing.tech_packs.values()))
    make_line("RING", 300)
    release_demand(actor=coordinator())
    (made,) = ProductionOrder.objects.all()
    assert made.allowance > 0
    assert standing.order(new_id(), pack, 300, clock.today()).quantity == made.quantity + made.allowance
