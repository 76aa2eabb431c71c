"""The ledger's files: beancount reads them, spreadsheets do not run them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
from kiwanda.factory.settlement import balances, exporting, ledger
from kiwanda.factory.settlement.commands import exchange_money, record_fx_rate
from kiwanda.factory.settlement.jobs import send_ready_payouts
from kiwanda.factory.settlement.tests.factories import ready_payout

database = pytest.mark.django_db


def booked(noon):
    ready_payout()
    send_ready_payouts()
    ledger.post("sale", "sale", new_id(), [ledger.Move("bank:USD", "sales:shop", 100_00, "USD")], noon)
    record_fx_rate(
        actor=finance_maker(), base="USD", quote="KES", rate=Decimal("129.5"), source="Central bank",
        quoted_at=noon - timedelta(hours=1),
    )
    exchange_money(actor=finance_checker(), sold_currency="USD", bought_currency="KES", sold_minor=50_00)


@database
def test_beancount_balances_every_transaction_in_every_currency(noon, rail):
    booked(noon)
    text = "".join(exporting.beancount_lines())
    opened = {line.split()[2] for line in text.splitlines() if " open " in line}
    sums: dict[tuple[int, str], Decimal] = {}
    used, transaction = set(), 0
    for line in text.splitlines():
        if " * " in line:
            transaction += 1
        elif line.startswith("  ") and not line.startswith("  entry:"):
            account, value, currency = line.split()
            used.add(account)
            sums[transaction, currency] = sums.get((transaction, currency), Decimal(0)) + Decimal(value)
    assert transaction == 5
    assert used == opened
    assert set(sums.values()) == {Decimal(0)}


@database
def test_beancount_itself_reads_the_file_and_comes_to_our_balances(noon, rail):
    loader = pytest.importorskip("beancount.loader", reason="beancount is not installed")
    booked(noon)
    entries, errors, _ = loader.load_string("".join(exporting.beancount_lines()))
    assert errors == []
    names = exporting.account_names()
    found: dict[str, Decimal] = {}
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            found[posting.account] = found.get(posting.account, Decimal(0)) + posting.units.number
    for line in balances.trial_balance():
        if line.code in names:
            assert found[names[line.code]] * 100 == line.debit_minor - line.credit_minor


@database
def test_csv_holds_every_transfer_once(noon, rail):
    booked(noon)
    rows = list(csv.DictReader(io.StringIO("".join(exporting.csv_lines()))))
    assert len(rows) == 6
    assert {row["Amount"] for row in rows} == {"420.00", "100.00", "50.00", "6475.00"}


@pytest.mark.parametrize("cell", ["=1+1", "+SUM(A1)", "-2+3", "@x", "\t=1", "\r=1", '=HYPERLINK("x")'])
def test_no_cell_is_run_by_a_spreadsheet(cell):
    assert exporting.safe(cell).startswith("'")


@pytest.mark.parametrize("cell", ["-12.50", "7", "0.00", "payable:W1", ""])
def test_numbers_and_plain_text_stay_as_they_are(cell):
    assert exporting.safe(cell) == cell
