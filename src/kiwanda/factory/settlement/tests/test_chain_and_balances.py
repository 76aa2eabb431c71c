"""The ledger's chain, its snapshots, currencies and exports."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.settlement import balances, chain, fx, ledger
from kiwanda.factory.settlement.commands import exchange_money, record_fx_rate, record_own_funds
from kiwanda.factory.settlement.errors import SettlementError
from kiwanda.factory.settlement.models import Account, BalanceSnapshot, LedgerEntry, LedgerLink, Transfer

database = pytest.mark.django_db


def book(at, amount=100, key=None, debit="bank:KES", credit="equity:owner", currency="KES"):
    return ledger.post(key or str(new_id()), "test", new_id(), [ledger.Move(debit, credit, amount, currency)], at)


@database
class TestChain:
    def tampered(self, table, sql):
        """What somebody with the database's password could do: lift the trigger, change, put it back."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {table}_no_update")
                cursor.execute(f"DROP TRIGGER {table}_no_delete")
            else:
                cursor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            cursor.execute(sql)

    def test_every_entry_is_linked_once_and_the_chain_is_whole(self, noon):
        for _ in range(3):
            book(noon)
        assert chain.seal() == 3
        book(noon)
        assert chain.seal() == 1
        assert chain.seal() == 0
        assert chain.head()[0] == 4
        assert list(chain.breaks()) == []
        assert audit("settlement") == []

    def test_links_cannot_be_changed_or_removed(self, noon):
        book(noon)
        chain.seal()
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerLink.objects.update(hash="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerLink.objects.all().delete()

    def test_a_changed_amount_is_seen(self, noon):
        entry = book(noon)
        book(noon)
        chain.seal()
        self.tampered("settlement_transfer", "UPDATE settlement_transfer SET amount_minor = 101 WHERE id = (SELECT "
                      "MIN(id) FROM settlement_transfer)")
        assert list(chain.breaks()) == [f"ledger entry {entry.key} was changed after it was booked"]

    def test_a_link_taken_out_is_seen(self, noon):
        for _ in range(3):
            book(noon)
        chain.seal()
        self.tampered("settlement_ledgerlink", "DELETE FROM settlement_ledgerlink WHERE position = 2")
        assert any("missing" in problem for problem in chain.breaks())

    def test_an_entry_slipped_in_later_with_an_old_id_is_seen(self, noon):
        book(noon)
        chain.seal()
        old = LedgerEntry(id=chain._id_at(noon - timedelta(days=900)), key="slipped", kind="test",
                          subject_id=new_id(), booked_at=noon)
        old.save(force_insert=True)
        assert any("slipped" in problem for problem in chain.breaks())

    def test_a_late_commit_with_a_smaller_id_is_still_linked(self, noon):
        first = new_id()
        book(noon)
        chain.seal()
        LedgerEntry(id=first, key="late", kind="test", subject_id=new_id(), booked_at=noon).save(force_insert=True)
        assert chain.seal() == 1
        assert LedgerLink.objects.get(entry_id=first).position == 2


@database
class TestBalances:
    def test_snapshots_and_what_came_since_are_the_whole(self, noon):
        book(noon, 100)
        assert balances.take_snapshots() == 2
        book(noon, 50)
        book(noon, 25, debit="equity:owner", credit="bank:KES")
        by_code = {line.code: line.balance_minor for line in balances.trial_balance()}
        assert by_code == {"bank:KES": 125, "equity:owner": 125}
        assert balances.totals(balances.trial_balance()) == [("KES", 175, 175)]
        assert balances.take_snapshots() == 2
        assert list(balances.wrong_snapshots()) == []

    def test_a_wrong_snapshot_is_seen(self, noon):
        book(noon, 100)
        balances.take_snapshots()
        BalanceSnapshot.objects.update(debits_minor=1)
        assert len(list(balances.wrong_snapshots())) == 2

    def test_accounts_that_stood_still_keep_their_snapshot(self, noon):
        book(noon, 100, debit="bank:USD", credit="equity:usd", currency="USD")
        balances.take_snapshots()
        book(noon, 7)
        balances.take_snapshots()
        sums = balances.sums()
        assert sums[Account.objects.get(code="bank:USD").pk] == (100, 0)
        assert sums[Account.objects.get(code="bank:KES").pk] == (7, 0)

    @pytest.mark.parametrize("code", ["", "x", "payable", "unknown:x", ":x", "bank:"])
    def test_a_code_outside_the_chart_is_refused(self, noon, code):
        with pytest.raises(ValueError, match="chart of accounts"):
            book(noon, debit=code)


@database
class TestCurrencies:
    def rate(self, noon, rate="129.50", base="USD", quote="KES", hours=1, **more):
        return record_fx_rate(
            actor=finance_maker(), base=base, quote=quote, rate=Decimal(rate), source="Central bank",
            quoted_at=noon - timedelta(hours=hours), **more,
        )

    def test_dollars_become_shillings_through_both_positions(self, noon):
        self.rate(noon)
        book(noon, 500_00, debit="bank:USD", credit="sales:retail", currency="USD")
        deal = exchange_money(actor=finance_checker(), sold_currency="USD", bought_currency="KES", sold_minor=100_00)
        assert (deal.bought_minor, deal.rate, deal.source) == (12_950_00, Decimal("129.50"), "Central bank")
        assert ledger.balance_minor("bank:USD") == 400_00
        assert ledger.balance_minor("bank:KES") == 12_950_00
        assert ledger.balance_minor(fx.position("USD")) == -100_00
        assert ledger.balance_minor(fx.position("KES")) == 12_950_00
        assert all(debit == credit for _, debit, credit in balances.totals(balances.trial_balance()))
        assert audit("settlement") == []

    def test_what_the_owners_put_in_is_booked_once_for_a_receipt(self, noon):
        given = {"actor": finance_checker(), "amount_minor": 3_000_000_00, "currency": "KES", "receipt_ref": "FT-1"}
        record_own_funds(**given)
        with pytest.raises(Rejected) as refused:
            record_own_funds(**given | {"amount_minor": 5})
        assert refused.value.error is SettlementError.FUNDS_BOOKED
        assert ledger.balance_minor("bank:KES") == ledger.balance_minor("equity:owners-KES") == 3_000_000_00
        assert audit("settlement") == []

    @pytest.mark.parametrize("bad", [{"amount_minor": 0}, {"amount_minor": -5}, {"currency": "K"}, {"receipt_ref": ""}])
    def test_funds_that_make_no_sense_are_refused(self, noon, bad):
        given = {"amount_minor": 100, "currency": "KES", "receipt_ref": "FT-2"}
        with pytest.raises(Rejected):
            record_own_funds(actor=finance_checker(), **given | bad)
        assert ledger.balance_minor("bank:KES") == 0

    @pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity", "1e309"])
    def test_a_rate_is_a_finite_number_above_nothing(self, noon, rate):
        with pytest.raises(Rejected):
            self.rate(noon, rate)

    def test_a_stale_rate_is_not_dealt_at(self, noon):
        self.rate(noon, hours=25)
        with pytest.raises(Rejected) as refused:
            exchange_money(actor=finance_checker(), sold_currency="USD", bought_currency="KES", sold_minor=100)
        assert refused.value.error is SettlementError.RATE_STALE

    def test_a_rate_the_wrong_way_round_is_refused(self, noon):
        self.rate(noon, hours=3)
        for turned in ({"rate": "0.00772"}, {"rate": "129.50", "base": "KES", "quote": "USD"}):
            with pytest.raises(Rejected) as refused:
                self.rate(noon, **turned)
            assert refused.value.error is SettlementError.RATE_ODD
        self.rate(noon, "0.00772", base="KES", quote="USD")
        assert self.rate(noon, "400", sure=True).rate == 400

    def test_a_rate_recorded_one_way_is_not_dealt_at_the_other(self, noon):
        self.rate(noon)
        with pytest.raises(Rejected):
            exchange_money(actor=finance_checker(), sold_currency="KES", bought_currency="USD", sold_minor=100_00)


@given(st.integers(1, 10**12), st.decimals("0.00001", "10000", places=8))
def test_exchanging_is_exact_to_half_a_minor_unit(minor, rate):
    got = fx.converted(minor, "USD", "KES", rate)
    assert abs(Decimal(got) - Decimal(minor) * rate) <= Decimal("0.5")


def test_currencies_without_cents_are_converted_by_their_units():
    assert fx.converted(100_00, "KES", "UGX", Decimal("28.6")) == 2860
    assert Transfer._meta.get_field("amount_minor").get_internal_type() == "BigIntegerField"
