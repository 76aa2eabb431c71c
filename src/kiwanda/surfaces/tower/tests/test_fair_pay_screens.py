"""Rates, advances and invoices on the tower: shown in both languages, and what each action does."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.advances.commands import request_advance
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.tests.factories import make_earner
from kiwanda.factory.billing.models import BrandPayment, Invoice
from kiwanda.factory.billing.tests.factories import make_shipped
from kiwanda.factory.catalog import commands as catalog
from kiwanda.factory.catalog.models import Operation, PieceRate, TimeStudy
from kiwanda.factory.catalog.tests.factories import make_style, operations_of
from kiwanda.factory.network.tests.factories import artisan_of, make_workshop
from kiwanda.factory.settlement.tests.conftest import rail as rail
from kiwanda.surfaces.tower.queries import fair_rates
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """What an hour brought is kept for minutes; not from test to test."""
    monkeypatch.setattr(fair_rates, "_kept", None)


def post(client, name, *args, **data):
    return client.post(reverse(f"tower:{name}", args=args), {"command_id": str(new_id()), **data}, follow=True)


@pytest.mark.parametrize("language", ["en", "sw"])
@pytest.mark.parametrize("name", ["rates", "advances", "invoices", "margins"])
def test_the_screens_show_in_an_empty_house(name, language):
    client = staff_client(Role.COORDINATOR)
    assert client.get(reverse(f"tower:{name}"), headers={"accept-language": language}).status_code == 200


def test_a_rate_goes_from_the_stopwatch_to_its_release(noon):
    row = operations_of(make_style())["bead"]
    officer, checker = staff_client(Role.IMPACT_OFFICER), staff_client(Role.FINANCE_CHECKER)
    post(officer, "open_study", row.pk, allowance_percent=15)
    study = TimeStudy.objects.get()
    for minutes in (10, 10, 11, 9, 10):
        post(officer, "observe", study.pk, workshop=make_workshop().code, minutes=minutes, pieces=1, rating_percent=100)
    post(officer, "close_study", study.pk)
    study.refresh_from_db()
    assert str(study.standard_minutes) == "11.50"
    post(officer, "propose_rate", row.pk, piece_rate_minor="41.00", time_study_id=str(study.pk), reason="Timed.")
    rate = PieceRate.objects.get()
    page = checker.get(reverse("tower:rate", args=[row.pk])).content.decode()
    assert "What you found" in page and "11.50" in page
    assert "no right" not in post(checker, "review_rate", rate.pk, yes="1", words="Fits.").content.decode()
    designer = staff_client(Role.DESIGNER)
    post(designer, "release_rates", row.tech_pack.style_id)
    new = Operation.objects.get(tech_pack__state="released")
    assert (new.piece_rate_minor, new.floor_minor) == (4100, 3928)
    assert "Timed." in designer.get(reverse("tower:rate", args=[new.pk])).content.decode()


def test_an_objection_is_on_today_and_is_answered(noon):
    row = operations_of(make_style())["bead"]
    appeal = catalog.appeal_rate(actor=artisan_of(make_workshop()), operation_id=row.pk, reason="It takes longer.")
    officer = staff_client(Role.IMPACT_OFFICER)
    assert "It takes longer." in officer.get("/").content.decode()
    assert "It takes longer." in officer.get(reverse("tower:rate", args=[row.pk])).content.decode()
    post(officer, "answer_rate_appeal", appeal.pk, yes="1", words="Five makers are timed on Friday.")
    appeal.refresh_from_db()
    assert appeal.state == "granted"


def test_garbage_in_the_forms_is_said_and_changes_nothing(noon):
    row = operations_of(make_style())["bead"]
    officer = staff_client(Role.IMPACT_OFFICER)
    for data in ({}, {"piece_rate_minor": "NaN", "reason": "x"}, {"piece_rate_minor": "1e309", "reason": "x"},
                 {"piece_rate_minor": "-5", "reason": "x"}, {"piece_rate_minor": "10", "reason": "below the floor"}):
        assert 'role="alert"' in post(officer, "propose_rate", row.pk, **data).content.decode()
    assert PieceRate.objects.count() == 0
    assert post(officer, "observe", new_id(), minutes=1).status_code == 404
    assert officer.get(reverse("tower:rate", args=[new_id()])).status_code == 404


def test_an_advance_is_decided_on_its_screen(noon):
    _, workshop = make_earner()
    asked = request_advance(actor=artisan_of(workshop), amount_minor=1000_00)
    finance = staff_client(Role.FINANCE_MAKER)
    assert workshop.trade_name in finance.get(reverse("tower:advances")).content.decode()
    assert "advance of KSh" in finance.get("/").content.decode()
    post(finance, "decide_advance", asked.pk, yes="1")
    asked.refresh_from_db()
    assert asked.state == "running"
    post(finance, "pay_off_advance", asked.pk, amount_minor="1000", receipt_ref="R1")
    assert Advance.objects.get().state == "settled"


def test_a_payment_is_booked_and_the_rest_matched(noon):
    make_shipped()
    invoice = Invoice.objects.get()
    finance = staff_client(Role.FINANCE_MAKER)
    page = finance.get(reverse("tower:invoices")).content.decode()
    assert invoice.code in page
    assert finance.get(reverse("tower:invoice_pdf", args=[invoice.pk])).content.startswith(b"%PDF-")
    post(finance, "record_payment", channel="desk", currency="USD", amount_minor="200.00", receipt_ref="B1")
    payment = BrandPayment.objects.get()
    assert payment.suspense_minor == 200_00
    assert "B1" in finance.get(reverse("tower:invoices")).content.decode()
    post(finance, "match_payment", payment.pk, invoice_id=str(invoice.pk))
    invoice.refresh_from_db()
    assert invoice.state == "paid"
    post(finance, "shipment_cost", invoice.shipment_id, kind="freight", amount_minor="2000", receipt_ref="F1")
    page = finance.get(reverse("tower:margins")).content.decode()
    assert "rather than guessed" in page


def test_the_board_asks_few_questions_of_the_database(noon, django_assert_max_num_queries):
    for number in range(4):
        make_style(sku=f"S{number}")
    client = staff_client(Role.AUDITOR)
    client.get(reverse("tower:rates"))
    with django_assert_max_num_queries(24):
        client.get(reverse("tower:rates"))
