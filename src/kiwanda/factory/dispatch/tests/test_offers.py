"""Waves, answers and what becomes of refused work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context
from kiwanda.core.errors import CoreError, Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.events import EVENT_TYPES
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.catalog.commands import set_benchmark_wage
from kiwanda.factory.catalog.models import Operation
from kiwanda.factory.catalog.queries import operation_floor_minor
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.commands import (
    accept_offer,
    answer_counter,
    counter_offer,
    decline_offer,
    expire_offers,
    offer_elsewhere,
    send_wave,
    withdraw_offer,
)
from kiwanda.factory.dispatch.errors import DispatchError
from kiwanda.factory.dispatch.jobs import expire_offers_timer
from kiwanda.factory.dispatch.market import NETWORK_EVENTS, market
from kiwanda.factory.dispatch.models import Offer, OfferedLot, WorkOrder
from kiwanda.factory.dispatch.tests.factories import (
    audit,
    coordinator,
    make_bench,
    make_offers,
    make_production_order,
    make_published_plan,
    make_two_step_style,
    make_work,
)
from kiwanda.factory.network.commands import pause_workshop, take_days_off
from kiwanda.factory.network.tests.factories import artisan_of, make_workshop
from kiwanda.factory.planning.commands import cancel_production_order
from kiwanda.factory.planning.models import Allocation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

REFUSALS = {"dispatch.find_next_workshop"}


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(type=f"dispatch.{kind}").order_by("position"))


def test_a_wave_offers_every_piece_of_the_plan_once():
    offers = make_offers(60, workshops=3)
    for operation in {offer.operation_id for offer in offers}:
        assert sum(offer.quantity for offer in offers if offer.operation_id == operation) == 60
    assert {offer.piece_rate_minor == offer.operation.piece_rate_minor for offer in offers} == {True}
    assert len(events("OfferSent")) == len(offers)
    assert events("WaveSent")[0].data["pieces"] == 120
    assert not Allocation.objects.filter(state="tentative").exists()
    assert OfferedLot.objects.count() == Allocation.objects.filter(state="offered").count()
    assert send_wave(actor=coordinator()) == 0
    assert audit() == []


def test_no_offer_pays_less_than_todays_floor_whatever_the_orders_revision_says():
    make_two_step_style("RING")
    make_bench(4)
    make_production_order("RING", 30)
    run = make_published_plan()
    rates = {operation.pk: operation.piece_rate_minor for operation in Operation.objects.all()}
    set_benchmark_wage(
        actor=actors.staff(new_id(), Role.FINANCE_MAKER), kind="living", zone="urban", valid_from=clock.today(),
        monthly_minor=9_000_000, source="a dear year",
    )  # fmt: skip
    send_wave(actor=coordinator(), until=run.start_on + timedelta(days=run.days))
    offers = list(Offer.objects.select_related("operation"))
    assert offers
    for offer in offers:
        floor = operation_floor_minor(offer.operation, clock.today())
        assert offer.piece_rate_minor == max(floor, rates[offer.operation_id]) > rates[offer.operation_id]
    work = accept_offer(actor=artisan_of(offers[0].workshop), offer_id=offers[0].pk)
    assert work.piece_rate_minor == offers[0].piece_rate_minor


def test_lots_of_the_same_work_become_one_offer_up_to_the_largest_lot():
    offers = make_offers(400, workshops=2)
    keys = [(offer.workshop_id, offer.operation_id) for offer in offers]
    assert len(keys) == len(set(keys))
    assert all(offer.quantity <= offer.operation.max_lot for offer in offers)
    assert OfferedLot.objects.count() > len(offers)
    waiting = Allocation.objects.filter(state="tentative").count()
    for offer in offers:
        accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.id)
    assert (send_wave(actor=coordinator(), until=clock.today() + timedelta(days=90)) > 0) == (waiting > 0)
    assert audit() == []


def test_a_wave_stops_at_its_horizon():
    make_two_step_style("RING")
    make_bench(1)
    make_production_order("RING", 200)
    run = make_published_plan()
    send_wave(actor=coordinator(), until=run.start_on)
    assert {offer.start_on for offer in Offer.objects.all()} == {run.start_on}
    assert Allocation.objects.filter(state="tentative").exists()
    assert audit() == []


def test_without_a_plan_there_is_no_wave():
    with pytest.raises(Rejected) as refused:
        send_wave(actor=coordinator())
    assert refused.value.error is DispatchError.NO_PLAN


def test_a_wave_does_not_offer_what_others_took_since_the_plan_was_made():
    offers = make_offers(40, workshops=4)
    # The same plan again, while everything is on offer: nothing is needed any more.
    Allocation.objects.update(state="tentative")
    OfferedLot.objects.all().delete()
    accept_offer(actor=artisan_of(offers[0].workshop), offer_id=offers[0].id)
    assert send_wave(actor=coordinator(), until=clock.today() + timedelta(days=90)) == 0
    assert set(Allocation.objects.values_list("state", flat=True)) == {"superseded"}


def test_accepting_makes_a_work_order_on_the_offered_terms():
    offer = make_offers()[0]
    work = accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.id)
    offer.refresh_from_db()
    assert offer.state == "accepted"
    assert (work.quantity, work.due_on, work.piece_rate_minor, work.state) == (
        offer.quantity, offer.due_on, offer.piece_rate_minor, "accepted",
    )
    assert work.code.startswith("WO-")
    assert events("OfferAccepted")[0].data["work_order_id"] == str(work.id)
    assert audit() == []


def test_accepting_takes_nine_queries():
    # One of them asks whose phones listen.
    offer = make_offers()[0]
    actor = artisan_of(offer.workshop)
    with CaptureQueriesContext(connection) as seen:
        accept_offer(actor=actor, offer_id=offer.id, command_id=new_id())
    assert len(seen) <= 9, [query["sql"][:120] for query in seen]


def test_accepting_twice_gives_the_same_work_order_or_a_refusal():
    offer = make_offers()[0]
    actor, ident = artisan_of(offer.workshop), new_id()
    first = accept_offer(actor=actor, offer_id=offer.id, command_id=ident)
    assert accept_offer(actor=actor, offer_id=offer.id, command_id=ident) == first
    with pytest.raises(Rejected) as refused:
        accept_offer(actor=actor, offer_id=offer.id, command_id=new_id())
    assert refused.value.error is CoreError.WRONG_STATE
    with pytest.raises(Rejected) as reused:
        decline_offer(actor=actor, offer_id=offer.id, reason="busy", command_id=ident)
    assert reused.value.error is CoreError.ID_REUSED
    assert WorkOrder.objects.count() == 1


def test_nobody_answers_for_another_workshop():
    offer = make_offers()[0]
    stranger = artisan_of(make_workshop(techniques=["cast"]))
    for answer in (
        lambda: accept_offer(actor=stranger, offer_id=offer.id),
        lambda: decline_offer(actor=stranger, offer_id=offer.id, reason="busy"),
        lambda: counter_offer(actor=stranger, offer_id=offer.id, quantity=1),
    ):
        with pytest.raises(NotFound):
            answer()
    assert not queries.offers(stranger).exists()
    assert not queries.offers(actors.public()).exists()
    assert queries.offers(artisan_of(offer.workshop)).exists()


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.MERCHANDISER, Role.AUDITOR, Role.FINANCE_MAKER])
def test_other_staff_may_look_and_not_answer(role):
    offer = make_offers()[0]
    actor = actors.staff(new_id(), role)
    assert queries.offer(actor, offer.id) == offer
    with pytest.raises(Forbidden):
        accept_offer(actor=actor, offer_id=offer.id)
    with pytest.raises(Forbidden):
        send_wave(actor=actor)
    with pytest.raises(Forbidden):
        withdraw_offer(actor=actor, offer_id=offer.id)


def test_artisans_may_not_answer_their_own_counter():
    offer = make_offers()[0]
    actor = artisan_of(offer.workshop)
    counter_offer(actor=actor, offer_id=offer.id, quantity=1)
    with pytest.raises(Forbidden):
        answer_counter(actor=actor, offer_id=offer.id, accept=True)


def test_a_declined_offer_finds_another_workshop_by_itself():
    offer = make_offers(workshops=4)[0]
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, reason="family", note="A burial at home.")
    run_reactions(names=REFUSALS)
    again = Offer.objects.filter(replaces=offer)
    assert sum(row.quantity for row in again) == offer.quantity
    assert offer.workshop_id not in {row.workshop_id for row in again}
    assert {row.wave for row in again} == {2}
    told = events("OfferedElsewhere")[0]
    assert (told.subject_id, told.data["quantity"], told.data["unfilled"]) == (offer.id, offer.quantity, 0)
    assert "burial" not in str([event.data for event in Event.objects.all()])
    run_reactions(names=REFUSALS)
    assert Offer.objects.filter(replaces=offer).count() == again.count()
    with pytest.raises(Rejected) as refused:
        offer_elsewhere(actor=coordinator(), offer_id=offer.id)
    assert refused.value.error is DispatchError.NOTHING_LEFT
    assert audit() == []


def test_the_relatively_poorest_capable_workshop_is_asked_first():
    offers = make_offers(20, workshops=1)
    far = make_workshop(techniques=["cast"], hub="MSA")
    rich = make_workshop(techniques=["cast"], target_weekly_income_minor=800_000)
    poor = make_workshop(techniques=["cast"], target_weekly_income_minor=800_000)
    make_workshop(techniques=["bead"])
    other = make_production_order("RING", 60)
    make_work(other, "cast", rich, 60)
    offer = next(row for row in offers if row.operation.code == "cast")
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, reason="busy")
    run_reactions(names=REFUSALS)
    again = Offer.objects.get(replaces=offer)
    assert again.workshop_id == poor.id
    decline_offer(actor=artisan_of(poor), offer_id=again.id, reason="busy")
    run_reactions(names=REFUSALS)
    assert Offer.objects.get(replaces=again).workshop_id == rich.id, "a near hub comes before a far one"
    last = Offer.objects.get(replaces=again)
    decline_offer(actor=artisan_of(rich), offer_id=last.id, reason="busy")
    run_reactions(names=REFUSALS)
    assert Offer.objects.get(replaces=last).workshop_id == far.id


def test_when_nobody_can_the_work_is_unfilled_and_planned_again():
    offers = make_offers(20, workshops=1)
    offer = next(row for row in offers if row.operation.code == "bead")
    decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, reason="skill")
    run_reactions(names=REFUSALS)
    assert events("WorkUnfilled")[0].data["quantity"] == 20
    assert not events("OfferedElsewhere")
    row = queries.unfilled_work(coordinator())[0]
    assert (row.operation.code, row.quantity, row.refusals) == ("bead", 20, 1)
    assert queries.unfilled_work(artisan_of(offer.workshop)) == []
    make_bench(1)
    make_published_plan()
    assert queries.unfilled_work(coordinator()) == []
    send_wave(actor=coordinator(), until=clock.today() + timedelta(days=40))
    live = Offer.objects.filter(operation=offer.operation, state="sent")
    assert sum(row.quantity for row in live) == 20
    assert audit() == []


def test_an_offer_lapses_and_goes_on():
    offer = make_offers(20, workshops=3)[0]
    assert timedelta(hours=24) <= offer.expires_at - offer.sent_at <= timedelta(hours=72)
    with clock.at(offer.expires_at):
        with pytest.raises(Rejected) as refused:
            accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.id)
        assert refused.value.error is DispatchError.OFFER_EXPIRED
        expire_offers_timer()
        offer.refresh_from_db()
        assert offer.state == "expired"
        run_reactions(names=REFUSALS)
        again = list(Offer.objects.filter(replaces=offer))
        assert sum(row.quantity for row in again) == offer.quantity
        assert all(row.due_on - row.start_on >= offer.due_on - offer.start_on for row in again)
        assert expire_offers(actor=actors.system()) == 0
        assert audit() == []


def test_a_counter_for_fewer_pieces_gives_the_rest_to_others():
    offer = max(make_offers(40, workshops=4), key=lambda row: row.quantity)
    assert offer.quantity > 1
    later = offer.due_on + timedelta(days=3)
    counter_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, quantity=1, due_on=later, note="Hands full")
    assert [row.id for row in queries.counters(coordinator())] == [offer.id]
    answer_counter(actor=coordinator(), offer_id=offer.id, accept=True)
    work = WorkOrder.objects.get(offer=offer)
    assert (work.quantity, work.due_on) == (1, later)
    run_reactions(names=REFUSALS)
    assert sum(row.quantity for row in Offer.objects.filter(replaces=offer)) == offer.quantity - 1
    assert audit() == []


def test_a_refused_counter_moves_the_whole_offer_on():
    offer = max(make_offers(40, workshops=4), key=lambda row: row.quantity)
    counter_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, due_on=offer.due_on + timedelta(days=5))
    answer_counter(actor=coordinator(), offer_id=offer.id, accept=False)
    run_reactions(names=REFUSALS)
    assert sum(row.quantity for row in Offer.objects.filter(replaces=offer)) == offer.quantity
    assert not WorkOrder.objects.exists()
    assert audit() == []


def test_a_workshop_may_take_the_first_terms_after_all():
    offer = max(make_offers(40), key=lambda row: row.quantity)
    actor = artisan_of(offer.workshop)
    counter_offer(actor=actor, offer_id=offer.id, quantity=1)
    assert accept_offer(actor=actor, offer_id=offer.id).quantity == offer.quantity
    with pytest.raises(Rejected):
        answer_counter(actor=coordinator(), offer_id=offer.id, accept=True)
    assert audit() == []


def test_counter_terms_are_checked():
    offer = make_offers()[0]
    actor = artisan_of(offer.workshop)
    wrong = [
        {}, {"quantity": 0}, {"quantity": offer.quantity + 1}, {"quantity": True}, {"quantity": offer.quantity},
        {"due_on": offer.due_on - timedelta(days=1)}, {"due_on": offer.due_on}, {"quantity": 1, "note": "x" * 201},
        {"due_on": offer.due_on + timedelta(days=61)},
    ]
    for terms in wrong:
        with pytest.raises(Invalid):
            counter_offer(actor=actor, offer_id=offer.id, **terms)
    with pytest.raises(Invalid):
        decline_offer(actor=actor, offer_id=offer.id, reason="because")
    offer.refresh_from_db()
    assert offer.state == "sent"


def test_a_withdrawn_offer_waits_for_staff_or_the_next_plan():
    offer = make_offers(workshops=4)[0]
    with pytest.raises(Rejected) as refused:
        offer_elsewhere(actor=coordinator(), offer_id=offer.id)
    assert refused.value.error is DispatchError.STILL_LIVE
    withdraw_offer(actor=coordinator(), offer_id=offer.id, note="Wrong colour of beads")
    run_reactions(names=REFUSALS)
    assert not Offer.objects.filter(replaces=offer).exists()
    assert offer_elsewhere(actor=coordinator(), offer_id=offer.id).replaces_id == offer.id
    with pytest.raises(Rejected):
        withdraw_offer(actor=coordinator(), offer_id=offer.id)
    assert audit() == []


def test_a_paused_workshop_is_not_waited_for():
    offer = make_offers(workshops=4)[0]
    pause_workshop(actor=coordinator(), workshop_id=offer.workshop_id, reason="ill")
    run_reactions(names={"dispatch.withdraw_paused", *REFUSALS})
    assert not Offer.objects.filter(workshop=offer.workshop_id, state="sent").exists()
    assert sum(row.quantity for row in Offer.objects.filter(replaces=offer)) == offer.quantity
    assert audit() == []


def test_cancelling_the_order_withdraws_its_offers():
    offers = make_offers()
    cancel_production_order(
        actor=coordinator(), production_order_id=offers[0].production_order_id, reason="The buyer is gone."
    )
    assert set(Offer.objects.values_list("state", flat=True)) == {"withdrawn"}
    run_reactions(names=REFUSALS)
    assert not Offer.objects.filter(wave=2).exists()
    assert audit() == []


def test_a_refusal_is_placed_in_few_queries_however_big_the_network():
    offers = make_offers(60, workshops=12)
    for offer in offers[:6]:
        decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.id, reason="busy")
    with CaptureQueriesContext(connection) as seen:
        run_reactions(names=REFUSALS)
    # The market is read once for the batch; each refusal then costs about a dozen.
    assert len(seen) <= 30 + 6 * 16, len(seen)


def test_the_market_knows_at_once_who_stays_at_home(noon):
    offers = make_offers(quantity=20, workshops=3)
    first = market(Context(coordinator(), clock.now(), new_id(), "test"))
    workshop = offers[0].workshop
    place = first.capacity.place[workshop.pk]
    assert first.capacity.minutes[place, 0] > 0
    take_days_off(actor=artisan_of(workshop), workshop_id=workshop.pk, days=[clock.today() + timedelta(days=1)])
    again = market(Context(coordinator(), clock.now(), new_id(), "test"))
    assert again.capacity.minutes[place, 0] == 0


def test_events_the_market_listens_to_exist():
    assert {kind for kind in NETWORK_EVENTS if kind not in EVENT_TYPES} == set()
