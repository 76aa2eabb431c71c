"""One order's whole way: ordered, planned, offered, made, inspected, paid, packed, shipped, told."""

from __future__ import annotations

import json

import jsonschema
import pytest

from kiwanda.core import clock
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch.commands import decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.settlement.models import Earning, Payout
from kiwanda.factory.traceability import epcis
from kiwanda.factory.traceability.commands import publish_passport
from kiwanda.factory.traceability.genealogy import way_of_batch, way_of_piece
from tests.scenarios.small_factory import SmallFactory, audit_problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory():
    return SmallFactory()


def test_an_order_goes_the_whole_way_and_the_books_hold(factory):
    factory.plan()
    factory.accept_all()
    factory.work()
    factory.pay()
    factory.pack_and_ship()

    line = OrderLine.objects.get(pk=factory.line.pk)
    assert (line.shipped_quantity, line.state) == (24, "fulfilled")
    assert Piece.objects.filter(line=line, carton__state="shipped").count() == 24
    paid = sum(Payout.objects.filter(state="paid").values_list("amount_minor", flat=True))
    assert paid == sum(Earning.objects.values_list("amount_minor", flat=True)) > 0
    assert audit_problems() == []


def test_rework_and_rejects_are_made_good_and_paid_once(factory):
    factory.spoils = {"cast": (2, 3), "assemble": (1, 2)}
    factory.plan()
    factory.accept_all()
    factory.work()
    for order in WorkOrder.objects.filter(rework_quantity__gt=0):
        with clock.at(factory.day):
            factory.mend(order)
    # What was lost is planned again: cast pieces for three rejects, whole sets for two spoilt assemblies.
    factory.plan()
    factory.accept_all()
    factory.work()
    factory.pay()
    factory.pack_and_ship()
    assert OrderLine.objects.get(pk=factory.line.pk).shipped_quantity == 24
    accepted = sum(WorkOrder.objects.values_list("accepted_quantity", flat=True))
    assert sum(Earning.objects.values_list("quantity", flat=True)) == accepted
    assert audit_problems() == []


def test_declined_work_finds_its_next_workshop_by_itself(factory):
    factory.plan()
    first = Offer.objects.filter(state="sent").select_related("workshop").first()
    assert first is not None
    with clock.at(factory.day):
        decline_offer(actor=artisan_of(first.workshop), offer_id=first.pk, reason="ill")
        factory.react()
    nexts = Offer.objects.filter(
        state="sent", production_order=first.production_order, operation=first.operation
    ).exclude(workshop=first.workshop)
    offered = sum(nexts.values_list("quantity", flat=True))
    assert offered >= first.quantity
    assert nexts.filter(wave__gt=1).exists()
    assert audit_problems() == []


def test_the_epcis_document_is_valid_and_names_nobody(factory, shared_data):
    factory.plan()
    factory.accept_all()
    factory.work()
    factory.pack_and_ship()
    schema = json.loads((shared_data / "epcis" / "gs1-epcis" / "EPCIS-JSON-Schema.json").read_text())
    piece = Piece.objects.select_related("production_order__tech_pack", "production_order__variant").first()
    assert piece is not None
    for way in (way_of_piece(piece), way_of_batch(piece.production_order)):
        document = json.loads(json.dumps(epcis.document(way, "https://factory.example", factory.day)))
        jsonschema.validate(document, schema)
        events = document["epcisBody"]["eventList"]
        steps = [event["bizStep"] for event in events]
        assert {"commissioning", "shipping", "receiving", "inspecting", "packing"} <= set(steps)
        text = json.dumps(document)
        for workshop in factory.workshops:
            assert workshop.trade_name not in text
            assert str(workshop.pk) not in text


def test_a_piece_remembers_only_what_fed_it(factory):
    factory.plan()
    factory.accept_all()
    factory.work()
    piece = Piece.objects.select_related("production_order__tech_pack").first()
    assert piece is not None
    way = way_of_piece(piece)
    assert {order.operation.code for order in way.work_orders} == {"cast", "bead", "assemble"}
    assert [order.pk for order in way.work_orders if order.operation.code == "assemble"] == [piece.work_order_id]
    assert {lot.material_id for lot in way.lots} == {"recycled-brass", "glass-beads"}


def test_claims_are_shown_only_when_proved(factory):
    factory.plan()
    factory.accept_all()
    factory.work()
    with clock.at(factory.day):
        passport = publish_passport(
            actor=factory.coordinator, production_order_id=Piece.objects.values_list("production_order_id").first()[0]
        )
    states = dict(passport.claims.values_list("kind", "state"))
    assert states == {
        "made_by": "proved",
        "paid": "unproved",
        "rate_floor": "proved",
        "upcycled": "proved",
        "above_living_wage": "unproved",
    }
    factory.pay()
    claim = passport.claims.get(kind="paid")
    assert claim.state == "proved"
    rates = sum(o.piece_rate_minor for o in passport.production_order.tech_pack.operations.all())
    assert claim.figures["per_piece_minor"] == rates
    assert claim.evidence.filter(kind="payout").exists()
    assert passport.claims.get(kind="upcycled").figures["percent_by_weight"] == 90
