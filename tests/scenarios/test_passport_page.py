"""The customer's page: proved and consented facts only, gone at once when consent goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kiwanda.core import clock, vault
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.network.commands import give_consent, withdraw_consent
from kiwanda.factory.network.tests.factories import artisan_of, owner
from kiwanda.factory.traceability.commands import publish_passport, withdraw_passport
from tests.scenarios.small_factory import SmallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    factory = SmallFactory()
    factory.plan()
    factory.accept_all()
    factory.work()
    piece = Piece.objects.select_related("work_order__workshop").first()
    assert piece is not None
    with clock.at(factory.day):
        passport = publish_passport(
            actor=factory.coordinator, production_order_id=piece.production_order_id, story_en="A small story."
        )
        yield factory, piece, passport


def page_of(piece: Piece) -> str:
    answer = Client().get(f"/p/01/{piece.gtin}/21/{piece.serial}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_name_is_shown_only_while_she_agrees(told):
    _factory, piece, _ = told
    maker = owner(piece.work_order.workshop)
    name = vault.get(maker.pk, vault.NAME)
    assert name not in page_of(piece)
    consent = give_consent(
        actor=artisan_of(piece.work_order.workshop),
        artisan_id=maker.pk,
        field="name",
        channel="passport",
        purpose="show who made the piece",
        language="sw",
        expires_on=clock.today() + timedelta(days=300),
    )
    assert name in page_of(piece)
    withdraw_consent(actor=artisan_of(piece.work_order.workshop), consent_id=consent.pk)
    assert name not in page_of(piece)


def test_pay_is_shown_only_once_it_is_paid(told):
    factory, piece, _ = told
    assert "was paid to the workshops" not in page_of(piece)
    factory.pay()
    assert "was paid to the workshops" in page_of(piece)


def test_no_individual_income_and_no_living_wage_claim(told):
    factory, piece, _ = told
    factory.pay()
    page = page_of(piece)
    assert "make no claim about hourly pay" in page
    assert "living wage ✓" not in page


def test_a_withdrawn_passport_is_gone(told):
    factory, piece, passport = told
    withdraw_passport(actor=factory.coordinator, passport_id=passport.pk)
    assert Client().get(f"/p/01/{piece.gtin}/21/{piece.serial}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/p/01/123/21/1",
        "/p/01/00000000000000/21/1",
        "/p/01/00000000000000/21/%00",
        "/p/01/" + "9" * 400 + "/21/1",
        "/p/01/00000000000000/10/PO-NONE",
        "/p/01/00000000000000/10/%00",
        "/p/01/٠٠٠٠٠٠٠٠٠٠٠٠٠٠/21/1",
    ],
)
def test_nonsense_addresses_are_404(told, path):
    assert Client().get(path).status_code == 404


def test_the_qr_code_and_the_epcis_file_open(told):
    _factory, piece, _ = told
    base = f"/p/01/{piece.gtin}/21/{piece.serial}"
    assert Client().get(f"{base}/qr.svg").headers["Content-Type"] == "image/svg+xml"
    document = Client().get(f"{base}/epcis.json").json()
    assert document["type"] == "EPCISDocument"
    assert vault.get(owner(piece.work_order.workshop).pk, vault.NAME) not in str(document)
