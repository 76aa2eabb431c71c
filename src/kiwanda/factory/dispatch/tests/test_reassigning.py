"""Work that is not taken or not done goes to others: costed choices, at most once, what was made is respected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiwanda.core import clock
from kiwanda.core.errors import CoreError, Forbidden, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import (
    accept_offer,
    answer_contest,
    contest_reassignment,
    decline_offer,
    reassign_offer,
    reassign_work,
)
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.handing_over import NewMaker, task_of_offer, task_of_work
from kiwanda.factory.dispatch.jobs import explain_offers
from kiwanda.factory.dispatch.models import Offer, Reassignment, WorkOrder
from kiwanda.factory.dispatch.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_offers,
    make_production_order,
    make_two_step_style,
    make_work,
)
from kiwanda.factory.network.commands import pause_workshop
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning import standing_plan
from kiwanda.factory.planning.books import load_books
from kiwanda.factory.planning.explaining import Said, sentence
from kiwanda.factory.planning.reassigning import Option, options
from kiwanda.factory.production.commands import hand_in, report_progress
from kiwanda.factory.production.errors import ProductionError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    standing_plan.forget()
    yield
    standing_plan.forget()


def makers_of(option: Option) -> list[NewMaker]:
    return [NewMaker(row.workshop_id, row.quantity, row.start_on, row.due_on) for row in option.makers]


def choices(source: Offer | WorkOrder) -> list[Option]:
    task = task_of_offer(source) if isinstance(source, Offer) else task_of_work(source)
    assert task is not None
    return options(standing_plan.build(), task)


def cast_work(quantity: int = 30, workshops: int = 5) -> WorkOrder:
    """Accepted casting at one of several workshops, nothing else planned."""
    make_two_step_style("RING")
    bench = make_bench(workshops)
    order = make_production_order("RING", quantity)
    return make_work(order, "cast", bench[0], quantity)


def test_up_to_three_choices_the_fairest_first():
    offer = make_offers(quantity=40, workshops=6)[0]
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, reason="ill")
    offer.refresh_from_db()
    found = choices(offer)
    assert 1 <= len(found) <= 3
    asked = {row.workshop_id for option in found for row in option.makers}
    assert offer.workshop_id not in asked
    for option in found:
        assert option.quantity == offer.quantity
        assert all(row.start_on > clock.today() and row.due_on > row.start_on for row in option.makers)
        assert option.late_lines == 0
    singles = [option.makers[0].workshop_id for option in found if len(option.makers) == 1]
    assert len(set(singles)) == len(singles)


def test_the_poorest_comes_first():
    work = cast_work()
    rich, poor = Workshop.objects.exclude(pk=work.workshop_id).order_by("code")[:2]
    order = make_production_order("RING", 20)
    for shop in Workshop.objects.exclude(pk__in=[poor.pk, work.workshop_id]):
        done = make_work(order, "cast", shop, 4)
        assert done.workshop_id != poor.pk
    best = choices(work)[0]
    assert best.kind == "fair"
    assert best.makers[0].workshop_id == poor.pk
    assert best.makers[0].rank == 1
    assert rich.pk != best.makers[0].workshop_id


def test_one_tap_after_a_decline_and_never_twice():
    offer = make_offers(quantity=40, workshops=6)[0]
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, reason="ill")
    makers = makers_of(choices(Offer.objects.get(pk=offer.pk))[0])
    command_id = new_id()
    given = {"actor": coordinator(), "offer_id": offer.id, "makers": makers}
    sent = reassign_offer(command_id=command_id, **given)
    assert [row.quantity for row in sent] == [maker.quantity for maker in makers]
    assert all(row.replaces_id == offer.id for row in sent)
    again = reassign_offer(command_id=command_id, **given)
    assert [row.pk for row in again] == [row.pk for row in sent]
    with pytest.raises(Rejected) as refused:
        reassign_offer(actor=coordinator(), offer_id=offer.id, makers=makers)
    assert refused.value.error is DispatchError.NOTHING_LEFT
    assert audit() == []


def test_an_unanswered_offer_is_withdrawn_in_the_same_step():
    offer = make_offers(quantity=40, workshops=6)[0]
    makers = makers_of(choices(offer)[0])
    reassign_offer(actor=coordinator(), offer_id=offer.id, makers=makers)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    run_reactions()
    # Nobody is asked a second time by the automatic way.
    assert sum(row.quantity for row in offer.replacements.all()) == offer.quantity
    assert audit() == []


def test_refused_whole_when_a_workshop_cannot_be_asked_any_more():
    offer = make_offers(quantity=40, workshops=6)[0]
    makers = makers_of(choices(offer)[0])
    pause_workshop(actor=coordinator(), workshop_id=makers[0].workshop_id, reason="fire")
    with pytest.raises(Rejected) as refused:
        reassign_offer(actor=coordinator(), offer_id=offer.id, makers=makers)
    assert refused.value.error is DispatchError.NOT_TO_THEM
    offer.refresh_from_db()
    assert offer.state == "sent"


def test_refused_when_the_workshop_accepted_meanwhile():
    offer = make_offers(quantity=40, workshops=6)[0]
    makers = makers_of(choices(offer)[0])
    accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.id)
    with pytest.raises(Rejected) as refused:
        reassign_offer(actor=coordinator(), offer_id=offer.id, makers=makers)
    assert refused.value.error is DispatchError.NOTHING_LEFT


def test_silent_work_goes_to_others_whole():
    work = cast_work(quantity=30)
    row = reassign_work(
        actor=coordinator(), work_order_id=work.id, makers=makers_of(choices(work)[0]), reason="silent"
    )
    work.refresh_from_db()
    assert (work.state, work.short_quantity, work.taken_quantity) == ("cancelled", 30, 30)
    assert sum(offer.quantity for offer in row.offers.all()) == 30
    account = load_books([work.production_order_id])[work.production_order_id, work.operation_id]
    assert (account.working, account.offered) == (0, 30)
    told = Event.objects.get(type="dispatch.WorkReassigned")
    assert (told.data["quantity"], told.data["kept_quantity"], told.data["reason"]) == (30, 0, "silent")
    assert audit() == []


def test_what_was_made_stays_with_who_made_it():
    work = cast_work(quantity=30)
    report_progress(actor=artisan_of(work.workshop), work_order_id=work.id, made_quantity=12)
    hand_in(actor=artisan_of(work.workshop), work_order_id=work.id, quantity=5)
    work.refresh_from_db()
    reassign_work(actor=coordinator(), work_order_id=work.id, makers=makers_of(choices(work)[0]), reason="late")
    work.refresh_from_db()
    assert (work.state, work.taken_quantity, work.most_quantity, work.open_quantity) == ("in_progress", 18, 12, 12)
    with pytest.raises(Rejected) as refused:
        report_progress(actor=artisan_of(work.workshop), work_order_id=work.id, made_quantity=13)
    assert refused.value.error is ProductionError.TOO_MANY_MADE
    with pytest.raises(Rejected):
        hand_in(actor=artisan_of(work.workshop), work_order_id=work.id, quantity=8)
    hand_in(actor=artisan_of(work.workshop), work_order_id=work.id, quantity=7)
    account = load_books([work.production_order_id])[work.production_order_id, work.operation_id]
    assert (account.working, account.offered, account.open) == (12, 18, 0)
    assert audit("dispatch", "planning", "production") == []


def test_refused_when_more_was_made_meanwhile():
    work = cast_work(quantity=30)
    makers = makers_of(choices(work)[0])
    report_progress(actor=artisan_of(work.workshop), work_order_id=work.id, made_quantity=1)
    with pytest.raises(Rejected) as refused:
        reassign_work(actor=coordinator(), work_order_id=work.id, makers=makers, reason="silent")
    assert refused.value.error is DispatchError.LESS_LEFT
    assert not Reassignment.objects.exists()
    work.refresh_from_db()
    assert work.taken_quantity == 0


def test_nobody_has_hours_for_more_than_everybody_can_make():
    work = cast_work(quantity=30, workshops=1)
    assert choices(work) == []


def test_a_workshop_contests_and_gets_back_what_nobody_has_accepted():
    work = cast_work(quantity=30)
    row = reassign_work(
        actor=coordinator(), work_order_id=work.id, makers=makers_of(choices(work)[0]), reason="silent"
    )
    other = Workshop.objects.exclude(pk=work.workshop_id).first()
    with pytest.raises(NotFound):
        contest_reassignment(actor=artisan_of(other), reassignment_id=row.id, contest="Not mine")
    contest_reassignment(actor=artisan_of(work.workshop), reassignment_id=row.id, contest="My phone was broken")
    with pytest.raises(Rejected):
        contest_reassignment(actor=artisan_of(work.workshop), reassignment_id=row.id, contest="Again")
    with pytest.raises(Forbidden):
        answer_contest(actor=artisan_of(work.workshop), reassignment_id=row.id, give_back=True, answer="Yes")
    answer_contest(actor=coordinator(), reassignment_id=row.id, give_back=True, answer="You are right")
    row.refresh_from_db()
    assert row.state == "given_back"
    back = Offer.objects.get(workshop=work.workshop, state="sent")
    assert back.quantity == 30
    assert not Offer.objects.filter(reassignment=row, state="sent").exists()
    assert audit() == []


def test_a_phone_reads_what_went_to_others_in_one_query(django_assert_num_queries):
    work = cast_work(quantity=20)
    option = choices(work)[0]
    made = reassign_work(actor=coordinator(), work_order_id=work.pk, makers=makers_of(option), reason="silent")
    actor = artisan_of(work.workshop)
    with django_assert_num_queries(1):
        (row,) = dispatch.taken_back(actor)
        shown = (row.work_order.operation.code, row.work_order.production_order.variant.style.name_en, row.state)
    assert shown[2] == "made"
    contest_reassignment(actor=actor, reassignment_id=row.pk, contest="I am at it")
    assert [(row.pk, row.state) for row in dispatch.taken_back(actor)] == [(made.pk, "contested")]
    assert dispatch.taken_back(artisan_of(Workshop.objects.exclude(pk=work.workshop_id).first())) == []


def test_accepted_by_others_cannot_be_given_back():
    work = cast_work(quantity=30)
    row = reassign_work(
        actor=coordinator(), work_order_id=work.id, makers=makers_of(choices(work)[0]), reason="silent"
    )
    for offer in row.offers.select_related("workshop"):
        accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.id)
    contest_reassignment(actor=artisan_of(work.workshop), reassignment_id=row.id, contest="I was ill")
    with pytest.raises(Rejected) as refused:
        answer_contest(actor=coordinator(), reassignment_id=row.id, give_back=True, answer="Sorry")
    assert refused.value.error is DispatchError.BACK_IS_TAKEN
    answer_contest(actor=coordinator(), reassignment_id=row.id, give_back=False, answer="Others have begun")
    row.refresh_from_db()
    assert row.state == "upheld"


def test_closed_work_cannot_be_given_away():
    work = cast_work(quantity=30)
    makers = makers_of(choices(work)[0])
    reassign_work(actor=coordinator(), work_order_id=work.id, makers=makers, reason="silent")
    with pytest.raises(Rejected) as refused:
        reassign_work(actor=coordinator(), work_order_id=work.id, makers=makers, reason="silent")
    assert refused.value.error is CoreError.WRONG_STATE


def test_the_automatic_way_asks_the_plan_where_it_is_at_hand():
    offers = make_offers(quantity=40, workshops=6)
    standing = standing_plan.standing_plan()
    free = float(standing.promiser.room.sum())
    decline_offer(actor=artisan_of(offers[0].workshop), offer_id=offers[0].id, reason="busy")
    run_reactions()
    new = Offer.objects.filter(replaces=offers[0])
    assert sum(row.quantity for row in new) == offers[0].quantity
    assert {row.why[0][0] for row in new} == {"next_fairest"}
    # The hours are spoken for: the next refusal does not count on them.
    assert float(standing.promiser.room.sum()) < free
    assert audit() == []


def test_the_automatic_way_asks_the_market_where_no_plan_is_at_hand():
    offers = make_offers(quantity=40, workshops=6)
    decline_offer(actor=artisan_of(offers[0].workshop), offer_id=offers[0].id, reason="busy")
    run_reactions()
    new = Offer.objects.filter(replaces=offers[0])
    assert {row.why[0][0] for row in new} == {"next_asked"}
    assert all(row.due_on > clock.today() + timedelta(days=1) for row in new)


def test_offers_of_a_wave_keep_why_their_workshop_was_chosen():
    offers = make_offers(quantity=40, workshops=4)
    assert offers[0].why == []
    assert explain_offers() == len(offers)
    assert explain_offers() == 0
    for offer in Offer.objects.all():
        code, facts = offer.why[0]
        assert "{" not in sentence(Said(code, facts), "sw")
