"""Invoices, payments that fit and those that do not, reminders, and what an order leaves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core import clock
from kiwanda.core.errors import Rejected
from kiwanda.core.events import events_about
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.billing import checks, commands, margins, printing, queries
from kiwanda.factory.billing.commands.issue_invoices import share_minor
from kiwanda.factory.billing.errors import BillingError
from kiwanda.factory.billing.jobs import remind_late_payers
from kiwanda.factory.billing.models import Invoice
from kiwanda.factory.billing.tests.factories import PRICE, RATE, make_shipped
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.demand.tests.factories import make_channel
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.models import FxRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(noon):
    make_shipped()
    return Invoice.objects.get()


def pay(invoice, amount, receipt="B1", *, match=True, **more):
    given_ = {"channel": invoice.channel_id, "currency": invoice.currency} | more
    return commands.record_payment(
        actor=finance_maker(), amount_minor=amount, receipt_ref=receipt,
        invoice_ids=[invoice.pk] if match else [], **given_,
    )  # fmt: skip


def audit():
    return [
        *checks.invoices_add_up(), *checks.lines_invoiced_by_share(), *checks.receivables_match(),
        *checks.costs_booked(),
    ]  # fmt: skip


def test_a_shipment_is_invoiced_once_when_it_leaves(invoice, noon):
    assert (invoice.total_minor, invoice.code, invoice.state) == (20 * PRICE, "INV-00001", "open")
    assert invoice.due_on == noon.date() + timedelta(days=30)
    assert ledger.balance_minor("receivable:desk-USD") == ledger.balance_minor("sales:desk-USD") == 20 * PRICE
    run_reactions()
    with pytest.raises(Rejected) as refused:
        commands.issue_invoices(actor=finance_maker(), shipment_id=invoice.shipment_id)
    assert refused.value.error is BillingError.NOTHING_TO_BILL
    assert Invoice.objects.count() == 1
    assert printing.pdf(invoice).startswith(b"%PDF-")
    assert audit() == []


@given(
    price=st.integers(1, 100_000), units=st.integers(1, 50), packs=st.integers(1, 24),
    parts=st.lists(st.integers(1, 40), min_size=1, max_size=6),
)
def test_shipments_of_a_line_sum_to_its_total_to_the_cent(price, units, packs, parts):
    line = OrderLine(unit_price_minor=price, quantity_units=units, quantity=units * packs)
    before = total = 0
    for part in parts:
        part = min(part, line.quantity - before)
        share = share_minor(line, before, part)
        assert share >= 0
        total, before = total + share, before + part
    total += share_minor(line, before, line.quantity - before)
    assert total == price * units


def test_too_little_leaves_the_rest_open_and_too_much_waits_in_suspense(invoice):
    pay(invoice, 100_00)
    invoice.refresh_from_db()
    assert (invoice.state, invoice.left_minor) == ("open", 80_00)
    over = pay(invoice, 90_00, "B2")
    invoice.refresh_from_db()
    assert (invoice.state, over.suspense_minor) == ("paid", 10_00)
    assert ledger.balance_minor("receivable:desk-USD") == 0
    assert ledger.balance_minor("suspense:brands-USD") == 10_00
    assert ledger.balance_minor("bank:USD") == 190_00
    with pytest.raises(Rejected) as refused:
        commands.match_payment(actor=finance_maker(), payment_id=over.pk, invoice_id=invoice.pk)
    assert refused.value.error is BillingError.NOTHING_LEFT
    commands.return_payment(actor=finance_checker(), payment_id=over.pk, receipt_ref="OUT-1")
    assert ledger.balance_minor("suspense:brands-USD") == 0
    assert queries.unexplained(finance_maker()).count() == 0
    assert audit() == []


def test_money_nobody_knows_what_for_is_matched_later(invoice):
    payment = pay(invoice, 180_00, match=False)
    assert payment.suspense_minor == 180_00
    commands.match_payment(actor=finance_maker(), payment_id=payment.pk, invoice_id=invoice.pk)
    invoice.refresh_from_db()
    assert invoice.state == "paid"
    assert audit() == []


def test_a_receipt_counts_once_and_only_for_its_buyer_and_currency(invoice):
    pay(invoice, 10_00)
    with pytest.raises(Rejected) as refused:
        pay(invoice, 10_00)
    assert refused.value.error is BillingError.RECEIPT_TAKEN
    with pytest.raises(Rejected) as refused:
        pay(invoice, 10_00, "B2", currency="KES")
    assert refused.value.error is BillingError.OTHER_CURRENCY
    make_channel("other")
    with pytest.raises(Rejected) as refused:
        pay(invoice, 10_00, "B3", channel="other")
    assert refused.value.error is BillingError.OTHER_CHANNEL
    assert audit() == []


def test_reminders_go_out_at_three_fourteen_and_thirty_days(invoice, noon):
    due = noon + timedelta(days=30)
    sent = []
    for late in range(40):
        with clock.at(due + timedelta(days=late)):
            if remind_late_payers():
                sent.append(late)
    assert sent == [3, 14, 30]
    steps = [e.data["step"] for e in events_about(invoice.pk).filter(type="billing.InvoiceReminded")]
    assert steps == [1, 2, 3]
    with clock.at(due + timedelta(days=60)), pytest.raises(Rejected):
        commands.remind(actor=finance_maker(), invoice_id=invoice.pk)


def test_a_mistake_is_credited_whole_and_invoiced_anew(invoice):
    commands.credit_invoice(actor=finance_checker(), invoice_id=invoice.pk, reason="Wrong price.")
    assert ledger.balance_minor("receivable:desk-USD") == 0
    (again,) = commands.issue_invoices(actor=finance_maker(), shipment_id=invoice.shipment_id)
    assert again.number == 2
    pay(again, 1_00)
    with pytest.raises(Rejected) as refused:
        commands.credit_invoice(actor=finance_checker(), invoice_id=again.pk, reason="Again.")
    assert refused.value.error is BillingError.PAID_IN_PART
    commands.write_off_invoice(actor=finance_checker(), invoice_id=again.pk, reason="The shop closed.")
    assert ledger.balance_minor("cost:unpaid-invoices-USD") == 179_00
    assert audit() == []


def test_what_an_order_leaves_is_open_without_a_rate_and_adds_up_with_one(invoice, noon):
    commands.record_shipment_cost(
        actor=finance_maker(), shipment_id=invoice.shipment_id, kind="freight", amount_minor=2_000_00, receipt_ref="F1"
    )
    (row,) = margins.by_order([invoice.order_id], noon).values()
    assert (row.pieces, row.labour_minor, row.material_minor, row.moving_minor) == (20, 20 * RATE, 0, 2_000_00)
    assert row.margin_minor is None and row.margin_share is None
    FxRate.objects.create(base="USD", quote="KES", rate=Decimal(130), source="bank", quoted_at=noon)
    (row,) = margins.by_style(noon).values()
    assert row.revenue_minor == 180 * 130_00
    assert row.margin_minor == 23_400_00 - 700_00 - 2_000_00
    assert row.labour_share == pytest.approx(700 / 23_400)
    with pytest.raises(Rejected) as refused:
        commands.record_shipment_cost(
            actor=finance_maker(), shipment_id=invoice.shipment_id, kind="freight", amount_minor=1, receipt_ref="F1"
        )
    assert refused.value.error is BillingError.RECEIPT_TAKEN
    assert audit() == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.tuples(st.integers(1, 250_00), st.booleans()), max_size=6))
def test_no_schedule_of_payments_loses_a_cent(invoice, amounts):
    from django.db import transaction

    with transaction.atomic():
        for number, (amount, match) in enumerate(amounts):
            pay(invoice, amount, f"R{number}", match=match)
            assert audit() == []
        invoice.refresh_from_db()
        known = sum(amount for amount, match in amounts if match)
        assert invoice.paid_minor == min(known, invoice.total_minor)
        transaction.set_rollback(True)
    invoice.refresh_from_db()
