"""Currencies, own funds, called-off work, paused advances, payments sent back: from the tower's screens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.tests.factories import make_earner, running
from kiwanda.factory.billing.models import BrandPayment
from kiwanda.factory.billing.tests.factories import make_shipped
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.commands import report_progress
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.models import FxDeal, FxRate, KillFee
from kiwanda.factory.settlement.tests.conftest import rail
from kiwanda.factory.settlement.tests.factories import CAST_RATE
from kiwanda.surfaces.tower.tests.people import staff_client

__all__ = ["rail"]
pytestmark = pytest.mark.django_db


def post(client, name, *args, **fields):
    answer = client.post(reverse(f"tower:{name}", args=args), {"command_id": str(new_id()), **fields}, follow=True)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_page_of_an_empty_house(language):
    client = staff_client(Role.FINANCE_MAKER, language=language)
    assert client.get(reverse("tower:currencies")).status_code == 200


def test_own_funds_are_exchanged_at_the_recorded_rate(noon):
    maker, checker = staff_client(Role.FINANCE_MAKER), staff_client(Role.FINANCE_CHECKER)
    booked = post(checker, "record_own_funds", currency="USD", amount="1,000.50", receipt_ref="SWIFT-1")
    assert "1,000.50" in booked
    assert "SWIFT-1" in post(checker, "record_own_funds", currency="USD", amount="1,000.50", receipt_ref="SWIFT-1")
    assert ledger.balance_minor("bank:USD") == 100_050, "a bank's receipt counts once"
    post(checker, "exchange_money", sold_currency="USD", bought_currency="KES", amount="200")
    assert not FxDeal.objects.exists(), "there is no rate to deal at"
    post(maker, "record_rate", base="USD", quote="KES", rate="129.5", source="Central Bank of Kenya")
    page = post(checker, "exchange_money", sold_currency="USD", bought_currency="KES", amount="200")
    assert FxDeal.objects.get().bought_minor == 2_590_000 == ledger.balance_minor("bank:KES")
    assert "25,900" in page and "Central Bank of Kenya" in page
    with clock.at(noon + timedelta(hours=5)):
        moved = post(maker, "record_rate", base="USD", quote="KES", rate="130.5", source="CBK")
    # Two hundred dollars sold for 129.50 would bring a shilling more each today.
    assert "-KSh 200" in moved.replace("−", "-").replace("\u00a0", " ")
    assert audit("settlement") == []


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("record_rate", {"base": "USD", "quote": "USD", "rate": "1", "source": "x"}),
        ("record_rate", {"base": "USD", "quote": "KES", "rate": "-3", "source": "x"}),
        ("record_rate", {"base": "USD", "quote": "KES", "rate": "NaN", "source": "x"}),
        ("record_rate", {"base": "USD", "quote": "KES", "rate": "129", "source": "x", "quoted_at": "2999-01-01T00:00"}),
        ("record_rate", {"base": "USD", "quote": "XXX", "rate": "129", "source": "x"}),
        ("exchange_money", {"sold_currency": "USD", "bought_currency": "USD", "amount": "5"}),
        ("exchange_money", {"sold_currency": "USD", "bought_currency": "KES", "amount": "1.005"}),
        ("exchange_money", {"sold_currency": "USD", "bought_currency": "KES", "amount": "-5"}),
        ("record_own_funds", {"currency": "JPY", "amount": "1.5", "receipt_ref": "r"}),
        ("record_own_funds", {"currency": "KES", "amount": "many", "receipt_ref": "r"}),
        ("record_own_funds", {"currency": "KES", "amount": "5", "receipt_ref": ""}),
        ("record_own_funds", {}),
    ],
)
def test_nonsense_is_said_beside_the_form_and_nothing_is_booked(noon, name, fields):
    client = staff_client(Role.FINANCE_MAKER if name == "record_rate" else Role.FINANCE_CHECKER)
    assert "kw-notice" in post(client, name, **fields)
    assert not FxRate.objects.exists() and not FxDeal.objects.exists()
    assert ledger.balance_minor("bank:KES") == ledger.balance_minor("bank:JPY") == 0


def test_one_person_does_not_both_rate_and_exchange(noon):
    maker = staff_client(Role.FINANCE_MAKER)
    page = maker.get(reverse("tower:currencies")).content.decode()
    assert reverse("tower:record_rate") in page and reverse("tower:exchange_money") not in page
    post(maker, "record_own_funds", currency="KES", amount="5", receipt_ref="r")
    assert ledger.balance_minor("bank:KES") == 0


def test_called_off_work_pays_what_was_done(noon, rail):
    work = make_bench(20).work("cast", 20)
    report_progress(actor=artisan_of(work.workshop), work_order_id=work.pk, made_quantity=6)
    client = staff_client(Role.COORDINATOR)
    shown = client.get(reverse("tower:work_order", args=[work.pk])).content.decode()
    assert reverse("tower:call_off_work", args=[work.pk]) in shown and 'value="6"' in shown
    for wrong in ({"made": "4"}, {"made": "21"}, {"begun_percent": "100"}, {"reason": ""}, {"made": "x"}):
        fields = {"made": "6", "begun": "4", "begun_percent": "50", "reason": "The buyer withdrew."} | wrong
        assert "kw-notice" in post(client, "call_off_work", work.pk, **fields)
    assert not KillFee.objects.exists()
    page = post(
        client, "call_off_work", work.pk, made="6", begun="4", begun_percent="50", reason="The buyer withdrew."
    )
    assert "The buyer withdrew." in page
    assert KillFee.objects.get().amount_minor == 8 * CAST_RATE
    work.refresh_from_db()
    assert work.state not in ("accepted", "in_progress")
    assert audit("settlement") == []
    assert client.post(reverse("tower:call_off_work", args=[new_id()])).status_code == 404


def test_an_advance_is_paused_for_her_with_the_reason(noon, rail):
    row = running(make_earner()[1])
    client = staff_client(Role.COORDINATOR)
    assert reverse("tower:pause_advance", args=[row.pk]) in client.get(
        reverse("tower:advances") + "?show=running"
    ).content.decode()
    until = clock.today() + timedelta(days=30)
    assert "kw-notice" in post(client, "pause_advance", row.pk, until="soon", behalf="She called.")
    far = clock.today() + timedelta(days=400)
    assert "kw-notice" in post(client, "pause_advance", row.pk, until=far.isoformat(), behalf="She called.")
    assert "kw-notice" in post(client, "pause_advance", row.pk, until=until.isoformat(), behalf="")
    assert Advance.objects.get().paused_until is None
    post(client, "pause_advance", row.pk, until=until.isoformat(), reason="Her child is ill.", behalf="She called.")
    assert Advance.objects.get().paused_until == until
    post(client, "pause_advance", row.pk, until=clock.today().isoformat(), behalf="She is back.")
    assert Advance.objects.get().paused_until is None


def test_money_nobody_can_explain_goes_back(noon):
    line = make_shipped()[1]
    maker, checker = staff_client(Role.FINANCE_MAKER), staff_client(Role.FINANCE_CHECKER)
    channel = line.order.channel_id
    post(maker, "record_payment", channel=channel, currency="USD", amount_minor="75", receipt_ref="IN-1")
    payment = BrandPayment.objects.get()
    assert payment.suspense_minor == 7500
    page = maker.get(reverse("tower:invoices")).content.decode()
    assert reverse("tower:return_payment", args=[payment.pk]) not in page
    assert "kw-notice" in post(checker, "return_payment", payment.pk, receipt_ref="")
    post(checker, "return_payment", payment.pk, receipt_ref="OUT-1")
    payment.refresh_from_db()
    assert (payment.suspense_minor, payment.returned_minor) == (0, 7500)
    assert audit("billing") == []
