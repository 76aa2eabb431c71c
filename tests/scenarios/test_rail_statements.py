"""What finance brings in from M-Pesa's portal, against what the factory knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwanda.adapters.daraja.simulator import Course
from kiwanda.core import clock
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.factory.network.tests.factories import finance_checker, finance_maker
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.tests.factories import make_bench
from kiwanda.factory.settlement import ledger
from kiwanda.factory.settlement.commands import import_rail_statement, settle_review
from kiwanda.factory.settlement.models import RailLine
from kiwanda.factory.settlement.reconciling import Kind, reconcile
from kiwanda.factory.settlement.tests.factories import approved, earn
from tests.scenarios.mpesa import FLOAT, RAIL, Always, Factory, rail_bound

__all__ = ["rail_bound"]


@pytest.mark.django_db
class TestStatements:
    """What finance brings in from the portal, against what the factory knows."""

    @pytest.fixture
    def factory(self, rail_bound, tmp_path):
        made = Factory(tmp_path)
        RAIL.append(made.rail)
        with clock.at(made.moment):
            self.bench = make_bench(80)
        return made

    def pay(self, factory, course=Course.PAID, pieces=10):
        factory.daraja.courses = Always(course)
        with clock.at(factory.moment):
            earn(pieces, self.bench)
            payout = approved().payouts.get()
        factory.work()
        factory.wait(timedelta(hours=3))
        return payout

    def bring_in(self, factory, content=None):
        with clock.at(factory.moment):
            return import_rail_statement(
                actor=finance_maker(), filename="statement.csv", content=content or factory.books.statement_csv()
            )

    def kinds(self):
        return [item.kind for item in reconcile(finance_maker(), "daraja").differences]

    def test_when_all_is_well_nothing_differs_and_the_fees_are_booked(self, factory):
        self.pay(factory)
        statement = self.bring_in(factory)
        found = reconcile(finance_maker(), "daraja")
        assert (found.matched, found.matched_minor, found.differences) == (1, 420_00, ())
        assert statement.fees_minor == found.fees_minor == 5_00
        assert found.balance_minor == factory.books.float_minor()
        assert ledger.balance_minor(ledger.float_at("daraja")) == factory.books.float_minor() - FLOAT
        assert audit("settlement") == []

    def test_overlapping_statements_count_every_line_once(self, factory):
        self.pay(factory)
        self.bring_in(factory)
        with pytest.raises(Rejected):
            self.bring_in(factory)
        factory.wait(timedelta(hours=30))
        with clock.at(factory.moment):
            earn(12, self.bench)
            approved()
        factory.work()
        factory.wait(timedelta(hours=3))
        again = self.bring_in(factory)
        assert (again.line_count, again.new_count, again.fees_minor) == (4, 2, 5_00)
        assert self.kinds() == []
        assert audit("settlement") == []

    def test_money_that_left_for_a_payout_nobody_could_confirm_leads_to_it(self, factory):
        payout = self.pay(factory, Course.WRONG_AMOUNT)
        payout.refresh_from_db()
        assert payout.state == "review"
        self.bring_in(factory)
        (difference,) = reconcile(finance_maker(), "daraja").differences
        assert difference.kind is Kind.NOT_OURS
        assert [candidate.pk for candidate in difference.candidates] == [payout.pk]
        with clock.at(factory.moment):
            settle_review(
                actor=finance_checker(),
                payout_id=payout.pk,
                outcome="paid",
                receipt_ref=difference.receipt_ref,
                note="Statement of today",
            )
        assert self.kinds() == []
        assert audit("settlement") == []

    def test_a_payment_taken_back_in_the_portal_is_seen(self, factory):
        payout = self.pay(factory, Course.REVERSED)
        factory.wait(timedelta(hours=40))
        self.bring_in(factory)
        (difference,) = reconcile(finance_maker(), "daraja").differences
        assert (difference.kind, difference.payout.pk, difference.amount_minor) == (Kind.REVERSED, payout.pk, 420_00)

    def test_a_receipt_the_statement_lacks_and_a_line_that_was_cut_out(self, factory):
        self.pay(factory)
        with clock.at(factory.moment):
            earn(12, self.bench)
            approved()
        factory.work()
        factory.wait(timedelta(hours=30))
        with clock.at(factory.moment):
            earn(14, self.bench)
            approved()
        factory.work()
        factory.wait(timedelta(hours=3))
        lines = factory.books.statement_csv().decode().splitlines()
        # Newest first: the second payment and its fee lie in the middle.
        cut_out = "\n".join([*lines[:6], *lines[8:]]).encode()
        self.bring_in(factory, cut_out)
        assert sorted(self.kinds()) == [Kind.GAP, Kind.NOT_ON_STATEMENT]

    @pytest.mark.parametrize("content", [b"", b"x", b"Receipt No.,Completion Time,Transaction Status,Paid In\n"])
    def test_what_is_no_statement_changes_nothing(self, factory, content):
        with pytest.raises(Invalid) as refused:
            self.bring_in(factory, content or b" ")
        assert refused.value.message("en")
        assert not RailLine.objects.exists()
